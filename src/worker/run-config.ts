// A run from its configuration, in a worker.
import type { RunConfig } from '../config/types.js'
import type { Checkpoint } from '../train/checkpoint.js'
import type { TrainingResult } from '../train/training-result.js'
import type { FinalWeights } from './configured.js'
import { connectionOf, type RemoteEngine } from './engine.js'
import { type RemoteTrainingRun, RunHandle } from './remote-run.js'

/** The outcome of a run from its configuration: that of training, with the weights at the end. */
export interface ConfiguredResult extends Omit<TrainingResult, 'checkpoint'> {
  /** Everything that training changes, by name; `W_1` is the first layer. */
  readonly weights: readonly FinalWeights[]
}

/**
 * Run a configuration of `deeplinear/config` in the worker: network, task, rule and probes are made there, and the network is gone at the end.
 *
 * @throws {OptionError} an engine of another thread; what cannot travel
 * @throws what `createRun` and `train` throw, as a rejection of `finished` and of the iteration
 * @example
 * const engine = await createEngine({ worker: 'inline' })
 * const run = runConfig(engine, {
 *   network: { kind: 'layers', sizes: [8, 16, 15], init: { kind: 'gaussian', gamma: 2 }, seed: 1 },
 *   task: { kind: 'tree15' },
 *   optimizer: { kind: 'gradientDescent', learningRate: 0.05 },
 *   steps: 2000,
 * })
 * const { weights } = await run.finished
 * weights.map(({ shape }) => shape) // -> [[16, 8], [15, 16]]
 * engine.dispose()
 */
export function runConfig(
  engine: RemoteEngine,
  config: RunConfig,
  options: { signal?: AbortSignal; resume?: Checkpoint } = {},
): RemoteTrainingRun<readonly [], ConfiguredResult> {
  return new RunHandle(connectionOf(engine), 'runConfig', [config, options])
}
