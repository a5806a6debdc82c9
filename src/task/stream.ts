// One-pass streams: every step sees fresh samples of a linear teacher and never sees them again.
//
//   x ~ N(0, Sigma),   y = A x + sigma eps;   the recorded loss is that of the population, 1/2 E |y - W x|^2
import { checkInteger, checkNumber, checkOptions } from '../check.js'
import { type MatrixLike, readDense } from '../engine/coerce.js'
import type { Matrix } from '../engine/matrix.js'
import { OptionError, RangeArgError, ShapeError, UnsupportedError } from '../errors.js'
import { digest } from '../math/digest.js'
import type { PlanBuilder } from '../plan/builder.js'
import { foldIn, type Key, key } from '../random/key.js'
import { normal } from '../random/normal.js'
import { SQUARED } from './sample-loss.js'
import { bindSamples } from './samples.js'
import { fromStatistics } from './statistics.js'
import type { BoundTask, Task } from './task.js'

/** Options of `stream`. */
export interface StreamOptions {
  /** The map A behind the targets, (outputs, inputs). */
  teacher: MatrixLike
  /** Fresh samples a step, 1 .. 2^28. */
  batchSize: number
  /** Variances of the inputs, which are independent: the eigenvalues of Sigma, >= 0, not all 0. Default all 1. */
  eigenvalues?: ArrayLike<number>
  /** Standard deviation of the noise on targets, 0 .. 1e150. Default 0. */
  noise?: number
  /** Seed of the samples. Default 0. */
  seed?: number | bigint
  /** Samples that a network without an end-to-end map is judged on, 1 .. 2^28. Default 1024. */
  testSamples?: number
}

/** Streams of the key: inputs, noise, test inputs, test noise. */
const [INPUTS, NOISE, TEST_INPUTS, TEST_NOISE] = [0, 1, 2, 3]

/**
 * Online learning of a linear teacher A, (n_L, n_0): step s draws B = `batchSize` samples `X = Sigma^(1/2) Z`, `Y = A X + noise E`, inside the
 * executor, with `Z = normal(foldIn(foldIn(key(seed), 0), s), n_0 B)` and `E = normal(foldIn(foldIn(key(seed), 1), s), n_L B)`, row by row, and
 * descends on `1/(2B) |Y - f(X)|_F^2`. Recorded is the loss of the population, `1/2 tr((W - A) Sigma (W - A)') + noise^2 n_L / 2`, exactly.
 *
 * Where the network is linear and the batch larger than its inputs or its outputs, the gradient goes through the map, at a cost that hardly depends
 * on B; networks in Gram form take these streams only.
 *
 * A network without an end-to-end map W is judged on `testSamples` samples that are drawn in the same way from `foldIn(key(seed), 2)` and
 * `foldIn(key(seed), 3)`.
 *
 * @throws {ShapeError|RangeArgError|DTypeError|OptionError} bad options
 * @example
 * const task = stream({ teacher: [[1, -1, 0.5]], batchSize: 8, noise: 0.1, seed: 7 })
 * const net = createNetwork(engine, { sizes: [3, 4, 1], seed: 1 })
 * trainSync(net, task, { optimizer: gradientDescent({ learningRate: 0.05 }), steps: 200 }).steps // -> 200
 * @see Saad, Solla (1995), Exact solution for on-line learning in multilayer neural networks, Phys. Rev. Lett. 74, 4337
 */
