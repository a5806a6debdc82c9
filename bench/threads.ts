// --only threads: a product by two threads against the same by one, taking turns in one process. Here and not in seats: a second seat would take the core that the
// second thread is to have. Both results must have the same bits before anything is timed.
import { createEngine, type DType, type Engine, type Matrix } from '../src/index.js'
import { key } from '../src/random/key.js'
import { normal } from '../src/random/normal.js'
import type { Comparison } from './measure.js'
import { type Calm, takeTurn } from './report/calm.js'
import type { Effort } from './report/race.js'
import { median } from './report/statistics.js'

export const THREAD_SIZES: readonly number[] = [64, 128, 256, 512, 1024]

/** Two engines, and what became of the threads. */
export interface Teams {
  readonly one: Engine
  readonly two: Engine
}

/** @throws {Error} the host has no threads, and why */
export async function openTeams(reproducible: boolean): Promise<Teams> {
  const [one, two] = [await createEngine({ reproducible }), await createEngine({ reproducible, threads: 2 })]
  if (two.info.threads.used !== 2) throw new Error(`one thread alone: ${two.info.threads.reason}`)
  return { one, two }
}

/** C = A B of order n; the speed-up is the time of one thread over that of two, within the rounds. */
export async function compareThreads(
  { one, two }: Teams,
  n: number,
  dtype: DType,
  effort: Effort,
  calm?: Calm,
): Promise<Comparison> {
  const sides = [two, one].map((engine) => ({
    engine,
    ...operands(engine, n, dtype),
    medians: [] as number[],
    least: Infinity,
  }))
  try {
    const [ours, theirs] = sides.map(({ engine, a, b, out }) =>
      Buffer.from(engine.matmul(a, b, { out }).toArray().buffer),
    )
    if (!ours.equals(theirs)) throw new Error(`threads ${n} ${dtype}: two threads and one differ`)
    // The first round warms up.
    for (let round = -1; round < effort.rounds; round++) {
      for (const side of sides) {
        if (round < 0) {
          timesOf(side, effort.time)
          continue
        }
        const times = await takeTurn(calm, () => timesOf(side, effort.time))
        side.medians.push(median(times))
        side.least = Math.min(side.least, ...times)
      }
    }
    const flops = 2 * n ** 3
    const timings = sides.map(({ engine, medians, least }) => {
      const center = median(medians)
      return {
        name: `${engine.info.threads.used} thread${engine.info.threads.used === 1 ? '' : 's'}`,
        medianMicroseconds: center,
        minimumMicroseconds: least,
        spreadMicroseconds: median(medians.map((value) => Math.abs(value - center))),
        gflops: flops / center / 1000,
      }
    })
    const ratios = sides[1].medians.map((value, round) => value / sides[0].medians[round])
    const speedup = { median: median(ratios), least: Math.min(...ratios), greatest: Math.max(...ratios) }
    return {
      suite: 'threads',
      name: `threads ${n}`,
      dtype,
      flops,
      timings,
      fastestOther: timings[1].name,
      speedup,
      calm: calm?.counted,
    }
  } finally {
    for (const { a, b, out } of sides) for (const matrix of [a, b, out]) matrix.dispose()
  }
}

function operands(engine: Engine, n: number, dtype: DType) {
  const [a, b] = [1, 2].map((seed) => engine.matrix([n, n], normal(key(seed), n * n), { dtype }))
  return { a, b, out: engine.matrix([n, n], undefined, { dtype }) }
}

/** Microseconds of single products over at least `milliseconds`, and of three at least. */
function timesOf(
  { engine, a, b, out }: { engine: Engine; a: Matrix; b: Matrix; out: Matrix },
  milliseconds: number,
): number[] {
  const times: number[] = []
  const start = performance.now()
  for (let before = start; times.length < 3 || before - start < milliseconds; ) {
    engine.matmul(a, b, { out })
    const now = performance.now()
    times.push(1000 * (now - before))
    before = now
  }
  return times
}
