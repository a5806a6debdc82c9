// Choosing columns, in the reference. Positions are in elements; those of `index` in int32.
import type { Elements } from './views.js'

/** c (m, n) := the columns of a (m, lda) whose numbers stand from `at` on in `index`. */
export function gather(
  array: Elements,
  index: Int32Array,
  m: number,
  n: number,
  a: number,
  lda: number,
  at: number,
  c: number,
): void {
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) array[c + i * n + j] = array[a + i * lda + index[at + j]]
  }
}
