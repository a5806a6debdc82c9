// The symmetric eigendecomposition A = V diag(values) V'.
//
//   scale by a power of two -> tridiagonal form (sytrd) -> Q (orgtr) -> QR sweeps on T, in batches of 32: the rotations of a
//   batch are applied to panels of Q that hold 64 bytes of every column and stay in the first-level cache -> sort
import { checkOptions } from '../check.js'
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import { ConvergenceError, RangeArgError } from '../errors.js'
import { LINE_BYTES, orgtrScratchBytes, sytrdScratchBytes } from '../kernels/factor-scratch-eigen.js'
import { type DType, elementBytes, type Pointer } from '../kernels/kernels.js'
import { exponentOf, scaleByPowerOfTwo } from '../math/power-of-two.js'
import { checkLowerTriangle, checkSquare, newMatrix, withScratch } from './solve-operands.js'

/** `A = vectors diag(values) vectors'`. */
export interface Eigh {
  /** Eigenvalues, ascending, (n). */
  readonly values: Float64Array
  /** Eigenvectors, (n, n): column k belongs to `values[k]`. */
  readonly vectors: Matrix
}

/** Sweeps whose rotations are applied together. */
const BATCH = 32
/** Sweeps per eigenvalue before the iteration is given up; 1.7 is usual. */
const CAP = 30
/** When an off-diagonal entry of T is zero beside its neighbours. T is float64 for both element types. */
const NEGLIGIBLE: Readonly<Record<DType, number>> = { float32: 2 ** -27, float64: 2 ** -53 }

/**
 * Eigenvalues and eigenvectors of a symmetric matrix: `A = V diag(values) V'`.
 *
 * Only the lower triangle is read: `a` need not be symmetric, its upper triangle may hold anything.
 *
 * @param a (n, n), its lower triangle finite
 * @returns values (n) ascending, in float64; vectors (n, n), orthonormal columns of the element type of `a`, which the caller
 *   disposes. |A V - V diag(values)| and |I - V'V| are a small multiple of n eps |A| and n eps; the largest on LAPACK's classes
 *   of test matrices are in test/linalg/eigh.test.ts. The sign of a column is what the algorithm leaves
 * @throws {ShapeError} `a` is not square
 * @throws {RangeArgError} NaN or an infinity in the lower triangle, or an eigenvalue beyond 1.8e308
 * @throws {ConvergenceError} 30 n sweeps were not enough
 * @example
 * Array.from(eigh(engine.matrix([[2, 1], [1, 2]])).values, Math.round) // -> [1, 3]
 * @see Golub, Van Loan, Matrix Computations, sections 8.3.1-8.3.5; Van Zee, van de Geijn, Quintana-Orti (2014), ACM TOMS 40(3) 18
 */
export function eigh(a: Matrix, options?: Record<string, never>): Eigh {
  checkOptions(options, 'options', [])
  const { engine, rows: n, dtype } = checkSquare(a, 'a')
  const largest = checkLowerTriangle(a, 'a')
  if (n === 0) return { values: new Float64Array(0), vectors: engine.matrix([0, 0], undefined, { dtype }) }
  const exponent = largest === 0 ? 0 : exponentOf(largest)
  const values = new Float64Array(n)
  const vectors = newMatrix(engine, n, n, dtype, (out) => decompose(a, exponent, values, out))
  return { values, vectors }
}

