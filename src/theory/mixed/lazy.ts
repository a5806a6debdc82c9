// Lazy training of a noisy teacher: every entry of the map moves alike, so the errors are two parabolas.
import { checkNumber, checkOptions } from '../../check.js'
import { log } from '../../math/elementary.js'
import { log1p } from '../../math/hyperbolic.js'
import { checkNumbers } from '../numerics/arrays.js'
import { expm1 } from '../numerics/expm1.js'

/** Sizes per entry that the errors are made of. */
export interface LazyVariances {
  /** `|A*|^2 / d^2`, default 1. */
  teacher?: number
  /** `|E|^2 / d^2`, default 1. */
  noise?: number
  /** `|A_0|^2 / d^2 = sigma^4 w`, default 0. */
  start?: number
}

/** Curves of `lazyErrors`, each of shape (T). */
export interface LazyErrors {
  train: Float64Array
  test: Float64Array
}

/**
 * Errors of lazy training on Y = A* + E, with independent A*, E and A_0 of variances a, n, v per entry: `dA/dt = 2 c (Y - A)`, so that
 *
 *     test = (1 - x)^2 (a + v) + x^2 n,  train = (1 - x)^2 (a + n + v),  x = 1 - e^(-2 c t)
 *
 * @param scale c >= 0: variance of a weight times the width
 * @param times each >= 0, in units of 1 / learning rate, shape (T)
 * @param variances a, n, v, each >= 0
 * @returns `{ train, test }`, per entry
 * @throws {RangeArgError} {DTypeError} {OptionError} a number out of its range
 * @example lazyErrors(1, [0, 100]) // -> { train: [2, 0], test: [1, 1] }
 * @see Tu, Aranguri, Jacot (2024), arXiv:2405.17580, the lazy regime
 */
export function lazyErrors(scale: number, times: ArrayLike<number>, variances?: LazyVariances): LazyErrors {
  checkNumber(scale, 'scale', { min: 0 })
  const t = checkNumbers(times, 'times', { min: 0 })
  const { teacher, noise, start } = checkVariances(variances)
  const learned = t.map((time) => -expm1(-2 * scale * time))
  return {
    train: learned.map((x) => (1 - x) * (1 - x) * (teacher + noise + start)),
    test: learned.map((x) => (1 - x) * (1 - x) * (teacher + start) + x * x * noise),
  }
}

/** The best that lazy training reaches. */
export interface LazyOptimum {
  /** Least test error per entry. */
  test: number
  /** When. */
  time: number
}

/**
 * The least test error of lazy training and its time: `n (a + v) / (a + n + v)` at `x = (a + v) / (a + n + v)`, `t = -ln(1 - x) / (2 c)`.
 *
 * @param scale c > 0: variance of a weight times the width
 * @param variances a, n, v, each >= 0; n > 0, or the best time is never
 * @throws {RangeArgError} {DTypeError} {OptionError} a number out of its range
 * @example lazyOptimum(1).test // -> 0.5
 * @see Tu, Aranguri, Jacot (2024), arXiv:2405.17580, the lazy regime
 */
export function lazyOptimum(scale: number, variances?: LazyVariances): LazyOptimum {
  checkNumber(scale, 'scale', { above: 0 })
  const { teacher, noise, start } = checkVariances(variances)
  checkNumber(noise, 'variances.noise', { above: 0 })
  const signal = teacher + start
  // -ln(1 - x) = ln(1 + signal / noise).
  const ratio = signal / noise
  return {
    test: signal / (1 + ratio),
    time: (ratio < Infinity ? log1p(ratio) : log(signal) - log(noise)) / (2 * scale),
  }
}

function checkVariances(variances: LazyVariances | undefined): Required<LazyVariances> {
  const given = checkOptions(variances, 'variances', ['teacher', 'noise', 'start'])
  return {
    teacher: checkNumber(given.teacher ?? 1, 'variances.teacher', { min: 0 }),
    noise: checkNumber(given.noise ?? 1, 'variances.noise', { min: 0 }),
    start: checkNumber(given.start ?? 0, 'variances.start', { min: 0 }),
  }
}
