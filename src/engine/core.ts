// The engine: one executor, one linear memory, one allocator. It hands out handles and slots, guards against traps, and
// says what it is. The layers above emit work; nothing here knows what a network is.
import { checkChoice, checkOptions } from '../check.js'
import { DisposedError, OptionError, ShapeError, TrapError } from '../errors.js'
import type { DType, Kernels, LinearMemory, Pointer } from '../kernels/kernels.js'
import { Allocator, type Mark, type MemoryStats } from './allocator.js'
import { checkShape, isFlat, type MatrixLike, readDense, writeDense } from './coerce.js'
import { type Collected, whenCollected } from './collected.js'
import type { EngineInfo, Loaded } from './load.js'
import { Matrix, notMatrix } from './matrix.js'
import type { EngineOptions } from './options.js'

/** Memory of an engine. */
export interface EngineMemory extends MemoryStats {
  /** Matrices that were collected without having been disposed. */
  readonly leaked: number
}

/** What `adopt` returns and the registry of forgotten handles keeps. @internal */
export interface Block {
  readonly pointer: Pointer
  live: boolean
  readonly generation: number
}

/** Engines that were collected without having been disposed: their threads would serve nobody for ever. */
const abandoned = /* @__PURE__ */ whenCollected((close: Loaded['close']) => close())

/** What lies under every engine: its memory, its kernels, its matrices. `Engine` adds linear algebra. */
export class EngineCore {
  readonly info: EngineInfo
  /** Element type of matrices that name none. */
  readonly dtype: DType
  /** Counts resets: handles of an earlier generation are gone. @internal */
  generation = 0
  readonly #restart: Loaded['restart']
  readonly #close: Loaded['close']
  readonly #reservedBytes: number
  readonly #budgetBytes: number
  readonly #onLeak: NonNullable<EngineOptions['onLeak']>
  readonly #forgotten: Collected<{ block: Block; bytes: number; shape: readonly [number, number] }>
  #kernels: Kernels
  #memory: LinearMemory
  #allocator: Allocator
  #trap: TrapError | undefined
  #disposed = false
  #leaked = 0
  /** Live handles' blocks by pointer, so that `releaseTo` can tell the handles. */
  #blocks = new Map<Pointer, Block>()
  #workspace: { pointer: Pointer; bytes: number } | undefined

