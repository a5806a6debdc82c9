// The allocator against a model that is nothing but a list of blocks; memory is a number here, so the edges at 2 and 4 GiB
// cost nothing.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { Allocator, BLOCK_BYTES, type Mark } from '../../src/engine/allocator.js'
import { MemoryError, OptionError, RangeArgError } from '../../src/errors.js'
import type { LinearMemory } from '../../src/kernels/kernels.js'
import { prng } from '../kernels/helpers/prng.js'

const GIBIBYTE = 2 ** 30
const PAGE = 65536

/** A memory that is only a length. `grants` says whether a growth to that many bytes is granted. */
class CountedMemory implements LinearMemory {
  grown = 0
  #bytes: number
  readonly #grants: (byteLength: number) => boolean

  constructor(bytes: number, grants: (byteLength: number) => boolean = () => true) {
    this.#bytes = bytes
    this.#grants = grants
  }

  get buffer(): ArrayBuffer {
    return { byteLength: this.#bytes } as ArrayBuffer
  }

  grow(byteLength: number): boolean {
    if (byteLength <= this.#bytes) return true
    if (!this.#grants(byteLength)) return false
    this.#bytes = byteLength
    this.grown++
    return true
  }
}

const rounded = (bytes: number) => Math.max(BLOCK_BYTES, Math.ceil(bytes / BLOCK_BYTES) * BLOCK_BYTES)

function caught(work: () => unknown): unknown {
  try {
    work()
  } catch (error) {
    return error
  }
  return undefined
}

/** `expect` is too slow to be asked a million times. */
function holds(condition: boolean, what: string): void {
  if (!condition) expect.fail(what)
}

interface ModelBlock {
  pointer: number
  size: number
  /** The mark that its release belongs to: an index into the open marks, or -1 for none. */
  scope: number
}

/** Blocks and brackets, without any idea of where free memory is. */
class Model {
  readonly live = new Map<number, ModelBlock>()
  readonly marks: Mark[] = []
  liveBytes = 0
  peakBytes = 0

  add(pointer: number, bytes: number, scoped: boolean): void {
    const size = rounded(bytes)
    for (const other of this.live.values()) {
      const apart = pointer >= other.pointer + other.size || other.pointer >= pointer + size
      holds(apart, `block ${pointer} + ${size} overlaps ${other.pointer} + ${other.size}`)
    }
    this.live.set(pointer, { pointer, size, scope: scoped ? this.marks.length - 1 : -1 })
    this.liveBytes += size
    this.peakBytes = Math.max(this.peakBytes, this.liveBytes)
  }

  remove(pointer: number): void {
    this.liveBytes -= this.live.get(pointer)!.size
    this.live.delete(pointer)
  }

  /** What the release of the innermost mark must free. */
  innermost(): number[] {
    const scope = this.marks.length - 1
    return [...this.live.values()].filter((block) => block.scope === scope).map(({ pointer }) => pointer)
  }
}

const operation = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant('allocate'), amount: fc.nat(2 ** 16), scoped: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('allocate'), amount: fc.nat(2 ** 21), scoped: fc.boolean() }) },
  { weight: 5, arbitrary: fc.record({ kind: fc.constant('free'), amount: fc.nat(2 ** 16), scoped: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('mark'), amount: fc.constant(0), scoped: fc.boolean() }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant('release'), amount: fc.constant(0), scoped: fc.boolean() }) },
)

describe('against a model', () => {
  test('no overlap, alignment, brackets and exact books, whatever is asked in whatever order', () => {
    const budget = 8 * 2 ** 20
    fc.assert(
      fc.property(fc.array(operation, { minLength: 200, maxLength: 200 }), (operations) => {
        const memory = new CountedMemory(PAGE)
        const allocator = new Allocator(memory, budget)
        const model = new Model()
        for (const { kind, amount, scoped } of operations) {
          if (kind === 'allocate') {
            const error = caught(() => {
              const pointer = allocator.allocate(amount, scoped)
              holds(pointer % BLOCK_BYTES === 0 && pointer >= BLOCK_BYTES, `pointer ${pointer}`)
              holds(allocator.sizeOf(pointer) === rounded(amount), `size of ${amount} bytes`)
              model.add(pointer, amount, scoped)
            })
            if (error !== undefined && !(error instanceof MemoryError)) throw error
          } else if (kind === 'free' && model.live.size > 0) {
            const pointer = [...model.live.keys()][amount % model.live.size]
            allocator.free(pointer)
            model.remove(pointer)
          } else if (kind === 'mark') model.marks.push(allocator.mark())
          else if (kind === 'release' && model.marks.length > 0) {
            const expected = model.innermost()
            const released = allocator.release(model.marks.pop()!)
            expect(released.sort((a, b) => a - b)).toEqual(expected.sort((a, b) => a - b))
            for (const pointer of released) model.remove(pointer)
          }
          const { liveBytes, peakBytes, liveBlocks, frontierBytes, reservedBytes, budgetBytes } = allocator.stats
          holds(liveBytes === model.liveBytes, `liveBytes ${liveBytes}, the model has ${model.liveBytes}`)
          holds(peakBytes === model.peakBytes, `peakBytes ${peakBytes}, the model has ${model.peakBytes}`)
          holds(liveBlocks === model.live.size, `liveBlocks ${liveBlocks}, the model has ${model.live.size}`)
          holds(frontierBytes <= reservedBytes && reservedBytes <= budgetBytes, 'frontier <= reserved <= budget')
          for (const { pointer, size } of model.live.values()) {
            holds(pointer + size <= frontierBytes, 'no block is beyond the frontier')
          }
        }
        // Everything freed, in an order of no meaning, is one block again: it can be handed out whole, without growing.
        for (const pointer of [...model.live.keys()].sort((a, b) => (a % 4099) - (b % 4099))) allocator.free(pointer)
        const { frontierBytes, liveBytes } = allocator.stats
        expect(liveBytes).toBe(0)
        if (frontierBytes > BLOCK_BYTES) {
          expect(allocator.allocate(frontierBytes - BLOCK_BYTES)).toBe(BLOCK_BYTES)
          expect(allocator.stats.frontierBytes).toBe(frontierBytes)
        }
      }),
      { numRuns: 300, seed: 20260101 },
    )
  })
})

