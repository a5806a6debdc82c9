// checkpoint-writer.ts as one file that Node runs without a loader: to start takes most of the time of a kill.
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { buildSync } from 'esbuild'

/** The path of the file, made in a folder. */
export function bundleWriter(folder: string): string {
  const outfile = join(folder, 'writer.mjs')
  const entry = fileURLToPath(new URL('./checkpoint-writer.ts', import.meta.url))
  buildSync({ entryPoints: [entry], outfile, bundle: true, platform: 'node', format: 'esm', logLevel: 'error' })
  return outfile
}
