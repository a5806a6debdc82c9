// The full singular value decomposition by bidiagonal reduction and implicit QR sweeps, on the kernels.
//
//   A = Q B P'           Householder reflections, half of the work products of matrices
//   B = L S R'           QR sweeps; their right rotations go to the rows of P'
//   V = P R,  A V = U T  a product and a QR factorization
//
// T would be S without rounding; with it |T - S| is of the size of rounding beside the largest singular value, as every error
// here. Columns of U that belong to small values are what is orthogonal to the others, which is all that a stable method knows
// of them. So Q is never formed and half of the rotations are spared, which from 32 columns on take longer than that product
// and QR.
//
// A wide matrix is taken transposed. A matrix much taller than wide is first factored A = Q_1 R_1, and R_1 decomposed. The
// matrix is scaled by a power of two, so that s(2^k A) = 2^k s(A) to the last bit.
import { Matrix } from '../engine/matrix.js'
import { ConvergenceError, RangeArgError } from '../errors.js'
import {
  bidiagonalPanel,
  bidiagonalScratchBytes,
  productBytes,
  qrPanel,
  qrScratchBytes,
  ROTATION_BATCH,
  rotatedRowLength,
  rotationScratchBytes,
} from '../kernels/factor-scratch.js'
import { gemmPath } from '../kernels/gemm-path.js'
import { elementBytes, type Pointer } from '../kernels/kernels.js'
import { scaleByPowerOfTwo } from '../math/power-of-two.js'
import { Layout, orthogonalKernels, scalingExponent, withBlock } from './orthogonal-kernels.js'

/** Rows over columns from which a QR factorization first saves work. */
const TALL = 1.6

/** Default cap on the sweeps, for each singular value; 1.5 to 2.5 are usual. */
export const SWEEPS_PER_VALUE = 30

/** The leading part of a decomposition `A = u diag(s) v'`. */
interface Factors {
  readonly u: Matrix
  readonly s: Float64Array
  readonly v: Matrix
}

/** The leading `rank` singular values and vectors of a finite matrix. */
export function decomposeByQr(a: Matrix, rank: number, maxIterations: number): Factors {
  const { engine, rows, cols, dtype } = a
  const u = new Matrix(engine, rows, rank, dtype)
  try {
    const v = new Matrix(engine, cols, rank, dtype)
    try {
      const s = bidiagonalize(a, maxIterations, rows >= cols ? [u, v] : [v, u])
      return { u, s: s.slice(0, rank), v }
    } catch (error) {
      v.dispose()
      throw error
    }
  } catch (error) {
    u.dispose()
    throw error
  }
}

/** All singular values of a finite matrix, descending; computed in float64 whatever its element type. */
export function valuesByQr(a: Matrix, maxIterations: number): Float64Array {
  if (a.dtype === 'float64') return bidiagonalize(a, maxIterations)
  const copy = new Matrix(a.engine, a.rows, a.cols, 'float64')
  try {
    copy.view().set(a.view())
    return bidiagonalize(copy, maxIterations)
  } finally {
    copy.dispose()
  }
}

/**
 * @param factors where the leading singular vectors of the longer and of the shorter side go; none for values alone
 * @returns all singular values
 */
