// One row of the report: every contender that can do the work, in turn within each of several rounds; ratios are formed inside a round.
import { OURS } from '../peers/deeplinear.js'
import type { Arrival, Seat, SeatTask } from './arrival.js'
import { type Calm, type Turns, takeTurn } from './calm.js'
import { isLimit } from './limits.js'
import { NATIVE } from './native.js'
import { type Problem, problemKey } from './problems.js'
import { median } from './statistics.js'

/** One contender of a row, in microseconds for the work done once. */
export interface Entry {
  readonly name: string
  readonly version?: string
  readonly median: number
  readonly minimum: number
  /** Median absolute deviation of the medians of the rounds. */
  readonly spread: number
  /** Its time over ours: median of the rounds, and the extremes. */
  readonly ratio: readonly [median: number, least: number, greatest: number]
}

export interface Row {
  readonly suite: Problem['suite']
  readonly name: string
  readonly dtype: Problem['dtype']
  readonly flops: number
  readonly bytes: number
  readonly entries: readonly Entry[]
  /** Set where turns were taken again when the core was not free: how many counted, and how many of them were disturbed all the same. */
  readonly calm?: Turns
  /** Set where the row is of another run than those beside it. */
  readonly aside?: Occasion
}

export interface Effort {
  readonly rounds: number
  /** Milliseconds that a contender gets in a round, at least. */
  readonly time: number
  /** GFLOP/s of the loop in registers that made a turn count; absent: all did. */
  readonly calm?: number
}

/** When something was measured, and with what effort. */
export interface Occasion {
  readonly date: string
  readonly effort: Effort
}

/** A row, and what became of those who are not in it. */
export async function race(
  problem: Problem,
  contenders: readonly string[],
  { rounds, time }: Effort,
  seatOf: (task: SeatTask) => Promise<Seat>,
  calm?: Calm,
): Promise<{ row: Row; others: Record<string, Arrival> }> {
  const seats: [name: string, seat: Seat][] = []
  const others: Record<string, Arrival> = {}
  try {
    for (const contender of contenders) {
      const seat = await seatOf({ problem, contender, time })
      if (seat.arrival.state === 'ready') seats.push([contender, seat])
      else others[contender] = seat.arrival
    }
    for (const [, seat] of seats) await seat.measure()
    const medians = seats.map(() => [] as number[])
    const minima = seats.map(() => Infinity)
    for (let round = 0; round < rounds; round++) {
      for (const [i, [, seat]] of seats.entries()) {
        const times = await takeTurn(calm, () => seat.measure())
        medians[i].push(times.median)
        minima[i] = Math.min(minima[i], times.minimum)
      }
    }
    const ours = medians[seats.findIndex(([name]) => name === OURS)]
    if (ours === undefined) throw new Error(`${problemKey(problem)}: ${OURS} is ${JSON.stringify(others[OURS])}`)
    const entries = seats.map(([name, { arrival }], i): Entry => {
      const center = median(medians[i])
      const ratios = medians[i].map((value, round) => value / ours[round])
      return {
        name,
        version: 'version' in arrival ? arrival.version : undefined,
        median: digits(center),
        minimum: digits(minima[i]),
        spread: digits(median(medians[i].map((value) => Math.abs(value - center)))),
        ratio: [digits(median(ratios)), digits(Math.min(...ratios)), digits(Math.max(...ratios))],
      }
    })
    const { suite, name, dtype, flops, bytes } = problem
    const row = { suite, name, dtype, flops, bytes, entries, calm: calm?.counted }
    // Nobody can be compared with ours if it is thrown out: then it is the limits that were disturbed.
    for (const impossible of tooFast(row).filter((name) => name !== OURS))
      others[impossible] = { state: 'wrong', reason: 'faster than the machine' }
    return { row: { ...row, entries: entries.filter((entry) => others[entry.name] === undefined) }, others }
  } finally {
    await Promise.all(seats.map(([, seat]) => seat.leave()))
  }
}

/** By how much a rate may exceed the limit: the clock of a processor is not the same all the time. */
const MARGIN = 1.25

/**
 * Contenders in this engine above the limit of its arithmetic, within the rounds: they left work out, or used more threads than one. Only where the
 * count of operations is what everyone does.
 */
export function tooFast(row: Row): string[] {
  const limits = row.entries.filter(({ name }) => name.startsWith('limit, ')).map(({ ratio }) => ratio[0])
  if (!countable(row) || limits.length === 0) return []
  const least = Math.min(...limits) / MARGIN
  return rivals(row).flatMap(({ name, ratio }) => (ratio[0] < least && !(name in NATIVE) ? [name] : []))
}

/** Rows whose count of operations is what everyone does: not decompositions, nor steps that second moments shorten. */
export function countable({ suite, name }: Row): boolean {
  return suite !== 'svd' && !name.includes(' x ')
}

/** Entries that are no limits. */
export function rivals(row: Row): Entry[] {
  return row.entries.filter(({ name }) => !isLimit(name))
}

function digits(value: number): number {
  return Number(value.toPrecision(4))
}
