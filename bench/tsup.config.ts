import { defineConfig } from 'tsup'

// Bundled rather than run through a loader: a loader's hooks slow the measured code by a tenth.
export default defineConfig({
  entry: { bench: 'bench/index.ts', 'bench-worker': 'bench/worker.ts' },
  outDir: 'build',
  format: ['esm'],
  target: 'node20',
  platform: 'node',
  silent: true,
  external: ['ml-matrix'],
})
