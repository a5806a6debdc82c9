// The reference kernels that solving and eigendecomposition add to those of blas.ts.
import type { Kernels } from '../../kernels.js'
import type { Views } from '../views.js'
import { type Base, type Blas, bothBlas } from './blas.js'

/** The reference kernels of one element type. */
export interface SolveBlas extends Blas {
  readonly dot: Kernels['ddot']
  readonly axpy: Kernels['daxpy']
  readonly iamax: Kernels['idamax']
}

/** The kernels that these factorizations stand on. */
export type SolveBase = Base & Pick<Kernels, 'sdot' | 'ddot' | 'saxpy' | 'daxpy' | 'isamax' | 'idamax'>

/** The kernels of both element types over the same memory. */
export function bothSolveBlas(kernels: SolveBase, views: () => Views): { s: SolveBlas; d: SolveBlas } {
  const { s, d } = bothBlas(kernels, views)
  return {
    s: { ...s, dot: kernels.sdot, axpy: kernels.saxpy, iamax: kernels.isamax },
    d: { ...d, dot: kernels.ddot, axpy: kernels.daxpy, iamax: kernels.idamax },
  }
}

/** x := x / divisor for n neighbours at index `at`. */
export function divide(blas: Blas, n: number, divisor: number, at: number): void {
  const array = blas.view()
  // Storing rounds: the double quotient of two float32 numbers rounds to their float32 one.
  for (let i = at; i < at + n; i++) array[i] /= divisor
}

/** The transpose of an (m, n) matrix; positions and leading dimensions in elements. */
export function transpose(
  blas: Blas,
  m: number,
  n: number,
  from: number,
  fromLead: number,
  to: number,
  toLead: number,
): void {
  const array = blas.view()
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) array[to + j * toLead + i] = array[from + i * fromLead + j]
}
