// When a mode gets somewhere. With R(u) = sqrt(lambda^2 + 4 u^2) and Om = R(s), tau u' = R(u)(s - u) integrates to
//
//   t = (tau/Om) [ln G(uf) - ln G(u0)],   G(u) = (lambda^2 + 4 s u + Om R(u))/(s - u)
//
// For s u < 0 the numerator cancels and is 4 lambda^2 (s - u)^2/(Om R(u) - lambda^2 - 4 s u) instead. lambda -> 0 is no special case; the form
// with x = 2u/(|lambda| + R) would lose its digits there.
import { checkNumber, checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { length2 } from '../../linalg/dense/balanced-factors.js'
import { log } from '../../math/elementary.js'
import { log1p } from '../../math/hyperbolic.js'
import { checkNumbers, checkPerMode } from '../numerics/arrays.js'

/** Options of the times of modes. */
export interface ModeTimesOptions {
  /** Singular values of the task, shape (k), of either sign. */
  s: ArrayLike<number>
  /** u(0) of each mode, or of all. */
  u0: ArrayLike<number> | number
  /** Where to, for each mode or for all: between u0 and s. */
  to: ArrayLike<number> | number
  /** b^2 - a^2, of each mode or of all; default 0. */
  lambda?: ArrayLike<number> | number
  tau?: number
}

/**
 * The time that each mode of a task-aligned lambda-balanced start takes from `u0` to `to`.
 *
 * @returns shape (k), in the unit of tau; Infinity where it never arrives: `to = s`, or a start at, or a way across, the saddle u = 0 with
 *   lambda = 0. Absolute error of a few eps tau/Om
 * @throws {RangeArgError} a `to` that is not on the way from u0 to s
 * @throws {ShapeError|DTypeError} lists of different lengths
 * @example
 * modeTimes({ s: [1], u0: 0.25, to: 0.75 }) // -> [1.0986122886681098]
 * @see Saxe, McClelland, Ganguli (2014), arXiv:1312.6120; Domine et al. (2024), arXiv:2409.14623, aligned dynamics
 */
export function modeTimes(options: ModeTimesOptions): Float64Array {
  const given = checkOptions(options, 'modeTimes', ['s', 'u0', 'to', 'lambda', 'tau'])
  const s = checkNumbers(given.s, 's')
  const u0 = checkPerMode(given.u0, 'u0', s.length, {})
  const to = checkPerMode(given.to, 'to', s.length, {})
  const lambda = checkPerMode(given.lambda ?? 0, 'lambda', s.length, {})
  const tau = checkNumber(given.tau ?? 1, 'tau', { above: 0 })
  return s.map((value, j) => tau * scaledTime(value, u0[j], to[j], lambda[j], j))
}

/**
 * The time after which each mode is half learned, u = s/2.
 *
 * @returns shape (k); at lambda = 0 it is `tau/(2 s) ln(s/u0 - 1)`. 0 for a mode that starts beyond s/2
 * @throws {RangeArgError} s = 0; {ShapeError|DTypeError} lists of different lengths
 * @example
 * halfTimes({ s: [1], u0: 0.25 }) // -> [0.5493061443340549]
 */
export function halfTimes(options: Omit<ModeTimesOptions, 'to'>): Float64Array {
  const given = checkOptions(options, 'halfTimes', ['s', 'u0', 'lambda', 'tau'])
  const s = checkNumbers(given.s, 's')
  const u0 = checkPerMode(given.u0, 'u0', s.length, {})
  for (const [j, value] of s.entries()) {
    if (value === 0) throw new RangeArgError(`s[${j}] is 0: there is nothing to learn by half`, { argument: 's' })
  }
  // Beyond s/2 already: the time is 0.
  const to = s.map((value, j) => (Math.sign(value) * (u0[j] - value / 2) >= 0 ? u0[j] : value / 2))
  return modeTimes({ ...(given as unknown as ModeTimesOptions), to })
}

/**
 * When a reversed mode, converged on s and then trained on -s, crosses zero: `t = (tau/Om) ln(1 + Om/|lambda|)`,
 * `Om = sqrt(lambda^2 + 4 s^2)`. Signs flip in the order of s.
 *
 * @returns shape (k); Infinity at lambda = 0, where the mode goes to the saddle
 * @throws {RangeArgError} s = 0: nothing is to be reversed
 * @example
 * reversalTimes([1], 1.5) // -> [0.3923317012046905]
 * @see Domine et al. (2024), arXiv:2409.14623, reversal learning
 */
export function reversalTimes(s: ArrayLike<number>, lambda: number, tau = 1): Float64Array {
  const size = Math.abs(checkNumber(lambda, 'lambda'))
  const unit = checkNumber(tau, 'tau', { above: 0 })
  return checkNumbers(s, 's').map((value, j) => {
    if (value === 0) throw new RangeArgError(`s[${j}] is 0: there is nothing to reverse`, { argument: 's' })
    const om = length2(lambda, 2 * value)
    return (unit / om) * log1p(om / size)
  })
}

/** t/tau from u0 to uf. */
function scaledTime(s: number, u0: number, uf: number, lambda: number, j: number): number {
  if (u0 === uf) return 0
  if (!((uf - u0) * (s - u0) > 0 && Math.abs(uf - u0) <= Math.abs(s - u0))) {
    throw new RangeArgError(`to[${j}] = ${uf} is not on the way from u0 = ${u0} to s = ${s}`, {
      argument: 'to',
      data: { index: j },
    })
  }
  if (uf === s) return Infinity
  if (lambda === 0 && !(u0 * uf > 0)) return Infinity
  // By symmetry u runs upwards, or downwards to s >= 0.
  const sign = s < 0 ? -1 : 1
  const om = length2(lambda, 2 * s)
  if (om === 0) return 1 / (2 * Math.abs(uf)) - 1 / (2 * Math.abs(u0))
  const size = Math.abs(s)
  return (logOf(size, sign * uf, lambda, om) - logOf(size, sign * u0, lambda, om)) / om
}

/** ln |G(u)| for s >= 0; all terms are divided by Om first, so that squares of lambda cannot overflow. */
function logOf(s: number, u: number, lambda: number, om: number): number {
  const r = length2(lambda, 2 * u)
  const mixed = lambda * (lambda / om) + 4 * s * (u / om)
  const gap = Math.abs(s - u)
  if (mixed >= 0) return log((mixed + r) / gap)
  const share = (2 * lambda) / om
  return log((share * share * gap) / (r - mixed))
}
