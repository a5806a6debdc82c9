// Sums of products in twice float64: the oracle for float64 kernels. Products are split by Veltkamp and Dekker, sums by
// Knuth; about 106 bits, while no product overflows or underflows.

/** An unevaluated sum of two float64, high + low. */
export interface DoubleDouble {
  high: number
  low: number
}

function twoSum(a: number, b: number): DoubleDouble {
  const high = a + b
  const part = high - a
  return { high, low: a - (high - part) + (b - part) }
}

function split(a: number): DoubleDouble {
  const scaled = 134217729 * a
  const high = scaled - (scaled - a)
  return { high, low: a - high }
}

function twoProduct(a: number, b: number): DoubleDouble {
  const high = a * b
  const x = split(a)
  const y = split(b)
  return { high, low: x.low * y.low - (high - x.high * y.high - x.low * y.high - x.high * y.low) }
}

/** sum + a b. */
export function addProduct(sum: DoubleDouble, a: number, b: number): DoubleDouble {
  const product = twoProduct(a, b)
  const s = twoSum(sum.high, product.high)
  return twoSum(s.high, s.low + product.low + sum.low)
}

/** sum * factor. */
export function scale(sum: DoubleDouble, factor: number): DoubleDouble {
  const product = twoProduct(sum.high, factor)
  return twoSum(product.high, product.low + sum.low * factor)
}

/** high + low - x, rounded once or twice: the difference that a residual needs. */
export function minus(sum: DoubleDouble, x: number): number {
  const s = twoSum(sum.high, -x)
  return s.high + (s.low + sum.low)
}
