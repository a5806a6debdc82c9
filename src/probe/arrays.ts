// Arithmetic on small results that were read from a frame: float64, rows one after the other.

/** sum x y, in four sums side by side: one alone would wait for itself. */
export function dot(x: Float64Array, y: Float64Array): number {
  const even = x.length - (x.length % 4)
  let [a, b, c, d] = [0, 0, 0, 0]
  for (let i = 0; i < even; i += 4) {
    a += x[i] * y[i]
    b += x[i + 1] * y[i + 1]
    c += x[i + 2] * y[i + 2]
    d += x[i + 3] * y[i + 3]
  }
  for (let i = even; i < x.length; i++) a += x[i] * y[i]
  return a + b + (c + d)
}

/** alpha x + beta y. */
export function combined(alpha: number, x: Float64Array, beta: number, y: Float64Array): Float64Array {
  const out = new Float64Array(x.length)
  for (let i = 0; i < out.length; i++) out[i] = alpha * x[i] + beta * y[i]
  return out
}

/** The largest modulus; NaN if there is one. */
export function largest(x: Float64Array): number {
  let most = 0
  for (let i = 0; i < x.length; i++) {
    const size = Math.abs(x[i])
    if (!(size <= most)) {
      if (Number.isNaN(size)) return size
      most = size
    }
  }
  return most
}

/** x / by; x itself where that is 0. */
export function divided(x: Float64Array, by: number): Float64Array {
  if (by === 0) return x
  const out = new Float64Array(x.length)
  for (let i = 0; i < out.length; i++) out[i] = x[i] / by
  return out
}

/** |x|, without overflow or underflow on the way. */
export function frobenius(x: Float64Array): number {
  const size = largest(x)
  const unit = divided(x, size)
  return size * Math.sqrt(dot(unit, unit))
}

/** <x, y> / (|x| |y|), from -1 to 1; NaN where one of them is zero. */
export function cosine(x: Float64Array, y: Float64Array): number {
  const [a, b] = [divided(x, largest(x)), divided(y, largest(y))]
  return Math.max(-1, Math.min(1, dot(a, b) / (Math.sqrt(dot(a, a)) * Math.sqrt(dot(b, b)))))
}

/** A (rows, cols) transposed. */
export function transposed(data: Float64Array, rows: number, cols: number): Float64Array<ArrayBuffer> {
  const out = new Float64Array(data.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = data[i * cols + j]
  return out
}
