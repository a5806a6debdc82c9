// Linear regression with power-law spectra, the model of neural scaling laws:
//
//   x_k ~ N(0, lam_k),  lam_k = k^-b,   y = sum_k beta_k x_k,  lam_k beta_k^2 = k^-(1 + b s),   k = 1 .. K
//
// b is the capacity exponent (how fast the inputs' variances fall), s the source exponent (how fast the target's share of a mode
// falls against them): small s is a hard task. On the population C(W) = 1/2 sum_k lam_k (w_k - beta_k)^2.
import { checkInteger, checkNumber, checkOptions } from '../check.js'
import { OptionError, RangeArgError } from '../errors.js'
import { pow } from '../math/elementary.js'
import { foldIn, key } from '../random/key.js'
import { normal } from '../random/normal.js'
import { type RegressionTask, regression } from './regression.js'
import { diagonalTask } from './statistics.js'
import type { Task } from './task.js'

/** Options of `powerLaw`. */
export interface PowerLawOptions {
  /** K, the number of modes and of inputs. */
  dimensions: number
  /** b > 0 of `lam_k = k^-b`; the variance of the inputs stays bounded as K grows where b > 1. */
  capacity: number
  /** s > 0 of `lam_k beta_k^2 = k^-(1 + b s)`; the task is hard where s < 1. */
  source: number
  /** Draw this many samples instead of taking the population. */
  samples?: number
  /** Standard deviation of the noise on the targets of samples. Default 0. */
  noise?: number
  /** Seed of the samples. Default 0. */
  seed?: number | bigint
}

/** A regression task that knows its spectrum and its teacher. */
export interface PowerLawTask extends Task {
  /** lam_k, the variance of input k, (K). */
  readonly eigenvalues: Float64Array
  /** beta_k, the teacher, all positive, (K). */
  readonly target: Float64Array
  /** The least loss that any W reaches. */
  readonly minimumLoss: number
}

/**
 * Regression with one output on K inputs of variances `lam_k = k^-b`, towards the teacher `beta_k = k^((b - 1 - b s)/2)`.
 *
 * Without `samples` the loss is that of the population, `C(W) = 1/2 sum_k lam_k (w_k - beta_k)^2`, half the test error of the
 * literature; a step costs O(K). With them the task is `regression(X, beta X + noise E)` on P Gaussian samples; the population's
 * loss is then that of the same call without `samples`. In terms of exponents with `lam_k ~ k^-b` and `lam_k beta_k^2 ~ k^-a`:
 * `s = (a - 1)/b`.
 *
 * @throws {RangeArgError} exponents so large that a variance underflows or a target overflows; more samples than fit in memory
 * @throws {OptionError} `noise` or `seed` without `samples`
 * @example
 * powerLaw({ dimensions: 100, capacity: 2, source: 0.5 }).eigenvalues[1] // -> 0.25
 * @see Bordelon, Atanasov, Pehlevan (2024), How feature learning can improve neural scaling laws, arXiv:2409.17858
 */
export function powerLaw(options: PowerLawOptions & { samples: number }): PowerLawTask & RegressionTask
export function powerLaw(options: PowerLawOptions): PowerLawTask
export function powerLaw(options: PowerLawOptions): PowerLawTask {
  const given = checkOptions(options, 'powerLaw', ['dimensions', 'capacity', 'source', 'samples', 'noise', 'seed'])
  const dimensions = checkInteger(given.dimensions, 'dimensions', { min: 1, max: 2 ** 24 })
  const capacity = checkNumber(given.capacity, 'capacity', { above: 0 })
  const source = checkNumber(given.source, 'source', { above: 0 })
  for (const name of ['noise', 'seed'] as const) {
    if (given.samples === undefined && given[name] !== undefined) {
      throw new OptionError(`${name} goes with samples; the population has none`, { argument: name })
    }
  }
  const noise = checkNumber(given.noise ?? 0, 'noise', { min: 0 })
  const root = key((given.seed ?? 0) as number | bigint)
  const samples =
    given.samples === undefined ? undefined : checkInteger(given.samples, 'samples', { min: 1, max: 2 ** 32 - 1 })
  const growth = (capacity - 1 - capacity * source) / 2
  const eigenvalues = Float64Array.from({ length: dimensions }, (_, i) => pow(i + 1, -capacity))
  const target = Float64Array.from({ length: dimensions }, (_, i) => pow(i + 1, growth))
  const [least, last] = [eigenvalues[dimensions - 1], target[dimensions - 1]]
  if (!(least > 0 && Number.isFinite(last))) {
    throw new RangeArgError(
      `capacity ${capacity} and source ${source} give mode ${dimensions} the variance ${least} and the target ${last}; take fewer dimensions or smaller exponents`,
      { argument: 'capacity' },
    )
  }
  const task =
    samples === undefined
      ? diagonalTask('power law', eigenvalues, target, 1, 0)
      : sampled(eigenvalues, target, samples, noise, root)
  return { ...task, name: 'power law', eigenvalues, target }
}

/** Regression on Gaussian samples of the model. */
function sampled(
  eigenvalues: Float64Array,
  target: Float64Array,
  samples: number,
  noise: number,
  root: ReturnType<typeof key>,
): RegressionTask {
  const dimensions = eigenvalues.length
  if (samples * (dimensions + 1) > 2 ** 28 || dimensions > 2 ** 12) {
    throw new RangeArgError(
      `${samples} samples of ${dimensions} modes are more than fit in memory (2^28 numbers, 4096 modes); take the population`,
      { argument: 'samples' },
    )
  }
  const x = normal(foldIn(root, 1), dimensions * samples)
  const y = noise === 0 ? new Float64Array(samples) : normal(foldIn(root, 2), samples).map((value) => noise * value)
  for (let k = 0; k < dimensions; k++) {
    const deviation = Math.sqrt(eigenvalues[k])
    for (let p = 0; p < samples; p++) {
      const at = k * samples + p
      x[at] *= deviation
      y[p] += target[k] * x[at]
    }
  }
  return regression({ data: x, shape: [dimensions, samples] }, { data: y, shape: [1, samples] })
}
