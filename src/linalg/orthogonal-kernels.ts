// What the QR and singular value decompositions share: the kernels of an element type under names without its letter, scratch
// that is carved out of one block, and the scaling that keeps squares from overflowing or vanishing.
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import { RangeArgError } from '../errors.js'
import { type DType, elementBytes, type Kernels, type Pointer } from '../kernels/kernels.js'
import { exponentOf } from '../math/power-of-two.js'

/** The kernels that orthogonal decompositions are made of. */
export function orthogonalKernels(k: Kernels, dtype: DType) {
  return dtype === 'float64'
    ? {
        ...{ geqrf: k.dgeqrf, orgqr: k.dorgqr, gebrd: k.dgebrd, bdsqr: k.dbdsqr, omatcopy: k.domatcopy },
        ...{ gemmPacked: k.dgemmPacked, gemmDirect: k.dgemmDirect, fill: k.dfill, scal: k.dscal },
      }
    : {
        ...{ geqrf: k.sgeqrf, orgqr: k.sorgqr, gebrd: k.sgebrd, bdsqr: k.sbdsqr, omatcopy: k.somatcopy },
        ...{ gemmPacked: k.sgemmPacked, gemmDirect: k.sgemmDirect, fill: k.sfill, scal: k.sscal },
      }
}

/** Offsets of parts in one block, each on a line of the cache. */
export class Layout {
  bytes = 0

  /** Room for `bytes` bytes; its offset. */
  take(bytes: number): number {
    const at = this.bytes
    this.bytes += Math.ceil(bytes / 64) * 64
    return at
  }
}

/** Run `work` on a block that is given back whatever happens. */
export function withBlock<T>(engine: EngineCore, bytes: number, work: (block: Pointer) => T): T {
  const block = engine.allocate(bytes)
  try {
    return work(block)
  } finally {
    engine.free(block)
  }
}

/**
 * The exponent e for which 2^-e brings a matrix to about 1: largest magnitude in [1, 2), or as near as the element type's
 * powers of two reach. 0 for a matrix of zeros.
 *
 * @throws {RangeArgError} an entry is NaN or infinite
 */
export function scalingExponent(a: Matrix, name: string): number {
  const { engine, dtype, size, pointer } = a
  if (size === 0) return 0
  const { nonfinite, iamax } = engine.guard((k) => ({
    nonfinite: dtype === 'float64' ? k.dnonfinite(size, pointer) : k.snonfinite(size, pointer),
    iamax: dtype === 'float64' ? k.idamax(size, pointer, 1) : k.isamax(size, pointer, 1),
  }))
  const view = a.view()
  if (nonfinite >= 0) {
    throw new RangeArgError(`${name}[${nonfinite}] is ${view[nonfinite]}; every entry must be finite`, {
      argument: name,
      data: { index: nonfinite },
    })
  }
  const largest = Math.abs(view[iamax])
  return largest === 0 ? 0 : Math.max(exponentOf(largest), elementBytes(dtype) === 8 ? -1000 : -120)
}
