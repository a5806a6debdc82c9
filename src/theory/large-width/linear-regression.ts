// Linear regression under gradient descent in high dimension, the network without hidden layers: closed forms for samples that are seen again
// and again, recursions for fresh ones.
import { checkInteger, checkNumber, checkOptions } from '../../check.js'
import { OptionError, ShapeError } from '../../errors.js'
import { cosPi } from '../../math/cosine.js'
import { checkNumbers } from '../numerics/arrays.js'
import { checkRates, checkRatio, type TheoryRate } from './dmft-options.js'

/** Options of `linearRegressionDynamics`: one of `sampleRatio`, `batchRatio`, `batchSize`, or none of them for the population. */
export interface LinearRegressionOptions {
  /** Number of updates, at most 2^20. */
  steps: number
  /** eta > 0 of `beta += eta q`: a number, one for each step, or a function of the step. */
  learningRate: TheoryRate
  /** alpha = P / D of samples that every step sees again, isotropic inputs. */
  sampleRatio?: number
  /** alpha_B = B / D of fresh samples in each step, isotropic inputs, D and B large. */
  batchRatio?: number
  /** B, fresh samples of each step in finite dimension: exact on average for Gaussian inputs. */
  batchSize?: number
  /** lam_k > 0, all D of them, with `batchSize`. */
  eigenvalues?: ArrayLike<number>
  /** beta*_k^2, with `batchSize`. Default all 1. */
  targets?: ArrayLike<number>
  /** D_0 of `x / sqrt(D_0)`, with `batchSize`. Default D. */
  normalizer?: number
  /** sigma >= 0, the standard deviation of the noise on targets. Default 0. */
  noise?: number
}

/** Losses at steps 0 .. `steps`. */
export interface RegressionDynamics {
  /** `1/D_0 sum lam_k (beta*_k - beta_k)^2`. */
  readonly test: Float64Array
  /** `1/P sum (y - f)^2` before the update, with the noise. */
  readonly train: Float64Array
}

const KEYS = [
  'steps',
  'learningRate',
  'sampleRatio',
  'batchRatio',
  'batchSize',
  'eigenvalues',
  'targets',
  'normalizer',
  'noise',
] as const

/** Nodes of the quadrature over the Marchenko-Pastur density. */
const NODES = 4000

/**
 * Test and training loss of linear regression from `beta = 0`, `|beta*|^2 = D`, on `1/(2P) sum (y - f)^2` with `f = beta.x / sqrt(D)`.
 *
 * - `sampleRatio`: `int rho(s) [(1 - eta s)^2t + (sigma^2/alpha) (1 - (1 - eta s)^t)^2 / s] ds + max(0, 1 - alpha)`, rho the Marchenko-Pastur
 *   density, by the midpoint rule in the angle with 4000 nodes: error below 2e-12. Stable where `eta < 2 / (1 + alpha^-1/2)^2`.
 * - `batchRatio`: `l' = [(1 - eta)^2 + eta^2/alpha_B] l + eta^2 sigma^2/alpha_B`.
 * - `batchSize`: the exact average at finite size, `l_k' = (1 - 2 eta lam_k) l_k + eta^2 [(1 + 1/B) lam_k^2 l_k + lam_k/B (sum_j lam_j l_j + D_0 sigma^2)]`.
 *
 * Rates that diverge give Infinity, never NaN.
 *
 * @throws {RangeArgError|OptionError|ShapeError|DTypeError} a bad option
 * @example
 * const { test } = linearRegressionDynamics({ steps: 1, learningRate: 0.3, sampleRatio: 2, noise: 0.5 })
 * Math.abs(test[1] - 0.54625) < 1e-12 // -> true
 * @see Advani, Saxe, Sompolinsky (2020), High-dimensional dynamics of generalization error in neural networks, arXiv:1710.03667
 */
