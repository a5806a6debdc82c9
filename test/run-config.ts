// Configurations of runs that tests begin with. Every call gives an object of its own, so that no test sees what another did to it.
import type { RunConfig } from '../src/config/index.js'

/** Ten steps of a small network towards a diagonal matrix: what is faulty in a test is its own doing. */
export function smallRun() {
  return {
    network: { kind: 'layers', sizes: [2, 3, 2] },
    task: {
      kind: 'whitened',
      sigmaYX: [
        [1, 0],
        [0, 2],
      ],
    },
    optimizer: { kind: 'gradientDescent', learningRate: 0.1 },
    steps: 10,
  } satisfies RunConfig
}

/** Two thousand steps on a tree of features, which records 101 frames and ends within a second. */
export function treeRun() {
  return {
    network: { kind: 'layers', sizes: [8, 16, 15], init: { kind: 'gaussian', gamma: 2 }, seed: 1 },
    task: { kind: 'tree15' },
    optimizer: { kind: 'gradientDescent', learningRate: 0.05 },
    steps: 2000,
  } satisfies RunConfig
}

/** The same tree in steps that never get there: what is to be stopped. */
export function endlessRun() {
  return { ...treeRun(), optimizer: { kind: 'gradientDescent', learningRate: 1e-6 }, steps: 1e8 } satisfies RunConfig
}
