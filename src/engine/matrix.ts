// Matrix handles: a shape, an element type and a block of linear memory. Data stay in linear memory; JavaScript gets
// copies (`toArray`) or views that are valid until memory grows (`view`).
import { checkInteger, describe } from '../check.js'
import { type DeepLinearError, DisposedError, DTypeError, RangeArgError } from '../errors.js'
import { type DType, elementBytes, type Pointer } from '../kernels/kernels.js'
import { type MatrixLike, writeDense } from './coerce.js'
import type { Block, EngineCore } from './core.js'

/** A matrix as it enters a product: as it stands, or transposed. */
export interface Operand {
  readonly matrix: Matrix
  readonly transposed: boolean
  /** Rows and columns as they enter the product. */
  readonly rows: number
  readonly cols: number
  /** The same data the other way round; no copy. */
  readonly T: Operand
}

/** The typed array of an element type. */
export type TypedArray = Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>

/** On every handle, of every copy of the library that a page may have loaded. */
const BRAND: unique symbol = Symbol.for('deeplinear.Matrix')

/** A handle of this copy of the library or of another. @internal */
export function isHandle(value: unknown): boolean {
  return typeof value === 'object' && value !== null && BRAND in value
}

/** What is wrong with a value that is no matrix of this library. @internal */
export function notMatrix(value: unknown, name: string): DeepLinearError {
  if (isHandle(value)) {
    return new DisposedError(
      `${name} is a foreign handle: another copy of deeplinear made it; load one copy, or copy it with engine.matrix(${name}.toNested())`,
      { argument: name },
    )
  }
  return new DTypeError(`${name} must be a Matrix, got ${describe(value)}; make one with engine.matrix`, {
    argument: name,
  })
}

/**
 * A dense row-major matrix in linear memory. Made by `engine.matrix`; freed by `dispose()` or `using`. A handle that is
 * forgotten is freed when it is collected, and counted in `engine.memory.leaked`.
 */
export class Matrix implements Operand {
  readonly engine: EngineCore
  readonly rows: number
  readonly cols: number
  readonly dtype: DType
  readonly transposed = false
  /** Number of elements. */
  readonly size: number
  readonly #block: Block
  #transpose: Operand | undefined

  /** @internal Use `engine.matrix`. `copies` is the number of matrices of this shape that the block holds: see `EnsembleMatrix`. */
  constructor(engine: EngineCore, rows: number, cols: number, dtype: DType, copies = 1) {
    this.engine = engine
    this.rows = rows
    this.cols = cols
    this.dtype = dtype
    this.size = rows * cols * copies
    this.#block = engine.adopt(this, this.size * elementBytes(dtype))
  }

  /** @internal */
  get [BRAND](): true {
    return true
  }

  get matrix(): Matrix {
    return this
  }

  /** `[rows, cols]`. */
  get shape(): readonly [number, number] {
    return [this.rows, this.cols]
  }

  /** True once the memory was given back. */
  get disposed(): boolean {
    return !this.#block.live || this.#block.generation !== this.engine.generation
  }

  /** Byte offset of the first element in linear memory. @throws {DisposedError} */
  get pointer(): Pointer {
    if (this.disposed) {
      const why = this.#block.live ? 'the engine was reset' : 'it was disposed'
      throw new DisposedError(`this ${this.rows} x ${this.cols} matrix is gone: ${why}`, { argument: 'matrix' })
    }
    return this.#block.pointer
  }

  /** This matrix transposed, as an operand of products; no copy. */
  get T(): Operand {
    this.#transpose ??= { matrix: this, transposed: true, rows: this.cols, cols: this.rows, T: this }
    return this.#transpose
  }

  /**
   * The elements, row by row, as a typed array over linear memory: no copy. Valid until the next allocation, which may
   * move memory; take a new view then (a stale view has length 0).
   */
  view(): TypedArray {
    const pointer = this.pointer
    const { buffer } = this.engine.linearMemory
    return this.dtype === 'float64'
      ? new Float64Array(buffer, pointer, this.size)
      : new Float32Array(buffer, pointer, this.size)
  }

  /** A copy of the elements, row by row; safe to keep. */
  toArray(): TypedArray {
    return this.view().slice() as TypedArray
  }

  /** A copy as nested arrays. */
  toNested(): number[][] {
    const data = this.view()
    return Array.from({ length: this.rows }, (_, i) => Array.from(data.subarray(i * this.cols, (i + 1) * this.cols)))
  }

  /** The element in row `i`, column `j`, counted from 0. */
  get(i: number, j: number): number {
    return this.view()[this.#index(i, j)]
  }

  /**
   * Overwrite all elements.
   * @throws {ShapeError} another number of elements
   */
  set(source: MatrixLike): this {
    writeDense(source, this)
    return this
  }

  /** A matrix of zeros of the same shape and element type. */
  zerosLike(): Matrix {
    const { engine, rows, cols, dtype } = this
    return engine.matrix([rows, cols], undefined, { dtype })
  }

  /** Give the memory back. Doing so twice is harmless. */
  dispose(): void {
    if (this.disposed) return
    this.engine.disown(this, this.#block)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #index(i: number, j: number): number {
    if (this.rows === 0 || this.cols === 0) throw new RangeArgError('an empty matrix has no elements')
    checkInteger(i, 'row', { max: this.rows - 1 })
    checkInteger(j, 'column', { max: this.cols - 1 })
    return i * this.cols + j
  }
}