export function linearRegressionDynamics(options: LinearRegressionOptions): RegressionDynamics {
  const given = checkOptions(options, 'linearRegressionDynamics', KEYS)
  const chosen = (['sampleRatio', 'batchRatio', 'batchSize'] as const).filter((name) => given[name] !== undefined)
  if (chosen.length > 1) throw new OptionError(`give one of ${chosen.join(' and ')}`, { argument: chosen[1] })
  const finite = ['eigenvalues', 'targets', 'normalizer'] as const
  const misplaced = finite.find((name) => given[name] !== undefined && given.batchSize === undefined)
  if (misplaced !== undefined) {
    throw new OptionError(`${misplaced} goes with batchSize; the other forms are those of isotropic inputs`, {
      argument: misplaced,
    })
  }
  const steps = checkInteger(given.steps, 'steps', { max: 2 ** 20 })
  const rates = checkRates(given.learningRate as TheoryRate, steps)
  const variance = checkNumber(given.noise ?? 0, 'noise', { min: 0 }) ** 2
  if (given.batchSize !== undefined) return freshModes(given, rates, variance)
  const ratio = checkRatio(given[chosen[0]] ?? Infinity, chosen[0] ?? 'sampleRatio')
  if (chosen[0] === 'sampleRatio' && ratio !== Infinity) return repeated(rates, ratio, variance)
  const test = new Float64Array(steps + 1).fill(1)
  for (let t = 0; t < steps; t++) {
    const eta = rates[t]
    test[t + 1] = bounded(((1 - eta) ** 2 + (eta * eta) / ratio) * test[t] + (eta * eta * variance) / ratio)
  }
  return { test, train: test.map((value) => value + variance) }
}

function repeated(rates: Float64Array, alpha: number, variance: number): RegressionDynamics {
  const [centre, radius] = [1 + 1 / alpha, 2 / Math.sqrt(alpha)]
  const density = new Float64Array(NODES)
  const eigenvalues = new Float64Array(NODES)
  for (let i = 0; i < NODES; i++) {
    const angle = (i + 0.5) / NODES
    const s = centre + radius * cosPi(angle)
    const sine = radius * cosPi(angle - 0.5)
    eigenvalues[i] = s
    // rho ds = alpha / (2 pi s) (radius sin)^2 d(angle), and d(angle) = pi / NODES.
    density[i] = (alpha * sine * sine) / (2 * s * NODES)
  }
  const times = rates.length
  const test = new Float64Array(times)
  const train = new Float64Array(times)
  // What is left of a direction, and (1 - that) / s without cancellation.
  const left = new Float64Array(NODES).fill(1)
  const learned = new Float64Array(NODES)
  for (let t = 0; t < times; t++) {
    let [loss, seen] = [Math.max(0, 1 - alpha), variance * Math.max(0, 1 - 1 / alpha)]
    for (let i = 0; i < NODES; i++) {
      const s = eigenvalues[i]
      const rest = left[i] * left[i]
      loss += density[i] * (rest + (variance / alpha) * s * learned[i] * learned[i])
      seen += density[i] * rest * (s + variance / alpha)
      learned[i] += rates[t] * (1 - s * learned[i])
      left[i] *= 1 - rates[t] * s
    }
    test[t] = bounded(loss)
    train[t] = bounded(seen)
  }
  return { test, train }
}

function freshModes(
  given: Partial<Record<(typeof KEYS)[number], unknown>>,
  rates: Float64Array,
  variance: number,
): RegressionDynamics {
  const batch = checkInteger(given.batchSize, 'batchSize', { min: 1 })
  if (given.eigenvalues === undefined) {
    throw new OptionError('batchSize needs eigenvalues, one an input (all 1 for isotropic inputs)', {
      argument: 'eigenvalues',
    })
  }
  const eigenvalues = checkNumbers(given.eigenvalues, 'eigenvalues', { above: 0 })
  const modes = eigenvalues.length
  if (modes === 0) throw new ShapeError('eigenvalues must hold at least one number', { argument: 'eigenvalues' })
  const error =
    given.targets === undefined
      ? new Float64Array(modes).fill(1)
      : checkNumbers(given.targets, 'targets', { min: 0 }, modes)
  const normalizer = checkNumber(given.normalizer ?? modes, 'normalizer', { above: 0 })
  const test = rates.map((eta) => {
    let total = 0
    for (let k = 0; k < modes; k++) total += eigenvalues[k] * error[k]
    const spread = (total + normalizer * variance) / batch
    for (let k = 0; k < modes; k++) {
      const lam = eigenvalues[k]
      const step = eta * lam
      error[k] = (1 - 2 * step + (1 + 1 / batch) * step * step) * error[k] + eta * step * spread
    }
    return bounded(total / normalizer)
  })
  return { test, train: test.map((value) => value + variance) }
}

/** A loss that left the numbers is infinite. */
function bounded(loss: number): number {
  return Number.isNaN(loss) ? Infinity : loss
}
