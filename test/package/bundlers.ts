// The bundlers that people use, each with as few settings as it runs with: minified, side effects read from package.json.
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { fileURLToPath } from 'node:url'
import { transform } from 'esbuild'
import { rollup as roll } from 'rollup'
import webpackOf from 'webpack'
import { firstLoad } from '../../scripts/first-load.mjs'

const root = fileURLToPath(new URL('../../', import.meta.url))

/** The text of everything that `code`, written beside package.json, is bundled to: what is loaded at first, and what is loaded later. */
export type Bundler = (code: string) => Promise<{ readonly first: string; readonly later: string }>

const esbuildBundle: Bundler = async (code) => {
  const { first, later } = await firstLoad(code, root)
  return { first: first.join('\n'), later: later.join('\n') }
}

const rollupBundle: Bundler = async (code) => {
  const bundle = await roll({
    input: 'entry',
    external: /^node:/,
    plugins: [
      {
        name: 'files',
        // Nothing says here that the package has no side effects, as package.json does for the others: the code itself must show it.
        resolveId(id, from) {
          if (id === 'entry') return '\0entry'
          if (/^node:/.test(id)) return null
          return resolve(from === '\0entry' ? root : dirname(from!), id)
        },
        load: (id) => (id === '\0entry' ? code : readFileSync(id, 'utf8')),
      },
    ],
  })
  const { output } = await bundle.generate({ format: 'esm' })
  const chunks = output.filter((file) => file.type === 'chunk')
  const entry = chunks.find(({ isEntry }) => isEntry)!
  // The names of chunks that the entry imports, which import one another no further here.
  const first = new Set([entry.fileName, ...entry.imports])
  const texts = chunks.map(({ fileName, code: text }) => minified(fileName, text))
  return divide(await Promise.all(texts), (name) => first.has(name))
}

const webpackBundle: Bundler = async (code) => {
  const folder = mkdtempSync(join(tmpdir(), 'deeplinear-webpack-'))
  try {
    // A folder of its own, so that package.json of the library counts as that of a dependency.
    const entry = join(folder, 'entry.mjs')
    writeFileSync(entry, code.replaceAll("'./", `'${root}`))
    const compiler = webpackOf({
      mode: 'production',
      context: folder,
      entry,
      output: { path: join(folder, 'out'), filename: 'first.js', library: { type: 'module' }, module: true },
      experiments: { outputModule: true },
      externalsType: 'module',
      externals: [/^node:/],
      performance: false,
      // esbuild instead of terser, after webpack has said what is unused: the same code for a fifth of the time.
      optimization: { minimize: false },
    })!
    const stats = await new Promise<{ toString(): string; hasErrors(): boolean }>((done, fail) =>
      compiler.run((error, result) => (error ? fail(error) : done(result!))),
    )
    if (stats.hasErrors()) throw new Error(stats.toString())
    const names = readdirSync(join(folder, 'out')).filter((name) => /\.m?js$/.test(name))
    const texts = names.map((name) => minified(name, readFileSync(join(folder, 'out', name), 'utf8')))
    return divide(await Promise.all(texts), (name) => name === 'first.js')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

async function minified(name: string, text: string): Promise<[string, string]> {
  const { code } = await transform(text, { minify: true, treeShaking: true, format: 'esm' })
  return [name, code]
}

function divide(files: readonly (readonly [string, string])[], isFirst: (name: string) => boolean) {
  const join = (first: boolean) => files.filter(([name]) => isFirst(name) === first).map(([, text]) => text)
  return { first: join(true).join('\n'), later: join(false).join('\n') }
}

export const bundlers: Readonly<Record<string, Bundler>> = {
  esbuild: esbuildBundle,
  rollup: rollupBundle,
  webpack: webpackBundle,
}
