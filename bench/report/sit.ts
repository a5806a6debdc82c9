// What every seat does, in a thread of Node and of a page: makes its contender, checks its result, warms it up, times a round whenever asked.
import { arithmetic, LEVELS, type Limit, reads } from '../peak/peak.js'
import { type Adapter, type Operation, repeat } from '../peers/adapter.js'
import type { Arrival, SeatTask, Times } from './arrival.js'
import { check, checkedRuns } from './check.js'
import { inputsOf } from './inputs.js'
import { LIMITS, READS } from './limits.js'
import type { DType } from './problems.js'

/** Milliseconds of warming up, and calls: baseline code is replaced after some hundred calls, or while a long call runs. */
const WARM_UP = 250
const WARM_UP_CALLS = 8

/** What differs from host to host. */
export interface Surroundings {
  readonly adapters: readonly Adapter[]
  /** Milliseconds that one sample takes at least: as the clock demands. */
  readonly sample: number
  installed(name: string): Promise<string | null> | null
  /** `peak.{name}.wasm`. */
  binary(name: string): Uint8Array | Promise<Uint8Array>
}

/** Take a seat: what became of the contender, and how to time it. */
export async function sit(
  task: SeatTask,
  around: Surroundings,
): Promise<{ arrival: Arrival; measure: () => Promise<Times> }> {
  try {
    const timed = await enter(task, around)
    const count = timed.arrival.state === 'ready' ? await calibrate(timed, around.sample) : 0
    return { arrival: timed.arrival, measure: () => round(timed, count, task.time) }
  } catch (error) {
    return { arrival: { state: 'wrong', reason: String(error) }, measure: () => Promise.reject(error) }
  }
}

/** What is to be timed; `unit` is by how much one call exceeds the work of the problem. */
type Timed = { arrival: Arrival; run: (count: number) => void | Promise<void>; unit: number }

async function enter({ problem, contender }: SeatTask, around: Surroundings): Promise<Timed> {
  const limit = await limitOf(contender, problem.dtype, around)
  // As long as the work of the problem would take at the limit.
  if (limit !== undefined) {
    const unit = limit === null ? 1 : limit.flops > 0 ? limit.flops / problem.flops : limit.bytes / problem.bytes
    return { arrival: { state: limit === null ? 'cannot' : 'ready' }, run: repeat(() => limit!.run()), unit }
  }
  const nothing = { run: () => {}, unit: 1 }
  const adapter = around.adapters.find(({ name }) => name === contender)!
  if (problem.flops > (adapter.largestFlops ?? Infinity)) return { arrival: { state: 'cannot' }, ...nothing }
  const bench = await adapter.open()
  if (bench === null) return { arrival: { state: 'absent' }, ...nothing }
  const inputs = inputsOf(problem)
  const { work, dtype } = problem
  const make = bench[work.kind] as ((...args: unknown[]) => Operation | null | Promise<Operation | null>) | undefined
  const operation = (await make?.(work, inputs, dtype)) ?? null
  if (operation === null) return { arrival: { state: 'cannot' }, ...nothing }
  for (let i = 0; i < checkedRuns(problem); i++) await operation.run(1)
  check(problem, inputs, await operation.result())
  const version =
    adapter.packages.length === 0 ? undefined : ((await around.installed(adapter.packages[0])) ?? undefined)
  return { arrival: { state: 'ready', version }, run: operation.run, unit: 1 }
}

/** Undefined where the contender is no limit. */
async function limitOf(contender: string, dtype: DType, { binary }: Surroundings): Promise<Limit | null | undefined> {
  for (const [kind, name] of Object.entries(LIMITS)) {
    if (name === contender) return arithmetic(kind as keyof typeof LIMITS, dtype, await binary(kind))
  }
  for (const level of Object.keys(LEVELS) as (keyof typeof LEVELS)[]) {
    if (READS[level] === contender) return reads(level, await binary('muladd'))
  }
  return undefined
}

async function sample(run: Timed['run'], count: number): Promise<number> {
  const start = performance.now()
  const ending = run(count)
  if (ending !== undefined) await ending
  return performance.now() - start
}

/** How many calls make a sample, found only when the code has been compiled as well as it will be. */
async function calibrate({ run }: Timed, least: number): Promise<number> {
  const end = performance.now() + WARM_UP
  for (let calls = 0; calls < WARM_UP_CALLS || performance.now() < end; calls++) {
    if ((await sample(run, 1)) > WARM_UP) break
    // Lets what was compiled meanwhile take over.
    if (calls % 64 === 0) await new Promise((resolve) => setTimeout(resolve, 1))
  }
  let count = 1
  while ((await sample(run, count)) < least) count *= 2
  return count
}

async function round({ run, unit }: Timed, count: number, time: number): Promise<Times> {
  const times: number[] = []
  const end = performance.now() + time
  do {
    times.push((1000 * (await sample(run, count))) / count / unit)
  } while (performance.now() < end)
  times.sort((a, b) => a - b)
  return { median: times[times.length >> 1], minimum: times[0] }
}
