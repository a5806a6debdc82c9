// A worker to talk to: a thread where the host has threads, the page's own thread with a reason where it has none.
import { describe } from '../check.js'
import { DTypeError, MemoryError, UnsupportedError, WorkerError } from '../errors.js'
import type { Port } from './protocol.js'
import { workerThreads } from './threads.js'

/** Where the engine runs, and why there. */
export interface WorkerInfo {
  readonly used: 'thread' | 'inline'
  /** One sentence. */
  readonly reason: string
}

/** What may be given as a worker: a Worker or MessagePort of the page, or a worker_threads one. */
export type WorkerLike = Pick<Worker, 'postMessage'> & (Pick<EventTarget, 'addEventListener'> | NodeEvents)

interface NodeEvents {
  on(event: string, listener: (value: never) => void): unknown
}

/** A port with its end: what to tell when the other side is gone. */
export interface Spawned {
  readonly port: Port
  readonly info: WorkerInfo
  /** Called at most once, with what happened. */
  onGone(tell: (error: Error) => void): void
}

/** Start a worker, or take the one given. */
export async function spawn(given: WorkerLike | 'inline' | undefined): Promise<Spawned> {
  if (given === 'inline') return inline('the caller asked for it')
  if (given !== undefined) {
    if (typeof given !== 'object' || given === null || typeof given.postMessage !== 'function') {
      throw new DTypeError(`worker must be a Worker, a MessagePort or 'inline', got ${describe(given)}`, {
        argument: 'worker',
      })
    }
    return { ...portOf(given), info: { used: 'thread', reason: 'the worker was given' } }
  }
  try {
    return { ...portOf(await started(thread())), info: { used: 'thread', reason: 'a thread of its own' } }
  } catch (error) {
    return inline(`no worker could be started: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** Bundlers look for this very expression, and put the file beside what they make. */
function thread(): WorkerLike {
  if (typeof Worker === 'function') {
    return new Worker(new URL('./worker-host.js', import.meta.url), { type: 'module', name: 'deeplinear' })
  }
  const threads = workerThreads()
  if (threads === undefined) throw new UnsupportedError('this host has no workers')
  const worker = new threads.Worker(new URL('./worker-host.js', import.meta.url))
  return worker as unknown as WorkerLike
}

/** Wait for the first word of a worker: a file that is not there, or a policy that forbids it, shows here and nowhere else. */
function started(worker: WorkerLike): Promise<WorkerLike> {
  return new Promise((resolve, reject) => {
    const spawned = portOf(worker)
    spawned.onGone(reject)
    spawned.port.listen((message) => {
      if (message === READY) resolve(worker)
    })
  })
}

/** Said by a worker once it listens. */
export const READY = 'deeplinear: ready'

/** A port over anything that has messages, whatever its events are called. */
export function portOf(worker: WorkerLike): { port: Port; onGone: Spawned['onGone'] } {
  const on = (event: string, listener: (value: unknown) => void) => {
    if ('addEventListener' in worker) worker.addEventListener(event, listener as EventListener)
    else worker.on(event, listener as (value: never) => void)
  }
  const hold = worker as { ref?(): void; unref?(): void }
  const port: Port = {
    hold: (on) => (on ? hold.ref?.() : hold.unref?.()),
    postMessage: (message, transfer) => worker.postMessage(message, (transfer ?? []) as ArrayBuffer[]),
    listen(receive) {
      const web = 'addEventListener' in worker
      on('message', (event) => receive(web ? (event as MessageEvent).data : event))
      if ('start' in worker && typeof worker.start === 'function') worker.start()
    },
    close() {
      if ('terminate' in worker && typeof worker.terminate === 'function') void worker.terminate()
      else if ('close' in worker && typeof worker.close === 'function') worker.close()
    },
  }
  return {
    port,
    onGone(tell) {
      on('error', (event) => {
        const { error, message } = event as { error?: unknown; message?: string }
        tell(failureOf(event instanceof Error ? event : error, message))
      })
      on('messageerror', () =>
        tell(new WorkerError('a message of the worker could not be read', { argument: 'worker' })),
      )
      on('exit', (code) =>
        tell(
          new WorkerError(`the worker ended with code ${String(code)} before it was done; make another engine`, {
            argument: 'worker',
            data: { exitCode: code },
          }),
        ),
      )
    },
  }
}

/** What a worker died of. */
function failureOf(cause: unknown, message = 'no reason was given'): Error {
  const said = cause instanceof Error ? cause.message : message
  if ((cause as NodeJS.ErrnoException | undefined)?.code === 'ERR_WORKER_OUT_OF_MEMORY') {
    return new MemoryError(
      `the worker ran out of memory: ${said}; give it less to do, or a thread with higher limits`,
      {
        argument: 'worker',
        cause,
      },
    )
  }
  return new WorkerError(`the worker failed: ${said}`, { argument: 'worker', cause })
}

/** The worker's side in this very thread, over a channel that clones like any other. */
async function inline(reason: string): Promise<Spawned> {
  const { Host } = await import('./host.js')
  const { port1, port2 } = new MessageChannel()
  const { port } = portOf(port2 as WorkerLike)
  new Host(port)
  port.hold?.(false)
  return { ...portOf(port1 as WorkerLike), info: { used: 'inline', reason } }
}
