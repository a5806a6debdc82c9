// A checkpoint of a few numbers, of both dtypes and with a rate and a zero that careless code loses. Every call gives one of its own.
import type { CheckpointData } from '../../src/io/checkpoint.js'

export function smallCheckpoint() {
  return {
    version: 1,
    step: 40,
    time: 0.1,
    learningRate: 5e-324,
    arithmetic: 'reproducible',
    configuration: '{"network":1}',
    tensors: [
      { name: 'W_2', dtype: 'float32', shape: [1, 3], data: Float32Array.of(1, -0, 3.4e38) },
      { name: 'W_1', dtype: 'float64', shape: [2], data: Float64Array.of(Math.PI, -0) },
    ],
  } satisfies CheckpointData
}
