// What the experiments of this folder share: a regression problem, and training with the charges of every step on record.
import type { Engine } from '../../linalg/engine.js'
import { createNetwork } from '../../network/create.js'
import { gaussian } from '../../network/initializer.js'
import { momentum, sgd } from '../../optimizer/rules.js'
import { noetherCharges } from '../../probe/charges.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { regression } from '../../task/regression.js'
import { type ChargeRecorder, chargeRecorder } from '../../theory/symmetry/charge-recursion.js'
import { trainSync } from '../../train/train.js'

export const MECHANICS_PAPER =
  'Kunin, Sagastuy-Brena, Ganguli, Yamins, Tanaka (2021), Neural mechanics: symmetry and broken conservation laws in deep learning dynamics, arXiv:2012.04728'
export const NOETHER_PAPER =
  "Tanaka, Kunin (2021), Noether's learning dynamics: role of symmetry breaking in neural networks, arXiv:2105.02716"

/** Inputs and targets of a noisy linear map, standard normal entries. */
export function noisyRegression(inputs: number, outputs: number, samples: number, seed: number) {
  const draw = (stream: number, count: number) => normal(foldIn(key(seed), stream), count)
  const x = draw(1, inputs * samples)
  const teacher = draw(2, outputs * inputs).map((value) => value / Math.sqrt(inputs))
  const y = draw(3, outputs * samples).map((value) => 0.3 * value)
  for (let o = 0; o < outputs; o++) {
    for (let i = 0; i < inputs; i++) {
      const weight = teacher[o * inputs + i]
      for (let p = 0; p < samples; p++) y[o * samples + p] += weight * x[i * samples + p]
    }
  }
  return regression({ data: x, shape: [inputs, samples] }, { data: y, shape: [outputs, samples] })
}

/** Options of `chargedRun`. */
export interface ChargedOptions {
  readonly sizes: readonly number[]
  readonly variance: number
  readonly seed: number
  readonly learningRate: number
  readonly steps: number
  readonly beta?: number
  readonly lambda?: number
  /** Default: all samples. */
  readonly batchSize?: number
  /** Called before each chunk of steps with how much is done, 0 .. 1. */
  readonly pause?: (done: number) => Promise<void>
}

/** Charges of neighbouring layers at steps 0 .. steps, and what the recursion made of them. */
export interface ChargedRun {
  /** D_l, [layer][step], each n_l x n_l row by row. */
  readonly charges: Float64Array[][]
  /** K_l after each step, [layer][step - 1]. */
  readonly kinetic: Float64Array[][]
  /** One recorder a layer, at the end of the run. */
  readonly recorders: ChargeRecorder[]
  /** Its D_l, [layer][step]. */
  readonly predicted: Float64Array[][]
}

/** Train a linear network by the heavy ball and record the matrices D_l and K_l of every step; carry D_l along by the recursion. */
export function chargedRun(
  engine: Engine,
  task: ReturnType<typeof noisyRegression>,
  { sizes, variance, seed, learningRate, steps, beta = 0, lambda = 0, batchSize }: ChargedOptions,
): ChargedRun {
  const net = createNetwork(engine, { sizes: [...sizes], init: gaussian({ variance }), seed })
  const rule = { learningRate, momentum: beta, weightDecay: lambda }
  // A velocity is kept also where beta = 0.
  const optimizer = batchSize === undefined || beta === 0 ? momentum(rule) : sgd({ ...rule, batchSize, seed })
  try {
    const probes = [
      { ...noetherCharges({ form: 'matrix' }), name: 'charges' as const },
      { ...noetherCharges({ form: 'matrix', of: 'kinetic' }), name: 'kinetic' as const },
    ] as const
    const { columns } = trainSync<typeof probes>(net, task, { optimizer, steps, record: { every: 1, probes } })
    const inner = sizes.slice(1, -1)
    const total = inner.reduce((sum, n) => sum + n * n, 0)
    let at = 0
    const split = (data: Float64Array, offset: number, length: number) =>
      Array.from({ length: steps + 1 }, (_, s) => data.slice(s * total + offset, s * total + offset + length))
    const run = { charges: [], kinetic: [], recorders: [], predicted: [] } as {
      -readonly [K in keyof ChargedRun]: ChargedRun[K]
    }
    for (const n of inner) {
      const charges = split(columns.charges.data as Float64Array, at, n * n)
      const kinetic = split(columns.kinetic.data as Float64Array, at, n * n).slice(1)
      const recorder = chargeRecorder({ ...rule, symmetry: 'linear', charge: charges[0] })
      const predicted: Float64Array[] = [charges[0]]
      for (const k of kinetic) {
        recorder.step(k)
        predicted.push(recorder.charge)
      }
      run.charges.push(charges)
      run.kinetic.push(kinetic)
      run.recorders.push(recorder)
      run.predicted.push(predicted)
      at += n * n
    }
    return run
  } finally {
    net.dispose()
  }
}

/** |a - b|_F over several layers. */
export function distance(a: readonly Float64Array[], b: readonly Float64Array[]): number {
  let sum = 0
  a.forEach((matrix, l) => {
    for (let i = 0; i < matrix.length; i++) sum += (matrix[i] - b[l][i]) ** 2
  })
  return Math.sqrt(sum)
}

/** The sum of the diagonal. */
export function traceOf(matrix: Float64Array): number {
  const n = Math.round(Math.sqrt(matrix.length))
  let sum = 0
  for (let i = 0; i < n; i++) sum += matrix[i * (n + 1)]
  return sum
}
