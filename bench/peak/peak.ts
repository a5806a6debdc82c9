// The limits of this machine in this engine, as contenders: each row of the report is timed beside them, so that its share of them is one
// of the same minutes.
import type { DType } from '../report/problems.js'

/** Passes of a call: 12 vectors each, some tens of microseconds. */
const PASSES = 10_000
const VECTORS = 12

/** A limit: `run` does `flops` floating-point operations, or moves `bytes`. */
export interface Limit {
  readonly flops: number
  readonly bytes: number
  run(): void
}

/** Arithmetic without operands from memory: a multiplication and an addition, or one fused. Null where the engine refuses `peak.{kind}.wasm`. */
export function arithmetic(kind: 'muladd' | 'madd', dtype: DType, binary: Uint8Array): Limit | null {
  const exports = instantiate(binary, new WebAssembly.Memory({ initial: 1 }))
  if (exports === null) return null
  const work = exports[`${dtype === 'float32' ? 's' : 'd'}${kind}`]
  const lanes = dtype === 'float32' ? 4 : 2
  return { flops: 2 * lanes * VECTORS * PASSES, bytes: 0, run: () => void work(PASSES, 0.999, 0.001) }
}

/** Sizes whose reads show the levels of memory: within the first cache, within the second, far beyond the last. */
export const LEVELS = { 'first cache': 2 ** 14, 'second cache': 2 ** 18, memory: 2 ** 28 } as const

/** Reads of a buffer, over and over, by `peak.muladd.wasm`. */
export function reads(level: keyof typeof LEVELS, binary: Uint8Array): Limit {
  const bytes = LEVELS[level]
  const memory = new WebAssembly.Memory({ initial: Math.ceil(bytes / 65536) + 1 })
  // Pages that were never written may all be the same page of zeros, which fits any cache.
  new Float64Array(memory.buffer).fill(1)
  const { read } = instantiate(binary, memory)!
  const passes = Math.max(1, 2 ** 21 / bytes)
  return { flops: 0, bytes: bytes * passes, run: () => void read(65536, bytes, passes) }
}

function instantiate(
  binary: Uint8Array,
  memory: WebAssembly.Memory,
): Record<string, (...args: number[]) => number> | null {
  const source = binary as Uint8Array<ArrayBuffer>
  if (!WebAssembly.validate(source)) return null
  const { exports } = new WebAssembly.Instance(new WebAssembly.Module(source), { env: { memory } })
  return exports as Record<string, (...args: number[]) => number>
}
