// Linear systems on matrix handles.
import { checkChoice, checkOptions } from '../check.js'
import { assertSameDType, assertSameEngine } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import { DTypeError, RangeArgError, ShapeError } from '../errors.js'
import { getrfScratchBytes, potrfScratchBytes, Triangle, trsmScratchBytes } from '../kernels/factor-scratch-solve.js'
import { type DType, elementBytes, type Kernels, type Pointer } from '../kernels/kernels.js'
import { notPositive } from './cholesky.js'
import { checkFinite, checkLowerTriangle, checkSquare, kernelsOf, newMatrix, withScratch } from './solve-operands.js'

/** Options of `solve`. */
export interface SolveOptions {
  /**
   * What is known of A. `'general'` (default): LU with partial pivoting. `'symmetric positive'`: Cholesky, half the work; only
   * the lower triangle is read.
   */
  assume?: 'general' | 'symmetric positive'
}

/**
 * The solution X of `A X = B`.
 *
 * @param a A - (n, n), finite
 * @param b B - (n, k), finite, of the same element type and engine; one column for each system
 * @returns X - (n, k), a new matrix that the caller disposes. Backward stable: |B - A X| <= c n eps |A| |X|, with c below 1 unless
 *   the pivots grow, which partial pivoting allows and hardly any matrix does
 * @throws {ShapeError} `a` is not square, or `b` has another number of rows
 * @throws {RangeArgError} NaN or an infinity; `a` is singular or not positive definite (`error.data.pivot` is the index of the
 *   pivot); or the solution overflows
 * @throws {OptionError|DisposedError} element types or engines differ; an unknown option
 * @example
 * solve(engine.matrix([[2, 1], [1, 3]]), engine.matrix([[3], [5]])).toNested() // -> [[0.8], [1.4]]
 * @see Golub, Van Loan, Matrix Computations, sections 3.4 and 4.2
 */
export function solve(a: Matrix, b: Matrix, options?: SolveOptions): Matrix {
  const { engine, rows: n, dtype, size } = checkSquare(a, 'a')
  checkRightSide(a, b)
  const given = checkOptions(options, 'options', ['assume'])
  const assume = checkChoice(given.assume ?? 'general', 'assume', ['general', 'symmetric positive'])
  const positive = assume === 'symmetric positive'
  if (positive) checkLowerTriangle(a, 'a')
  else checkFinite(a, 'a')
  checkFinite(b, 'b')
  const k = b.cols
  return newMatrix(engine, n, k, dtype, (x) => {
    const factor = positive ? potrfScratchBytes(dtype, n) : getrfScratchBytes(dtype, n, n)
    const work = Math.max(factor, trsmScratchBytes(dtype, 0, n, k))
    withScratch(engine, [size * elementBytes(dtype), 4 * n, work], (copyOfA, pivots, scratch) => {
      engine.guard((kernels) => {
        const { copy } = kernelsOf(kernels, dtype)
        copy(size, a.pointer, 1, copyOfA, 1)
        copy(b.size, b.pointer, 1, x.pointer, 1)
        if (positive) solvePositive(kernels, dtype, n, k, copyOfA, x.pointer, scratch)
        else solveGeneral(kernels, dtype, n, k, copyOfA, x, pivots, scratch)
      })
    })
    checkSolution(x)
  })
}

/** Options of `solveTriangular`. */
export interface SolveTriangularOptions {
  /** Which triangle of A holds the matrix; the other one is not read. Default `'lower'`. */
  triangle?: 'lower' | 'upper'
  /** Solve with A' instead of A. Default false. */
  transposeA?: boolean
  /** Take the diagonal for ones without reading it. Default false. */
  unitDiagonal?: boolean
  /** `'left'` (default): op(A) X = B. `'right'`: X op(A) = B. */
  side?: 'left' | 'right'
}

/**
 * The solution X of `op(A) X = B` or `X op(A) = B` with a triangular A.
 *
 * @param a A - (n, n); only the named triangle is read, which must be finite
 * @param b B - (n, k) on the left, (k, n) on the right; finite
 * @returns X - the shape of `b`, a new matrix that the caller disposes; every column solves a system whose matrix differs from A by
 *   at most n eps |A|, entry by entry
 * @throws {ShapeError} `a` is not square, or `b` does not fit it
 * @throws {RangeArgError} NaN or an infinity, a zero on the diagonal (`error.data.pivot` is its index), or an overflow
 * @example
 * solveTriangular(engine.matrix([[2, 0], [1, 4]]), engine.matrix([[2], [9]])).toNested() // -> [[1], [2]]
 */
