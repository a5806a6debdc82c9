// The tied linear autoencoder f(x) = W' W x with one matrix W (k, n):
//
//   dC/dW = W (G + G'),   G = dC/d(W'W);   on samples  dC/dW = W G X' + (W X) G',   G = dC/d outputs
import { checkInteger, checkOptions } from '../check.js'
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import type { DType } from '../kernels/kernels.js'
import type { PlanBuilder } from '../plan/builder.js'
import { runEndToEnd } from './end-to-end.js'
import type { Initializer } from './initializer.js'
import type { NetworkBase, Parameter, Pass, StatePart } from './network.js'
import { type CommonNetworkOptions, checkNetworkOptions } from './options.js'

/** Options of `createTiedAutoencoder`. */
export interface TiedAutoencoderOptions {
  /** Number of inputs n, which is also that of outputs. */
  inputs: number
  /** Number of hidden units k. */
  hidden: number
  /** Start of the encoder W, as that of a network of sizes [n, k]. Default `gaussian({ gamma: 1 })`. */
  init?: Initializer
  seed?: number | bigint
  dtype?: DType
}

/** Made by `createTiedAutoencoder`. */
export class TiedNetwork implements NetworkBase {
  readonly kind = 'tied'
  readonly linear = true
  readonly engine: EngineCore
  readonly dtype: DType
  readonly sizes: readonly number[]
  readonly depth = 2
  /** The encoder W, (k, n); the decoder is its transpose. */
  readonly encoder: Matrix

  /** @internal Use `createTiedAutoencoder`. */
  constructor(encoder: Matrix) {
    this.engine = encoder.engine
    this.dtype = encoder.dtype
    this.encoder = encoder
    this.sizes = Object.freeze([encoder.cols, encoder.rows, encoder.cols])
  }

  get parameters(): readonly Parameter[] {
    return [{ name: 'W_1', matrix: this.encoder, layer: 1, role: 'weight', rate: 1 }]
  }

  get state(): readonly StatePart[] {
    return this.parameters
  }

  get description() {
    return { kind: this.kind, sizes: this.sizes, dtype: this.dtype }
  }

  emitPass(p: PlanBuilder, inputs?: Matrix): Pass {
    const w = this.encoder
    if (inputs === undefined) {
      return {
        outputs: p.note('forward').gemm({ a: w.T, b: w }),
        emitGradients(g) {
          const gradient = p.note('gradient of W').gemm({ a: w, b: g })
          return [p.gemm({ a: w, b: g.T, beta: 1, c: gradient })]
        },
      }
    }
    const hidden = p.note('forward').gemm({ a: w, b: inputs })
    return {
      outputs: p.gemm({ a: w.T, b: hidden }),
      emitGradients(g) {
        const back = p.note('gradient of W').gemm({ a: w, b: g })
        const gradient = p.gemm({ a: back, b: inputs.T })
        return [p.gemm({ a: hidden, b: g.T, beta: 1, c: gradient })]
      },
    }
  }

  emitEndToEnd(p: PlanBuilder): Matrix {
    return this.emitPass(p.note('end-to-end map')).outputs
  }

  endToEnd(): Matrix {
    return runEndToEnd(this)
  }

  dispose(): void {
    this.encoder.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

/**
 * A linear autoencoder with tied weights, `f(x) = W' W x`. The untied one is `createNetwork(engine, { sizes: [n, k, n] })`.
 *
 * @throws {RangeArgError|OptionError|DTypeError|MemoryError} before anything is kept
 * @example
 * const net = createTiedAutoencoder(engine, { inputs: 4, hidden: 2, init: orthogonal(), seed: 1 })
 * engine.norm(net.endToEnd()) // -> Math.SQRT2
 */
export function createTiedAutoencoder(engine: EngineCore, options: TiedAutoencoderOptions): TiedNetwork {
  const { inputs, hidden, ...rest } = checkOptions(options, 'tied autoencoder', [
    'inputs',
    'hidden',
    'init',
    'seed',
    'dtype',
  ])
  const sizes = [
    checkInteger(inputs, 'inputs', { min: 1, max: 2 ** 31 - 1 }),
    checkInteger(hidden, 'hidden', { min: 1, max: 2 ** 31 - 1 }),
  ]
  const checked = checkNetworkOptions(engine, { ...rest, sizes } as CommonNetworkOptions)
  const [weights] = checked.init.weights(checked.sizes, checked.seed)
  return new TiedNetwork(engine.matrix([checked.sizes[1], checked.sizes[0]], weights, { dtype: checked.dtype }))
}
