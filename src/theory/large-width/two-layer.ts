// One hidden layer, infinitely wide, on the population: gradient descent closes on a few moments of the weights. With A = |w|^2, m = W'w and
// G = W'W (all per width, from A = 1, m = 0, G = 1) and e = eta gamma_h q, q = lam (beta* - m / gamma_h),
//
//   A' = A + 2 m.e + e.Ge,   m' = m + G e + e A + e (m.e),   G' = G + m e' + e m' + A e e'
import { checkInteger, checkNumber, checkOptions } from '../../check.js'
import { ShapeError } from '../../errors.js'
import { checkNumbers } from '../numerics/arrays.js'
import { checkRates, type TheoryRate } from './dmft-options.js'

/** Options of `twoLayerInfiniteWidth`. */
export interface TwoLayerInfiniteWidthOptions {
  /** Number of updates, at most 2^20. */
  steps: number
  /** eta: a number > 0, one for each step, or a function of the step. */
  learningRate: TheoryRate
  /** gamma_h > 0. Default 1. */
  richness?: number
  /** lam_k > 0, (K). Modes of equal eigenvalue may be merged into one with the sum of their targets. Default one mode, 1. */
  eigenvalues?: ArrayLike<number>
  /** beta*_k^2 >= 0, over D_0, (K). Default all 1. */
  targets?: ArrayLike<number>
}

/** Losses and maps at steps 0 .. `steps`. */
export interface TwoLayerDynamics {
  /** `sum_k lam_k (beta*_k - beta_k)^2`, (T). */
  readonly test: Float64Array
  /** beta_k / sqrt(D_0), (T, K). */
  readonly map: Float64Array
}

/** The moments of an infinitely wide hidden layer with K inputs. */
export class TwoLayerMoments {
  readonly modes: number
  /** |w|^2 / N. */
  readout = 1
  /** W'w / N, (K), which is gamma_h beta. */
  readonly product: Float64Array
  /** W'W / N, (K, K). */
  readonly gram: Float64Array

  constructor(modes: number) {
    this.modes = modes
    this.product = new Float64Array(modes)
    this.gram = new Float64Array(modes * modes)
    for (let k = 0; k < modes; k++) this.gram[k * (modes + 1)] = 1
  }

  /** One update of both layers from their old values. */
  update(e: Float64Array): void {
    const { modes, product, gram, readout } = this
    const image = new Float64Array(modes)
    let [along, square] = [0, 0]
    for (let k = 0; k < modes; k++) {
      let sum = 0
      for (let j = 0; j < modes; j++) sum += gram[k * modes + j] * e[j]
      image[k] = sum
      along += product[k] * e[k]
      square += sum * e[k]
    }
    for (let k = 0; k < modes; k++) {
      for (let j = 0; j < modes; j++) {
        gram[k * modes + j] += product[k] * e[j] + e[k] * product[j] + readout * e[k] * e[j]
      }
    }
    for (let k = 0; k < modes; k++) product[k] += image[k] + e[k] * (readout + along)
    this.readout += 2 * along + square
  }
}

/**
 * Gradient descent of a network with one hidden layer of infinite width on the population, exactly: `dlnDmft` with `depth: 1` and no ratios, at
 * a cost of O(K^2) a step. For one mode of eigenvalue 1 and small steps `dc/dtau = 2 (1 - c) sqrt(1 + gamma_h^2 c^2)`, beta = c beta*.
 *
 * Rates that diverge give Infinity, never NaN.
 *
 * @throws {RangeArgError|OptionError|ShapeError|DTypeError} a bad option
 * @example
 * Math.abs(twoLayerInfiniteWidth({ steps: 1, learningRate: 0.05, richness: 2 }).test[1] - 0.81) < 1e-15 // -> true
 * @see Bordelon, Pehlevan (2025), arXiv:2502.02531; the recursion was derived anew
 */
export function twoLayerInfiniteWidth(options: TwoLayerInfiniteWidthOptions): TwoLayerDynamics {
  const given = checkOptions(options, 'twoLayerInfiniteWidth', [
    'steps',
    'learningRate',
    'richness',
    'eigenvalues',
    'targets',
  ])
  const steps = checkInteger(given.steps, 'steps', { max: 2 ** 20 })
  const rates = checkRates(given.learningRate as TheoryRate, steps)
  const richness = checkNumber(given.richness ?? 1, 'richness', { above: 0 })
  const eigenvalues = checkNumbers(given.eigenvalues ?? [1], 'eigenvalues', { above: 0 })
  const modes = eigenvalues.length
  if (modes === 0) throw new ShapeError('eigenvalues must hold at least one number', { argument: 'eigenvalues' })
  const targets =
    given.targets === undefined
      ? new Float64Array(modes).fill(1)
      : checkNumbers(given.targets, 'targets', { min: 0 }, modes)
  const moments = new TwoLayerMoments(modes)
  const test = new Float64Array(steps + 1).fill(Infinity)
  const map = new Float64Array((steps + 1) * modes).fill(Infinity)
  const e = new Float64Array(modes)
  for (let t = 0; t <= steps; t++) {
    let loss = 0
    for (let k = 0; k < modes; k++) {
      const learned = moments.product[k] / richness
      const error = Math.sqrt(targets[k]) - learned
      loss += eigenvalues[k] * error * error
      e[k] = rates[t] * richness * eigenvalues[k] * error
      map[t * modes + k] = learned
    }
    if (!Number.isFinite(loss)) {
      map.fill(Infinity, t * modes)
      break
    }
    test[t] = loss
    moments.update(e)
  }
  return { test, map }
}
