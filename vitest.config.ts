import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

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
    include: ['test/**/*.test.ts'],
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
