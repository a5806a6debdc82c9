// 10^4 runs of a network of width 8 as a sweep, in one thread and in two, against what an ensemble does in one thread without any sweep around it. All
// take turns, so that a slow moment meets them all. npm run bench:sweep [-- --runs 10000] [--rounds 4] [--json]
import { parseArgs } from 'node:util'
import { Worker } from 'node:worker_threads'
import {
  createEngineSync,
  createEnsemble,
  gaussian,
  gradientDescent,
  teacher,
  trainEnsembleSync,
} from '../src/index.js'
import { defineSweep, type Executor, sweep, threads } from '../src/sweep/index.js'
import { median } from './report/statistics.js'

const { values: flags } = parseArgs({
  options: {
    runs: { type: 'string', default: '10000' },
    rounds: { type: 'string', default: '4' },
    json: { type: 'boolean', default: false },
  },
})
const [RUNS, ROUNDS] = [Number(flags.runs), Number(flags.rounds)]
const STEPS = 500
const MEMBERS = 256
const SIZES = [8, 8, 8, 8]

const manifest = defineSweep({
  schema: 1,
  base: {
    network: { kind: 'layers', sizes: SIZES, init: { kind: 'gaussian', gamma: 1 } },
    task: { kind: 'teacher', inputs: 8, outputs: 8, seed: 1 },
    optimizer: { kind: 'gradientDescent', learningRate: 0.02 },
    steps: STEPS,
    record: { every: STEPS, probes: ['loss'] },
  },
  replicates: RUNS,
})

/** Runs a second, by the clock and by the processor: on a busy machine the second is what the work costs. */
interface Rate {
  readonly clock: number
  readonly processor: number
}

async function rateOf(runs: number, work: () => unknown): Promise<Rate> {
  const [start, used] = [performance.now(), process.cpuUsage()]
  await work()
  const { user, system } = process.cpuUsage(used)
  return { clock: (1000 * runs) / (performance.now() - start), processor: (1e6 * runs) / (user + system) }
}

/** Ensembles in this thread: made, trained, thrown away. */
function trainEnsembles(runs: number): void {
  const engine = createEngineSync({ reproducible: true })
  const optimizer = gradientDescent({ learningRate: 0.02 })
  for (let done = 0; done < runs; done += MEMBERS) {
    const replicas = Math.min(MEMBERS, runs - done)
    const ensemble = createEnsemble(engine, { replicas, sizes: SIZES, init: gaussian({ gamma: 1 }), seed: done })
    const task = teacher({ inputs: 8, outputs: 8, seed: 1 })
    trainEnsembleSync(ensemble, task, { optimizer, steps: STEPS, record: { every: STEPS } })
    ensemble.dispose()
  }
  engine.dispose()
}

/** Nothing but arithmetic in registers, in threads of its own: how much more two of anything do than one, here and now. */
async function spin(workers: number): Promise<number> {
  const code = `const { parentPort } = require('node:worker_threads')
    const start = performance.now()
    let [count, x] = [0, 1.1]
    while (performance.now() - start < 1000) {
      for (let i = 0; i < 1e5; i++) x = x * 0.999 + 0.1
      count++
    }
    parentPort.postMessage(x > 0 ? count : 0)`
  const one = () =>
    new Promise<number>((resolve, reject) => {
      new Worker(code, { eval: true }).once('message', resolve).once('error', reject)
    })
  const counts = await Promise.all(Array.from({ length: workers }, one))
  return counts.reduce((sum, count) => sum + count, 0)
}

/** An executor whose threads stay from one round to the next. */
async function kept(workers: number) {
  const start = performance.now()
  const session = await threads({ workers }).open(manifest)
  await session.run({ lo: 0, hi: 1 }, new AbortController().signal)
  const executor: Executor = {
    name: 'kept',
    open: async () => ({ workers, slots: session.slots, run: session.run, async close() {} }),
  }
  return { executor, startSeconds: (performance.now() - start) / 1000, close: () => session.close() }
}

const [one, two] = [await kept(1), await kept(2)]
// Everybody has compiled what they run.
trainEnsembles(MEMBERS)
const alone = () => rateOf(8 * MEMBERS, () => trainEnsembles(8 * MEMBERS))
/** All runs, or a part of them. */
const swept = (executor: Executor, parts: number) =>
  rateOf(Math.floor(RUNS / parts), () => sweep(manifest, { executor, shard: { index: 0, count: parts } }))
const rounds: { alone: Rate; one: Rate; two: Rate; cores: number }[] = []
for (let round = 0; round < ROUNDS; round++) {
  const [first, single, before] = [await alone(), await swept(one.executor, 4), await spin(1)]
  const [double, both, after] = [await swept(two.executor, 1), await spin(2), await spin(1)]
  rounds.push({ alone: first, one: single, two: double, cores: (2 * both) / (before + after) })
}
await Promise.all([one.close(), two.close()])

type Ratio = (round: (typeof rounds)[number], of: keyof Rate) => number
const over = (ratio: Ratio, of: keyof Rate) => {
  const ratios = rounds.map((round) => ratio(round, of))
  return { median: median(ratios), least: Math.min(...ratios), greatest: Math.max(...ratios) }
}
const of = (name: 'alone' | 'one' | 'two') => median(rounds.map((round) => round[name].clock))
const result = {
  runs: RUNS,
  steps: STEPS,
  runsPerSecond: { ensemble: of('alone'), oneThread: of('one'), twoThreads: of('two') },
  /** What two threads of plain arithmetic do over one: 2 where two cores are free. */
  cores: median(rounds.map(({ cores }) => cores)),
  /** Of two threads over the ensemble on all the cores that there were, by the clock. */
  scaled: over((round, by) => round.two[by] / (round.cores * round.alone[by]), 'clock'),
  /** Of two threads over twice the ensemble, by the clock: needs two cores that nobody else uses. */
  efficiency: over((round, by) => round.two[by] / (2 * round.alone[by]), 'clock'),
  /** Runs for a second of processor time, over those of the ensemble: what the sweep around it costs, on any machine. */
  work: over((round, by) => round.two[by] / round.alone[by], 'processor'),
  growth: over((round, by) => round.two[by] / round.one[by], 'clock'),
  startSeconds: { one: one.startSeconds, two: two.startSeconds },
}
if (flags.json) console.log(JSON.stringify(result))
else {
  const { ensemble, oneThread, twoThreads } = result.runsPerSecond
  console.log(`${RUNS} runs of ${STEPS} steps, sizes ${SIZES.join('-')}, ${ROUNDS} rounds`)
  console.log(`ensemble, one thread  ${ensemble.toFixed(0)} runs/s`)
  console.log(`sweep, one thread     ${oneThread.toFixed(0)} runs/s`)
  const percent = ({ median: middle, least, greatest }: { median: number; least: number; greatest: number }) =>
    `${(100 * middle).toFixed(0)} % (${(100 * least).toFixed(0)} to ${(100 * greatest).toFixed(0)} %)`
  console.log(`sweep, two threads    ${twoThreads.toFixed(0)} runs/s, ${percent(result.growth)} of one`)
  console.log(`of twice the ensemble ${percent(result.efficiency)}`)
  console.log(`cores that were free  ${result.cores.toFixed(2)}; of the ensemble on these ${percent(result.scaled)}`)
  console.log(`runs for processor time, over the ensemble ${percent(result.work)}`)
}
