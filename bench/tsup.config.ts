import { defineConfig } from 'tsup'

// Bundled rather than run through a loader: a loader's hooks slow the measured code by a tenth.
export default defineConfig([
  {
    entry: {
      bench: 'bench/index.ts',
      'bench-worker': 'bench/worker.ts',
      'bench-peers': 'bench/report/run.ts',
      'bench-report-worker': 'bench/report/worker.ts',
      'bench-core': 'bench/report/core-worker.ts',
      'bench-cold': 'bench/report/cold.ts',
      'bench-browser': 'bench/report/browser.ts',
      'bench-sweep': 'bench/sweep.ts',
      'sweep-host': 'src/sweep/sweep-host.ts',
    },
    outDir: 'build',
    format: ['esm'],
    target: 'node20',
    platform: 'node',
    silent: true,
    external: ['ml-matrix', 'piscina', 'bullmq', 'ioredis'],
  },
  {
    entry: {
      'bench-browser-page': 'bench/report/browser-page.ts',
      'bench-browser-worker': 'bench/report/browser-worker.ts',
    },
    outDir: 'build',
    format: ['esm'],
    outExtension: () => ({ js: '.page.js' }),
    splitting: false,
    target: 'es2022',
    platform: 'browser',
    silent: true,
  },
])
