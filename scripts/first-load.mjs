// What a page loads when it imports something: the code, bundled by esbuild as for a page, in files that are loaded at first and files that are loaded
// later, such as the other binary.
import { build } from 'esbuild'

/** The texts of either; `code` stands in `folder`. */
export async function firstLoad(code, folder) {
  const { outputFiles, metafile } = await build({
    stdin: { contents: code, resolveDir: folder, sourcefile: 'entry.js' },
    bundle: true,
    splitting: true,
    minify: true,
    metafile: true,
    format: 'esm',
    platform: 'browser',
    external: ['node:*'],
    absWorkingDir: folder,
    outdir: 'unused',
    write: false,
    logLevel: 'error',
  })
  const nameOf = (path) => path.split(/[\\/]/).at(-1)
  const imports = new Map(Object.entries(metafile.outputs).map(([path, { imports }]) => [nameOf(path), imports]))
  const first = new Set()
  const load = (name) => {
    if (first.has(name) || !imports.has(name)) return
    first.add(name)
    for (const { path, kind } of imports.get(name)) if (kind === 'import-statement') load(nameOf(path))
  }
  load('stdin.js')
  const texts = (wanted) => outputFiles.filter(({ path }) => first.has(nameOf(path)) === wanted).map(({ text }) => text)
  return { first: texts(true), later: texts(false) }
}