describe('reuse', () => {
  test('a freed block is handed out again, split, and merged with both neighbours', () => {
    const allocator = new Allocator(new CountedMemory(PAGE), PAGE)
    const [a, b, c, fence] = [1024, 2048, 512, 64].map((bytes) => allocator.allocate(bytes))
    const { frontierBytes } = allocator.stats
    allocator.free(b)
    expect(allocator.allocate(1000)).toBe(b)
    allocator.free(b)
    allocator.free(a)
    allocator.free(c)
    expect(allocator.allocate(1024 + 2048 + 512)).toBe(a)
    expect(allocator.stats.frontierBytes).toBe(frontierBytes)
    allocator.free(fence)
  })

  test('every size from 1 byte to 16 KiB fits exactly into the hole that it left', () => {
    const allocator = new Allocator(new CountedMemory(PAGE), 2 ** 24)
    for (let bytes = 1; bytes <= 16384; bytes += 61) {
      const hole = allocator.allocate(bytes)
      allocator.allocate(64)
      const { frontierBytes } = allocator.stats
      allocator.free(hole)
      expect(allocator.allocate(bytes)).toBe(hole)
      expect(allocator.stats.frontierBytes).toBe(frontierBytes)
    }
  })

  test('a free block at the frontier is extended, not left behind', () => {
    const allocator = new Allocator(new CountedMemory(PAGE), 2 ** 24)
    const first = allocator.allocate(64)
    allocator.free(first)
    expect(allocator.allocate(1024)).toBe(first)
  })

  test.each([
    ['uniform', (u: number) => 16 + Math.floor(u * (2 ** 20 - 16))],
    ['cubic, most of them small', (u: number) => 16 + Math.floor(u * u * u * (2 ** 20 - 16))],
    ['powers of two', (u: number) => 2 ** (4 + Math.floor(u * 17))],
  ])('20 000 allocations of sizes 16 B to 1 MiB, %s: the frontier stays below 1.5 times the peak', (_, size) => {
    const random = prng(7)
    const allocator = new Allocator(new CountedMemory(PAGE), 4 * GIBIBYTE - PAGE)
    const live: number[] = []
    for (let i = 0; i < 20_000; i++) {
      if (live.length > 0 && (live.length >= 400 || random.integer(0, 99) < 45)) {
        const at = random.integer(0, live.length - 1)
        allocator.free(live[at])
        live[at] = live[live.length - 1]
        live.pop()
      } else live.push(allocator.allocate(size((random.uniform() + 1) / 2)))
    }
    const { frontierBytes, peakBytes } = allocator.stats
    expect(frontierBytes / peakBytes).toBeLessThanOrEqual(1.5)
  })
})

describe('marks', () => {
  test('nest like brackets, and a block freed before the release is not freed twice', () => {
    const allocator = new Allocator(new CountedMemory(PAGE), PAGE)
    const before = allocator.allocate(64)
    const outer = allocator.mark()
    const one = allocator.allocate(64)
    const inner = allocator.mark()
    const two = allocator.allocate(64)
    const three = allocator.allocate(64)
    allocator.free(two)
    expect(allocator.release(inner)).toEqual([three])
    expect(allocator.release(outer)).toEqual([one])
    expect(allocator.sizeOf(before)).toBe(64)
    expect(allocator.stats.liveBlocks).toBe(1)
  })

  test('a block that took the place of a freed one outlives the mark, if it is not of the mark', () => {
    const allocator = new Allocator(new CountedMemory(PAGE), PAGE)
    const mark = allocator.mark()
    const scoped = allocator.allocate(64)
    allocator.free(scoped)
    const kept = allocator.allocate(64, false)
    expect(kept).toBe(scoped)
    expect(allocator.release(mark)).toEqual([])
    expect(allocator.sizeOf(kept)).toBe(64)
  })

  test('a mark is released once, innermost first; anything else is refused and changes nothing', () => {
    const allocator = new Allocator(new CountedMemory(PAGE), PAGE)
    const outer = allocator.mark()
    const inner = allocator.mark()
    const block = allocator.allocate(64)
    expect(() => allocator.release(outer)).toThrow(OptionError)
    expect(allocator.sizeOf(block)).toBe(64)
    expect(allocator.release(inner)).toEqual([block])
    expect(() => allocator.release(inner)).toThrow(/innermost open mark/)
    const late = allocator.allocate(64)
    expect(allocator.release(outer)).toEqual([late])
  })
})