  constructor(loaded: Loaded, options: { dtype: DType; budgetBytes: number; onLeak: EngineOptions['onLeak'] }) {
    const { features, threads, wide } = loaded.info
    this.info = Object.freeze({
      ...loaded.info,
      ...{ features: Object.freeze(features), threads: Object.freeze(threads), wide: Object.freeze(wide) },
    })
    this.dtype = options.dtype
    this.#kernels = loaded.kernels
    this.#memory = loaded.memory
    this.#restart = loaded.restart
    this.#close = loaded.close
    this.#reservedBytes = loaded.reservedBytes
    abandoned.register(this, loaded.close, this)
    this.#budgetBytes = options.budgetBytes
    this.#allocator = new Allocator(loaded.memory, options.budgetBytes, loaded.reservedBytes)
    this.#onLeak = options.onLeak ?? ((leak) => this.#warnOnce(leak))
    this.#forgotten = whenCollected(({ block, bytes, shape }) => {
      if (!block.live || block.generation !== this.generation || this.#disposed) return
      this.#drop(block)
      this.#leaked++
      try {
        this.#onLeak({ bytes, shape })
      } catch (error) {
        console.warn('deeplinear: onLeak threw', error)
      }
    })
  }

  /** What is allocated, and what was forgotten. */
  get memory(): EngineMemory {
    return { ...this.#allocator.stats, leaked: this.#leaked }
  }

  /** @internal The memory that kernels work on. */
  get linearMemory(): LinearMemory {
    this.#assertUsable()
    return this.#memory
  }

  /** @internal The kernels, for the layers above: they pass checked pointers and shapes. */
  get kernels(): Kernels {
    this.#assertUsable()
    return this.#kernels
  }

  /**
   * A matrix of zeros of the given shape, or with the given elements (row by row, nested, or any matrix-like).
   * @throws {ShapeError|DTypeError|RangeArgError|MemoryError} before anything is written
   * @example
   * engine.matrix([2, 3], [1, 2, 3, 4, 5, 6])
   * engine.matrix([[1, 2], [3, 4]], { dtype: 'float32' })
   */
  matrix(shape: readonly [number, number], data?: MatrixLike, options?: { dtype?: DType }): Matrix
  matrix(data: MatrixLike, options?: { dtype?: DType }): Matrix
  matrix(first: unknown, second?: unknown, third?: unknown): Matrix {
    if (Array.isArray(first) && !Array.isArray(first[0])) {
      const [rows, cols] = checkShape(first)
      const dtype = this.#dtypeOf(third)
      return this.#filled(rows, cols, dtype, second)
    }
    if (isFlat(first)) {
      throw new ShapeError('elements without a shape: pass matrix([rows, cols], elements)', { argument: 'shape' })
    }
    const dtype = this.#dtypeOf(second, first instanceof Matrix ? first.dtype : undefined)
    const dense = readDense(first, 'data')
    return this.#filled(dense.rows, dense.cols, dtype, dense.data)
  }

  /** @internal A block for a handle; the handle's collection gives it back if nobody else did. */
  adopt(owner: Matrix, bytes: number): Block {
    this.#assertUsable()
    const block = { pointer: this.#allocator.allocate(bytes), live: true, generation: this.generation }
    this.#blocks.set(block.pointer, block)
    this.#forgotten.register(owner, { block, bytes, shape: [owner.rows, owner.cols] }, owner)
    return block
  }

  /** @internal The counterpart of `adopt`. */
  disown(owner: Matrix, block: Block): void {
    this.#forgotten.unregister(owner)
    this.#drop(block)
  }

  /** @internal A block that a plan, a slot or the workspace owns; contents undefined. Marks do not see it. */
  allocate(bytes: number): Pointer {
    this.#assertUsable()
    return this.#allocator.allocate(bytes, false)
  }

  /** @internal */
  free(pointer: Pointer): void {
    if (!this.#disposed) this.#allocator.free(pointer)
  }

  /** Open a mark: `release` disposes every matrix made since that is still live. Marks nest like brackets. */
  mark(): Mark {
    return this.#allocator.mark()
  }

  /** Close the innermost mark and dispose what was made since. */
  release(mark: Mark): void {
    for (const pointer of this.#allocator.release(mark)) {
      const block = this.#blocks.get(pointer)
      if (block !== undefined) block.live = false
      this.#blocks.delete(pointer)
    }
  }

  /** @internal Scratch for packing, shared by all products: at least `bytes` bytes. Contents never outlive a call. */
  workspace(bytes: number): Pointer {
    if (this.#workspace === undefined || this.#workspace.bytes < bytes) {
      const pointer = this.allocate(bytes)
      if (this.#workspace !== undefined) this.free(this.#workspace.pointer)
      this.#workspace = { pointer, bytes }
    }
    return this.#workspace.pointer
  }

  /** @internal Run kernels; a trap poisons the engine until `reset()`. */
  guard<T>(work: (kernels: Kernels) => T): T {
    const kernels = this.kernels
    try {
      return work(kernels)
    } catch (cause) {
      if (typeof WebAssembly === 'object' && cause instanceof WebAssembly.RuntimeError) {
        this.#trap = new TrapError(
          `WebAssembly trapped (${cause.message}); this engine is unusable until reset(), which forgets all matrices`,
          { cause },
        )
        throw this.#trap
      }
      throw cause
    }
  }

  /** Start over with a new instance and empty memory. All handles of this engine are gone. */
  reset(): void {
    if (this.#disposed) throw new DisposedError('this engine was disposed', { argument: 'engine' })
    const { kernels, memory } = this.#restart()
    this.#kernels = kernels
    this.#memory = memory
    this.#allocator = new Allocator(memory, this.#budgetBytes, this.#reservedBytes)
    this.#blocks.clear()
    this.#workspace = undefined
    this.#trap = undefined
    this.generation++
  }

  /** Give the memory back to the host. All handles of this engine are gone; doing so twice is harmless. */
  dispose(): void {
    if (this.#disposed) return
    this.#disposed = true
    this.generation++
    abandoned.unregister(this)
    this.#close()
    const empty = { buffer: new ArrayBuffer(0), grow: () => false }
    this.#memory = empty
    this.#allocator = new Allocator(empty, 0)
  }

  [Symbol.dispose](): void {
    this.dispose()
  }

  #drop(block: Block): void {
    block.live = false
    this.#blocks.delete(block.pointer)
    this.#allocator.free(block.pointer)
  }

  #filled(rows: number, cols: number, dtype: DType, data: unknown): Matrix {
    // A view over this engine's own memory would die if the new block made memory grow.
    const own = ArrayBuffer.isView(data) && data.buffer === this.linearMemory.buffer
    const source = own ? (data as Float64Array).slice() : data
    const matrix = new Matrix(this, rows, cols, dtype)
    try {
      if (source === undefined) matrix.view().fill(0)
      else writeDense(source, matrix)
    } catch (error) {
      matrix.dispose()
      throw error
    }
    return matrix
  }

  #dtypeOf(options: unknown, otherwise: DType = this.dtype): DType {
    const { dtype } = checkOptions(options as object | undefined, 'options', ['dtype'])
    return dtype === undefined ? otherwise : checkChoice(dtype, 'dtype', ['float32', 'float64'])
  }

  #assertUsable(): void {
    if (this.#disposed) throw new DisposedError('this engine was disposed', { argument: 'engine' })
    if (this.#trap !== undefined) throw this.#trap
  }

  #warnOnce({ bytes, shape }: { bytes: number; shape: readonly [number, number] }): void {
    if (this.#leaked > 1) return
    console.warn(
      `deeplinear: a ${shape[0]} x ${shape[1]} matrix (${bytes} bytes) was collected without dispose(); its memory is free again. ` +
        'Use `using`, or call dispose(); engine.memory.leaked counts further ones.',
    )
  }
}

/** Both operands of one engine. @throws {DisposedError} a handle of another engine */
export function assertSameEngine(engine: EngineCore, matrix: Matrix, name: string): void {
  if (!(matrix instanceof Matrix)) throw notMatrix(matrix, name)
  if (matrix.engine !== engine) {
    throw new DisposedError(`${name} is a foreign handle: it belongs to another engine; copy it with engine.matrix`, {
      argument: name,
    })
  }
}

/** Both of one element type. */
export function assertSameDType(expected: DType, matrix: Matrix, name: string): void {
  if (matrix.dtype !== expected) {
    throw new OptionError(
      `${name} is ${matrix.dtype}, the other operands are ${expected}; convert it with engine.matrix(${name}, { dtype: '${expected}' })`,
      { argument: name },
    )
  }
}
