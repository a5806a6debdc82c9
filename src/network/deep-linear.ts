// A deep linear network f(x) = W_L ... W_1 x with explicit layers.
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import type { DType } from '../kernels/kernels.js'
import { matmul } from '../linalg/matmul.js'
import type { PlanBuilder } from '../plan/builder.js'
import { cheaperSide, emitGradients, emitProducts } from './chain.js'
import { runEndToEnd } from './end-to-end.js'
import { checkInputs } from './inputs.js'
import type { NetworkBase, Parameter, Pass, StatePart } from './network.js'

/** Layers `W_1 .. W_L` in linear memory. Made by `createNetwork`. */
export class DeepLinearNetwork implements NetworkBase {
  readonly kind = 'layers'
  readonly linear = true
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

  get parameters(): readonly Parameter[] {
    return this.weights.map((matrix, l) => ({ name: `W_${l + 1}`, matrix, layer: l + 1, role: 'weight', rate: 1 }))
  }

  get description() {
    return { kind: this.kind, sizes: this.sizes, dtype: this.dtype }
  }

  /** Number of weights. */
  get parameterCount(): number {
    return this.weights.reduce((sum, matrix) => sum + matrix.size, 0)
  }

  emitPass(p: PlanBuilder, inputs?: Matrix): Pass {
    const { weights } = this
    if (inputs === undefined) {
      const products = emitProducts(p.note('forward'), weights, cheaperSide(this.sizes))
      return {
        outputs: products.endToEnd,
        emitGradients: (g) => emitGradients(p.note('gradients'), weights, products, g),
      }
    }
    const layers = [inputs]
    p.note('forward')
    for (const w of weights) layers.push(p.gemm({ a: w, b: layers[layers.length - 1] }))
    return {
      outputs: layers[this.depth],
      emitGradients(g) {
        const gradients = new Array<Matrix>(weights.length)
        let back = g
        p.note('gradients')
        for (let l = weights.length; l >= 1; l--) {
          gradients[l - 1] = p.gemm({ a: back, b: layers[l - 1].T })
          if (l > 1) back = p.gemm({ a: weights[l - 1].T, b: back })
        }
        return gradients
      },
    }
  }

  emitEndToEnd(p: PlanBuilder): Matrix {
    return emitProducts(p.note('end-to-end map'), this.weights, cheaperSide(this.sizes)).endToEnd
  }

  endToEnd(): Matrix {
    return runEndToEnd(this)
  }

  /**
   * The outputs `W X`, a new matrix (n_L, P), through the end-to-end map.
   * @param inputs X - (n_0, P), columns are samples
   * @throws {DTypeError|ShapeError|OptionError|DisposedError} inputs that are no matrix of this engine, element type and number of rows
   * @example
   * net.predict(engine.matrix([[1, 0, 2], [0, 1, 2]])).shape // -> [2, 3]
   */
  predict(inputs: Matrix): Matrix {
    checkInputs(this, inputs)
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