describe('refusals', () => {
  test('over the budget: MemoryError with what was asked and what there is, and nothing has changed', () => {
    const memory = new CountedMemory(PAGE)
    const allocator = new Allocator(memory, 2 * PAGE)
    allocator.allocate(1000)
    const stats = allocator.stats
    const error = caught(() => allocator.allocate(2 * PAGE)) as MemoryError
    expect(error).toBeInstanceOf(MemoryError)
    expect(error.code).toBe('MEMORY')
    expect(error.argument).toBe('budgetBytes')
    expect(error.data).toEqual({ requested: 2 * PAGE, available: 2 * PAGE - 1024, limit: 2 * PAGE })
    expect(error.message).toContain('the budget of this engine')
    expect(allocator.stats).toEqual(stats)
    expect(memory.grown).toBe(0)
    expect(allocator.allocate(1000)).toBe(64 + 1024)
  })

  test('the host refuses to grow: MemoryError with its limit, and nothing has changed', () => {
    const memory = new CountedMemory(PAGE, () => false)
    const allocator = new Allocator(memory, GIBIBYTE)
    allocator.allocate(32_000)
    const stats = allocator.stats
    const error = caught(() => allocator.allocate(64_000)) as MemoryError
    expect(error).toBeInstanceOf(MemoryError)
    expect(error.data).toEqual({ requested: 64_000, available: PAGE - 32_000, limit: PAGE })
    expect(error.message).toContain('what the host grants')
    expect(allocator.stats).toEqual(stats)
    expect(allocator.allocate(32_000)).toBe(64 + 32_000)
  })

  test('a host that refuses the generous growth still gets the exact one', () => {
    const memory = new CountedMemory(PAGE, (bytes) => bytes <= 2 * PAGE)
    const allocator = new Allocator(memory, GIBIBYTE)
    allocator.allocate(PAGE)
    expect(memory.buffer.byteLength).toBe(2 * PAGE)
  })

  test.each([-1, 1.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])('%s bytes', (bytes) => {
    const allocator = new Allocator(new CountedMemory(PAGE), GIBIBYTE)
    expect(() => allocator.allocate(bytes)).toThrow(MemoryError)
    expect(allocator.stats.liveBlocks).toBe(0)
  })

  test('a pointer that is no live block', () => {
    const allocator = new Allocator(new CountedMemory(PAGE), GIBIBYTE)
    const pointer = allocator.allocate(100)
    expect(() => allocator.free(pointer + 64)).toThrow(RangeArgError)
    allocator.free(pointer)
    expect(() => allocator.free(pointer)).toThrow(/freed twice, or never allocated/)
    expect(allocator.stats.liveBlocks).toBe(0)
  })
})

describe('edges of the address space', () => {
  test.each([2, 4])('blocks up to %d GiB have exact, unsigned, aligned pointers', (gibibytes) => {
    const edge = gibibytes * GIBIBYTE
    const budget = edge - PAGE
    const memory = new CountedMemory(PAGE, (bytes) => bytes <= budget)
    const allocator = new Allocator(memory, budget)
    const large = allocator.allocate(edge - 2 * PAGE)
    expect(large).toBe(64)
    const beyond = allocator.allocate(64)
    expect(beyond).toBe(edge - 2 * PAGE + 64)
    const rest = budget - allocator.stats.frontierBytes
    const last = allocator.allocate(rest)
    expect(last + rest).toBe(budget)
    const stats = allocator.stats
    expect(stats.liveBytes).toBe(budget - 64)
    expect(() => allocator.allocate(1)).toThrow(MemoryError)
    expect(allocator.stats).toEqual(stats)
    allocator.free(large)
    allocator.free(last)
    allocator.free(beyond)
    expect(allocator.allocate(budget - 64)).toBe(64)
  })

  test('memory goes through 2 GiB in steps without a gap or an overlap', () => {
    const allocator = new Allocator(new CountedMemory(PAGE), 4 * GIBIBYTE - PAGE)
    const step = 2 ** 28
    const pointers = Array.from({ length: 15 }, () => allocator.allocate(step))
    expect(pointers).toEqual(pointers.map((_, i) => 64 + i * step))
    // Free two neighbours around 2 GiB: the merged block takes what neither could.
    allocator.free(pointers[7])
    allocator.free(pointers[8])
    expect(allocator.allocate(2 * step)).toBe(pointers[7])
  })
})
