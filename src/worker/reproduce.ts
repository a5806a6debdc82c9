// The papers' experiments, run in a worker.
import type { ReproduceOptions, Reproduction } from '../experiment/index.js'
import { connectionOf, type RemoteEngine } from './engine.js'
import { invoke, type Reference } from './remote.js'

/**
 * Run an experiment in the worker and check it: see `reproduce` of `deeplinear/experiment`. `onProgress` is told here; `signal` ends it.
 * @throws {OptionError} an engine of another thread
 * @throws what `reproduce` throws, once awaited
 * @example
 * const engine = await createEngine({ worker: 'inline' })
 * const { pass } = await reproduce(engine, 'escape-time', { set: { depths: [2] } })
 * pass // -> true
 * engine.dispose()
 */
export function reproduce(engine: RemoteEngine, id: string, options?: ReproduceOptions): Reference<Reproduction> {
  return invoke(connectionOf(engine), 'reproduce', [id, options])
}
