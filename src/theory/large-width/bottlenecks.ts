// What limits a power-law task at infinite time: the width of random features, or the number of samples. Both through the effective ridge
// kappa, at which N directions are resolved: sum_k lam_k / (lam_k + kappa) = N.
import { checkInteger, checkOptions } from '../../check.js'
import { ShapeError } from '../../errors.js'
import { checkNumbers } from '../numerics/arrays.js'

/** A spectrum: eigenvalues and the power of the target in each, with multiplicities. */
export interface BottleneckSpectrum {
  /** lam_k > 0. */
  eigenvalues: ArrayLike<number>
  /** p_k = lam_k beta*_k^2 >= 0. */
  powers: ArrayLike<number>
  /** How often each mode is there, > 0: for long spectra in bins. Default once. */
  multiplicities?: ArrayLike<number>
}

/** A checked spectrum. */
interface Modes {
  readonly eigenvalues: Float64Array
  readonly powers: Float64Array
  readonly counts: Float64Array
}

/**
 * kappa with `sum_k c_k lam_k / (lam_k + kappa) = N`, by bisection to the last bits. 0 where
 * there are no more than N modes.
 *
 * @param eigenvalues lam_k > 0
 * @param count N >= 1
 * @param multiplicities c_k > 0; default all 1
 * @throws {RangeArgError|ShapeError|DTypeError} bad arguments
 * @example
 * effectiveRidge([1, 1, 1, 1], 2) // -> 1
 */
export function effectiveRidge(
  eigenvalues: ArrayLike<number>,
  count: number,
  multiplicities?: ArrayLike<number>,
): number {
  const lam = checkNumbers(eigenvalues, 'eigenvalues', { above: 0 })
  const counts = countsOf(multiplicities, lam.length)
  return ridge(lam, counts, checkInteger(count, 'count', { min: 1 }))
}

/**
 * Loss of the best readout of N random linear features on the population, `sum_k p_k kappa / (lam_k + kappa)`: where a lazy network of width N
 * ends. Verified by value against simulation with 6000 inputs: 1.1% at N = 160, 6% at N = 20. For `lam_k = k^-b`, `p_k = k^-(1 + b s)` its
 * slope in N tends to `-b s` (s < 1), slowly.
 *
 * @throws {OptionError|RangeArgError|ShapeError|DTypeError} bad arguments
 * @example
 * widthBottleneck({ eigenvalues: [1, 1, 1, 1], powers: [1, 1, 1, 1] }, 2) // -> 2
 * @see Bordelon, Atanasov, Pehlevan (2024), A dynamical model of neural scaling laws, arXiv:2402.01092
 */
export function widthBottleneck(spectrum: BottleneckSpectrum, width: number): number {
  const { eigenvalues, powers, counts } = checkSpectrum(spectrum)
  const kappa = ridge(eigenvalues, counts, checkInteger(width, 'width', { min: 1 }))
  let loss = 0
  for (let k = 0; k < powers.length; k++) loss += (counts[k] * powers[k] * kappa) / (eigenvalues[k] + kappa)
  return loss
}

/**
 * Test loss of the interpolator of least norm of P noiseless Gaussian samples, `sum_k p_k kappa^2/(lam_k + kappa)^2 / (1 - g)`,
 * `g = 1/P sum_k lam_k^2/(lam_k + kappa)^2`: where gradient descent from 0 on P samples ends.
 *
 * @throws {OptionError|RangeArgError|ShapeError|DTypeError} bad arguments
 * @example
 * dataBottleneck({ eigenvalues: [1, 1, 1, 1], powers: [1, 1, 1, 1] }, 2) // -> 2
 * @see Bordelon, Canatar, Pehlevan (2020), Spectrum dependent learning curves in kernel regression and wide neural networks, arXiv:2002.02561
 */
export function dataBottleneck(spectrum: BottleneckSpectrum, samples: number): number {
  const { eigenvalues, powers, counts } = checkSpectrum(spectrum)
  const count = checkInteger(samples, 'samples', { min: 1 })
  const kappa = ridge(eigenvalues, counts, count)
  if (kappa === 0) return 0
  let [loss, rest] = [0, 0]
  for (let k = 0; k < powers.length; k++) {
    const share = kappa / (eigenvalues[k] + kappa)
    loss += counts[k] * powers[k] * share * share
    // 1 - g, term by term: lam/(lam + kappa) - lam^2/(lam + kappa)^2.
    rest += counts[k] * share * (eigenvalues[k] / (eigenvalues[k] + kappa))
  }
  return (loss * count) / rest
}

function checkSpectrum(spectrum: BottleneckSpectrum): Modes {
  const given = checkOptions(spectrum, 'spectrum', ['eigenvalues', 'powers', 'multiplicities'])
  const eigenvalues = checkNumbers(given.eigenvalues, 'eigenvalues', { above: 0 })
  const modes = eigenvalues.length
  return {
    eigenvalues,
    powers: checkNumbers(given.powers, 'powers', { min: 0 }, modes),
    counts: countsOf(given.multiplicities, modes),
  }
}

function countsOf(given: unknown, modes: number): Float64Array {
  if (modes === 0) throw new ShapeError('eigenvalues must hold at least one number', { argument: 'eigenvalues' })
  return given === undefined
    ? new Float64Array(modes).fill(1)
    : checkNumbers(given, 'multiplicities', { above: 0 }, modes)
}

/** The resolved directions at a ridge fall from all modes at 0 to none at infinity. */
function ridge(eigenvalues: Float64Array, counts: Float64Array, wanted: number): number {
  let total = 0
  let trace = 0
  for (let k = 0; k < counts.length; k++) {
    total += counts[k]
    trace += counts[k] * eigenvalues[k]
  }
  if (total <= wanted) return 0
  // Resolved < trace / kappa, so that the root is below trace / wanted; halve until it is bracketed.
  let high = trace / wanted
  let low = high / 2
  while (resolved(eigenvalues, counts, low) < wanted) [high, low] = [low, low / 2]
  for (let i = 0; i < 60 && high > low; i++) {
    const middle = 0.5 * (low + high)
    if (middle === low || middle === high) break
    if (resolved(eigenvalues, counts, middle) >= wanted) low = middle
    else high = middle
  }
  return low
}

function resolved(eigenvalues: Float64Array, counts: Float64Array, kappa: number): number {
  let sum = 0
  for (let k = 0; k < counts.length; k++) sum += (counts[k] * eigenvalues[k]) / (eigenvalues[k] + kappa)
  return sum
}
