// An executor over shared memory with a pool of threads, or a sentence that says why there is none.
import { MemoryError, UnsupportedError } from '../../errors.js'
import { instantiateBinary, type Running, wasmMemory } from '../../kernels/wasm.js'
import { CONTROL, reservedBytes } from './control.js'
import { ThreadPool } from './pool.js'
import { hasWorkers } from './worker.js'

/** How many threads an engine has. */
export interface ThreadInfo {
  /** What was asked for. */
  readonly requested: number
  /** What works, the caller included. */
  readonly used: number
  /** One sentence: why. */
  readonly reason: string
}

/** An executor with threads. */
export interface Team extends Running {
  /** A new one of the same kind; its threads take part as they come up. */
  readonly restart: () => Running
  /** Stop the threads. */
  readonly close: () => void
}

/** Why this host cannot share memory between threads, or not so many; undefined where it can. */
export function threadObstacle(threads: number, budgetBytes: number): string | undefined {
  const { crossOriginIsolated } = globalThis as { crossOriginIsolated?: boolean }
  if (crossOriginIsolated === false) {
    return (
      'this page is not cross-origin isolated; send it with the headers Cross-Origin-Opener-Policy: same-origin and ' +
      'Cross-Origin-Embedder-Policy: require-corp'
    )
  }
  if (typeof SharedArrayBuffer !== 'function') return 'this host has no SharedArrayBuffer'
  if (!hasWorkers()) return 'this host has no workers'
  const needed = reservedBytes(threads)
  return needed <= budgetBytes / 2
    ? undefined
    : `${threads} threads take ${needed} bytes of memory of their own, more than half of budgetBytes, ${budgetBytes}`
}

/** Start an executor over the memory that `createMemory` makes, and wait until its threads serve; else a sentence why they do not. */
export async function startTeam(
  module: WebAssembly.Module,
  threads: number,
  createMemory: () => WebAssembly.Memory,
): Promise<Team | string> {
  let pool: ThreadPool | undefined
  const close = () => pool?.close()
  const restart = () => {
    close()
    const memory = createMemory()
    const instance = instantiateBinary(module, memory)
    pool = new ThreadPool(module, memory, threads)
    instance.pool.poolUse(CONTROL)
    return { kernels: instance.kernels, memory: wasmMemory(memory) }
  }
  try {
    const running = restart()
    await pool!.ready()
    return { ...running, restart, close }
  } catch (error) {
    close()
    if (error instanceof MemoryError || error instanceof UnsupportedError) throw error
    return error instanceof WebAssembly.LinkError
      ? 'the module that was passed in takes no shared memory; pass bytes, or kernels.simd.threads.wasm compiled'
      : `this host starts no threads: ${(error as Error)?.message ?? error}`
  }
}
