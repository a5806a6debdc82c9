// Matrix products on handles.
import { checkNumber, checkOptions } from '../check.js'
import { assertSameDType, assertSameEngine, type EngineCore } from '../engine/core.js'
import { Matrix, notMatrix } from '../engine/matrix.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import { gemmPath, gemmScratchBytes } from '../kernels/gemm-path.js'
import type { DType } from '../kernels/kernels.js'

/** Most rows and columns of the matrices of `small`. */
const SMALL = 32
const OPTIONS = ['transposeA', 'transposeB', 'alpha', 'beta', 'out'] as const

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
  try {
    return small(a, b, options) ?? product(a, b, options)
  } catch (cause) {
    // Around everything, since V8 calls WebAssembly without a detour only from outside a try block.
    if (isTrap(cause)) {
      a.engine.guard(() => {
        throw cause
      })
    }
    throw cause
  }
}

/** What the prototype of ordinary options must not hold. */
const PROTOTYPE = Object.prototype as MatmulOptions

/** Options with the accessor of their prototype. */
type Literal = MatmulOptions & { readonly __proto__?: unknown }

/**
 * Small matrices that stay where they are: the call in the middle of somebody's loop, which the checks of `product`, the options above all, would make
 * three times as long. Undefined where anything is out of the ordinary: `product` then says what.
 */
function small(a: Matrix, b: Matrix, options: MatmulOptions | undefined): Matrix | undefined {
  if (typeof options !== 'object' || options === null) return undefined
  let out: Matrix | undefined
  let transposeA: unknown = false
  let transposeB: unknown = false
  let engine: EngineCore
  let dtype: DType
  let lda: number
  let ldb: number
  try {
    // biome-ignore lint/suspicious/noProto: 2 ns here, Object.getPrototypeOf 17; where the accessor was removed, the answer is the long way.
    if ((options as Literal).__proto__ !== PROTOTYPE || isPolluted()) return undefined
    for (const key in options) {
      if (key === 'out') out = options.out
      else if (key === 'transposeA') transposeA = options.transposeA
      else if (key === 'transposeB') transposeB = options.transposeB
      else return undefined
    }
    // Read before it is known that they are matrices: after that V8 knows, and the three tests below cost nothing.
    ;({ engine, dtype, cols: lda } = a)
    ldb = b.cols
    void out!.rows
  } catch {
    return undefined
  }
  if (!(a instanceof Matrix && b instanceof Matrix && out instanceof Matrix)) return undefined
  if (typeof transposeA !== 'boolean' || typeof transposeB !== 'boolean') return undefined
  const m = transposeA ? lda : a.rows
  const k = transposeA ? a.rows : lda
  const n = transposeB ? b.rows : ldb
  // Within this size a product is direct, and packs nothing but a transposed b.
  if (m > SMALL || n > SMALL || k > SMALL || (transposeB ? ldb : b.rows) !== k) return undefined
  if (out.rows !== m || out.cols !== n || out === a || out === b) return undefined
  if (b.engine !== engine || out.engine !== engine || b.dtype !== dtype || out.dtype !== dtype) return undefined
  const trans = (transposeA ? 1 : 0) | (transposeB ? 2 : 0)
  const work = transposeB ? engine.workspace(gemmScratchBytes(dtype, trans, m, n, k, 'direct')) : 0
  const { kernels } = engine
  // V8 calls directly only from where it has seen a single target: a place of its own for either type.
  if (dtype === 'float64')
    kernels.dgemmDirect(trans, m, n, k, 1, a.pointer, lda, b.pointer, ldb, 0, out.pointer, n, work)
  else kernels.sgemmDirect(trans, m, n, k, 1, a.pointer, lda, b.pointer, ldb, 0, out.pointer, n, work)
  return out
}

/** Whether all objects have an option that nobody gave. */
function isPolluted(): boolean {
  return PROTOTYPE.out !== undefined || PROTOTYPE.transposeA !== undefined || PROTOTYPE.transposeB !== undefined
}

/** Any product, any argument. */
function product(a: Matrix, b: Matrix, options: MatmulOptions | undefined): Matrix {
  if (!(a instanceof Matrix)) throw notMatrix(a, 'a')
  const { engine, dtype } = a
  assertSameEngine(engine, b, 'b')
  assertSameDType(dtype, b, 'b')
  let givenA: unknown
  let givenB: unknown
  let givenAlpha: unknown
  let givenBeta: unknown
  let givenOut: unknown
  if (options !== undefined) {
    if (typeof options !== 'object' || options === null || Array.isArray(options) || ArrayBuffer.isView(options)) {
      checkOptions(options, 'options', OPTIONS)
    }
    try {
      for (const key in options) {
        // What a polluted prototype adds alters nothing.
        if (!Object.hasOwn(options, key)) continue
        if (key === 'out') givenOut = options.out
        else if (key === 'transposeA') givenA = options.transposeA
        else if (key === 'transposeB') givenB = options.transposeB
        else if (key === 'alpha') givenAlpha = options.alpha
        else if (key === 'beta') givenBeta = options.beta
        else checkOptions(options, 'options', OPTIONS)
      }
    } catch (cause) {
      // Says which one is unknown, or cannot be read.
      checkOptions(options, 'options', OPTIONS)
      throw cause
    }
  }
  const transposeA = checkFlag(givenA, 'transposeA')
  const transposeB = checkFlag(givenB, 'transposeB')
  const alpha = givenAlpha === undefined ? 1 : checkNumber(givenAlpha, 'alpha')
  const beta = givenBeta === undefined ? 0 : checkNumber(givenBeta, 'beta')
  const m = transposeA ? a.cols : a.rows
  const k = transposeA ? a.rows : a.cols
  const inner = transposeB ? b.cols : b.rows
  const n = transposeB ? b.rows : b.cols
  if (inner !== k) {
    throw new ShapeError(`op(a) is ${m} x ${k} and op(b) is ${inner} x ${n}: the inner sizes must be equal`, {
      argument: 'b',
    })
  }
  if (givenOut !== undefined) checkOut(givenOut as Matrix, a, b, m, n)
  const trans = (transposeA ? 1 : 0) | (transposeB ? 2 : 0)
  // Whatever can refuse comes before the result is allocated: disposed operands, no room for scratch.
  const pointerA = a.pointer
  const pointerB = b.pointer
  const path = gemmPath(dtype, trans, m, n, k)
  const work = engine.workspace(gemmScratchBytes(dtype, trans, m, n, k, path))
  const out = givenOut === undefined ? engine.matrix([m, n], undefined, { dtype }) : (givenOut as Matrix)
  const pointerC = out.pointer
  const { kernels } = engine
  if (path === 'packed') {
    const gemm = dtype === 'float64' ? kernels.dgemmPacked : kernels.sgemmPacked
    gemm(trans, m, n, k, alpha, pointerA, a.cols, pointerB, b.cols, beta, pointerC, n, work)
  } else if (dtype === 'float64') {
    kernels.dgemmDirect(trans, m, n, k, alpha, pointerA, a.cols, pointerB, b.cols, beta, pointerC, n, work)
  } else {
    kernels.sgemmDirect(trans, m, n, k, alpha, pointerA, a.cols, pointerB, b.cols, beta, pointerC, n, work)
  }
  return out
}

function isTrap(cause: unknown): boolean {
  return typeof WebAssembly === 'object' && cause instanceof WebAssembly.RuntimeError
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
