// Fair comparison on a noisy machine. Every contender lives in a worker of its own, so that none runs on what the compiler learned
// from another (a TypeScript kernel that has seen both element types runs at half its speed). Contenders take turns within each of
// several rounds, so that a slow moment meets them all; a ratio is formed inside a round. tinybench does the timing.
import { Worker } from 'node:worker_threads'
import type { Turns } from './report/calm.js'
import type { Effort } from './report/race.js'
import { median } from './report/statistics.js'
import type { WorkerAnswer, WorkerTask } from './worker.js'

/** One implementation of some work. */
export interface Contender {
  readonly name: string
  readonly run: () => void
  /** How often one call of `run` does the work. Default 1. */
  readonly repeats?: number
}

/** Some work and those who do it: `contenders[0]` is ours. */
export interface Case {
  readonly suite: string
  readonly name: string
  readonly dtype: 'float32' | 'float64'
  /** Floating-point operations of the work done once. */
  readonly flops: number
  /** Least number of calls of a contender in a round. Default 3. */
  readonly iterations?: number
  readonly contenders: readonly { readonly name: string; readonly make: () => Contender }[]
}

/** Times of one contender, in microseconds for the work done once. */
export interface Timing {
  readonly name: string
  readonly medianMicroseconds: number
  readonly minimumMicroseconds: number
  /** Median absolute deviation of the rounds' medians. */
  readonly spreadMicroseconds: number
  readonly gflops: number
}

/** One line of the benchmark. */
export interface Comparison {
  readonly suite: string
  readonly name: string
  readonly dtype: 'float32' | 'float64'
  readonly flops: number
  readonly timings: readonly Timing[]
  /** The fastest of the others, by median. */
  readonly fastestOther: string
  /** Its time over ours: median of the rounds, and the extremes. */
  readonly speedup: { readonly median: number; readonly least: number; readonly greatest: number }
  /** Set where turns were taken again when a core was not free. */
  readonly calm?: Turns
}

/** Compare ours with the others. */
export async function compare(work: Case, effort: Effort, fast: boolean): Promise<Comparison> {
  const seats = work.contenders.map((_, contender) => seat({ case: key(work), contender, time: effort.time, fast }))
  try {
    // Enough calls to leave the baseline compiler behind.
    for (const { measure } of seats) await measure()
    const medians = seats.map(() => [] as number[])
    const minima = seats.map(() => Number.POSITIVE_INFINITY)
    for (let round = 0; round < effort.rounds; round++) {
      for (const [i, { measure }] of seats.entries()) {
        const { median, minimum } = await measure()
        medians[i].push(median)
        minima[i] = Math.min(minima[i], minimum)
      }
    }
    const timings = work.contenders.map(({ name }, i) => {
      const center = median(medians[i])
      return {
        name,
        medianMicroseconds: center,
        minimumMicroseconds: minima[i],
        spreadMicroseconds: median(medians[i].map((value) => Math.abs(value - center))),
        gflops: work.flops / center / 1000,
      }
    })
    const others = timings.slice(1)
    const fastest = others.reduce((best, timing) =>
      timing.medianMicroseconds < best.medianMicroseconds ? timing : best,
    )
    const ratios = medians[timings.indexOf(fastest)].map((value, round) => value / medians[0][round])
    const { suite, name, dtype, flops } = work
    const speedup = { median: median(ratios), least: Math.min(...ratios), greatest: Math.max(...ratios) }
    return { suite, name, dtype, flops, timings, fastestOther: fastest.name, speedup }
  } finally {
    await Promise.all(seats.map(({ leave }) => leave()))
  }
}

/** What names a case in a worker. */
export function key({ name, dtype }: Pick<Case, 'name' | 'dtype'>): string {
  return `${name} ${dtype}`
}

function seat(task: WorkerTask) {
  const worker = new Worker(new URL('./bench-worker.js', import.meta.url), { workerData: task })
  let fail: (reason: unknown) => void = () => {}
  worker.on('error', (error) => fail(error))
  const measure = () =>
    new Promise<WorkerAnswer>((resolve, reject) => {
      fail = reject
      worker.once('message', resolve)
      worker.postMessage('measure')
    })
  return { measure, leave: () => worker.terminate() }
}
