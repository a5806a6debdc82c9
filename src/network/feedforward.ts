// Feedforward networks with whatever a plain chain of weights does not have: activations, biases, residual branches, masks, factors of a
// parameterisation, and feedback matrices of their own for the way back.
//
//   z_l = m_l W_l h_{l-1} + c_l b_l,   h_l = phi(z_l)  or, on a residual branch,  h_l = h_{l-1} + s phi(z_l),   f = z_L
//   d_l = dC/dz_l = phi'(z_l) o dC/dh_l,  on a residual branch times s;   dC/dW_l = m_l d_l h_{l-1}',   dC/db_l = c_l d_l 1
//   dC/dh_{l-1} = m_l W_l' d_l,  on a residual branch + dC/dh_l;  with B_l for W_l' where feedback is given
//
// c_l = 1 below the outputs, and the factor of the outputs above; m_L has it too. How feedback learns
// is a matter of its rule (feedback/).
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import { UnsupportedError } from '../errors.js'
import type { DType } from '../kernels/kernels.js'
import { PlanBuilder } from '../plan/builder.js'
import type { Activation } from './activation.js'
import { runEndToEnd } from './end-to-end.js'
import type { AlignmentRule } from './feedback/rule.js'
import { emitMapFromOutputs, fromOutputSide } from './feedforward-map.js'
import { checkInputs } from './inputs.js'
import type { NetworkBase, Parameter, Pass, StatePart } from './network.js'

/** One layer as it stands in memory. */
export interface Layer {
  readonly weight: Matrix
  readonly bias: Matrix | undefined
  /** 0/1 entries; the weights are zero where it is. */
  readonly mask: Matrix | undefined
  /** B_l, (n_{l-1}, n_l); undefined: the transposed weights. */
  readonly feedback: Matrix | undefined
  /** m_l. */
  readonly multiplier: number
  /** c_l. */
  readonly biasMultiplier: number
  /** Scale of the residual branch; undefined: no skip connection. */
  readonly residual: number | undefined
}

/** Everything that makes a feedforward network. @internal */
export interface FeedforwardParts {
  readonly sizes: readonly number[]
  readonly dtype: DType
  readonly layers: readonly Layer[]
  readonly activation: Activation
  readonly rate: number
  /** How feedback matrices learn; undefined: they are fixed. */
  readonly feedbackRule: AlignmentRule | undefined
  readonly description: Readonly<Record<string, unknown>>
}

/** Made by `createNetwork` when it is asked for more than a chain of weights. */
export class FeedforwardNetwork implements NetworkBase {
  readonly kind = 'feedforward'
  readonly engine: EngineCore
  readonly dtype: DType
  readonly sizes: readonly number[]
  readonly depth: number
  readonly linear: boolean
  /** `W_1 .. W_L` at indices 0 .. L-1, without the factors of the parameterisation. */
  readonly weights: readonly Matrix[]
  readonly layers: readonly Layer[]
  readonly activation: Activation
  /** How feedback matrices learn; undefined: they are fixed, or there are none. */
  readonly feedbackRule: AlignmentRule | undefined
  readonly parameters: readonly Parameter[]
  readonly description: Readonly<Record<string, unknown>>

  /** @internal Use `createNetwork`. */
  constructor(engine: EngineCore, parts: FeedforwardParts) {
    const { sizes, dtype, layers, activation, rate, feedbackRule } = parts
    this.engine = engine
    this.sizes = Object.freeze([...sizes])
    this.depth = layers.length
    this.dtype = dtype
    this.layers = Object.freeze([...layers])
    this.activation = activation
    this.weights = Object.freeze(layers.map(({ weight }) => weight))
    this.linear = activation.linear && layers.every(({ bias }) => bias === undefined)
    this.description = parts.description
    this.feedbackRule = feedbackRule
    const feedbackRate = feedbackRule?.own ? feedbackRule.rate : rate
    this.parameters = Object.freeze(
      layers.flatMap(({ weight, bias, feedback }, l): Parameter[] => {
        const layer = l + 1
        return [
          { name: `W_${layer}`, matrix: weight, layer, role: 'weight', rate },
          ...(bias === undefined ? [] : [{ name: `b_${layer}`, matrix: bias, layer, role: 'bias' as const, rate }]),
          ...(feedback === undefined || feedbackRule === undefined
            ? []
            : [{ name: `B_${layer}`, matrix: feedback, layer, role: 'feedback' as const, rate: feedbackRate }]),
        ]
      }),
    )
  }

  get state(): readonly StatePart[] {
    return this.parameters
  }

  /** Number of weights and biases, masked ones included. */
  get parameterCount(): number {
    return this.layers.reduce((sum, { weight, bias }) => sum + weight.size + (bias?.size ?? 0), 0)
  }

  emitPass(p: PlanBuilder, inputs?: Matrix): Pass {
    if (inputs === undefined && this.linear && fromOutputSide(this)) return emitMapFromOutputs(p, this)
    return this.emitLayers(p, inputs)
  }

  /** The same layer by layer from the inputs up, with what is between them in sight. @internal */
  emitLayers(p: PlanBuilder, inputs?: Matrix): FeedforwardPass {
    if (inputs === undefined && !this.linear) {
      throw new UnsupportedError(
        `a network with ${this.activation.linear ? 'biases' : this.activation.name} has no end-to-end map; use a task of samples, such as regression(x, y)`,
        { argument: 'task' },
      )
    }
    return new FeedforwardPass(p, this, inputs)
  }

  emitEndToEnd(p: PlanBuilder): Matrix {
    return this.emitPass(p.note('end-to-end map')).outputs
  }

  endToEnd(): Matrix {
    return runEndToEnd(this)
  }

