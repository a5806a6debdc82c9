// Sums of Kronecker products K = sum_l A_l (x) B_l that are never formed, from  <A (x) B, C (x) D> = <A, C> <B, D>.
//
// 1 - cos would lose every digit of a kernel that has hardly moved. So the difference is taken factor by factor instead: with
// A = alpha A0 + A~, A~ orthogonal to A0, and B = beta B0 + B~,
//
//   K - c K0 = sum_l  A0 (x) (alpha B~ + (alpha beta - c) B0)  +  A~ (x) B,      1 - cos = |K / |K| - K0 / |K0||^2 / 2,   c = |K| / |K0|
//
// and the square of a small number is summed, not the difference of two large ones.
import { combined, divided, dot, largest } from './arrays.js'

/** One product A (x) B, elements row by row. */
export interface KroneckerTerm {
  readonly a: Float64Array
  readonly b: Float64Array
}

/** K = scale * sum of terms whose largest elements are at most 1: deep networks with small weights would underflow. */
export interface KroneckerSum {
  readonly terms: readonly KroneckerTerm[]
  readonly scale: number
  /** The square of the norm of the sum of terms. */
  readonly square: number
}

/** The sum of terms, ready to be compared. */
export function kroneckerSum(given: readonly KroneckerTerm[]): KroneckerSum {
  const sizes = given.map(({ a, b }) => [largest(a), largest(b)])
  const scale = sizes.reduce((most, [a, b]) => Math.max(most, a * b), 0)
  const terms = given.map(({ a, b }, l) => {
    const [ofA, ofB] = sizes[l]
    const share = scale === 0 ? 0 : (ofA * ofB) / scale
    return { a: divided(a, ofA), b: combined(share, divided(b, ofB), 0, b) }
  })
  return { terms, scale, square: square(terms) }
}

/** |K|_F. */
export function kroneckerNorm({ scale, square }: KroneckerSum): number {
  return scale * Math.sqrt(Math.max(0, square))
}

/** 1 - <K, K0> / (|K| |K0|), from 0 to 2; NaN where one of them is zero or not finite. */
export function cosineDistance(k: KroneckerSum, k0: KroneckerSum): number {
  const moved = square(difference(k.terms, k0.terms, Math.sqrt(k.square / k0.square)))
  return Math.max(0, moved / (2 * k.square))
}

/** |K - K0| / |K0|; NaN where K0 is zero or one of them is not finite. */
export function relativeDistance(k: KroneckerSum, k0: KroneckerSum): number {
  if (k.scale === 0) return k0.scale > 0 ? 1 : Number.NaN
  const moved = square(difference(k.terms, k0.terms, k0.scale / k.scale))
  return (Math.sqrt(Math.max(0, moved)) * (k.scale / k0.scale)) / Math.sqrt(k0.square)
}

/** The terms of K - c K0, whose terms belong together one by one. */
function difference(k: readonly KroneckerTerm[], k0: readonly KroneckerTerm[], c: number): KroneckerTerm[] {
  return k.flatMap(({ a, b }, l) => {
    const { a: a0, b: b0 } = k0[l]
    const [alpha, beta] = [part(a, a0), part(b, b0)]
    const turned = combined(1, b, -beta, b0)
    return [
      { a: a0, b: combined(alpha, turned, alpha * beta - c, b0) },
      { a: combined(1, a, -alpha, a0), b },
    ]
  })
}

/** The multiple of y in x. */
function part(x: Float64Array, y: Float64Array): number {
  const length = dot(y, y)
  return length === 0 ? 0 : dot(x, y) / length
}

/** The square of the norm of a sum of terms. */
function square(terms: readonly KroneckerTerm[]): number {
  let sum = 0
  for (let i = 0; i < terms.length; i++) {
    for (let j = 0; j <= i; j++) {
      sum += (i === j ? 1 : 2) * dot(terms[i].a, terms[j].a) * dot(terms[i].b, terms[j].b)
    }
  }
  return sum
}
