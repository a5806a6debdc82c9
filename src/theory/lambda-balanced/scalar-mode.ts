// One mode of a task-aligned start, strengths a and b of the two layers, u = a b:
//
//   tau a' = b (s - u),   tau b' = a (s - u),   b^2 - a^2 = lambda,   tau u' = sqrt(lambda^2 + 4 u^2)(s - u)
//
// It is the Riccati equation with one hidden unit. With p and m the components of (a, b) along the growing and the decaying eigenvector of
// [[-lambda/2, s], [s, lambda/2]], sigma = sqrt(s^2 + lambda^2/4), e = e^{-2 sigma T}:
//
//   (a, b)(T) = [p v+ + e m v-] / sqrt(e + (1 - e)/(2 sigma) (p^2 + e m^2))
//
// Sums of positive terms under the root, and no growing exponential: any lambda, any sign of s, any time.
import { checkNumber, checkOptions } from '../../check.js'
import { OptionError } from '../../errors.js'
import { length2, splitStrength } from '../../linalg/dense/balanced-factors.js'
import { exp } from '../../math/elementary.js'
import { checkNumbers, checkPerMode } from '../numerics/arrays.js'
import { meanDecay } from '../numerics/expm1.js'
import { modeBlock } from './eigen-system.js'
import { readTimes } from './operands.js'

/** Options of `lambdaModes`: the start is either `u0` with `lambda`, or `a0` and `b0`. */
export interface LambdaModesOptions {
  /** Singular values of the task, shape (k); negative for a mode that must be reversed. */
  s: ArrayLike<number>
  /** u(0) of each mode, or of all. */
  u0?: ArrayLike<number> | number
  /** b^2 - a^2, of each mode or of all; with u0. */
  lambda?: ArrayLike<number> | number
  /** Strengths of the layers, shape (k), instead of u0 and lambda. */
  a0?: ArrayLike<number>
  b0?: ArrayLike<number>
  times: ArrayLike<number>
  tau?: number
}

/** Modes at T times, shape (T, k) each. */
export interface LambdaModes {
  readonly a: Float64Array
  readonly b: Float64Array
  /** u = a b, the singular value of W_2 W_1 (with the sign of the mode). */
  readonly u: Float64Array
}

/**
 * The modes of a task-aligned lambda-balanced start: `a(t)`, `b(t)` and `u = a b`, exactly.
 *
 * @param options.times t >= 0 in the unit of tau, any order
 * @returns relative error of a few eps (1 + sigma t/tau), where u does not pass through zero
 * @throws {OptionError} neither or both of the two ways to start
 * @throws {ShapeError|DTypeError|RangeArgError} lists of different lengths, numbers out of range
 * @example
 * lambdaModes({ s: [2], u0: 2, lambda: 3, times: [0, 5] }).a // -> [1, 1]
 * @see Saxe, McClelland, Ganguli (2014), arXiv:1312.6120, for the hyperbolic form of u; Domine et al. (2024), arXiv:2409.14623, aligned dynamics
 */
export function lambdaModes(options: LambdaModesOptions): LambdaModes {
  const given = checkOptions(options, 'lambdaModes', ['s', 'u0', 'lambda', 'a0', 'b0', 'times', 'tau'])
  const s = checkNumbers(given.s, 's')
  const [a0, b0, lambdas] = readStrengths(given, s.length)
  const { scaled } = readTimes(given.times, given.tau)
  const k = s.length
  const a = new Float64Array(scaled.length * k)
  const b = new Float64Array(a.length)
  for (let j = 0; j < k; j++) {
    // A negative s is a positive one for -a.
    const sign = s[j] < 0 ? -1 : 1
    const block = modeBlock(Math.abs(s[j]), lambdas[j])
    const plus = block.c * sign * a0[j] + block.n * b0[j]
    const minus = block.c * b0[j] - block.n * sign * a0[j]
    for (let i = 0; i < scaled.length; i++) {
      if (scaled[i] === 0) {
        a[i * k + j] = a0[j]
        b[i * k + j] = b0[j]
        continue
      }
      const [x, y] = evolveMode(block, plus, minus, scaled[i])
      a[i * k + j] = sign * x
      b[i * k + j] = y
    }
  }
  return { a, b, u: a.map((value, i) => value * b[i]) }
}

