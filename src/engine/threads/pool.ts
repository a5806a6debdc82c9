// The threads of one engine: started together, stopped together. They wait for work inside WebAssembly (assembly/threads), so TypeScript only
// opens and closes the pool.
import { CONTROL, Control, controlWords, scratchOf } from './control.js'
import { startThread, type Thread } from './worker.js'

/** Milliseconds that threads may take to start. */
const PATIENCE = 20_000

/** A pool over one memory. The caller's instance takes part once it was told so by `poolUse(CONTROL)`. */
export class ThreadPool {
  readonly #words: Int32Array
  readonly #threads: Thread[] = []
  #closed = false

  /** Start all but the first of `count` threads. @throws what the host refuses a worker with */
  constructor(module: WebAssembly.Module, memory: WebAssembly.Memory, count: number) {
    this.#words = controlWords(memory)
    this.#words.fill(0)
    this.#words[Control.threads / 4] = count
    this.#words[Control.mayWait / 4] = mayWait() ? 1 : 0
    try {
      for (let i = 1; i < count; i++) {
        this.#threads.push(startThread({ module, memory, control: CONTROL, scratch: scratchOf(i) }))
      }
    } catch (error) {
      this.close()
      throw error
    }
    // A thread that comes late takes part from then on, and one that never comes is not missed: nothing has to wait for these.
    for (const { ready, detach } of this.#threads) ready.then(detach, () => {})
  }

  /** Resolves when all threads serve. @throws {Error} when one cannot, or takes too long */
  async ready(): Promise<void> {
    let timer: ReturnType<typeof setTimeout> | undefined
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(new Error(`they did not start within ${PATIENCE / 1000} s`)), PATIENCE)
    })
    try {
      await Promise.race([Promise.all(this.#threads.map(({ ready }) => ready)), late])
    } finally {
      clearTimeout(timer)
    }
  }

  /** Stop all threads, by word first. Doing so twice is harmless. */
  close(): void {
    if (this.#closed) return
    this.#closed = true
    Atomics.store(this.#words, Control.stop / 4, 1)
    Atomics.add(this.#words, Control.sequence / 4, 1)
    Atomics.notify(this.#words, Control.sequence / 4)
    for (const thread of this.#threads) thread.end()
  }
}

/** Whether this thread may sleep: not the main thread of a page. */
function mayWait(): boolean {
  try {
    Atomics.wait(new Int32Array(new SharedArrayBuffer(4)), 0, 1, 0)
    return true
  } catch {
    return false
  }
}
