// Two layers with W_2' W_2 - W_1 W_1' = lambda I and given singular values of their product. Mode by mode, with m = s_1 s_2:
//
//   s_2^2 - s_1^2 = lambda,   s_1^2, s_2^2 = (sqrt(lambda^2 + 4 m^2) -+ lambda)/2
//   W_1 = R diag(s_1) V',   W_2 = U diag(s_2) R'
//
// The larger of the two comes from the formula, the smaller from m: (r - |lambda|)/2 would cancel. Directions of the hidden layer beyond
// the modes have (s_1, s_2) = (0, sqrt(lambda)) or (sqrt(-lambda), 0), which asks for hidden <= outputs or hidden <= inputs.
import { RangeArgError, ShapeError } from '../../errors.js'
import { dot } from './vector.js'

/** Sizes of two layers: inputs, hidden, outputs. */
export type TwoLayerSizes = readonly [number, number, number]

/**
 * sqrt(x^2 + y^2) without overflow or underflow on the way, error below 2 ulp.
 *
 * @example length2(3, -4) // -> 5
 */
export function length2(x: number, y: number): number {
  const large = Math.max(Math.abs(x), Math.abs(y))
  if (!(large > 0 && large < Infinity)) return large
  const ratio = Math.min(Math.abs(x), Math.abs(y)) / large
  return large * Math.sqrt(1 + ratio * ratio)
}

/**
 * The strengths of the two layers in a mode of strength m: `s_1 s_2 = m`, `s_2^2 - s_1^2 = lambda`.
 *
 * @param m >= 0
 * @param lambda of either sign
 * @returns [s_1, s_2], both >= 0, each with a relative error of a few eps
 * @example splitStrength(2, 3) // -> [1, 2]
 */
export function splitStrength(m: number, lambda: number): [number, number] {
  // Halves first: neither sum nor double may overflow.
  const large = Math.sqrt(length2(lambda / 2, m) + Math.abs(lambda) / 2)
  const small = large === 0 ? 0 : m / large
  return lambda >= 0 ? [small, large] : [large, small]
}

/**
 * The two layers, row-major: W_1 (hidden, inputs), W_2 (outputs, hidden).
 *
 * @param strengths singular values of W_2 W_1, >= 0, at most min(sizes) of them; the others are 0
 * @param left U, shape (outputs, min(outputs, hidden)), orthonormal columns
 * @param hidden R, shape (hidden, hidden), orthogonal
 * @param right V, shape (inputs, min(inputs, hidden)), orthonormal columns
 * @returns `|W_2' W_2 - W_1 W_1' - lambda I|` of the order of eps times the squared norms
 * @throws {RangeArgError} no such layers exist: lambda > 0 with hidden > outputs, lambda < 0 with hidden > inputs
 * @throws {ShapeError} more strengths than modes
 */
export function balancedFactors(
  lambda: number,
  strengths: ArrayLike<number>,
  sizes: TwoLayerSizes,
  left: Float64Array,
  hidden: Float64Array,
  right: Float64Array,
): [Float64Array, Float64Array] {
  const [ni, nh, no] = sizes
  checkBalanceable(lambda, sizes)
  if (strengths.length > Math.min(...sizes)) {
    throw new ShapeError(
      `sizes ${sizes.join(', ')} have ${Math.min(...sizes)} modes, got ${strengths.length} strengths`,
      {
        argument: 'strengths',
      },
    )
  }
  const count1 = Math.min(ni, nh)
  const count2 = Math.min(no, nh)
  // R diag(s_1) and R diag(s_2).
  const r1 = new Float64Array(nh * count1)
  const r2 = new Float64Array(nh * count2)
  for (let j = 0; j < nh; j++) {
    const [s1, s2] = splitStrength(j < strengths.length ? strengths[j] : 0, lambda)
    for (let h = 0; h < nh; h++) {
      if (j < count1) r1[h * count1 + j] = hidden[h * nh + j] * s1
      if (j < count2) r2[h * count2 + j] = hidden[h * nh + j] * s2
    }
  }
  const w1 = new Float64Array(nh * ni)
  const w2 = new Float64Array(no * nh)
  for (let h = 0; h < nh; h++) {
    for (let i = 0; i < ni; i++) w1[h * ni + i] = dot(r1, h * count1, right, i * count1, count1)
    for (let o = 0; o < no; o++) w2[o * nh + h] = dot(left, o * count2, r2, h * count2, count2)
  }
  return [w1, w2]
}

/** Layers of these sizes with W_2' W_2 - W_1 W_1' = lambda I exist: a matter of ranks. */
export function checkBalanceable(lambda: number, [ni, nh, no]: TwoLayerSizes): void {
  if (lambda > 0 && nh > no) {
    throw new RangeArgError(
      `lambda = ${lambda} > 0 asks for W_2 of rank ${nh}, the hidden layer, but there are ${no} outputs; take hidden <= outputs or lambda <= 0`,
      { argument: 'lambda', data: { lambda, inputs: ni, hidden: nh, outputs: no } },
    )
  }
  if (lambda < 0 && nh > ni) {
    throw new RangeArgError(
      `lambda = ${lambda} < 0 asks for W_1 of rank ${nh}, the hidden layer, but there are ${ni} inputs; take hidden <= inputs or lambda >= 0`,
      { argument: 'lambda', data: { lambda, inputs: ni, hidden: nh, outputs: no } },
    )
  }
}
