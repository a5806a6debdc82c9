// Writes the speed table of README.md from the JSON of a benchmark run: npm run bench -- --json > bench/results.json, then
// npm run bench:report.
import { readFileSync, writeFileSync } from 'node:fs'
import type { Comparison } from './measure.js'

interface Results {
  readonly date: string
  readonly machine: { readonly cpu: string; readonly cores: number }
  readonly versions: { readonly node: string }
  readonly build: string
  readonly effort: { readonly rounds: number }
  readonly results: readonly Comparison[]
}

const SHOWN = [
  'gemm 64',
  'gemm 256',
  'gemm 512',
  'gemv 1024',
  'step 3:16:10',
  'step 3:100:10',
  'step 4:64:10',
  'step 3:256:100',
]
const root = new URL('..', import.meta.url)
const { date, machine, versions, build, effort, results } = JSON.parse(
  readFileSync(new URL('bench/results.json', root), 'utf8'),
) as Results

const rows = SHOWN.flatMap((name) =>
  (['float32', 'float64'] as const).flatMap((dtype) => {
    const found = results.find((result) => result.name === name && result.dtype === dtype)
    if (found === undefined) return []
    const { timings, speedup, fastestTypeScript } = found
    const [ours] = timings
    const time =
      ours.medianMicroseconds < 1000
        ? `${ours.medianMicroseconds.toFixed(1)} us`
        : `${(ours.medianMicroseconds / 1000).toFixed(2)} ms`
    return `| ${name} | ${dtype} | ${time} | ${ours.gflops.toFixed(1)} | ${speedup.median.toFixed(1)} | ${fastestTypeScript.replace('TypeScript, ', '')} |`
  }),
)
const table = [
  `Median of ${effort.rounds} rounds, one thread, \`${build}\` build, Node ${versions.node.slice(1)}, ${machine.cpu}, ${date.slice(0, 10)}. A step \`d:w:i\` is one step`,
  'of gradient descent at depth d and width w with i inputs and outputs, whitened.',
  '',
  '| work | type | time | GFLOP/s | times the fastest TypeScript | which is |',
  '|---|---|---|---|---|---|',
  ...rows,
].join('\n')

const readme = new URL('README.md', root)
const text = readFileSync(readme, 'utf8')
const [before, rest] = text.split('<!-- bench:begin -->')
const after = rest.split('<!-- bench:end -->')[1]
writeFileSync(readme, `${before}<!-- bench:begin -->\n${table}\n<!-- bench:end -->${after}`)
