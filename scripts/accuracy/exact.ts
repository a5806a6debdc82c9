// Sums of products to about twice the precision of float64, in plain TypeScript: what the kernels are measured against. Nothing of the library is used.

/** Veltkamp's split of 53 bits in two halves. */
const SPLIT = 2 ** 27 + 1

/** sum_i x_i y_i, by error-free products and sums (Ogita, Rump, Oishi 2005). */
export function exactDot(n: number, x: (i: number) => number, y: (i: number) => number): number {
  let [sum, lost] = [0, 0]
  for (let i = 0; i < n; i++) {
    const [a, b] = [x(i), y(i)]
    const product = a * b
    const [aHigh, bHigh] = [a * SPLIT - (a * SPLIT - a), b * SPLIT - (b * SPLIT - b)]
    const [aLow, bLow] = [a - aHigh, b - bHigh]
    const productError = aLow * bLow - (product - aHigh * bHigh - aLow * bHigh - aHigh * bLow)
    const next = sum + product
    const share = next - sum
    lost += sum - (next - share) + (product - share) + productError
    sum = next
  }
  return sum + lost
}

/** A matrix, row by row. */
export interface Dense {
  readonly rows: number
  readonly cols: number
  readonly data: ArrayLike<number>
}

/** A B, each entry rounded once. */
export function exactProduct(a: Dense, b: Dense): Dense {
  const data = new Float64Array(a.rows * b.cols)
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < b.cols; j++) {
      data[i * b.cols + j] = exactDot(
        a.cols,
        (k) => a.data[i * a.cols + k],
        (k) => b.data[k * b.cols + j],
      )
    }
  }
  return { rows: a.rows, cols: b.cols, data }
}

export function transposed({ rows, cols, data }: Dense): Dense {
  return {
    rows: cols,
    cols: rows,
    data: Float64Array.from({ length: rows * cols }, (_, k) => data[(k % rows) * cols + Math.floor(k / rows)]),
  }
}

/** The Frobenius norm of A - B, or of A. */
export function distance(a: Dense, b?: Dense): number {
  let sum = 0
  for (let k = 0; k < a.data.length; k++) sum += (a.data[k] - (b?.data[k] ?? 0)) ** 2
  return Math.sqrt(sum)
}

export function identity(n: number): Dense {
  return { rows: n, cols: n, data: Float64Array.from({ length: n * n }, (_, k) => Number(k % (n + 1) === 0)) }
}

/** The columns of A times numbers. */
export function scaledColumns({ rows, cols, data }: Dense, factors: ArrayLike<number>): Dense {
  return { rows, cols, data: Float64Array.from(data, (value, k) => value * factors[k % cols]) }
}
