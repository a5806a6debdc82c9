// Examples in the published schema; a test runs each of them.
import type { RunConfig } from './types.js'

export const EXAMPLES: readonly RunConfig[] = [
  {
    network: { kind: 'layers', sizes: [8, 16, 15], init: { kind: 'gaussian', gamma: 2 }, seed: 1 },
    task: { kind: 'tree15' },
    optimizer: { kind: 'gradientDescent', learningRate: 0.05 },
    steps: 2000,
    record: { every: 20, probes: ['loss', { kind: 'singularValues', rank: 4 }] },
  },
  {
    network: { kind: 'layers', sizes: [3, 32, 1], activation: 'relu', biases: true, seed: 2 },
    task: { kind: 'stream', teacher: [[1, -1, 0.5]], batchSize: 16, noise: 0.1, seed: 3 },
    optimizer: { kind: 'adam', learningRate: { kind: 'cosine', rate: 0.01, steps: 1000, warmup: 50 } },
    steps: 1000,
  },
]
