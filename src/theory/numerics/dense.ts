// Products of small row-major matrices, each from its place (`aAt`, `bAt`, `outAt`) in its array. Sums run in ascending order of the inner index.

/** a b: (m, k) times (k, n). */
export function multiply(
  a: Float64Array,
  b: Float64Array,
  m: number,
  k: number,
  n: number,
  out: Float64Array = new Float64Array(m * n),
  aAt = 0,
  bAt = 0,
  outAt = 0,
): Float64Array {
  return multiplyRows(a, aAt, k, 1, b, bAt, m, k, n, out, outAt)
}

/** a' b: a is (k, m), b is (k, n). */
export function multiplyLeftTransposed(
  a: Float64Array,
  b: Float64Array,
  m: number,
  k: number,
  n: number,
  out: Float64Array = new Float64Array(m * n),
  aAt = 0,
  bAt = 0,
  outAt = 0,
): Float64Array {
  return multiplyRows(a, aAt, 1, m, b, bAt, m, k, n, out, outAt)
}

/** The same for a whose element (i, l) stands at `aAt + i * rowStep + l * columnStep`. */
function multiplyRows(
  a: Float64Array,
  aAt: number,
  rowStep: number,
  columnStep: number,
  b: Float64Array,
  bAt: number,
  m: number,
  k: number,
  n: number,
  out: Float64Array,
  outAt: number,
): Float64Array {
  for (let i = 0; i < m; i++) {
    const row = outAt + i * n
    if (n < 5) {
      // Too short a row to go along it: one sum at a time.
      for (let j = 0; j < n; j++) {
        let sum = 0
        for (let l = 0; l < k; l++) sum += a[aAt + i * rowStep + l * columnStep] * b[bAt + l * n + j]
        out[row + j] = sum
      }
      continue
    }
    for (let j = 0; j < n; j++) out[row + j] = 0
    for (let l = 0; l < k; l++) {
      const factor = a[aAt + i * rowStep + l * columnStep]
      const from = bAt + l * n
      for (let j = 0; j < n; j++) out[row + j] += factor * b[from + j]
    }
  }
  return out
}

/** a b': a is (m, k), b is (n, k). */
export function multiplyRightTransposed(
  a: Float64Array,
  b: Float64Array,
  m: number,
  k: number,
  n: number,
  out: Float64Array = new Float64Array(m * n),
  aAt = 0,
  bAt = 0,
  outAt = 0,
): Float64Array {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let l = 0; l < k; l++) sum += a[aAt + i * k + l] * b[bAt + j * k + l]
      out[outAt + i * n + j] = sum
    }
  }
  return out
}

/** Multiplies column j of the (m, n) matrix by factors[j], into a new matrix. */
export function scaleColumns(a: Float64Array, m: number, n: number, factors: ArrayLike<number>): Float64Array {
  const scaled = new Float64Array(m * n)
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) scaled[i * n + j] = a[i * n + j] * factors[j]
  return scaled
}

/** u diag(s) v': u is (m, r), v is (n, r). */
export function compose(
  u: Float64Array,
  s: ArrayLike<number>,
  v: Float64Array,
  m: number,
  n: number,
  out?: Float64Array,
): Float64Array {
  const r = s.length
  return multiplyRightTransposed(scaleColumns(u, m, r, s), v, m, r, n, out)
}

/** The sum of x_i y_i. */
export function inner(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i]
  return sum
}

/** The Frobenius norm. */
export function frobenius(x: Float64Array): number {
  return Math.sqrt(inner(x, x))
}

/** x - y, into a new array. */
export function difference(x: Float64Array, y: Float64Array): Float64Array {
  const out = new Float64Array(x.length)
  for (let i = 0; i < x.length; i++) out[i] = x[i] - y[i]
  return out
}
