// What the threads of a pool share at the beginning of linear memory, below the allocator's first block: a control block (assembly/threads/pool.ts
// names the same offsets; a test keeps the two in step), then a scratch for each thread but the caller, who has the engine's.
import { KC, MC } from '../../kernels/gemm-path.js'
import { type Pointer, RESERVED_BYTES } from '../../kernels/kernels.js'

/** Offsets of the words of the control block that TypeScript reads or writes, in bytes. */
export const Control = {
  sequence: 0,
  done: 128,
  stop: 196,
  failed: 200,
  serving: 204,
  mayWait: 208,
  threads: 212,
} as const

/** Bytes of the control block. */
const CONTROL_BYTES = 512
/** Bytes of the scratch of a thread: a block of A. */
const SCRATCH_BYTES = MC * KC * 8

/** Bytes at the beginning of linear memory that belong to nobody else, for a number of threads. */
export function reservedBytes(threads: number): number {
  return threads === 1 ? RESERVED_BYTES : RESERVED_BYTES + CONTROL_BYTES + (threads - 1) * SCRATCH_BYTES
}

/** The control block. */
export const CONTROL: Pointer = RESERVED_BYTES

/** The scratch of thread 1, 2, ...; thread 0 is the caller. */
export function scratchOf(thread: number): Pointer {
  return RESERVED_BYTES + CONTROL_BYTES + (thread - 1) * SCRATCH_BYTES
}

/** A word of the control block, for Atomics. */
export function controlWords(memory: WebAssembly.Memory): Int32Array {
  return new Int32Array(memory.buffer, CONTROL, CONTROL_BYTES / 4)
}
