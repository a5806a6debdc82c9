// The public face of `deeplinear/worker`: the surface of `deeplinear`, with the work done in a worker.

export type { FinalWeights } from './configured.js'
export { createEngine, type RemoteEngine, type WorkerEngineOptions } from './engine.js'
export {
  createDiagonalNetwork,
  createEnsemble,
  createGramNetwork,
  createNetwork,
  createTiedAutoencoder,
  type NetworkLike,
  type RemoteEnsemble,
  type RemoteNetwork,
} from './networks.js'
export * from './recipes.js'
export type { Received, Reference, RemoteMatrix } from './remote.js'
export type { RemoteRun, RemoteTrainingRun } from './remote-run.js'
export { reproduce } from './reproduce.js'
export { type ConfiguredResult, runConfig } from './run-config.js'
export type { WorkerInfo, WorkerLike } from './spawn.js'
export { type RemoteTheory, theory } from './theory.js'
export { gradientFlow, train, trainEnsemble } from './train.js'
export { transfer } from './transfer.js'
