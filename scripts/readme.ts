// Writes the figures of README.md: what the main job prints (and draws, docs/digits.svg), and the speed table from
// bench/results.json. npm run build && npm run bench -- --out bench/results.json && npm run readme
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import type { Comparison } from '../bench/measure.js'

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
    const { timings, speedup, fastestOther } = found
    const [ours] = timings
    const time =
      ours.medianMicroseconds < 1000
        ? `${ours.medianMicroseconds.toFixed(1)} us`
        : `${(ours.medianMicroseconds / 1000).toFixed(2)} ms`
    return `| ${name} | ${dtype} | ${time} | ${ours.gflops.toFixed(1)} | ${speedup.median.toFixed(1)} | ${fastestOther.replace('TypeScript, ', '')} |`
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

const run = spawnSync(process.execPath, ['dist/cli/deeplinear.js', 'train', '--quiet', '--figure', 'docs/digits.svg'], {
  cwd: root,
  encoding: 'utf8',
})
if (run.status !== 0) throw new Error(`the main job failed: ${run.stderr}`)

const readme = new URL('README.md', root)
const text = replaceBetween(readFileSync(readme, 'utf8'), 'bench', table)
const printed = run.stdout.replace('docs/digits.svg', 'deeplinear-train.svg')
writeFileSync(readme, replaceBetween(text, 'train', `\`\`\`text\n${printed}\`\`\``))

function replaceBetween(text: string, name: string, content: string): string {
  const [before, rest] = text.split(`<!-- ${name}:begin -->`)
  const after = rest.split(`<!-- ${name}:end -->`)[1]
  return `${before}<!-- ${name}:begin -->\n${content}\n<!-- ${name}:end -->${after}`
}
