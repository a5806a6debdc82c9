// What scaling and squaring needs to know: Pade coefficients of exp, the norms up to which a degree is accurate to rounding, and
// the check that rules overscaling out. Numbers from Higham (2005) and Al-Mohy, Higham (2009).
import { log } from '../math/elementary.js'

/** Degrees of the diagonal Pade approximants in use. */
export const DEGREES = [3, 5, 7, 9, 13] as const

/** A degree of `DEGREES`. */
export type Degree = (typeof DEGREES)[number]

/** Largest |A| for which the approximant of a degree has a backward error below 2^-53. Higham (2005), table 2.3. */
export const THETA: Readonly<Record<Degree, number>> = {
  3: 1.495585217958292e-2,
  5: 2.53939833006323e-1,
  7: 9.504178996162932e-1,
  9: 2.097847961257068,
  13: 5.371920351148152,
}

/**
 * Coefficients b_0 .. b_m of the numerator, b_m = 1; the denominator is the numerator at -x. From
 * b_j = (2m - j)! / ((m - j)! j!), whose neighbours have the ratio b_j / b_(j+1) = (2m - j) (j + 1) / (m - j).
 */
export function padeCoefficients(m: Degree): Float64Array {
  const b = new Float64Array(m + 1)
  let exact = 1n
  b[m] = 1
  for (let j = m - 1; j >= 0; j--) {
    exact = (exact * BigInt(2 * m - j) * BigInt(j + 1)) / BigInt(m - j)
    b[j] = Number(exact)
  }
  return b
}

/**
 * How many more halvings the leading term of the backward error asks for, given the norm of `|A|^(2m+1)`; 0 for a matrix that is
 * scaled enough. Al-Mohy, Higham (2009), equation (5.1).
 *
 * @param powerNorm 1-norm of the (2m+1)-th power of the matrix of magnitudes
 * @param norm 1-norm of A
 */
export function extraHalvings(m: Degree, powerNorm: number, norm: number): number {
  if (powerNorm === 0 || norm === 0) return 0
  // The reciprocal of the leading coefficient: (2m choose m) (2m + 1)!
  let inverse = 1
  for (let k = 1; k <= m; k++) inverse *= (m + k) / k
  for (let k = 2; k <= 2 * m + 1; k++) inverse *= k
  const alpha = powerNorm / (norm * inverse)
  return Math.max(0, Math.ceil((log(alpha * 2 ** 53) * Math.LOG2E) / (2 * m)))
}
