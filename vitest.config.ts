import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

/**
 * Folders of tests that compute and touch nothing else: no spies, no processes, no globals. Their files share the modules that one of them has loaded,
 * which for small files takes most of their time. Whatever replaces something of the process belongs elsewhere.
 */
const SHARED = [
  'config',
  'flow',
  'math',
  'network',
  'optimizer',
  'overlay',
  'plan',
  'probe',
  'random',
  'task',
  'theory',
]
const shared = SHARED.map((folder) => `test/${folder}/**/*.test.ts`)

const source = (path: string) => fileURLToPath(new URL(`./src/${path}`, import.meta.url))

export default defineConfig({
  // The playground imports the library as its users do.
  resolve: {
    alias: [
      { find: /^deeplinear$/, replacement: source('index.ts') },
      { find: /^deeplinear\/(\w+)$/, replacement: source('$1/index.ts') },
    ],
  },
  test: {
    projects: [
      { extends: true, test: { name: 'shared', include: shared, isolate: false } },
      { extends: true, test: { name: 'apart', include: ['test/**/*.test.ts'], exclude: shared } },
    ],
    setupFiles: ['test/equality.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores are what the smallest machines have; more workers than cores only add noise.
    maxWorkers: 2,
    // Lines that tests print go straight to the process: sent through the runner's channel, one that is still
    // on its way when a worker closes fails a run in which every test passed.
    disableConsoleIntercept: true,
  },
})
