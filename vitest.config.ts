import { defineConfig } from 'vitest/config'

export default defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    testTimeout: 120_000,
    hookTimeout: 120_000,
    // Two cores are what the smallest machines have; more workers than cores only add noise.
    maxWorkers: 2,
    // Lines that tests print go straight to the process: sent through the runner's channel, one that is still
    // on its way when a worker closes fails a run in which every test passed.
    disableConsoleIntercept: true,
  },
})
