// The options that every kind of network takes.
import { checkChoice, checkOptions, describe } from '../check.js'
import { EngineCore } from '../engine/core.js'
import { DTypeError, OptionError } from '../errors.js'
import type { DType } from '../kernels/kernels.js'
import { key } from '../random/key.js'
import { checkSizes, gaussian, type Initializer } from './initializer.js'

/** What every kind of network is made of. */
export interface CommonNetworkOptions {
  /** `[n_0, n_1, ..., n_L]`: inputs, hidden widths, outputs. */
  sizes: readonly number[]
  /** Where it starts. Default `gaussian({ gamma: 1 })`, or what a parameterisation says. */
  init?: Initializer
  /** Seed of the start, 0 <= seed < 2^64. Default 0. */
  seed?: number | bigint
  /** Element type. Default: the engine's. */
  dtype?: DType
}

/** Names of the options that every kind of network takes. */
export const NETWORK_KEYS = ['sizes', 'init', 'seed', 'dtype'] as const

/** The options that every kind of network takes, checked. */
export function checkNetworkOptions(engine: EngineCore, given: CommonNetworkOptions) {
  if (!(engine instanceof EngineCore))
    throw new DTypeError(`engine must be an engine, got ${describe(engine)}`, { argument: 'engine' })
  const options = checkOptions(given, 'network', NETWORK_KEYS)
  const init = (options.init ?? gaussian({ gamma: 1 })) as Initializer
  if (typeof init?.weights !== 'function') {
    throw new OptionError(`init must be an initializer such as gaussian({ gamma: 1 }), got ${describe(options.init)}`, {
      argument: 'init',
    })
  }
  return {
    sizes: checkSizes(options.sizes),
    init,
    seed: key((options.seed ?? 0) as number | bigint),
    dtype: checkChoice(options.dtype ?? engine.dtype, 'dtype', ['float32', 'float64']),
  }
}
