// npm run bench: WebAssembly against pure TypeScript on the same work in the same run.
//
//   --json      one JSON object on stdout instead of a table
//   --out FILE  the same object into a file
//   --quick     fewer rounds: a look, not a figure to quote
//   --fast      the fused build where this engine has it, instead of the reproducible one
//   --only X,Y  suites, cases or element types whose name contains X or Y; threads only when named
//   --calm RATE for threads: as in report/run.ts, here of both cores at once; a size waits for --patience SECONDS at most, default 60
import { writeFileSync } from 'node:fs'
import { parseArgs } from 'node:util'
import packageJson from '../package.json' with { type: 'json' }
import { createEngine } from '../src/index.js'
import { allCases } from './cases.js'
import { type Comparison, compare } from './measure.js'
import { Calm } from './report/calm.js'
import { bothCores } from './report/core.js'
import { thisMachine } from './report/machine.js'
import type { Effort } from './report/race.js'
import { compareThreads, openTeams, THREAD_SIZES } from './threads.js'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    out: { type: 'string' },
    quick: { type: 'boolean', default: false },
    fast: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    calm: { type: 'string' },
    patience: { type: 'string', default: '60' },
  },
})
const calm = options.calm === undefined ? undefined : Number(options.calm)
const effort: Effort = { ...(options.quick ? { rounds: 3, time: 60 } : { rounds: 9, time: 120 }), calm }
const engine = await createEngine({ reproducible: !options.fast })

const results: Comparison[] = []
for (const work of allCases(engine)) {
  if (!options.only.split(',').some((part) => [work.suite, work.name, work.dtype].some((text) => text.includes(part))))
    continue
  const result = await compare(work, effort, options.fast)
  results.push(result)
  if (!options.json) console.log(line(result))
}
// By name alone: another question than the one of the README's table, and it wants both cores.
if (options.only.split(',').some((part) => part.startsWith('threads'))) {
  const teams = await openTeams(!options.fast)
  const cores = calm === undefined ? undefined : bothCores()
  for (const n of THREAD_SIZES) {
    for (const dtype of ['float32', 'float64'] as const) {
      if (!options.only.split(',').some((part) => `threads ${n} ${dtype}`.startsWith(part))) continue
      const vigil = cores && new Calm(cores.core, calm!, 1000 * Number(options.patience))
      const result = await compareThreads(teams, n, dtype, effort, vigil)
      results.push(result)
      if (!options.json) console.log(line(result))
    }
  }
  teams.one.dispose()
  teams.two.dispose()
  await cores?.leave()
}

const machine = thisMachine()
const report = JSON.stringify({
  date: new Date().toISOString(),
  machine,
  versions: {
    deeplinear: packageJson.version,
    node: process.version,
    v8: process.versions.v8,
    tinybench: packageJson.devDependencies.tinybench,
  },
  build: engine.info.build,
  effort,
  results,
})
if (options.out !== undefined) writeFileSync(options.out, `${report}\n`)
if (options.json) console.log(report)
else {
  console.log(
    `\n${machine.cpu}, Node ${process.version}, ${engine.info.build} build; medians of ${effort.rounds} rounds, +- median deviation`,
  )
  console.log('step d:w:i is a step of gradient descent at depth d and width w with i inputs and outputs, whitened')
}

function line({ name, dtype, timings, fastestOther, speedup }: Comparison): string {
  const [ours] = timings
  const rival = timings.find((timing) => timing.name === fastestOther)!
  const times = [ours, rival].map(
    (timing) =>
      `${timing.medianMicroseconds.toFixed(2).padStart(11)} us +- ${timing.spreadMicroseconds.toFixed(2).padEnd(7)} ${timing.gflops.toFixed(2).padStart(6)} GFLOP/s`,
  )
  return `${name.padEnd(15)} ${dtype}  ${ours.name} ${times[0]}   ${fastestOther.padEnd(24)} ${times[1]}   x ${speedup.median.toFixed(1)} (${speedup.least.toFixed(1)}-${speedup.greatest.toFixed(1)})`
}
