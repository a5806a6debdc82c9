// The matrix exponential by scaling and squaring: exp(A) = r(2^-s A)^(2^s), r a diagonal Pade approximant.
import { checkOptions } from '../check.js'
import type { Matrix } from '../engine/matrix.js'
import { RangeArgError } from '../errors.js'
import { log, pow } from '../math/elementary.js'
import { scaleByPowerOfTwo } from '../math/power-of-two.js'
import { type Degree, extraHalvings, padeCoefficients, THETA } from './expm-pade.js'
import { matmul } from './matmul.js'
import { norm } from './norm.js'
import { solve } from './solve.js'
import { checkFinite, checkSquare } from './solve-operands.js'

/** Norms above this are halved before anything is multiplied: the tenth power of a norm below it is a number. */
const LARGE = 2 ** 80

/**
 * The matrix exponential `exp(A) = I + A + A^2 / 2 + ...`.
 *
 * @param a (n, n), finite
 * @returns exp(A) - (n, n), of the element type of `a`, computed in float64; the caller disposes it. Truncation costs less than a
 *   backward error of eps |A|. Rounding is amplified by up to 108 in the approximant, where numerator or denominator cancel, and
 *   doubled by each of about log2(|A| / 5) squarings: where exp(A) is far smaller than exp(|A|), as for large negative definite A,
 *   expect to lose that much relative to |exp(A)|. Measured against 60 digits in test/linalg/expm.test.ts
 * @throws {ShapeError} `a` is not square
 * @throws {RangeArgError} NaN or an infinity in `a`, or the exponential overflows
 * @example
 * expm(engine.matrix([[0, 1], [0, 0]])).toNested() // -> [[1, 1], [0, 1]]
 * @see Higham (2005), SIAM J. Matrix Anal. Appl. 26, 1179-1193; Al-Mohy, Higham (2009), SIAM J. Matrix Anal. Appl. 31, 970-989
 */
export function expm(a: Matrix, options?: Record<string, never>): Matrix {
  checkOptions(options, 'options', [])
  const { engine, rows: n, dtype } = checkSquare(a, 'a')
  checkFinite(a, 'a')
  const out = engine.matrix([n, n], undefined, { dtype })
  if (n === 0) return out
  // Whatever is made from here on is given back, with or without an error.
  const mark = engine.mark()
  try {
    out.set(exponential(engine.matrix(a, { dtype: 'float64' })))
    checkResult(out)
  } catch (error) {
    engine.release(mark)
    out.dispose()
    throw error
  }
  engine.release(mark)
  return out
}

function exponential(a: Matrix): Matrix {
  let scale = 0
  for (let size = norm(a, 1); size > LARGE; size /= 2) scale++
  const base = scale === 0 ? a : combine(a, [scaleByPowerOfTwo(1, -scale)], [a], 0)
  const a2 = matmul(base, base)
  const a4 = matmul(a2, a2)
  const a6 = matmul(a4, a2)
  const d4 = pow(norm(a4, 1), 0.25)
  const d6 = pow(norm(a6, 1), 1 / 6)
  const low = Math.max(d4, d6)
  if (scale === 0) {
    for (const m of [3, 5] as const) {
      if (low <= THETA[m] && halvings(base, 1, m) === 0) return pade(m, base, [a2, a4])
    }
  }
  const a8 = matmul(a4, a4)
  const d8 = pow(norm(a8, 1), 0.125)
  const middle = Math.max(d6, d8)
  if (scale === 0) {
    for (const m of [7, 9] as const) {
      if (middle <= THETA[m] && halvings(base, 1, m) === 0) return pade(m, base, [a2, a4, a6, a8])
    }
  }
  const d10 = pow(norm(matmul(a4, a6), 1), 0.1)
  const high = Math.min(middle, Math.max(d8, d10))
  // The halvings done before count as well.
  let s = high === 0 ? 0 : Math.max(0, Math.ceil(log(high / THETA[13]) * Math.LOG2E))
  s += halvings(base, scaleByPowerOfTwo(1, -s), 13)
  const scaled = (matrix: Matrix, power: number) => combine(matrix, [scaleByPowerOfTwo(1, -s * power)], [matrix], 0)
  let x = pade13(scaled(base, 1), scaled(a2, 2), scaled(a4, 4), scaled(a6, 6))
  for (let squaring = 0; squaring < s + scale; squaring++) {
    const next = matmul(x, x)
    x.dispose()
    x = next
  }
  return x
}

/** Further halvings that degree m asks for at `factor` A. */
function halvings(a: Matrix, factor: number, m: Degree): number {
  const { rows: n } = a
  const data = a.view()
  let sums = new Float64Array(n).fill(1)
  for (let power = 0; power < 2 * m + 1; power++) {
    const next = new Float64Array(n)
    for (let i = 0, at = 0; i < n; i++)
      for (let j = 0; j < n; j++, at++) next[j] += Math.abs(data[at]) * factor * sums[i]
    sums = next
  }
  return extraHalvings(m, Math.max(...sums), norm(a, 1) * factor)
}

/** r_m(A) for m up to 9, from the even powers of A. */
function pade(m: Degree, a: Matrix, powers: readonly Matrix[]): Matrix {
  const b = padeCoefficients(m)
  const used = powers.slice(0, (m - 1) / 2)
  const even = used.map((_, k) => b[2 * k + 2])
  const odd = used.map((_, k) => b[2 * k + 3])
  return quotient(matmul(a, combine(a, odd, used, b[1])), combine(a, even, used, b[0]))
}

/** r_13(A) from A^2, A^4 and A^6: three products more. */
function pade13(a: Matrix, a2: Matrix, a4: Matrix, a6: Matrix): Matrix {
  const b = padeCoefficients(13)
  const powers = [a2, a4, a6]
  const half = (first: number) => {
    const high = matmul(a6, combine(a, [b[first + 8], b[first + 10], b[first + 12]], powers, 0))
    const low = combine(a, [b[first + 2], b[first + 4], b[first + 6]], powers, b[first])
    return combine(a, [1, 1], [high, low], 0)
  }
  return quotient(matmul(a, half(1)), half(0))
}

/** (V - U)^-1 (V + U). */
function quotient(u: Matrix, v: Matrix): Matrix {
  return solve(combine(u, [1, -1], [v, u], 0), combine(u, [1, 1], [v, u], 0))
}

/** sum of factors times matrices, plus `shift` on the diagonal; a new matrix of the shape of `like`. */
function combine(like: Matrix, factors: readonly number[], matrices: readonly Matrix[], shift: number): Matrix {
  const { engine, rows: n } = like
  const out = engine.matrix([n, n], undefined, { dtype: 'float64' })
  const to = out.view()
  factors.forEach((factor, k) => {
    const from = matrices[k].view()
    for (let i = 0; i < to.length; i++) to[i] += factor * from[i]
  })
  for (let i = 0; i < n; i++) to[i * n + i] += shift
  return out
}

function checkResult(out: Matrix): void {
  if (out.view().every(Number.isFinite)) return
  throw new RangeArgError(`the exponential of a exceeds the range of ${out.dtype}`, { argument: 'a' })
}
