// tfjs registers its gradients only in the modules that are meant for bundlers, so it is bundled, as whoever trains with it does:
// build/peer-tfjs.cjs, made anew when the package is. Does nothing where tfjs is not installed.
import { existsSync, statSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { build } from 'esbuild'

const here = fileURLToPath(new URL('.', import.meta.url))
const outfile = fileURLToPath(new URL('../../build/peer-tfjs.cjs', import.meta.url))
const manifest = `${here}node_modules/@tensorflow/tfjs-backend-wasm/package.json`
const modified = (file) => statSync(file, { throwIfNoEntry: false })?.mtimeMs ?? 0

if (
  existsSync(manifest) &&
  modified(outfile) < Math.max(modified(manifest), modified(fileURLToPath(import.meta.url)))
) {
  await build({
    stdin: {
      contents:
        "export * from '@tensorflow/tfjs-core'; export { setWasmPaths } from '@tensorflow/tfjs-backend-wasm'; import '@tensorflow/tfjs-core/dist/register_all_gradients'",
      resolveDir: here,
    },
    bundle: true,
    platform: 'node',
    format: 'cjs',
    target: 'node20',
    mainFields: ['module', 'main'],
    outfile,
    logLevel: 'error',
  })
}
