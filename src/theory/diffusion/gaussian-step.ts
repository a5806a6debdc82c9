// A linear Gaussian step of position and velocity, z := (I + N) z + noise of covariance C, and its powers by repeated squaring. N in the place of the matrix itself
// keeps the digits of slow modes, and covariances are sums of positive terms: nothing cancels, however short or long the time.

/** `z := (I + N) z + noise`, N row by row, C symmetric. */
export interface GaussianStep {
  readonly n11: number
  readonly n12: number
  readonly n21: number
  readonly n22: number
  readonly c11: number
  readonly c12: number
  readonly c22: number
}

const NOTHING: GaussianStep = { n11: 0, n12: 0, n21: 0, n22: 0, c11: 0, c12: 0, c22: 0 }

/** `first`, then `second`. */
export function compose(first: GaussianStep, second: GaussianStep): GaussianStep {
  const { n11: a, n12: b, n21: c, n22: d } = second
  const moved = spread(second, first.c11, first.c12, first.c22)
  return {
    n11: a * first.n11 + b * first.n21 + a + first.n11,
    n12: a * first.n12 + b * first.n22 + b + first.n12,
    n21: c * first.n11 + d * first.n21 + c + first.n21,
    n22: c * first.n12 + d * first.n22 + d + first.n22,
    c11: second.c11 + moved[0],
    c12: second.c12 + moved[1],
    c22: second.c22 + moved[2],
  }
}

/** (I + N) C (I + N)', as [11, 12, 22]. */
function spread({ n11, n12, n21, n22 }: GaussianStep, c11: number, c12: number, c22: number): [number, number, number] {
  const [p, q] = [1 + n11, 1 + n22]
  return [
    p * p * c11 + 2 * p * n12 * c12 + n12 * n12 * c22,
    p * n21 * c11 + (p * q + n12 * n21) * c12 + n12 * q * c22,
    n21 * n21 * c11 + 2 * n21 * q * c12 + q * q * c22,
  ]
}

/** The step `count` times, an integer >= 0. */
export function power(step: GaussianStep, count: number): GaussianStep {
  let result = NOTHING
  let base = step
  for (let left = count; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) result = compose(result, base)
    if (left > 1) base = compose(base, base)
  }
  return result
}

/** The mean after a step from (theta, v), relative to the fixed point. */
export function meanAfter({ n11, n12, n21, n22 }: GaussianStep, theta: number, v: number): [number, number] {
  return [theta + (n11 * theta + n12 * v), v + (n21 * theta + n22 * v)]
}

/** `E (theta_1 - theta_0)^2` for a start of covariance [11, 12, 22]. */
export function squareMoved({ n11, n12, c11 }: GaussianStep, start: readonly [number, number, number]): number {
  return n11 * n11 * start[0] + 2 * n11 * n12 * start[1] + n12 * n12 * start[2] + c11
}
