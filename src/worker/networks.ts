// Networks in a worker.
import type { createNetwork as itsCreateNetwork } from '../network/create.js'
import type { createDiagonalNetwork as itsCreateDiagonalNetwork } from '../network/diagonal.js'
import type { createEnsemble as itsCreateEnsemble } from '../network/ensemble.js'
import type { createGramNetwork as itsCreateGramNetwork } from '../network/gram.js'
import type { createTiedAutoencoder as itsCreateTiedAutoencoder } from '../network/tied.js'
import { connectionOf, type RemoteEngine } from './engine.js'
import { invoke, type Reference, type RemoteMatrix } from './remote.js'

/** A network in a worker's memory: its shape at hand, its weights as remote matrices. */
export interface RemoteNetwork {
  readonly sizes: readonly number[]
  readonly depth: number
  readonly dtype: 'float32' | 'float64'
  readonly linear: boolean
  /** The weights of a chain of layers, first to last; a form without layers has none. */
  readonly weights?: readonly RemoteMatrix[]
  /** The end-to-end map, as a matrix of its own. */
  endToEnd(): Reference<RemoteMatrix>
  dispose(): Promise<void>
}

/** An ensemble in a worker's memory. */
export interface RemoteEnsemble {
  readonly replicas: number
  dispose(): Promise<void>
}

/** An argument that stands for a network. */
export type NetworkLike = RemoteNetwork | Reference<RemoteNetwork>

/**
 * A network in the worker: see `createNetwork` of `deeplinear`. It may be trained at once, without waiting for it.
 * @throws {OptionError} an engine of another thread; what cannot travel
 * @throws what `createNetwork` of `deeplinear` throws, once awaited
 * @example
 * const engine = await createEngine({ worker: 'inline' })
 * const net = await createNetwork(engine, { sizes: [2, 8, 2], init: gaussian({ gamma: 1.5 }), seed: 1 })
 * net.sizes // -> [2, 8, 2]
 * engine.dispose()
 */
export function createNetwork(
  engine: RemoteEngine,
  options: Parameters<typeof itsCreateNetwork>[1],
): Reference<RemoteNetwork> {
  return invoke(connectionOf(engine), 'createNetwork', [options])
}

/**
 * A two-layer network in Gram form in the worker: see `createGramNetwork` of `deeplinear`.
 * @throws what `createGramNetwork` of `deeplinear` throws, once awaited
 * @example
 * const engine = await createEngine({ worker: 'inline' })
 * const net = await createGramNetwork(engine, { sizes: [2, 1000, 2], init: gaussian({ gamma: 1 }), seed: 1 })
 * net.depth // -> 2
 * engine.dispose()
 */
export function createGramNetwork(
  engine: RemoteEngine,
  options: Parameters<typeof itsCreateGramNetwork>[1],
): Reference<RemoteNetwork> {
  return invoke(connectionOf(engine), 'createGramNetwork', [options])
}

/**
 * A diagonal network in the worker: see `createDiagonalNetwork` of `deeplinear`.
 * @throws what `createDiagonalNetwork` of `deeplinear` throws, once awaited
 * @example
 * const engine = await createEngine({ worker: 'inline' })
 * const net = await createDiagonalNetwork(engine, { depths: [1, 2], start: [[0.3, 0.4], [1, 0.5]] })
 * net.sizes // -> [2, 1]
 * engine.dispose()
 */
export function createDiagonalNetwork(
  engine: RemoteEngine,
  options: Parameters<typeof itsCreateDiagonalNetwork>[1],
): Reference<RemoteNetwork> {
  return invoke(connectionOf(engine), 'createDiagonalNetwork', [options])
}

/**
 * A tied autoencoder in the worker: see `createTiedAutoencoder` of `deeplinear`.
 * @throws what `createTiedAutoencoder` of `deeplinear` throws, once awaited
 * @example
 * const engine = await createEngine({ worker: 'inline' })
 * const net = await createTiedAutoencoder(engine, { inputs: 4, hidden: 2, init: orthogonal(), seed: 1 })
 * net.dtype // -> 'float64'
 * engine.dispose()
 */
export function createTiedAutoencoder(
  engine: RemoteEngine,
  options: Parameters<typeof itsCreateTiedAutoencoder>[1],
): Reference<RemoteNetwork> {
  return invoke(connectionOf(engine), 'createTiedAutoencoder', [options])
}

/**
 * An ensemble in the worker: see `createEnsemble` of `deeplinear`.
 * @throws what `createEnsemble` of `deeplinear` throws, once awaited
 * @example
 * const engine = await createEngine({ worker: 'inline' })
 * const ensemble = await createEnsemble(engine, { sizes: [2, 4, 2], replicas: 16, seed: 1 })
 * ensemble.replicas // -> 16
 * engine.dispose()
 */
export function createEnsemble(
  engine: RemoteEngine,
  options: Parameters<typeof itsCreateEnsemble>[1],
): Reference<RemoteEnsemble> {
  return invoke(connectionOf(engine), 'createEnsemble', [options])
}
