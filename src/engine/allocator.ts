// The allocator over linear memory. TypeScript owns it; kernels never allocate. A good-fit allocator in the manner of
// TLSF: free blocks are binned by size (8 classes per power of two), found by bit scan, split, and merged with free
// neighbours when given back. Its books are outside linear memory, so a stray kernel write cannot corrupt them.
//
//   0          start                                 frontier            buffer.byteLength         budget
//   | reserved | blocks, live or free, 64-byte units | never handed out  | not yet grown           |
import { MemoryError, OptionError, RangeArgError } from '../errors.js'
import type { LinearMemory, Pointer } from '../kernels/kernels.js'

/** Every block starts at a multiple of this and its size is a multiple of it: one cache line. */
export const BLOCK_BYTES = 64
/** Bin classes per power of two: 2^3. */
const CLASS_BITS = 3
const PAGE_BYTES = 65536

/** What the allocator holds. */
export interface MemoryStats {
  /** Bytes in live blocks, rounding included. */
  readonly liveBytes: number
  /** The largest `liveBytes` so far. */
  readonly peakBytes: number
  /** Number of live blocks. */
  readonly liveBlocks: number
  /** Bytes of linear memory taken from the host. */
  readonly reservedBytes: number
  /** Bytes of linear memory that were ever handed out. */
  readonly frontierBytes: number
  /** The limit that linear memory may grow to. */
  readonly budgetBytes: number
}

/** A position in the allocation history; see `release`. Marks nest like brackets. */
export type Mark = { readonly depth: number }

export class Allocator {
  readonly #memory: LinearMemory
  readonly #budget: number
  readonly #live = new Map<Pointer, number>()
  /** Free blocks by start and by end: how neighbours are found. */
  readonly #freeByStart = new Map<Pointer, number>()
  readonly #freeByEnd = new Map<Pointer, Pointer>()
  readonly #bins: Set<Pointer>[] = []
  #frontier: number
  #liveBytes = 0
  #peakBytes = 0
  /** Blocks allocated while a mark is open, oldest first; those of them that are live. */
  readonly #log: Pointer[] = []
  readonly #scoped = new Set<Pointer>()
  readonly #marks: Mark[] = []

  /** @param start where the first block may begin, a multiple of 64 and not 0: what lies below is somebody else's */
  constructor(memory: LinearMemory, budgetBytes: number, start = BLOCK_BYTES) {
    this.#memory = memory
    this.#budget = budgetBytes
    this.#frontier = start
  }

  get stats(): MemoryStats {
    return {
      liveBytes: this.#liveBytes,
      peakBytes: this.#peakBytes,
      liveBlocks: this.#live.size,
      reservedBytes: this.#memory.buffer.byteLength,
      frontierBytes: this.#frontier,
      budgetBytes: this.#budget,
    }
  }

  /**
   * A block of at least `bytes` bytes, 64-byte aligned, contents undefined. A refused request changes nothing.
   * @param scoped whether an open mark's `release` frees it
   * @throws {MemoryError} over the budget, or the host refuses to grow
   */
  allocate(bytes: number, scoped = true): Pointer {
    // The sizes come from products of shapes, so they are checked as float64 integers, never as wrapped 32-bit ones.
    if (!(Number.isSafeInteger(bytes) && bytes >= 0)) {
      throw new MemoryError(`${bytes} bytes cannot be allocated: not a number of bytes`, { data: { requested: bytes } })
    }
    const size = Math.max(BLOCK_BYTES, roundUp(bytes, BLOCK_BYTES))
    const pointer = this.#takeFree(size) ?? this.#extend(size)
    this.#live.set(pointer, size)
    this.#liveBytes += size
    this.#peakBytes = Math.max(this.#peakBytes, this.#liveBytes)
    if (scoped && this.#marks.length > 0) {
      this.#log.push(pointer)
      this.#scoped.add(pointer)
    }
    return pointer
  }

  /** Give a block back. A pointer that is not the start of a live block is an error of ours, and said so. */
  free(pointer: Pointer): void {
    const size = this.#live.get(pointer)
    if (size === undefined) {
      throw new RangeArgError(`pointer ${pointer} is not a live block: freed twice, or never allocated`, {
        argument: 'pointer',
      })
    }
    this.#live.delete(pointer)
    this.#scoped.delete(pointer)
    this.#liveBytes -= size
    this.#giveBack(pointer, size)
  }

  /** Bytes of a live block, rounding included; undefined for anything else. */
  sizeOf(pointer: Pointer): number | undefined {
    return this.#live.get(pointer)
  }