  /**
   * The outputs f(X), a new matrix (n_L, P).
   * @param inputs X - (n_0, P), columns are samples
   * @throws {DTypeError|ShapeError|OptionError|DisposedError} inputs that are no matrix of this engine, element type and number of rows
   * @example
   * const deep = createNetwork(engine, { sizes: [2, 8, 1], activation: 'relu', biases: true })
   * deep.predict(engine.matrix([[1, 0, 2], [0, 1, 2]])).shape // -> [1, 3]
   */
  predict(inputs: Matrix): Matrix {
    checkInputs(this, inputs)
    const p = new PlanBuilder(this.engine, this.dtype)
    try {
      const { outputs } = this.emitPass(p, inputs)
      const plan = p.build()
      try {
        plan.run(1)
        return this.engine.matrix(outputs)
      } finally {
        plan.dispose()
      }
    } catch (error) {
      p.discard()
      throw error
    }
  }

  /** Free the weights, biases, masks and feedback matrices. */
  dispose(): void {
    for (const { weight, bias, mask, feedback } of this.layers) {
      for (const matrix of [weight, bias, mask, feedback]) matrix?.dispose()
    }
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

/** The outputs with what lies behind them. */
class FeedforwardPass implements Pass {
  readonly outputs: Matrix
  readonly #p: PlanBuilder
  readonly #net: FeedforwardNetwork
  /** h_0 .. h_{L-1}; h_0 undefined stands for the identity. */
  readonly #below: (Matrix | undefined)[]
  /** phi(z_l) at index l-1, which is h_l without a skip connection. */
  readonly #active: Matrix[] = []
  readonly #ones: Matrix | undefined

  constructor(p: PlanBuilder, net: FeedforwardNetwork, inputs: Matrix | undefined) {
    this.#p = p
    this.#net = net
    this.#below = [inputs]
    const { layers, depth, engine, dtype } = net
    const biased = inputs !== undefined && layers.some(({ bias }) => bias !== undefined)
    this.#ones = biased
      ? p.own(engine.matrix([1, inputs.cols], new Float64Array(inputs.cols).fill(1), { dtype }))
      : undefined
    let h = inputs
    layers.forEach(({ weight, bias, multiplier, biasMultiplier, residual }, l) => {
      p.note(`forward through W_${l + 1}`)
      const z = h === undefined ? scaled(p, multiplier, weight) : p.gemm({ alpha: multiplier, a: weight, b: h })
      if (bias !== undefined && this.#ones !== undefined)
        p.gemm({ alpha: biasMultiplier, a: bias, b: this.#ones, beta: 1, c: z })
      if (l < depth - 1) net.activation.emit(p, z)
      this.#active.push(z)
      if (residual === undefined) h = z
      else {
        const sum = p.copy(h!)
        p.axpy(residual, z, sum)
        h = sum
      }
      this.#below.push(h)
    })
    this.outputs = h!
  }

  /** h_0 .. h_{L-1}; h_0 undefined stands for the identity. */
  get activities(): readonly (Matrix | undefined)[] {
    return this.#below.slice(0, -1)
  }

  /** Emit d_1 .. d_L from `g = dC/d outputs`, which is used up: dC/dz_l, or what feedback makes of it. */
  emitErrors(g: Matrix): readonly Matrix[] {
    const { layers, depth, activation } = this.#net
    const p = this.#p
    const errors = new Array<Matrix>(depth)
    let above = g
    for (let l = depth; l >= 1; l--) {
      const { weight, feedback, multiplier, residual } = layers[l - 1]
      let d = above
      if (residual !== undefined) {
        d = p.note(`back through the branch of W_${l}`).copy(above)
        p.scale(residual, d)
      }
      if (l < depth) activation.emitGradient(p.note(`slope of layer ${l}`), this.#active[l - 1], d)
      errors[l - 1] = d
      if (l === 1) break
      const way = feedback ?? weight.T
      if (residual === undefined) above = p.note(`back through W_${l}`).gemm({ alpha: multiplier, a: way, b: d })
      else p.note(`back through W_${l}`).gemm({ alpha: multiplier, a: way, b: d, beta: 1, c: above })
    }
    return errors
  }

  emitGradients(g: Matrix): readonly Matrix[] {
    const { layers, parameters, feedbackRule } = this.#net
    if (feedbackRule?.signal === 'activity' && this.#below[0] === undefined) {
      throw new UnsupportedError(
        `${feedbackRule.name} with signal: 'activity' sees activities of samples; use a task of samples, such as regression(x, y)`,
        { argument: 'task' },
      )
    }
    const p = this.#p
    const found = new Map<Matrix, Matrix>()
    this.emitErrors(g).forEach((delta, l) => {
      const { weight, bias, mask, feedback, multiplier, biasMultiplier } = layers[l]
      const below = this.#below[l]
      p.note(`gradient of W_${l + 1}`)
      const slope =
        below === undefined ? scaled(p, multiplier, delta) : p.gemm({ alpha: multiplier, a: delta, b: below.T })
      if (mask !== undefined) p.multiply(slope, mask, slope)
      found.set(weight, slope)
      if (bias !== undefined && this.#ones !== undefined)
        found.set(bias, p.gemm({ alpha: biasMultiplier, a: delta, b: this.#ones.T }))
      if (feedback === undefined || feedbackRule === undefined) return
      const layer = { layer: l + 1, weight, feedback, mask, multiplier, below: below!, delta }
      found.set(feedback, feedbackRule.emitUpdate(p, layer))
    })
    return parameters.map(({ matrix }) => found.get(matrix)!)
  }
}

/** A copy of a matrix times a factor. */
function scaled(p: PlanBuilder, factor: number, matrix: Matrix): Matrix {
  const out = p.copy(matrix)
  if (factor !== 1) p.scale(factor, out)
  return out
}
