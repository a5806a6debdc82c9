// Least squares on matrix handles: by QR where the rank is full beyond doubt, else by the singular value decomposition.
import { assertSameDType, assertSameEngine } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import { RangeArgError, ShapeError } from '../errors.js'
import { Triangle, trsmScratchBytes } from '../kernels/factor-scratch-solve.js'
import { matmul } from './matmul.js'
import { checkTolerance, countAbove, norm, type ToleranceOptions } from './norm.js'
import { divideColumns } from './pinv.js'
import { qr } from './qr.js'
import { solveTriangular } from './solve.js'
import { checkFinite, checkMatrix, kernelsOf, withScratch } from './solve-operands.js'
import { svd } from './svd.js'

/** What `leastSquares` returns. */
export interface LeastSquares {
  /** The minimizer, (n, k). */
  readonly x: Matrix
  /** Numerical rank of A. */
  readonly rank: number
  /** |B - A X| in the Frobenius norm. */
  readonly residualNorm: number
}

/**
 * The X of least |X| among those that minimize `|B - A X|`, column by column.
 *
 * @param a A - (m, n), finite, of any shape and rank
 * @param b B - (m, k), finite, of the same element type and engine
 * @returns x (n, k), which the caller disposes; rank, the number of singular values above `tolerance * s_max`; residualNorm. A of full
 *   rank is solved by QR; when the condition of R does not rule out a smaller rank, by the singular value decomposition. Both are
 *   backward stable
 * @throws {ShapeError} `b` has another number of rows
 * @throws {RangeArgError} NaN or an infinity, a tolerance outside [0, 1), or the solution overflows
 * @throws {ConvergenceError} the singular value decomposition did not converge
 * @example
 * leastSquares(engine.matrix([[1], [1]]), engine.matrix([[1], [3]])).x.toNested() // -> [[2]]
 * @see Golub, Van Loan, Matrix Computations, sections 5.3 and 5.5
 */
export function leastSquares(a: Matrix, b: Matrix, options?: ToleranceOptions): LeastSquares {
  const { engine, rows: m, cols: n, dtype } = checkMatrix(a, 'a')
  assertSameEngine(engine, b, 'b')
  assertSameDType(dtype, b, 'b')
  void b.pointer // throws if it was disposed
  if (b.rows !== m) {
    throw new ShapeError(`a has ${m} rows: b must have as many, got ${b.rows}`, { argument: 'b' })
  }
  const tolerance = checkTolerance(a, options)
  checkFinite(a, 'a')
  checkFinite(b, 'b')
  const x = engine.matrix([n, b.cols], undefined, { dtype })
  if (m === 0 || n === 0) return { x, rank: 0, residualNorm: norm(b) }
  // Whatever is made from here on is given back, with or without an error.
  const mark = engine.mark()
  try {
    const rank = minimize(a, b, tolerance, x)
    if (!x.view().every(Number.isFinite)) {
      throw new RangeArgError(`the solution exceeds the range of ${dtype}`, { argument: 'b' })
    }
    const residual = matmul(a, x, { alpha: -1, beta: 1, out: engine.matrix(b) })
    const residualNorm = norm(residual)
    engine.release(mark)
    return { x, rank, residualNorm }
  } catch (error) {
    engine.release(mark)
    x.dispose()
    throw error
  }
}

/** Fill x; the rank. */
function minimize(a: Matrix, b: Matrix, tolerance: number, x: Matrix): number {
  const { rows: m, cols: n } = a
  const tall = m >= n
  const { q, r } = qr(tall ? a : transposed(a))
  if (isRegular(r, tolerance)) {
    // A = Q R: x = R^-1 Q'b. A' = Q R: x = Q R^-T b, which lies in the row space and so is shortest.
    if (tall) x.set(solveTriangular(r, matmul(q, b, { transposeA: true }), { triangle: 'upper' }))
    else matmul(q, solveTriangular(r, b, { triangle: 'upper', transposeA: true }), { out: x })
    return r.rows
  }
  const { u, s, v } = svd(a)
  const rank = countAbove(s, tolerance)
  divideColumns(v, s, rank)
  matmul(v, matmul(u, b, { transposeA: true }), { out: x })
  return rank
}

/** Whether n |R| |R^-1|, an upper bound of the condition, rules out a singular value below the tolerance. */
function isRegular(r: Matrix, tolerance: number): boolean {
  const { engine, rows: n, dtype, size } = r
  for (let i = 0; i < n; i++) if (r.get(i, i) === 0) return false
  const inverse = engine.matrix([n, n], undefined, { dtype })
  const ones = inverse.view()
  for (let i = 0; i < n; i++) ones[i * n + i] = 1
  return withScratch(engine, [trsmScratchBytes(dtype, Triangle.upper, n, n)], (work) => {
    const bad = engine.guard((kernels) => {
      kernelsOf(kernels, dtype).trsm(Triangle.upper, n, n, 1, r.pointer, n, inverse.pointer, n, work)
      return (dtype === 'float64' ? kernels.dnonfinite : kernels.snonfinite)(size, inverse.pointer)
    })
    return bad < 0 && n * norm(r, 1) * norm(inverse, 1) * tolerance < 1
  })
}

function transposed(a: Matrix): Matrix {
  const { engine, rows: m, cols: n, dtype } = a
  const out = engine.matrix([n, m], undefined, { dtype })
  const [from, to] = [a.view(), out.view()]
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) to[j * m + i] = from[i * n + j]
  return out
}
