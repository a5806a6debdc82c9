// cos(pi x) and sin(pi x) with the same bits on every engine: the argument is brought below a quarter by exact steps, then Taylor series that a
// float64 cannot tell from the function.

/**
 * cos(pi x).
 *
 * @param x any finite number; NaN and infinities give NaN
 * @returns cos(pi x), absolute error below 2.3e-16; exactly 0, 1, -1 at halves and integers
 * @example cosPi(1) // -> -1
 */
export function cosPi(x: number): number {
  if (!Number.isFinite(x)) return NaN
  // Periods of 2, then the symmetries about 0, 1 and 1/2: all exact.
  let turn = Math.abs(x) % 2
  if (turn > 1) turn = 2 - turn
  const sign = turn > 0.5 ? -1 : 1
  if (turn > 0.5) turn = 1 - turn
  return sign * (turn <= 0.25 ? cosSeries(Math.PI * turn) : sinSeries(Math.PI * (0.5 - turn)))
}

/**
 * sin(pi x).
 *
 * @param x any finite number; NaN and infinities give NaN
 * @returns sin(pi x), absolute error below 2.3e-16, relative error below 3 ulp for |x| <= 1/2; exactly 0, 1, -1 at integers and halves
 * @example sinPi(0.5) // -> 1
 */
export function sinPi(x: number): number {
  if (!Number.isFinite(x)) return NaN
  let turn = x % 2
  if (turn > 1) turn -= 2
  else if (turn < -1) turn += 2
  // sin(pi - t) = sin t.
  const size = Math.abs(turn) > 0.5 ? 1 - Math.abs(turn) : Math.abs(turn)
  const value = size <= 0.25 ? sinSeries(Math.PI * size) : cosSeries(Math.PI * (0.5 - size))
  return turn < 0 ? -value : value
}

/** cos t for |t| <= pi/4. */
function cosSeries(t: number): number {
  const s = t * t
  const end = 1 / 3628800 - s * (1 / 479001600 - s * (1 / 87178291200 - s * (1 / 20922789888000)))
  return 1 - s * (0.5 - s * (1 / 24 - s * (1 / 720 - s * (1 / 40320 - s * end))))
}

/** sin t for |t| <= pi/4. */
function sinSeries(t: number): number {
  const s = t * t
  const end = 1 / 39916800 - s * (1 / 6227020800 - s * (1 / 1307674368000 - s * (1 / 355687428096000)))
  return t - t * s * (1 / 6 - s * (1 / 120 - s * (1 / 5040 - s * (1 / 362880 - s * end))))
}
