// How far factorizations are from what they claim to be, in units of the element type's rounding.
import { cholesky, type Engine, eigh, key, type Matrix, matmul, qr, solve, svd } from '../../src/index.js'
import { normal } from '../../src/random/normal.js'
import { type Dense, distance, exactDot, exactProduct, identity, scaledColumns, transposed } from './exact.js'

export interface Measurement {
  readonly what: string
  readonly measure: string
  /** By order of the matrix, in units of eps. */
  readonly values: readonly number[]
}

/** Orders of the square matrices. */
export const ORDERS = [8, 32, 96]

const dense = (matrix: Matrix): Dense => ({ rows: matrix.rows, cols: matrix.cols, data: matrix.toArray() })

/** eps is 2^-53 or 2^-24: half the distance of 1 to its neighbour. */
export function linearAlgebra(engine: Engine, dtype: 'float64' | 'float32'): Measurement[] {
  const eps = dtype === 'float64' ? 2 ** -53 : 2 ** -24
  const each = (what: string, measure: string, of: (n: number) => number): Measurement => ({
    what,
    measure,
    values: ORDERS.map((n) => of(n) / eps),
  })
  const random = (n: number, seed: number) => engine.matrix([n, n], normal(key(seed), n * n), { dtype })
  /** Symmetric, and positive where a multiple of the identity is added. */
  const symmetric = (n: number, shift: number) => {
    const { data } = dense(random(n, 3))
    const values = Float64Array.from(data, (value, k) => {
      const mirrored = data[(k % n) * n + Math.floor(k / n)]
      return value + mirrored + shift * Number(k % (n + 1) === 0)
    })
    return engine.matrix([n, n], values, { dtype })
  }
  const apart = (whole: Matrix, product: Dense) => distance(dense(whole), product) / distance(dense(whole))
  const skewed = (basis: Dense) =>
    distance(exactProduct(transposed(basis), basis), identity(basis.cols)) / Math.sqrt(basis.cols)

  return [
    each('`matmul(A, B)`', 'largest `|C - A B| / (|A| |B|)`', (n) => {
      const [a, b] = [random(n, 1), random(n, 2)]
      const [left, right] = [dense(a), dense(b)]
      const absolute = (matrix: Dense) => ({ ...matrix, data: Float64Array.from(matrix.data, Math.abs) })
      const [found, exact] = [dense(matmul(a, b)), exactProduct(left, right)]
      const bound = exactProduct(absolute(left), absolute(right))
      return Math.max(...Array.from(found.data, (value, k) => Math.abs(value - exact.data[k]) / bound.data[k]))
    }),
    each('`svd(A)`', "`|A - U S V'| / |A|`", (n) => {
      const a = random(n, 1)
      const { u, s, v } = svd(a)
      return apart(a, exactProduct(scaledColumns(dense(u), s), transposed(dense(v))))
    }),
    each('', "`|U'U - I| / sqrt(n)`", (n) => skewed(dense(svd(random(n, 1)).u))),
    each('`eigh(A)`', "`|A - Q D Q'| / |A|`", (n) => {
      const a = symmetric(n, 0)
      const { values, vectors } = eigh(a)
      return apart(a, exactProduct(scaledColumns(dense(vectors), values), transposed(dense(vectors))))
    }),
    each('', "`|Q'Q - I| / sqrt(n)`", (n) => skewed(dense(eigh(symmetric(n, 0)).vectors))),
    each('`qr(A)`', '`|A - Q R| / |A|`', (n) => {
      const a = random(n, 1)
      const { q, r } = qr(a)
      return apart(a, exactProduct(dense(q), dense(r)))
    }),
    each('', "`|Q'Q - I| / sqrt(n)`", (n) => skewed(dense(qr(random(n, 1)).q))),
    each('`cholesky(A)`', "`|A - L L'| / |A|`", (n) => {
      const a = symmetric(n, 4 * n)
      const factor = dense(cholesky(a))
      return apart(a, exactProduct(factor, transposed(factor)))
    }),
    each('`solve(A, b)`', '`|A x - b| / (|A| |x|)`', (n) => {
      const a = random(n, 1)
      const b = engine.matrix([n, 1], normal(key(5), n), { dtype })
      const [matrix, x, right] = [dense(a), dense(solve(a, b)), dense(b)]
      const residual = Array.from({ length: n }, (_, i) =>
        exactDot(
          n + 1,
          (k) => (k < n ? matrix.data[i * n + k] : -1),
          (k) => (k < n ? x.data[k] : right.data[i]),
        ),
      )
      return distance({ rows: n, cols: 1, data: residual }) / (distance(matrix) * distance(x))
    }),
  ]
}
