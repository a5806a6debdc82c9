// Compiles the limits of the machine into build/peak.{muladd,madd}.wasm; skips what is newer than its sources.
import { execFileSync } from 'node:child_process'
import { mkdirSync, readdirSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

const here = fileURLToPath(new URL('.', import.meta.url))
const root = fileURLToPath(new URL('../..', import.meta.url))
const modified = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
const assembly = readdirSync(`${here}assembly`).map((file) => `${here}assembly/${file}`)
const newest = Math.max(...[`${here}asconfig.json`, `${here}build.mjs`, ...assembly].map(modified))

mkdirSync(`${root}build`, { recursive: true })
for (const name of ['muladd', 'madd']) {
  const out = `${root}build/peak.${name}.wasm`
  if (modified(out) > newest) continue
  const compiler = `${root}node_modules/assemblyscript/bin/asc.js`
  // A config of its own: the one of the package names the kernels as entries.
  const config = ['--config', 'bench/peak/asconfig.json', '--target', name]
  execFileSync(process.execPath, [compiler, `bench/peak/assembly/${name}.ts`, '--outFile', out, ...config], {
    cwd: root,
    stdio: 'inherit',
  })
}
