// One job: a run or an experiment on its way through waiting, work and end, with everything that it has said so far.
import type { Reproduction } from '../experiment/index.js'
import type { ConfiguredResult, RemoteEngine } from '../worker/index.js'

/** Where a job is. */
export type JobStatus = 'waiting' | 'running' | 'done' | 'failed' | 'cancelled'

/** What a job does with an engine, telling frames as they come. */
export type Work = (context: {
  readonly engine: RemoteEngine
  readonly signal: AbortSignal
  tell(frame: Readonly<Record<string, unknown>>): void
}) => Promise<ConfiguredResult | Reproduction>

/** A job as a list shows it. */
export interface JobSummary {
  readonly id: string
  readonly kind: 'run' | 'experiment'
  readonly title: string
  readonly status: JobStatus
  /** Frames told so far. */
  readonly frames: number
  /** Seconds at work. */
  readonly seconds: number
  /** Set when the status is 'failed'. */
  readonly error?: { readonly code: string; readonly message: string }
}

export class Job {
  readonly id: string
  readonly kind: JobSummary['kind']
  readonly title: string
  readonly work: Work
  readonly frames: Readonly<Record<string, unknown>>[] = []
  readonly controller = new AbortController()
  status: JobStatus = 'waiting'
  result: ConfiguredResult | Reproduction | undefined
  failure: Error | undefined
  #since = 0
  #seconds = 0
  #wake: () => void = () => {}
  #changed: Promise<void> = Promise.resolve()

  constructor(id: string, kind: JobSummary['kind'], title: string, work: Work) {
    this.id = id
    this.kind = kind
    this.title = title
    this.work = work
    this.#arm()
  }

  get ended(): boolean {
    return this.status !== 'waiting' && this.status !== 'running'
  }

  get summary(): JobSummary {
    const { id, kind, title, status, failure } = this
    const seconds = status === 'running' ? (performance.now() - this.#since) / 1000 : this.#seconds
    const error =
      failure === undefined
        ? {}
        : { error: { code: (failure as { code?: string }).code ?? 'ERROR', message: failure.message } }
    return { id, kind, title, status, frames: this.frames.length, seconds, ...error }
  }

  start(): void {
    this.status = 'running'
    this.#since = performance.now()
    this.#change()
  }

  tell(frame: Readonly<Record<string, unknown>>): void {
    this.frames.push(frame)
    this.#change()
  }

  end(status: 'done' | 'failed' | 'cancelled', outcome: { result?: Job['result']; failure?: Error }): void {
    if (this.status === 'running') this.#seconds = (performance.now() - this.#since) / 1000
    this.status = status
    this.result = outcome.result
    this.failure = outcome.failure
    this.#change()
  }

  /** Resolves at the next frame or change of status. */
  changed(): Promise<void> {
    return this.#changed
  }

  #change(): void {
    this.#wake()
    this.#arm()
  }

  #arm(): void {
    this.#changed = new Promise((resolve) => {
      this.#wake = resolve
    })
  }
}
