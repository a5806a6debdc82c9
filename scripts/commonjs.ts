// CommonJS from the modules that were built: file by file, so that its entries share their chunks as those of the modules do. (A bundle of its own
// for each entry would hold every class several times, and `instanceof` would fail from one entry to the next.)
import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { transform } from 'esbuild'

const REQUIRED = /\brequire\("(\.[^"]+)\.js"\)/g

/** Write name.cjs beside name.js for these entries and for what they import. @throws {Error} one of them needs import.meta */
export async function writeCommonJs(folder: string, entries: readonly string[]): Promise<void> {
  const todo = entries.map((name) => resolve(folder, name))
  const done = new Set<string>()
  for (let file = todo.pop(); file !== undefined; file = todo.pop()) {
    if (done.has(file)) continue
    done.add(file)
    const text = readFileSync(`${file}.js`, 'utf8').replace(/\n\/\/# sourceMappingURL=.*\s*$/, '\n')
    const { code, warnings } = await transform(text, { format: 'cjs', target: 'es2022', platform: 'neutral' })
    if (warnings.length > 0) throw new Error(`${relative(folder, file)}.js as CommonJS: ${warnings[0].text}`)
    writeFileSync(`${file}.cjs`, code.replace(REQUIRED, 'require("$1.cjs")'))
    for (const [, path] of code.matchAll(REQUIRED)) todo.push(join(dirname(file), path))
  }
}
