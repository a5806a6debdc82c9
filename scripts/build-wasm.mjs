// Compiles assembly/ into build/kernels.{simd,relaxed}.wasm and embeds each as base64 in a module of its own, so that a
// bundler loads only the one that the engine picks. Skips what is newer than every source: `npm test` stays quick.
import { execFile } from 'node:child_process'
import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, statSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'

const root = fileURLToPath(new URL('..', import.meta.url))
const sources = [join(root, 'asconfig.json'), fileURLToPath(import.meta.url), ...walk(join(root, 'assembly'))]
const newest = Math.max(...sources.map((file) => statSync(file).mtimeMs))

mkdirSync(join(root, 'build'), { recursive: true })
mkdirSync(join(root, 'src/engine/binaries'), { recursive: true })
// At once: each takes one core for the whole of its time.
await Promise.all(['simd', 'relaxed'].map(build))

async function build(target) {
  const module = join(root, `src/engine/binaries/${target}.generated.ts`)
  if (modified(module) > newest) return
  const asc = join(root, 'node_modules/assemblyscript/bin/asc.js')
  const { stdout, stderr } = await promisify(execFile)(process.execPath, [asc, '--target', target], { cwd: root })
  process.stdout.write(stdout)
  process.stderr.write(stderr)
  const wasm = readFileSync(join(root, `build/kernels.${target}.wasm`))
  const lines = wasm
    .toString('base64')
    .match(/.{1,120}/g)
    .map((line) => `  '${line}'`)
  writeFileSync(
    module,
    `// Made by scripts/build-wasm.mjs from assembly/: kernels.${target}.wasm, ${wasm.length} bytes.\nexport const base64 =\n${lines.join(' +\n')}\n`,
  )
  const hash = createHash('sha256').update(wasm).digest('hex')
  console.error(`kernels.${target}.wasm: ${wasm.length} bytes, sha256 ${hash}`)
}

function modified(file) {
  return statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
}

function walk(folder) {
  return readdirSync(folder, { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? walk(join(folder, entry.name)) : [join(folder, entry.name)],
  )
}
