// All jobs of a server: a queue, so many of them at work as there may be, and the ended ones until they are forgotten.
import { createEngine } from '../worker/index.js'
import { Job, type JobSummary, type Work } from './job.js'
import type { CheckedLimits } from './limits.js'

/** Said to whoever would make the queue too long. */
export class BusyError extends Error {}

/** How long a job that was told to end may take to do so, in milliseconds; then its engine is ended under it. */
const GRACE_MS = 2000

/** A job that ran into a limit of the server. */
class LimitError extends Error {
  readonly code = 'LIMIT'
}

export class Jobs {
  readonly #limits: CheckedLimits
  readonly #jobs = new Map<string, Job>()
  readonly #waiting: Job[] = []
  #running = 0
  #closed = false

  constructor(limits: CheckedLimits) {
    this.#limits = limits
  }

  get summaries(): JobSummary[] {
    return [...this.#jobs.values()].map(({ summary }) => summary)
  }

  find(id: string): Job | undefined {
    return this.#jobs.get(id)
  }

  /** Take a job in. @throws {BusyError} as many wait as may */
  add(kind: JobSummary['kind'], title: string, work: Work): Job {
    if (this.#closed) throw new BusyError('the server is closing')
    if (this.#running >= this.#limits.concurrency && this.#waiting.length >= this.#limits.waiting) {
      throw new BusyError(`${this.#running} jobs are running and ${this.#waiting.length} waiting; try again later`)
    }
    const job = new Job(crypto.randomUUID(), kind, title, work)
    this.#jobs.set(job.id, job)
    this.#waiting.push(job)
    this.#next()
    return job
  }

  /** End a job that has not ended, forget one that has. */
  remove(job: Job): void {
    if (job.ended) {
      this.#jobs.delete(job.id)
      return
    }
    job.controller.abort()
    const at = this.#waiting.indexOf(job)
    if (at < 0) return
    this.#waiting.splice(at, 1)
    job.end('cancelled', {})
  }

  /** Cancel everything and take no more. */
  close(): void {
    this.#closed = true
    for (const job of this.#jobs.values()) if (!job.ended) this.remove(job)
  }

  #next(): void {
    while (this.#running < this.#limits.concurrency) {
      const job = this.#waiting.shift()
      if (job === undefined) return
      this.#running++
      void this.#run(job).finally(() => {
        this.#running--
        this.#forget()
        this.#next()
      })
    }
  }

  async #run(job: Job): Promise<void> {
    job.start()
    const { signal } = job.controller
    const { memoryBytes, seconds } = this.#limits
    let late = false
    const timer = setTimeout(() => {
      late = true
      job.controller.abort()
    }, 1000 * seconds)
    try {
      const engine = await createEngine({ reproducible: true, budgetBytes: memoryBytes })
      try {
        const work = job.work({ engine, signal, tell: (frame) => job.tell(frame) })
        const result = await Promise.race([work, overdue(signal)])
        if (late) throw tooLate(seconds)
        job.end(signal.aborted ? 'cancelled' : 'done', { result })
      } finally {
        engine.dispose()
      }
    } catch (error) {
      if (signal.aborted && !late) job.end('cancelled', {})
      else if (late) job.end('failed', { failure: tooLate(seconds) })
      else job.end('failed', { failure: error instanceof Error ? error : new Error(String(error)) })
    } finally {
      clearTimeout(timer)
    }
  }

  #forget(): void {
    const ended = [...this.#jobs.values()].filter((job) => job.ended)
    for (const job of ended.slice(0, Math.max(0, ended.length - this.#limits.kept))) this.#jobs.delete(job.id)
  }
}

const tooLate = (seconds: number) => new LimitError(`the job was ended after ${seconds} s, the limit of this server`)

/** Rejects a while after a signal fired: a worker that computes without a pause hears nothing. */
function overdue(signal: AbortSignal): Promise<never> {
  return new Promise((_, reject) => {
    const wait = () => {
      setTimeout(() => reject(new Error('the job did not end when it was told to')), GRACE_MS).unref?.()
    }
    if (signal.aborted) wait()
    else signal.addEventListener('abort', wait, { once: true })
  })
}