export function solveTriangular(a: Matrix, b: Matrix, options?: SolveTriangularOptions): Matrix {
  const { engine, rows: n, dtype } = checkSquare(a, 'a')
  const given = checkOptions(options, 'options', ['triangle', 'transposeA', 'unitDiagonal', 'side'])
  const upper = checkChoice(given.triangle ?? 'lower', 'triangle', ['lower', 'upper']) === 'upper'
  const right = checkChoice(given.side ?? 'left', 'side', ['left', 'right']) === 'right'
  const transposed = checkFlag(given.transposeA, 'transposeA')
  const unit = checkFlag(given.unitDiagonal, 'unitDiagonal')
  checkRightSide(a, b, right)
  checkTriangle(a, upper, unit)
  checkFinite(b, 'b')
  const flags =
    (transposed ? Triangle.transposed : 0) |
    (upper ? Triangle.upper : 0) |
    (unit ? Triangle.unit : 0) |
    (right ? Triangle.right : 0)
  return newMatrix(engine, b.rows, b.cols, dtype, (x) => {
    withScratch(engine, [trsmScratchBytes(dtype, flags, b.rows, b.cols)], (work) => {
      engine.guard((kernels) => {
        const { copy, trsm } = kernelsOf(kernels, dtype)
        copy(b.size, b.pointer, 1, x.pointer, 1)
        trsm(flags, b.rows, b.cols, 1, a.pointer, Math.max(1, n), x.pointer, Math.max(1, b.cols), work)
      })
    })
    checkSolution(x)
  })
}

function solvePositive(
  kernels: Kernels,
  dtype: DType,
  n: number,
  k: number,
  a: Pointer,
  x: Pointer,
  work: Pointer,
): void {
  const { potrf, trsm } = kernelsOf(kernels, dtype)
  const pivot = potrf(n, a, n, work)
  if (pivot > 0) throw notPositive(pivot - 1)
  trsm(0, n, k, 1, a, n, x, k, work)
  trsm(Triangle.transposed, n, k, 1, a, n, x, k, work)
}

function solveGeneral(
  kernels: Kernels,
  dtype: DType,
  n: number,
  k: number,
  a: Pointer,
  x: Matrix,
  pivots: Pointer,
  work: Pointer,
): void {
  const { getrf, trsm, swap } = kernelsOf(kernels, dtype)
  const zero = getrf(n, n, a, n, pivots, work)
  if (zero > 0) {
    throw new RangeArgError(`a is singular: pivot ${zero - 1} of its LU factorization is zero`, {
      argument: 'a',
      data: { pivot: zero - 1 },
    })
  }
  const row = k * elementBytes(dtype)
  const places = new Int32Array(x.engine.linearMemory.buffer, pivots, n)
  for (let i = 0; i < n; i++) if (places[i] !== i) swap(k, x.pointer + i * row, 1, x.pointer + places[i] * row, 1)
  trsm(Triangle.unit, n, k, 1, a, n, x.pointer, k, work)
  trsm(Triangle.upper, n, k, 1, a, n, x.pointer, k, work)
}

/** B fits A: as many rows, or on the right as many columns. */
function checkRightSide(a: Matrix, b: Matrix, right = false): void {
  assertSameEngine(a.engine, b, 'b')
  assertSameDType(a.dtype, b, 'b')
  void b.pointer // throws if it was disposed
  const found = right ? b.cols : b.rows
  if (found !== a.rows) {
    throw new ShapeError(
      `a is ${a.rows} x ${a.rows}: b must have ${a.rows} ${right ? 'columns' : 'rows'}, got ${found}`,
      {
        argument: 'b',
      },
    )
  }
}

function checkTriangle(a: Matrix, upper: boolean, unit: boolean): void {
  const data = a.view()
  const n = a.rows
  for (let i = 0; i < n; i++) {
    const [first, end] = upper ? [i, n] : [0, i + 1]
    for (let j = first; j < end; j++) {
      if (i === j && unit) continue
      const value = data[i * n + j]
      if (i === j && value === 0) {
        throw new RangeArgError(`a is singular: its diagonal is zero at ${i}`, { argument: 'a', data: { pivot: i } })
      }
      if (!Number.isFinite(value)) {
        throw new RangeArgError(`a must be finite, got ${value} in row ${i}, column ${j}`, {
          argument: 'a',
          data: { row: i, column: j },
        })
      }
    }
  }
}

function checkSolution(x: Matrix): void {
  const bad = x.engine.guard((kernels) =>
    (x.dtype === 'float64' ? kernels.dnonfinite : kernels.snonfinite)(x.size, x.pointer),
  )
  if (bad >= 0) {
    throw new RangeArgError('the solution overflows: a is singular to working precision, or b is too large', {
      argument: 'a',
    })
  }
}

function checkFlag(value: unknown, name: string): boolean {
  if (value === undefined) return false
  if (typeof value !== 'boolean') throw new DTypeError(`${name} must be true or false`, { argument: name })
  return value
}
