// The workers as the page holds them: one that simulates, one that computes theories, both replaced when they crash.
import type { FromWorker, ToWorker } from './protocol.js'

export type Role = 'simulation' | 'theory'

export class Host {
  readonly #listen: (message: FromWorker, role: Role) => void
  readonly #crashed: (why: string, role: Role) => void
  readonly #workers = new Map<Role, Worker>()

  constructor(listen: (message: FromWorker, role: Role) => void, crashed: (why: string, role: Role) => void) {
    this.#listen = listen
    this.#crashed = crashed
  }

  send(message: ToWorker, role: Role): void {
    this.#worker(role).postMessage(message)
  }

  /** How many workers there are. */
  get count(): number {
    return this.#workers.size
  }

  #worker(role: Role): Worker {
    const known = this.#workers.get(role)
    if (known !== undefined) return known
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { type: 'module', name: role })
    worker.onmessage = ({ data }: MessageEvent<FromWorker>) => this.#listen(data, role)
    const end = (why: string) => {
      if (this.#workers.get(role) !== worker) return
      worker.terminate()
      this.#workers.delete(role)
      this.#crashed(why, role)
    }
    worker.onerror = (event) => {
      event.preventDefault()
      end(event.message || 'it could not be loaded')
    }
    worker.onmessageerror = () => end('a message could not be read')
    this.#workers.set(role, worker)
    return worker
  }
}