export function stream(options: StreamOptions): Task {
  const given = checkOptions(options, 'stream', ['teacher', 'batchSize', 'eigenvalues', 'noise', 'seed', 'testSamples'])
  const teacher = readDense(given.teacher as MatrixLike, 'teacher', { finite: true })
  const [m, n] = [teacher.rows, teacher.cols]
  if (m === 0 || n === 0) {
    throw new ShapeError(`teacher must have rows (outputs) and columns (inputs), got ${m} x ${n}`, {
      argument: 'teacher',
    })
  }
  const batchSize = checkInteger(given.batchSize, 'batchSize', { min: 1, max: 2 ** 28 })
  // Its square is in the loss.
  const noise = checkNumber(given.noise ?? 0, 'noise', { min: 0, max: 1e150 })
  const testSamples = checkInteger(given.testSamples ?? 1024, 'testSamples', { min: 1, max: 2 ** 28 })
  const root = key((given.seed ?? 0) as number | bigint)
  const eigenvalues = checkEigenvalues(given.eigenvalues, n)
  const deviations = eigenvalues.map(Math.sqrt)
  const white = eigenvalues.every((value) => value === 1)
  const sigmaXX = new Float64Array(n * n)
  for (let i = 0; i < n; i++) sigmaXX[i * n + i] = eigenvalues[i]
  const population = fromStatistics({
    sigmaXX: { data: sigmaXX, shape: [n, n] },
    sigmaYX: { data: teacher.data.map((a, i) => a * eigenvalues[i % n]), shape: [m, n] },
    minimumLoss: (noise * noise * m) / 2,
  })

  /** `ofMap`: the network has an end-to-end map, and learning through it costs less where the batch is larger than one of its ends. */
  const emitBatch = (p: PlanBuilder, ofMap: boolean) => {
    const constant = (rows: number, cols: number, data: Float64Array) =>
      p.own(p.engine.matrix([rows, cols], data, { dtype: p.dtype }))
    const x = p.note('fresh inputs').normal(foldIn(root, INPUTS), p.temporary(n, batchSize))
    if (!white) p.multiply(x, constant(n, batchSize, spread(deviations, batchSize)), x)
    const y = p.note('fresh targets').gemm({ a: constant(m, n, teacher.data), b: x })
    if (noise > 0) p.add(y, p.normal(foldIn(root, NOISE), p.temporary(m, batchSize), noise), y)
    if (ofMap && Math.min(m, n) < batchSize) {
      return {
        emitGradient(q: PlanBuilder, map: Matrix) {
          const residual = q.note('residual of the fresh samples').gemm({ a: map, b: x })
          q.subtract(residual, y, residual)
          return q.note('gradient of the map').gemm({ alpha: 1 / batchSize, a: residual, b: x.T })
        },
      }
    }
    return {
      inputs: x,
      residualScale: 1 / batchSize,
      emitGradient: (q: PlanBuilder, outputs: Matrix) => SQUARED.emitGradient(q, outputs, y),
    }
  }

  return {
    ...population,
    name: 'stream',
    forms: ['map', 'samples'],
    fingerprint: () => JSON.stringify([digest(teacher.data, eigenvalues), batchSize, noise, testSamples, root]),
    bind(engine, dtype, form = 'map'): BoundTask {
      const judged =
        form === 'map'
          ? population.bind(engine, dtype)
          : bindSamples(engine, dtype, testSet(teacher.data, m, deviations, noise, testSamples, root), SQUARED)
      return {
        inputs: judged.inputs,
        emitGradient: (p, outputs) => judged.emitGradient(p, outputs),
        emitLoss: (p, outputs) => judged.emitLoss(p, outputs),
        emitBatch(p, sampling) {
          if (sampling !== undefined) {
            throw new UnsupportedError('a stream draws batches of its own; give batchSize to the stream alone', {
              argument: 'batchSize',
            })
          }
          return emitBatch(p, form === 'map')
        },
        dispose: () => judged.dispose(),
      }
    },
  }
}

function checkEigenvalues(given: unknown, n: number): Float64Array {
  if (given === undefined) return new Float64Array(n).fill(1)
  const list = given as ArrayLike<number>
  if (typeof list !== 'object' || list === null || typeof list.length !== 'number') {
    throw new OptionError('eigenvalues must be an array of variances, one an input', { argument: 'eigenvalues' })
  }
  if (list.length !== n) {
    throw new ShapeError(`eigenvalues must hold ${n} variances, one a column of the teacher, got ${list.length}`, {
      argument: 'eigenvalues',
    })
  }
  const values = Float64Array.from(list, (value, i) => checkNumber(value, `eigenvalues[${i}]`, { min: 0 }))
  if (!values.some((value) => value > 0)) {
    throw new RangeArgError('eigenvalues must not all be 0: there would be nothing to see', { argument: 'eigenvalues' })
  }
  return values
}

/** A column of factors, repeated. */
function spread(column: Float64Array, times: number): Float64Array {
  const out = new Float64Array(column.length * times)
  for (const [i, value] of column.entries()) out.fill(value, i * times, (i + 1) * times)
  return out
}

function testSet(map: Float64Array, m: number, deviations: Float64Array, noise: number, samples: number, root: Key) {
  const n = deviations.length
  const x = normal(foldIn(root, TEST_INPUTS), n * samples).map((z, i) => z * deviations[Math.floor(i / samples)])
  const y = normal(foldIn(root, TEST_NOISE), m * samples).map((z) => noise * z)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const weight = map[i * n + j]
      for (let p = 0; p < samples; p++) y[i * samples + p] += weight * x[j * samples + p]
    }
  }
  return { x: { rows: n, cols: samples, data: x }, y: { rows: m, cols: samples, data: y } }
}
