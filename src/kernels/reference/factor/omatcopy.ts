// B := alpha op(A) of the reference.
import type { Kernels } from '../../kernels.js'
import type { Blas } from './blas.js'

/** Scaled copies and transposes of one element type. */
export function makeOmatcopy({ bytes, round, view }: Blas): Kernels['domatcopy'] {
  return (trans, m, n, alpha, a, lda, b, ldb) => {
    const array = view()
    const factor = round(alpha)
    const [row, column] = trans & 1 ? [1, ldb] : [ldb, 1]
    for (let i = 0; i < m; i++) {
      const from = a / bytes + i * lda
      const to = b / bytes + i * row
      for (let j = 0; j < n; j++) array[to + j * column] = factor * array[from + j]
    }
  }
}
