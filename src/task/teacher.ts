// A random linear teacher of low rank, seen exactly, through noise, or through a finite sample.
import { checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import { DTypeError, OptionError, RangeArgError } from '../errors.js'
import { haarOrthonormal } from '../linalg/dense/haar.js'
import { foldIn, key } from '../random/key.js'
import { normal } from '../random/normal.js'
import { regression } from './regression.js'
import type { Task } from './task.js'
import { whitened } from './whitened.js'

/** Half a gigabyte of numbers; making more of them takes minutes. */
const MOST_ENTRIES = 2 ** 26

/** Options of `teacher`. */
export interface TeacherOptions {
  inputs: number
  outputs: number
  /** Rank of the teacher; default min(inputs, outputs), or the number of `singularValues`. */
  rank?: number
  /** Singular values; the singular vectors are then Haar-random. Default: a product of Gaussian factors, entries of variance 1. */
  singularValues?: readonly number[]
  /** Standard deviation of the noise: on the teacher's entries, or on the targets of a sample. Default 0. */
  noise?: number
  /** Draw this many samples with standard normal inputs. Default: whitened inputs, infinitely many. */
  samples?: number
  /** Seed of everything random here. Default 0. */
  seed?: number | bigint
}

/** A task that knows the map behind it. */
export interface TeacherTask extends Task {
  /** The teacher A*, (outputs, inputs) row-major, without noise. */
  readonly map: Float64Array
}

/**
 * A task set by a random linear teacher `A*` (outputs, inputs) of the given rank.
 *
 * Without `singularValues`, `A* = C D' / sqrt(rank)` with standard normal C (outputs, rank) and D (inputs, rank), so entries have variance 1;
 * with them, `A* = U diag(s) V'`. Without `samples` the task is `whitened(A* + noise E)`; with them it is
 * `regression(X, A* X + noise E)`, E standard normal throughout.
 * @example
 * teacher({ inputs: 8, outputs: 8, singularValues: [4, 2, 1], seed: 3 })
 */
export function teacher(options: TeacherOptions): TeacherTask {
  const given = checkOptions(options, 'teacher', [
    'inputs',
    'outputs',
    'rank',
    'singularValues',
    'noise',
    'samples',
    'seed',
  ])
  const inputs = checkInteger(given.inputs, 'inputs', { min: 1 })
  const outputs = checkInteger(given.outputs, 'outputs', { min: 1 })
  if (inputs * outputs > MOST_ENTRIES) {
    throw new RangeArgError(
      `a map of ${inputs} inputs to ${outputs} outputs is too large; it may have ${MOST_ENTRIES} entries`,
      { argument: 'inputs' },
    )
  }
  const values = given.singularValues as readonly number[] | undefined
  if (values !== undefined && !Array.isArray(values) && !ArrayBuffer.isView(values)) {
    throw new DTypeError(`singularValues must be an array of numbers, got ${describe(values)}`, {
      argument: 'singularValues',
    })
  }
  const most = Math.min(inputs, outputs)
  const rank = checkInteger(given.rank ?? values?.length ?? most, 'rank', { min: 1, max: most })
  if (values !== undefined && values.length !== rank) {
    throw new OptionError(`rank is ${rank}, but there are ${values.length} singularValues`, { argument: 'rank' })
  }
  for (const [i, value] of (values ?? []).entries()) checkNumber(value, `singularValues[${i}]`, { min: 0 })
  const noise = checkNumber(given.noise ?? 0, 'noise', { min: 0 })
  const root = key((given.seed ?? 0) as number | bigint)
  const factor = (stream: number, rows: number) =>
    values === undefined ? normal(foldIn(root, stream), rows * rank) : haarOrthonormal(foldIn(root, stream), rows, rank)
  const [left, right] = [factor(1, outputs), factor(2, inputs)]
  const strengths = values ?? new Array<number>(rank).fill(1 / Math.sqrt(rank))
  const map = new Float64Array(outputs * inputs)
  for (let i = 0; i < outputs; i++) {
    for (let j = 0; j < inputs; j++) {
      let sum = 0
      for (let r = 0; r < rank; r++) sum += left[i * rank + r] * strengths[r] * right[j * rank + r]
      map[i * inputs + j] = sum
    }
  }
  const task =
    given.samples === undefined
      ? whitened({ data: withNoise(map, noise, foldIn(root, 3)), shape: [outputs, inputs] })
      : sampled(map, inputs, outputs, noise, checkInteger(given.samples, 'samples', { min: 1 }), root)
  return { ...task, name: 'teacher', map }
}

function sampled(
  map: Float64Array,
  inputs: number,
  outputs: number,
  noise: number,
  samples: number,
  root: ReturnType<typeof key>,
): Task {
  if (samples * (inputs + outputs) > 2 ** 28) {
    throw new RangeArgError(
      `${samples} samples of ${inputs} inputs are more than fit in memory; use the whitened task`,
      {
        argument: 'samples',
      },
    )
  }
  const x = normal(foldIn(root, 4), inputs * samples)
  const y = new Float64Array(outputs * samples)
  for (let i = 0; i < outputs; i++) {
    for (let j = 0; j < inputs; j++) {
      const weight = map[i * inputs + j]
      for (let p = 0; p < samples; p++) y[i * samples + p] += weight * x[j * samples + p]
    }
  }
  return regression(
    { data: x, shape: [inputs, samples] },
    { data: withNoise(y, noise, foldIn(root, 3)), shape: [outputs, samples] },
  )
}

function withNoise(values: Float64Array, noise: number, stream: ReturnType<typeof key>): Float64Array {
  if (noise === 0) return values
  const errors = normal(stream, values.length)
  return values.map((value, i) => value + noise * errors[i])
}
