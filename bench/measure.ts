// Fair comparison on a noisy machine: contenders take turns within each of several rounds, so that a slow moment meets them
// all; each round gives a median time per contender, and ratios are formed inside a round. tinybench does the timing.
import { Bench } from 'tinybench'

/** One implementation of the same work. */
export interface Contender {
  readonly name: string
  readonly run: () => void
  /** How often one call of `run` does the work. Default 1. */
  readonly repeats?: number
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
  /** The fastest of the pure TypeScript contenders, by median. */
  readonly fastestTypeScript: string
  /** Its time over ours: median of the rounds, and the extremes. */
  readonly speedup: { readonly median: number; readonly least: number; readonly greatest: number }
}

export interface Effort {
  readonly rounds: number
  /** Milliseconds a contender gets in a round, at least. */
  readonly time: number
}

/** Compare `contenders[0]`, ours, with the others. */
export async function compare(
  head: { suite: string; name: string; dtype: 'float32' | 'float64'; flops: number },
  contenders: readonly Contender[],
  effort: Effort,
): Promise<Comparison> {
  // Enough calls to leave the baseline compiler behind.
  for (const { run } of contenders) {
    const end = performance.now() + 2 * effort.time
    do run()
    while (performance.now() < end)
  }
  const medians = contenders.map(() => [] as number[])
  const minima = contenders.map(() => Number.POSITIVE_INFINITY)
  for (let round = 0; round < effort.rounds; round++) {
    const bench = new Bench({ time: effort.time, iterations: 5, warmup: false })
    for (const { name, run } of contenders) bench.add(name, run)
    await bench.run()
    bench.tasks.forEach(({ result }, i) => {
      if (!('latency' in result)) throw new Error(`${head.name}: ${contenders[i].name} failed`, { cause: result })
      const scale = 1000 / (contenders[i].repeats ?? 1)
      medians[i].push(result.latency.p50 * scale)
      minima[i] = Math.min(minima[i], result.latency.min * scale)
    })
  }
  const timings = contenders.map(({ name }, i) => {
    const center = median(medians[i])
    return {
      name,
      medianMicroseconds: center,
      minimumMicroseconds: minima[i],
      spreadMicroseconds: median(medians[i].map((value) => Math.abs(value - center))),
      gflops: head.flops / center / 1000,
    }
  })
  const rivals = timings.slice(1)
  const fastest = rivals.reduce((best, timing) => (timing.medianMicroseconds < best.medianMicroseconds ? timing : best))
  const ratios = medians[timings.indexOf(fastest)].map((value, round) => value / medians[0][round])
  return {
    ...head,
    timings,
    fastestTypeScript: fastest.name,
    speedup: { median: median(ratios), least: Math.min(...ratios), greatest: Math.max(...ratios) },
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  const middle = sorted.length >> 1
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2
}