  /** Open a mark: `release` frees everything allocated since that is still live. Marks nest like brackets. */
  mark(): Mark {
    const mark = { depth: this.#log.length }
    this.#marks.push(mark)
    return mark
  }

  /**
   * Close the innermost mark and free what was allocated since; returns the pointers that were still live.
   * @throws {OptionError} any other mark: released already, older than a reset, or with a mark inside it still open
   */
  release(mark: Mark): Pointer[] {
    if (this.#marks.at(-1) !== mark) {
      throw new OptionError('mark is not the innermost open mark; release marks once each, innermost first', {
        argument: 'mark',
      })
    }
    this.#marks.pop()
    // A pointer may stand in the log twice, or belong to an unscoped block by now: it was freed and handed out again.
    const live = [...new Set(this.#log.splice(mark.depth))].filter((pointer) => this.#scoped.has(pointer))
    for (const pointer of live) this.free(pointer)
    return live
  }

  #takeFree(size: number): Pointer | undefined {
    // The first bin whose every block fits, then upward; the request's own bin may hold a fit too, so look there last.
    const fits = binOf(size + classBytes(size) - BLOCK_BYTES)
    for (let bin = fits; bin < this.#bins.length; bin++) {
      for (const start of this.#bins[bin] ?? []) return this.#split(start, size)
    }
    for (let bin = binOf(size); bin < Math.min(fits, this.#bins.length); bin++) {
      for (const start of this.#bins[bin] ?? []) {
        if (this.#freeByStart.get(start)! >= size) return this.#split(start, size)
      }
    }
    return undefined
  }

  #split(start: Pointer, size: number): Pointer {
    const whole = this.#freeByStart.get(start)!
    this.#removeFree(start, whole)
    if (whole > size) this.#addFree(start + size, whole - size)
    return start
  }

  #extend(size: number): Pointer {
    // A free block that ends at the frontier is extended instead of left behind.
    const tail = this.#freeByEnd.get(this.#frontier)
    const start = tail ?? this.#frontier
    const end = start + size
    if (end > this.#budget) throw this.#refusal(size, 'the budget of this engine', undefined)
    const reserved = this.#memory.buffer.byteLength
    if (end > reserved) {
      // Grow by half as much again: growth is rare, and it detaches every view.
      const wanted = Math.min(this.#budget, roundUp(Math.max(end, Math.ceil(reserved * 1.5)), PAGE_BYTES))
      if (!this.#memory.grow(wanted) && !this.#memory.grow(roundUp(end, PAGE_BYTES))) {
        throw this.#refusal(size, 'what the host grants', reserved)
      }
    }
    if (tail !== undefined) this.#removeFree(tail, this.#freeByStart.get(tail)!)
    this.#frontier = end
    return start
  }

  #giveBack(pointer: Pointer, size: number): void {
    let start = pointer
    let end = pointer + size
    const after = this.#freeByStart.get(end)
    if (after !== undefined) {
      this.#removeFree(end, after)
      end += after
    }
    const before = this.#freeByEnd.get(start)
    if (before !== undefined) {
      this.#removeFree(before, start - before)
      start = before
    }
    this.#addFree(start, end - start)
  }

  #addFree(start: Pointer, size: number): void {
    this.#freeByStart.set(start, size)
    this.#freeByEnd.set(start + size, start)
    const bin = binOf(size)
    while (this.#bins.length <= bin) this.#bins.push(new Set())
    this.#bins[bin].add(start)
  }

  #removeFree(start: Pointer, size: number): void {
    this.#freeByStart.delete(start)
    this.#freeByEnd.delete(start + size)
    this.#bins[binOf(size)].delete(start)
  }

  #refusal(requested: number, limit: string, available: number | undefined): MemoryError {
    const free = (available ?? this.#budget) - this.#liveBytes
    return new MemoryError(
      `cannot allocate ${requested} bytes: ${this.#liveBytes} bytes are live and ${limit} is ` +
        `${available ?? this.#budget} bytes; dispose matrices you no longer need, or create the engine with a larger budgetBytes`,
      {
        argument: 'budgetBytes',
        data: { requested, available: Math.max(0, free), limit: available ?? this.#budget },
        cause: available === undefined ? undefined : this.#memory.refusal,
      },
    )
  }
}

function roundUp(value: number, unit: number): number {
  return Math.ceil(value / unit) * unit
}

function log2(value: number): number {
  // Exact for integers below 2^53, where 31 - clz32 would wrap from 2^32 on.
  return value < 2 ** 31 ? 31 - Math.clz32(value) : 31 + (31 - Math.clz32(Math.floor(value / 2 ** 31)))
}

/** The spread of sizes within the bin of this size: a block from the bin of `size + spread - 64` holds `size` for certain. */
function classBytes(size: number): number {
  return BLOCK_BYTES * 2 ** Math.max(0, log2(size / BLOCK_BYTES) - CLASS_BITS)
}

/** The bin of a block size: 8 classes per power of two, counted in units of 64 bytes. */
function binOf(size: number): number {
  const units = Math.floor(size / BLOCK_BYTES)
  const exponent = log2(Math.max(1, units))
  if (exponent < CLASS_BITS) return units
  const fraction = Math.floor(units / 2 ** (exponent - CLASS_BITS)) - (1 << CLASS_BITS)
  return ((exponent - CLASS_BITS + 1) << CLASS_BITS) + fraction
}
