// Sets of runs as ranges: what is done of a sweep, and what is left.
import type { Chunk } from './chunk.js'

/** Disjoint ranges, rising, none touching the next. */
export class Ranges {
  #list: Chunk[] = []

  /** How many runs are in it. */
  get size(): number {
    return this.#list.reduce((sum, { lo, hi }) => sum + hi - lo, 0)
  }

  /** Put runs in; those that are in already do no harm. */
  add({ lo, hi }: Chunk): void {
    // The last range that begins at or before `lo`: records come nearly in order, so it is mostly the last of all.
    let at = this.#list.length
    while (at > 0 && this.#list[at - 1].lo > lo) at--
    if (at > 0 && this.#list[at - 1].hi >= lo) at--
    let end = at
    let [low, high] = [lo, hi]
    while (end < this.#list.length && this.#list[end].lo <= high) {
      low = Math.min(low, this.#list[end].lo)
      high = Math.max(high, this.#list[end].hi)
      end++
    }
    this.#list.splice(at, end - at, { lo: low, hi: high })
  }

  /** What of `lo .. hi - 1` is not in it. */
  missing({ lo, hi }: Chunk): Chunk[] {
    const gaps: Chunk[] = []
    let next = lo
    for (const range of this.#list) {
      if (range.hi <= next) continue
      if (range.lo >= hi) break
      if (range.lo > next) gaps.push({ lo: next, hi: range.lo })
      next = range.hi
    }
    if (next < hi) gaps.push({ lo: next, hi })
    return gaps
  }

  [Symbol.iterator](): Iterator<Chunk> {
    return this.#list[Symbol.iterator]()
  }
}