function decompose(a: Matrix, exponent: number, values: Float64Array, out: Matrix): void {
  const { engine, dtype, rows: n } = a
  const bytes = elementBytes(dtype)
  const width = LINE_BYTES / bytes
  const square = Math.ceil(n / width) * width * n * bytes
  const work = Math.max(sytrdScratchBytes(dtype, n), orgtrScratchBytes(dtype, n))
  const sizes = [square, n * n * bytes, n * bytes, 8 * n, 8 * n, 16, 8 * BATCH, 16 * BATCH * n, work]
  withScratch(engine, sizes, (block, q, tau, d, e, state, sweeps, rotations, scratch) => {
    const array = () => elements(engine, dtype)
    copyScaled(a, exponent, array(), block / bytes)
    engine.guard((kernels) => {
      const [sytrd, orgtr] = dtype === 'float64' ? [kernels.dsytrd, kernels.dorgtr] : [kernels.ssytrd, kernels.sorgtr]
      sytrd(n, block, n, d, e, tau, scratch)
      orgtr(n, block, n, tau, q, n, scratch)
    })
    // The reflections are done with: their place takes the panels.
    toPanels(array(), q / bytes, block / bytes, n, width)
    iterate(engine, dtype, n, { d, e, state, sweeps, rotations, panels: block })
    const found = new Float64Array(engine.linearMemory.buffer, d, n)
    const order = Array.from({ length: n }, (_, k) => k).sort((i, j) => found[i] - found[j])
    for (let k = 0; k < n; k++) values[k] = scaleByPowerOfTwo(found[order[k]], exponent)
    if (!(Math.abs(values[0]) < Infinity && Math.abs(values[n - 1]) < Infinity)) {
      throw new RangeArgError('an eigenvalue of a exceeds 1.8e308; scale a down', { argument: 'a' })
    }
    fromPanels(array(), block / bytes, out.pointer / bytes, n, width, order)
  })
}

/** Where the iteration keeps what. */
interface Iteration {
  d: Pointer
  e: Pointer
  state: Pointer
  sweeps: Pointer
  rotations: Pointer
  panels: Pointer
}

/** Diagonalize T and rotate the panels along. */
function iterate(engine: EngineCore, dtype: DType, n: number, at: Iteration): void {
  const state = new Int32Array(engine.linearMemory.buffer, at.state, 3)
  state.set([n - 1, 0, 0])
  const panelBytes = LINE_BYTES * n
  const panels = Math.ceil((n * elementBytes(dtype)) / LINE_BYTES)
  engine.guard((kernels) => {
    const rotate = dtype === 'float64' ? kernels.drotatePanel : kernels.srotatePanel
    for (let status = 1; status === 1; ) {
      status = kernels.dsteqrSweeps(at.d, at.e, NEGLIGIBLE[dtype], BATCH, CAP * n, at.state, at.sweeps, at.rotations)
      if (status === 2) {
        throw new ConvergenceError(`the QR iteration did not converge in ${CAP * n} sweeps`, {
          argument: 'a',
          data: { sweeps: CAP * n },
        })
      }
      const count = state[2]
      for (let p = 0; p < panels && count > 0; p++) rotate(at.panels + p * panelBytes, at.sweeps, count, at.rotations)
    }
  })
}

function elements(engine: EngineCore, dtype: DType): Float64Array | Float32Array {
  const { buffer } = engine.linearMemory
  return dtype === 'float64' ? new Float64Array(buffer) : new Float32Array(buffer, 0, buffer.byteLength >>> 2)
}

/** The lower triangle of A times 2^-exponent. */
function copyScaled(a: Matrix, exponent: number, to: Float64Array | Float32Array, at: number): void {
  const { rows: n } = a
  const from = a.view()
  // Two factors: 2^1074 is not a float64.
  const first = scaleByPowerOfTwo(1, -Math.trunc(exponent / 2))
  const second = scaleByPowerOfTwo(1, -(exponent - Math.trunc(exponent / 2)))
  for (let i = 0; i < n; i++) {
    for (let k = i * n; k <= i * n + i; k++) to[at + k] = from[k] * first * second
  }
}

/** Q (n, n) as panels: panel p holds rows p width .. of Q transposed, `width` elements of each column to a line. */
function toPanels(array: Float64Array | Float32Array, q: number, to: number, n: number, width: number): void {
  for (let i = 0; i < n; i += width) {
    const rows = Math.min(width, n - i)
    for (let k = 0; k < n; k++) {
      const line = to + i * n + k * width
      for (let r = 0; r < rows; r++) array[line + r] = array[q + (i + r) * n + k]
      for (let r = rows; r < width; r++) array[line + r] = 0
    }
  }
}

/** The way back, with the columns in `order`. */
function fromPanels(
  array: Float64Array | Float32Array,
  panels: number,
  to: number,
  n: number,
  width: number,
  order: readonly number[],
): void {
  for (let i = 0; i < n; i += width) {
    const rows = Math.min(width, n - i)
    for (let k = 0; k < n; k++) {
      const line = panels + i * n + order[k] * width
      for (let r = 0; r < rows; r++) array[to + (i + r) * n + k] = array[line + r]
    }
  }
}
