// The theory, computed in a worker.
import type * as closedForms from '../theory/index.js'
import { connectionOf, type RemoteEngine } from './engine.js'
import { invoke, type Received, type Reference } from './remote.js'

/** Every function of `deeplinear/theory`, answering with a promise. */
export type RemoteTheory = {
  readonly [K in keyof typeof closedForms]: (typeof closedForms)[K] extends (...given: infer Given) => infer Result
    ? (...given: Given) => Reference<Received<Awaited<Result>>>
    : never
}

/**
 * The functions of `deeplinear/theory`, computed in the worker of an engine. What a function gives that has functions of its own stays there, and
 * answers with promises.
 * @throws {OptionError} an engine of another thread
 * @throws what the function throws, once awaited
 * @example
 * const engine = await createEngine({ worker: 'inline' })
 * await theory(engine).escapeSpeed(2, 3) // -> 1.1547005383792515
 * engine.dispose()
 */
export function theory(engine: RemoteEngine): RemoteTheory {
  const connection = connectionOf(engine)
  return new Proxy({} as RemoteTheory, {
    // Not a promise: whoever awaits the theory as such gets it.
    get: (_, name) =>
      typeof name === 'symbol' || name === 'then'
        ? undefined
        : (...given: readonly unknown[]) => invoke(connection, `theory.${name}`, given),
  })
}
