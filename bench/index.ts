// npm run bench: WebAssembly against pure TypeScript on the same work in the same run.
//
//   --json    one JSON object on stdout instead of a table
//   --quick   fewer rounds: a look, not a figure to quote
//   --fast    the fused build where this engine has it, instead of the reproducible one
//   --only X  suites or cases whose name contains X
import { cpus } from 'node:os'
import { parseArgs } from 'node:util'
import packageJson from '../package.json' with { type: 'json' }
import { createEngine, type DType } from '../src/index.js'
import { gemmContenders, gemvContenders, stepContenders } from './contenders.js'
import { type Comparison, type Contender, compare } from './measure.js'

const { values: options } = parseArgs({
  options: {
    json: { type: 'boolean', default: false },
    quick: { type: 'boolean', default: false },
    fast: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
  },
})
const effort = options.quick ? { rounds: 3, time: 60 } : { rounds: 9, time: 120 }
const engine = await createEngine({ reproducible: !options.fast })
const dtypes: readonly DType[] = ['float32', 'float64']

interface Case {
  readonly suite: string
  readonly name: string
  readonly dtype: DType
  readonly make: () => { contenders: Contender[]; flops: number }
}

const cases: Case[] = dtypes.flatMap((dtype) => [
  ...[16, 64, 128, 256, 512].map((n) => ({
    suite: 'gemm',
    name: `gemm ${n}`,
    dtype,
    make: () => ({ contenders: gemmContenders(engine, n, dtype), flops: 2 * n ** 3 }),
  })),
  ...[256, 1024].map((n) => ({
    suite: 'gemv',
    name: `gemv ${n}`,
    dtype,
    make: () => ({ contenders: gemvContenders(engine, n, dtype), flops: 2 * n * n }),
  })),
  ...[
    { depth: 2, width: 100, inputs: 10 },
    { depth: 3, width: 16, inputs: 10 },
    { depth: 3, width: 100, inputs: 10 },
    { depth: 4, width: 64, inputs: 10 },
    { depth: 3, width: 256, inputs: 10 },
    { depth: 3, width: 256, inputs: 100 },
    { depth: 4, width: 256, inputs: 100 },
  ].map((shape) => ({
    suite: 'step',
    name: `step ${shape.depth}:${shape.width}:${shape.inputs}`,
    dtype,
    make: () => stepContenders(engine, shape, dtype),
  })),
])

const results: Comparison[] = []
for (const { suite, name, dtype, make } of cases) {
  if (![suite, name, dtype].some((text) => text.includes(options.only))) continue
  const { contenders, flops } = make()
  const result = await compare({ suite, name, dtype, flops }, contenders, effort)
  results.push(result)
  if (!options.json) console.log(line(result))
}

if (options.json) {
  console.log(
    JSON.stringify({
      date: new Date().toISOString(),
      machine: {
        cpu: cpus()[0]?.model ?? 'unknown',
        cores: cpus().length,
        platform: process.platform,
        arch: process.arch,
      },
      versions: {
        deeplinear: packageJson.version,
        node: process.version,
        v8: process.versions.v8,
        tinybench: packageJson.devDependencies.tinybench,
      },
      build: engine.info.build,
      effort,
      results,
    }),
  )
} else {
  console.log(
    `\n${cpus()[0]?.model}, Node ${process.version}, ${engine.info.build} build; medians of ${effort.rounds} rounds, +- median deviation`,
  )
  console.log('step d:w:i is a step of gradient descent at depth d, width w, with i inputs and outputs, whitened')
}

function line({ name, dtype, timings, fastestTypeScript, speedup }: Comparison): string {
  const [ours] = timings
  const rival = timings.find((timing) => timing.name === fastestTypeScript)!
  const times = [ours, rival].map(
    (timing) =>
      `${timing.medianMicroseconds.toFixed(2).padStart(11)} us +- ${timing.spreadMicroseconds.toFixed(2).padEnd(7)} ${timing.gflops.toFixed(2).padStart(6)} GFLOP/s`,
  )
  return `${name.padEnd(15)} ${dtype}  ${ours.name} ${times[0]}   ${fastestTypeScript.padEnd(24)} ${times[1]}   x ${speedup.median.toFixed(1)} (${speedup.least.toFixed(1)}-${speedup.greatest.toFixed(1)})`
}
