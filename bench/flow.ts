// node --import tsx bench/flow.ts: what the integrators cost beside the slopes that they ask for.
//
// For each network: microseconds of one run of the plan, of one evaluation (state in, plan, slopes out), and of the whole flow per
// evaluation; the last less the first, relative to the whole, is the share of the integrator and of the copies.
import { cpus } from 'node:os'
import { FlowField } from '../src/flow/field.js'
import {
  createEngine,
  createGramNetwork,
  createNetwork,
  gaussian,
  gradientFlowSync,
  type Network,
  whitened,
} from '../src/index.js'

const engine = await createEngine({ reproducible: true })

const diagonal = (n: number) =>
  Array.from({ length: n }, (_, i) => Array.from({ length: n }, (_, j) => (i === j ? 1 / (1 + i) : 0)))

const cases: [string, () => Network, number][] = [
  ...[
    [2, 4, 2],
    [8, 8, 8, 8],
    [10, 32, 32, 10],
    [10, 64, 64, 10],
    [64, 64, 64, 64],
    [100, 100, 100, 100],
  ].map((sizes): [string, () => Network, number] => [
    sizes.join('-'),
    () => createNetwork(engine, { sizes, init: gaussian({ gamma: 1.5 }), seed: 1 }),
    sizes[0],
  ]),
  ['gram 4', () => createGramNetwork(engine, { sizes: [4, 1e6, 4], init: gaussian({ gamma: 1.5 }), seed: 1 }), 4],
  ['gram 50', () => createGramNetwork(engine, { sizes: [50, 1e6, 50], init: gaussian({ gamma: 1.5 }), seed: 1 }), 50],
]

/** The least of repeated timings, in microseconds: the others measure what else the machine does. */
function microseconds(run: () => void, calls: number): number {
  for (let i = 0; i < calls; i++) run()
  const rounds = Array.from({ length: 60 }, () => {
    const start = performance.now()
    for (let i = 0; i < calls; i++) run()
    return (1000 * (performance.now() - start)) / calls
  })
  return Math.min(...rounds)
}

const ROW = [14, 9, 9, 11, 9, 7, 9, 10]
const row = (...cells: (string | number)[]) =>
  console.log(cells.map((cell, i) => (i === 0 ? String(cell).padEnd(ROW[0]) : String(cell).padStart(ROW[i]))).join(''))

console.log(`${cpus()[0]?.model}, Node ${process.version}, ${engine.info.build} build; dop853, rtol 1e-9, time 10\n`)
row('network', 'unknowns', 'plan us', 'slopes us', 'flow us', 'steps', 'slopes', 'overhead')
for (const [name, make, size] of cases) {
  const task = whitened(diagonal(size))
  const bound = task.bind(engine, 'float64')
  const net = make()
  const field = FlowField.create(net, bound, { modified: undefined, jacobian: false })
  const y = new Float64Array(field.size)
  const dy = new Float64Array(field.size)
  field.read(y)
  const calls = Math.max(2, Math.min(2000, Math.round(2e6 / field.plan.flops)))
  const plan = microseconds(() => field.plan.run(1), calls)
  const slopes = microseconds(() => field.evaluate(y, dy), calls)
  field.dispose()
  net.dispose()
  let [steps, evaluations, each] = [0, 0, Infinity]
  for (let round = 0; round < 12; round++) {
    const fresh = make()
    const result = gradientFlowSync(fresh, task, { time: 10, rtol: 1e-9, record: { at: [], probes: [] } })
    steps = result.steps
    evaluations = result.evaluations
    each = Math.min(each, (1e6 * result.seconds) / evaluations)
    fresh.dispose()
  }
  const digits = (value: number) => value.toFixed(value < 100 ? 2 : 0)
  row(
    name,
    y.length,
    digits(plan),
    digits(slopes),
    digits(each),
    steps,
    evaluations,
    `${Math.round((100 * (each - plan)) / each)}%`,
  )
  bound.dispose()
}
