// Writes what the main job prints into README.md (and draws docs/digits.svg): npm run build && npm run readme
import { spawnSync } from 'node:child_process'
import { readFileSync, writeFileSync } from 'node:fs'
import { replaceBetween } from './between.js'

const root = new URL('..', import.meta.url)
const run = spawnSync(process.execPath, ['dist/cli/deeplinear.js', 'train', '--quiet', '--figure', 'docs/digits.svg'], {
  cwd: root,
  encoding: 'utf8',
})
if (run.status !== 0) throw new Error(`the main job failed: ${run.stderr}`)

const readme = new URL('README.md', root)
const printed = run.stdout.replace('docs/digits.svg', 'deeplinear-train.svg')
writeFileSync(readme, replaceBetween(readFileSync(readme, 'utf8'), 'train', `\`\`\`text\n${printed}\`\`\``))
