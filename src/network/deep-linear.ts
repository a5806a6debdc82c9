// A deep linear network f(x) = W_L ... W_1 x with explicit layers.
import { checkChoice, checkOptions, describe } from '../check.js'
import { EngineCore } from '../engine/core.js'
import { Matrix } from '../engine/matrix.js'
import { DTypeError, MemoryError, OptionError, ShapeError } from '../errors.js'
import { type DType, elementBytes } from '../kernels/kernels.js'
import { matmul } from '../linalg/matmul.js'
import { PlanBuilder } from '../plan/builder.js'
import { key } from '../random/key.js'
import { cheaperSide, emitProducts } from './chain.js'
import { checkSizes, gaussian, type Initializer, shapesOf } from './initializer.js'
import type { NetworkBase, StatePart } from './network.js'

/** Options of `createNetwork`. */
export interface NetworkOptions {
  /** `[n_0, n_1, ..., n_L]`: inputs, hidden widths, outputs. */
  sizes: readonly number[]
  /** Where it starts. Default `gaussian({ gamma: 1 })`. */
  init?: Initializer
  /** Seed of the start, 0 <= seed < 2^64. Default 0. */
  seed?: number | bigint
  /** Element type. Default: the engine's. */
  dtype?: DType
}

/** Layers `W_1 .. W_L` in linear memory. Made by `createNetwork`. */
export class DeepLinearNetwork implements NetworkBase {
  readonly kind = 'layers'
  readonly engine: EngineCore
  readonly dtype: DType
  readonly sizes: readonly number[]
  readonly depth: number
  /** `W_1 .. W_L` at indices 0 .. L-1; W_l is (n_l, n_{l-1}). */
  readonly weights: readonly Matrix[]

  /** @internal Use `createNetwork`. */
  constructor(engine: EngineCore, sizes: readonly number[], dtype: DType, weights: readonly Matrix[]) {
    this.engine = engine
    this.sizes = Object.freeze([...sizes])
    this.depth = sizes.length - 1
    this.dtype = dtype
    this.weights = Object.freeze([...weights])
  }

  get state(): readonly StatePart[] {
    return this.weights.map((matrix, l) => ({ name: `W_${l + 1}`, matrix }))
  }

  /** Number of weights. */
  get parameterCount(): number {
    return this.weights.reduce((sum, matrix) => sum + matrix.size, 0)
  }

  emitEndToEnd(p: PlanBuilder): Matrix {
    return emitProducts(p.note('end-to-end map'), this.weights, cheaperSide(this.sizes)).endToEnd
  }

  endToEnd(): Matrix {
    return runEndToEnd(this)
  }

  /**
   * The outputs `W X`, a new matrix (n_L, P), computed layer by layer through the end-to-end map.
   * @param inputs X - (n_0, P), columns are samples
   */
  predict(inputs: Matrix): Matrix {
    if (!(inputs instanceof Matrix))
      throw new DTypeError('inputs must be a Matrix; make one with engine.matrix', { argument: 'inputs' })
    if (inputs.rows !== this.sizes[0]) {
      throw new ShapeError(`inputs must have ${this.sizes[0]} rows, got ${inputs.rows}`, { argument: 'inputs' })
    }
    const map = this.endToEnd()
    try {
      return matmul(map, inputs)
    } finally {
      map.dispose()
    }
  }

  /** Free the weights. */
  dispose(): void {
    for (const matrix of this.weights) matrix.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

/**
 * A deep linear network with layers `n_0 -> n_1 -> ... -> n_L`.
 *
 * @throws {RangeArgError|OptionError|ShapeError|DTypeError|MemoryError} before anything is kept
 * @example
 * const net = createNetwork(engine, { sizes: [8, 64, 64, 8], init: gaussian({ gamma: 1.5 }), seed: 1 })
 * net.parameterCount // -> 5120
 */
export function createNetwork(engine: EngineCore, options: NetworkOptions): DeepLinearNetwork {
  const { sizes, dtype, init, seed } = checkNetworkOptions(engine, options)
  const bytes = shapesOf(sizes).reduce((sum, [rows, cols]) => sum + rows * cols * elementBytes(dtype), 0)
  const { budgetBytes, liveBytes } = engine.memory
  if (bytes > budgetBytes - liveBytes) {
    throw new MemoryError(
      `the weights of sizes [${sizes.join(', ')}] take ${bytes} bytes, and ${budgetBytes - liveBytes} of the engine's budget are left`,
      { argument: 'sizes', data: { requested: bytes, available: budgetBytes - liveBytes, limit: budgetBytes } },
    )
  }
  const start = init.weights(sizes, seed)
  const made: Matrix[] = []
  try {
    shapesOf(sizes).forEach(([rows, cols], l) => {
      made.push(engine.matrix([rows, cols], start[l], { dtype }))
    })
  } catch (error) {
    for (const matrix of made) matrix.dispose()
    throw error
  }
  return new DeepLinearNetwork(engine, sizes, dtype, made)
}

/** Names of the options that every kind of network takes. */
export const NETWORK_KEYS = ['sizes', 'init', 'seed', 'dtype'] as const

/** The options that every kind of network takes, checked. */
export function checkNetworkOptions(engine: EngineCore, given: NetworkOptions) {
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

/** Run the ops of the end-to-end map once and copy the result. */
export function runEndToEnd(net: NetworkBase): Matrix {
  const p = new PlanBuilder(net.engine, net.dtype)
  try {
    const map = net.emitEndToEnd(p)
    const plan = p.build()
    try {
      plan.run(1)
      return net.engine.matrix(map)
    } finally {
      plan.dispose()
    }
  } catch (error) {
    p.discard()
    throw error
  }
}
