// A contender's seat: makes one contender of one case, and times it for a round whenever asked.
import { parentPort, workerData } from 'node:worker_threads'
import { Bench } from 'tinybench'
import { createEngine } from '../src/index.js'
import { allCases } from './cases.js'
import { key } from './measure.js'

/** Which contender, and how long a round is. */
export interface WorkerTask {
  readonly case: string
  readonly contender: number
  readonly time: number
  readonly fast: boolean
}

/** Microseconds for the work done once. */
export interface WorkerAnswer {
  readonly median: number
  readonly minimum: number
}

const task = workerData as WorkerTask
const engine = await createEngine({ reproducible: !task.fast })
const found = allCases(engine).find((candidate) => key(candidate) === task.case)
if (found === undefined) throw new Error(`no case ${task.case}`)
const { name, run, repeats = 1 } = found.contenders[task.contender].make()

parentPort!.on('message', async () => {
  const bench = new Bench({ time: task.time, iterations: found.iterations ?? 3, warmup: false })
  bench.add(name, run)
  await bench.run()
  const { result } = bench.tasks[0]
  if (!('latency' in result)) throw new Error(`${task.case}: ${name} failed`, { cause: result })
  if (engine.memory.leaked > 0) throw new Error(`${task.case}: ${name} works on memory that was given back`)
  const answer: WorkerAnswer = {
    median: (1000 * result.latency.p50) / repeats,
    minimum: (1000 * result.latency.min) / repeats,
  }
  parentPort!.postMessage(answer)
})
