// Matrix products on handles.
import { checkNumber, checkOptions } from '../check.js'
import { assertSameDType, assertSameEngine } from '../engine/core.js'
import { Matrix } from '../engine/matrix.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import { gemmPath, gemmScratchBytes } from '../kernels/gemm-path.js'

/** Options of `matmul`. */
export interface MatmulOptions {
  transposeA?: boolean
  transposeB?: boolean
  /** Factor of the product. Default 1. */
  alpha?: number
  /** Factor of what `out` holds before. Default 0: `out` is overwritten, whatever it holds. */
  beta?: number
  /** Where the result goes; must be neither operand. Default: a new matrix. */
  out?: Matrix
}

/**
 * The matrix product `C = alpha op(A) op(B) + beta C`, with `op(A)` being A or A'.
 *
 * @param a op(A) - (m, k)
 * @param b op(B) - (k, n), of the same element type and engine
 * @returns C - (m, n): `out`, or a new matrix that the caller disposes. Every element is summed in ascending k, in blocks of 256
 *   (assembly/README.md), so a result does not depend on what is computed beside it.
 * @throws {ShapeError} the inner sizes differ, or `out` has another shape
 * @throws {OptionError} `out` is an operand, element types differ, or an option is unknown
 * @throws {RangeArgError} alpha or beta is not finite
 * @example
 * const A = engine.matrix([[1, 2, 3], [4, 5, 6]])
 * matmul(A, A, { transposeB: true }).toNested() // -> [[14, 32], [32, 77]]
 */
export function matmul(a: Matrix, b: Matrix, options?: MatmulOptions): Matrix {
  if (!(a instanceof Matrix)) throw new DTypeError('a must be a Matrix; make one with engine.matrix', { argument: 'a' })
  const { engine, dtype } = a
  assertSameEngine(engine, b, 'b')
  assertSameDType(dtype, b, 'b')
  const given = checkOptions(options, 'options', ['transposeA', 'transposeB', 'alpha', 'beta', 'out'])
  const transposeA = checkFlag(given.transposeA, 'transposeA')
  const transposeB = checkFlag(given.transposeB, 'transposeB')
  const alpha = checkNumber(given.alpha ?? 1, 'alpha')
  const beta = checkNumber(given.beta ?? 0, 'beta')
  const [m, k] = transposeA ? [a.cols, a.rows] : [a.rows, a.cols]
  const [inner, n] = transposeB ? [b.cols, b.rows] : [b.rows, b.cols]
  if (inner !== k) {
    throw new ShapeError(`op(a) is ${m} x ${k} and op(b) is ${inner} x ${n}: the inner sizes must be equal`, {
      argument: 'b',
    })
  }
  if (given.out !== undefined) checkOut(given.out as Matrix, a, b, m, n)
  const trans = (transposeA ? 1 : 0) | (transposeB ? 2 : 0)
  // Whatever can refuse comes before the result is allocated: disposed operands, no room for scratch.
  const [pointerA, pointerB] = [a.pointer, b.pointer]
  const work = engine.workspace(gemmScratchBytes(dtype, trans, m, n, k))
  const out = (given.out as Matrix | undefined) ?? engine.matrix([m, n], undefined, { dtype })
  const direct = gemmPath(dtype, trans, m, n, k) === 'direct'
  engine.guard((kernels) => {
    const gemm =
      dtype === 'float64'
        ? direct
          ? kernels.dgemmDirect
          : kernels.dgemmPacked
        : direct
          ? kernels.sgemmDirect
          : kernels.sgemmPacked
    gemm(trans, m, n, k, alpha, pointerA, a.cols, pointerB, b.cols, beta, out.pointer, n, work)
  })
  return out
}

function checkOut(out: Matrix, a: Matrix, b: Matrix, m: number, n: number): void {
  assertSameEngine(a.engine, out, 'out')
  assertSameDType(a.dtype, out, 'out')
  if (out.rows !== m || out.cols !== n) {
    throw new ShapeError(`out must be ${m} x ${n}, got ${out.rows} x ${out.cols}`, { argument: 'out' })
  }
  if (out === a || out === b) {
    throw new OptionError('out must not be an operand: it would be overwritten while it is read', { argument: 'out' })
  }
  void out.pointer // throws if it was disposed
}

function checkFlag(value: unknown, name: string): boolean {
  if (value === undefined) return false
  if (typeof value !== 'boolean') throw new DTypeError(`${name} must be true or false`, { argument: name })
  return value
}
