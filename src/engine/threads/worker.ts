// One thread: a worker of Node or of a page that makes an instance of the same module over the same memory and serves until it is stopped.
import { Control } from './control.js'

/** What a thread is told. */
export interface Assignment {
  readonly module: WebAssembly.Module
  readonly memory: WebAssembly.Memory
  readonly control: number
  readonly scratch: number
}

/** A thread that was started. */
export interface Thread {
  /** Resolves when it serves; rejects when it cannot. */
  readonly ready: Promise<void>
  /** Let the process end although the thread serves. */
  detach(): void
  /** End it; only once it was told to stop by the control block, since some engines let it run on for a while. */
  end(): void
}

/** What this code needs of `node:worker_threads`. */
interface NodeThreads {
  readonly Worker: new (
    source: string,
    options: object,
  ) => {
    on(event: string, listener: (value: Error & string) => void): unknown
    unref(): void
    terminate(): Promise<number>
  }
}

/**
 * The worker, as a script of its own: what a bundler would make of a module cannot be known here. It answers before it serves, in two tasks, since
 * a message may not leave a thread that never returns. After a trap the caller would wait for ever: it is told.
 */
const SOURCE = `
const node = globalThis.process?.getBuiltinModule?.('node:worker_threads')
const serve = ({ module, memory, control, scratch }) => {
  const { exports } = new WebAssembly.Instance(module, { env: { memory } })
  ;(node ? node.parentPort : self).postMessage('ready')
  setTimeout(() => {
    try {
      exports.poolServe(control, scratch)
    } catch {
      const words = new Int32Array(memory.buffer, control)
      Atomics.store(words, ${Control.failed / 4}, 1)
      Atomics.notify(words, ${Control.done / 4})
    }
    if (!node) self.close()
  })
}
if (node) serve(node.workerData)
else self.onmessage = ({ data }) => serve(data)
`

/** Start a thread the way this host does. @throws what the host refuses it with */
export function startThread(assignment: Assignment): Thread {
  const node = nodeThreads()
  return node === undefined ? startInPage(assignment) : startInNode(node, assignment)
}

/** Whether this host has workers at all. */
export function hasWorkers(): boolean {
  return nodeThreads() !== undefined || typeof Worker === 'function'
}

function nodeThreads(): NodeThreads | undefined {
  // Not an import: bundlers for pages would look for the module.
  const { process } = globalThis as { process?: { getBuiltinModule?: (name: string) => unknown } }
  return process?.getBuiltinModule?.('node:worker_threads') as NodeThreads | undefined
}

function startInNode({ Worker }: NodeThreads, assignment: Assignment): Thread {
  // Nothing of the program's own start: loaders and hooks would only make it slow.
  const worker = new Worker(SOURCE, { eval: true, workerData: assignment, execArgv: [], env: {}, name: 'deeplinear' })
  const ready = new Promise<void>((resolve, reject) => {
    worker.on('message', () => resolve())
    worker.on('error', reject)
    worker.on('exit', () => reject(new Error('it ended at once')))
  })
  return { ready, detach: () => worker.unref(), end: () => void worker.terminate() }
}

function startInPage(assignment: Assignment): Thread {
  const url = URL.createObjectURL(new Blob([SOURCE], { type: 'text/javascript' }))
  const worker = new Worker(url, { name: 'deeplinear' })
  const ready = new Promise<void>((resolve, reject) => {
    worker.onmessage = () => resolve()
    worker.onmessageerror = () => reject(new Error('the message did not arrive'))
    // A content security policy that refuses the script says no more than this.
    worker.onerror = ({ message }) => reject(new Error(message || "its script was refused; allow worker-src 'blob:'"))
  }).finally(() => URL.revokeObjectURL(url))
  try {
    worker.postMessage(assignment)
  } catch (error) {
    worker.terminate()
    throw error
  }
  return { ready, detach: () => {}, end: () => worker.terminate() }
}
