// The QR factorization of matrix handles.
import { Matrix, notMatrix } from '../engine/matrix.js'
import { RangeArgError } from '../errors.js'
import { qrPanel, qrScratchBytes } from '../kernels/factor-scratch.js'
import { elementBytes } from '../kernels/kernels.js'
import { scaleByPowerOfTwo } from '../math/power-of-two.js'
import { Layout, orthogonalKernels, scalingExponent, withBlock } from './orthogonal-kernels.js'

/** A thin factorization `A = q r`. */
export interface Qr {
  /** Orthonormal columns, (m, k), k = min(m, n). */
  readonly q: Matrix
  /** Upper trapezoidal with a diagonal that is not negative, (k, n). */
  readonly r: Matrix
}

/**
 * Thin QR factorization `A = q r` by blocked Householder reflections.
 *
 * @param a (m, n), finite
 * @returns q (m, k) with orthonormal columns and r (k, n) upper trapezoidal, k = min(m, n), of the element type of `a`; the caller
 *   disposes both. The diagonal of r is not negative, which makes the factorization unique for A of full column rank.
 *   |A - q r| <= c eps |A| and |I - q'q| <= c eps with c a small multiple of max(m, n), for rank-deficient and zero A too
 * @throws {RangeArgError} NaN or an infinity in `a`, or a column longer than the largest number of its element type
 * @throws {DTypeError} `a` is not a Matrix
 * @throws {MemoryError} no room for the factors or for scratch
 * @example
 * qr(engine.matrix([[0, -2], [3, 1]])).r.toNested() // -> [[3, 1], [0, 2]]
 * @see Schreiber, Van Loan (1989), SIAM J. Sci. Stat. Comput. 10, 53-57 (the compact WY form)
 */
export function qr(a: Matrix): Qr {
  if (!(a instanceof Matrix)) throw notMatrix(a, 'a')
  void a.pointer // throws if it was disposed
  const { engine, rows, cols, dtype } = a
  const exponent = scalingExponent(a, 'a')
  const least = Math.min(rows, cols)
  const q = new Matrix(engine, rows, least, dtype)
  try {
    const r = new Matrix(engine, least, cols, dtype)
    try {
      factor(a, exponent, q, r)
      return { q, r }
    } catch (error) {
      r.dispose()
      throw error
    }
  } catch (error) {
    q.dispose()
    throw error
  }
}

function factor(a: Matrix, exponent: number, q: Matrix, r: Matrix): void {
  const { engine, rows: m, cols: n, dtype } = a
  const least = Math.min(m, n)
  if (least === 0) return
  const bytes = elementBytes(dtype)
  const layout = new Layout()
  const copy = layout.take(m * n * bytes)
  const tau = layout.take(least * bytes)
  const nb = qrPanel(n)
  const work = layout.take(qrScratchBytes(dtype, m, n, nb))
  withBlock(engine, layout.bytes, (block) => {
    const [from, toQ, toR] = [a.pointer, q.pointer, r.pointer]
    engine.guard((kernels) => {
      const k = orthogonalKernels(kernels, dtype)
      k.omatcopy(0, m, n, scaleByPowerOfTwo(1, -exponent), from, n, block + copy, n)
      k.geqrf(m, n, block + copy, n, block + tau, block + work, nb)
      k.omatcopy(0, least, n, 1, block + copy, n, toR, n)
      k.omatcopy(0, m, least, 1, block + copy, n, toQ, least)
      k.orgqr(m, least, least, toQ, least, block + tau, block + work, nb)
    })
  })
  // R belongs to A / 2^exponent; a row of R and a column of Q may change sign together.
  const [vq, vr] = [q.view(), r.view()]
  for (let i = 0; i < least; i++) {
    const sign = vr[i * n + i] < 0 ? -1 : 1
    vr.fill(0, i * n, i * n + i)
    for (let j = i; j < n; j++) {
      const at = i * n + j
      vr[at] = sign * scaleByPowerOfTwo(vr[at], exponent)
      if (!Number.isFinite(vr[at])) {
        throw new RangeArgError(`column ${j} of a is longer than the largest ${dtype}; scale a down`, {
          argument: 'a',
          data: { index: j },
        })
      }
    }
    if (sign < 0) for (let t = i; t < vq.length; t += least) vq[t] = -vq[t]
  }
}
