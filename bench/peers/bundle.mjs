// tfjs registers its gradients only in the modules that are meant for bundlers, so it is bundled, as whoever trains with it does:
// build/peer-tfjs.cjs for Node and build/peer-tfjs.page.js for pages, made anew when the package is. Does nothing where tfjs is not installed.
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = fileURLToPath(new URL('.', import.meta.url))
const outfile = (name) => fileURLToPath(new URL(`../../build/${name}`, import.meta.url))
const manifest = `${here}node_modules/@tensorflow/tfjs-backend-wasm/package.json`
const modified = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0
const newest = Math.max(modified(manifest), modified(fileURLToPath(import.meta.url)))

const parts = `export * from '@tensorflow/tfjs-core'; export { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'; import '@tensorflow/tfjs-core/dist/register_all_gradients'`
const forms = [
  { name: 'peer-tfjs.cjs', contents: parts, platform: 'node', format: 'cjs', target: 'node20' },
  {
    name: 'peer-tfjs.page.js',
    contents: `import * as tf from 'tfjs-parts'; export default tf`,
    platform: 'browser',
    format: 'esm',
    target: 'es2022',
  },
]
/** The parts as a module that another one imports. */
const plugins = [
  {
    name: 'parts',
    setup({ onResolve, onLoad }) {
      onResolve({ filter: /^tfjs-parts$/ }, () => ({ path: 'tfjs-parts', namespace: 'parts' }))
      onLoad({ filter: /.*/, namespace: 'parts' }, () => ({ contents: parts, resolveDir: here }))
    },
  },
]
for (const { name, contents, ...form } of existsSync(manifest) ? forms : []) {
  if (modified(outfile(name)) >= newest) continue
  const stdin = { contents, resolveDir: here }
  const mainFields = ['module', 'main']
  await build({ stdin, plugins, bundle: true, mainFields, outfile: outfile(name), logLevel: 'error', ...form })
}