/** (a, b) after time T from the components along the two eigenvectors. */
export function evolveMode(
  { sigma, c, n }: { sigma: number; c: number; n: number },
  plus: number,
  minus: number,
  time: number,
): [number, number] {
  const once = exp(-sigma * time)
  const twice = once * once
  const base = time * meanDecay(2 * sigma * time)
  const rest = Math.sqrt(1 + base * minus * minus)
  // Without a growing part both sides carry e^{-sigma T}: divided out, so that it may underflow.
  if (plus === 0) return [(-n * once * minus) / rest, (c * once * minus) / rest]
  const scale = length2(once * rest, Math.sqrt(base) * plus)
  return [(c * plus - n * twice * minus) / scale, (n * plus + c * twice * minus) / scale]
}

/** a(0), b(0) and lambda. */
function readStrengths(
  given: Partial<Record<string, unknown>>,
  count: number,
): [Float64Array, Float64Array, Float64Array] {
  const byStrength = given.u0 !== undefined
  const byLayers = given.a0 !== undefined && given.b0 !== undefined
  if (byStrength === byLayers || (byLayers && given.lambda !== undefined)) {
    throw new OptionError('lambdaModes starts from either u0 (and lambda) or a0 and b0', { argument: 'u0' })
  }
  if (byLayers) {
    const a0 = checkNumbers(given.a0, 'a0', {}, count)
    const b0 = checkNumbers(given.b0, 'b0', {}, count)
    return [a0, b0, a0.map((value, j) => (b0[j] - value) * (b0[j] + value))]
  }
  const u0 = checkPerMode(given.u0, 'u0', count, {})
  const lambda = checkPerMode(given.lambda ?? 0, 'lambda', count, {})
  const a = new Float64Array(count)
  const b = new Float64Array(count)
  for (let j = 0; j < count; j++) {
    const [small, large] = splitStrength(Math.abs(u0[j]), lambda[j])
    a[j] = u0[j] < 0 ? -small : small
    b[j] = large
  }
  return [a, b, lambda]
}

/**
 * How much of the way from u0 to s a mode has gone, `gamma = (u - u0)/(s - u0)`, for lambda-balanced layers.
 *
 * Limits: `richFraction` for |lambda| much below 2 u0, `lazyFraction` for large |lambda|.
 *
 * @returns shape (T): from 0 to 1
 * @throws {OptionError} u0 = s: there is no way to go
 * @example
 * learnedFraction({ s: 1, u0: 0.5, lambda: 2, times: [0] }) // -> [0]
 * @see Domine et al. (2024), arXiv:2409.14623, where s(t) = s(0) + gamma(t; lambda)(s - s(0)); the closed form
 *   of gamma is this library's
 */
export function learnedFraction(options: {
  s: number
  u0: number
  lambda: number
  times: ArrayLike<number>
  tau?: number
}): Float64Array {
  const given = checkOptions(options, 'learnedFraction', ['s', 'u0', 'lambda', 'times', 'tau'])
  const s = checkNumber(given.s, 's')
  const u0 = checkNumber(given.u0, 'u0')
  if (s === u0) throw startsAtEnd(s)
  const lambda = checkNumber(given.lambda, 'lambda')
  const { u } = lambdaModes({ s: [s], u0, lambda, times: given.times as ArrayLike<number>, tau: given.tau as number })
  return u.map((value) => (value - u0) / (s - u0))
}

/** The error of a mode that has nowhere to go. */
export function startsAtEnd(s: number): OptionError {
  return new OptionError(`u0 = s = ${s}: the mode is learned already`, { argument: 'u0' })
}
