// What the reference factorizations are built from: the reference kernels of one element type under names without the type
// letter, and the memory as an array of that type. Pointers are byte offsets, as everywhere in the kernel interface.
import type { Kernels, Pointer } from '../../kernels.js'
import type { Elements, Views } from '../views.js'

/** The reference kernels of one element type. */
export interface Blas {
  readonly gemm: Kernels['dgemmPacked']
  readonly gemv: Kernels['dgemv']
  readonly ger: Kernels['dger']
  readonly nrm2: Kernels['dnrm2']
  readonly scal: Kernels['dscal']
  readonly swap: Kernels['dswap']
  /** Bytes of an element. */
  readonly bytes: 4 | 8
  /** Rounds to the element type. */
  readonly round: (x: number) => number
  /** The memory as it is now. */
  readonly view: () => Elements
  /** The memory as float64, for scalars that are float64 whatever the element type. */
  readonly float64: () => Float64Array
}

/** The kernels that the factorizations stand on. */
export type Base = Pick<
  Kernels,
  | ('sgemmPacked' | 'dgemmPacked' | 'sgemv' | 'dgemv' | 'sger' | 'dger' | 'snrm2' | 'dnrm2')
  | ('sscal' | 'dscal' | 'sswap' | 'dswap')
>

/** The kernels of both element types over the same memory. */
export function bothBlas(kernels: Base, views: () => Views): { s: Blas; d: Blas } {
  const float64 = () => views().float64
  return {
    s: {
      ...{ gemm: kernels.sgemmPacked, gemv: kernels.sgemv, ger: kernels.sger, nrm2: kernels.snrm2 },
      ...{
        scal: kernels.sscal,
        swap: kernels.sswap,
        bytes: 4,
        round: Math.fround,
        view: () => views().float32,
        float64,
      },
    },
    d: {
      ...{ gemm: kernels.dgemmPacked, gemv: kernels.dgemv, ger: kernels.dger, nrm2: kernels.dnrm2 },
      ...{ scal: kernels.dscal, swap: kernels.dswap, bytes: 8, round: (x: number) => x, view: float64, float64 },
    },
  }
}

/** Address of element (i, j) of a row-major matrix. */
export function address(blas: Blas, a: Pointer, lda: number, i: number, j: number): Pointer {
  return a + (i * lda + j) * blas.bytes
}