function bidiagonalize(a: Matrix, maxIterations: number, factors?: readonly [Matrix, Matrix]): Float64Array {
  const { engine, dtype } = a
  const exponent = scalingExponent(a, 'a')
  const wide = a.rows < a.cols
  const [m, n] = wide ? [a.cols, a.rows] : [a.rows, a.cols]
  if (n === 0) return new Float64Array(0)
  const bytes = elementBytes(dtype)
  const tall = m > TALL * n
  // The core is what is reduced: A itself, or R_1.
  const order = tall ? n : m
  const ld = rotatedRowLength(dtype, n)
  const [nb, qrNb] = [bidiagonalPanel(n), qrPanel(n)]
  const vectors = factors !== undefined
  const rank = factors?.[0].cols ?? 0

  const layout = new Layout()
  const [d, e] = [layout.take(8 * n), layout.take(8 * n)]
  const [tau, tauq, taup] = [layout.take(bytes * n), layout.take(bytes * n), layout.take(bytes * n)]
  const core = layout.take(order * ld * bytes)
  const long = tall ? layout.take(m * n * bytes) : 0
  const square = vectors ? layout.take(n * ld * bytes) : 0
  const vt = vectors ? layout.take(n * ld * bytes) : 0
  const work = layout.take(
    Math.max(
      bidiagonalScratchBytes(dtype, order, n, nb),
      tall ? qrScratchBytes(dtype, m, n, qrNb) : 0,
      vectors ? qrScratchBytes(dtype, order, n, qrNb) : 0,
      vectors ? productBytes(dtype, m, rank, n) : 0,
      rotationScratchBytes(dtype, n, vectors ? ROTATION_BATCH : 1),
    ),
  )

  return withBlock(engine, layout.bytes, (block) => {
    const source = a.pointer
    const sweeps = engine.guard((kernels) => {
      const k = orthogonalKernels(kernels, dtype)
      const at = (offset: number, index = 0) => block + offset + index * bytes
      const scaled = (target: Pointer, lead: number) =>
        k.omatcopy(wide ? 1 : 0, a.rows, a.cols, scaleByPowerOfTwo(1, -exponent), source, a.cols, target, lead)

      if (tall) {
        scaled(at(long), n)
        k.geqrf(m, n, at(long), n, at(tau), at(work), qrNb)
      }
      const putCore = () => {
        if (!tall) return scaled(at(core), ld)
        k.omatcopy(0, n, n, 1, at(long), n, at(core), ld)
        for (let i = 1; i < n; i++) k.fill(i, 0, at(core, i * ld))
      }
      putCore()
      k.gebrd(order, n, at(core), ld, block + d, block + e, at(tauq), at(taup), at(work), nb)
      if (!vectors) return k.bdsqr(n, block + d, block + e, 0, 0, at(work), 1, maxIterations)

      // P' from the reflectors in the rows; it leaves the first coordinate alone.
      k.fill(n * ld, 0, at(vt))
      k.fill(1, 1, at(vt))
      if (n > 1) {
        k.omatcopy(1, n - 1, n - 1, 1, at(core, 1), ld, at(square), ld)
        k.orgqr(n - 1, n - 1, n - 1, at(square), ld, at(taup), at(work), qrNb)
        k.omatcopy(1, n - 1, n - 1, 1, at(square), ld, at(vt, ld + 1), ld)
      }
      const done = k.bdsqr(n, block + d, block + e, at(vt), ld, at(work), ROTATION_BATCH, maxIterations)
      if (done < 0) return done

      const [longer, shorter] = factors.map((matrix) => matrix.pointer)
      const gemm = (trans: number, rows: number) =>
        gemmPath(dtype, trans, rows, rank, n) === 'direct' ? k.gemmDirect : k.gemmPacked
      const left = tall ? at(square) : longer
      putCore()
      gemm(2, order)(2, order, rank, n, 1, at(core), ld, at(vt), ld, 0, left, rank, at(work))
      k.geqrf(order, rank, left, rank, at(tauq), at(work), qrNb)
      // Then the diagonal of T is the values, not their negatives.
      const t = new (dtype === 'float64' ? Float64Array : Float32Array)(engine.linearMemory.buffer, left, rank * rank)
      for (let j = 0; j < rank; j++) if (t[j * (rank + 1)] < 0) k.scal(n, -1, at(vt, j * ld), 1)
      k.orgqr(order, rank, rank, left, rank, at(tauq), at(work), qrNb)
      if (tall) {
        k.orgqr(m, n, n, at(long), n, at(tau), at(work), qrNb)
        gemm(0, m)(0, m, rank, n, 1, at(long), n, left, rank, 0, longer, rank, at(work))
      }
      k.omatcopy(1, rank, n, 1, at(vt), ld, shorter, rank)
      return done
    })
    const { buffer } = engine.linearMemory
    const values = new Float64Array(buffer, block + d, n)
    if (sweeps < 0) throw notConverged(values, new Float64Array(buffer, block + e, n - 1), maxIterations)
    const s = values.map((value) => scaleByPowerOfTwo(value, exponent))
    if (s[0] === Number.POSITIVE_INFINITY) {
      throw new RangeArgError('the largest singular value of a exceeds 1.8e308; scale a down', { argument: 'a' })
    }
    return s
  })
}

function notConverged(d: Float64Array, e: Float64Array, sweeps: number): ConvergenceError {
  const largest = (x: Float64Array) => x.reduce((most, value) => Math.max(most, Math.abs(value)), 0)
  const residual = largest(e) / largest(d)
  return new ConvergenceError(
    `QR sweeps did not converge in ${sweeps} sweeps: the largest off-diagonal element is ${residual} of the largest singular value; raise maxIterations`,
    { data: { sweeps, residual } },
  )
}
