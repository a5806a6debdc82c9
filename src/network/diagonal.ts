// Diagonal linear networks, each coordinate with a depth of its own:
//
//   f(x) = sum_i beta_i x_i,   beta_i = prod_{j <= D_i} theta_i^(j),   dC/dtheta_i^(j) = (dC/dbeta_i) prod_{k != j} theta_i^(k)
//
// The factors theta^(1), theta^(2), ... are rows of length n_0. Where a coordinate is shallower they hold a zero that never moves, under weight
// decay either, and stand for a one. Products are taken from both ends, so that no factor is ever divided by.
import { checkChoice, checkInteger, checkOptions, describe } from '../check.js'
import { type MatrixLike, readDense } from '../engine/coerce.js'
import { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import { DTypeError, OptionError, RangeArgError, ShapeError } from '../errors.js'
import type { DType } from '../kernels/kernels.js'
import type { PlanBuilder } from '../plan/builder.js'
import { runEndToEnd } from './end-to-end.js'
import type { NetworkBase, Parameter, Pass, StatePart } from './network.js'

/** Options of `createDiagonalNetwork`. */
export interface DiagonalNetworkOptions {
  /** Depth of every coordinate, 1 .. 64; its length is the number of inputs. */
  depths: readonly number[]
  /** theta^(1), theta^(2), ...: one row of n_0 numbers for each level up to the deepest; entries beyond a coordinate's depth may be anything. */
  start: readonly (readonly number[] | Float64Array)[]
  dtype?: DType
}

/** Which coordinates have a factor of some level, where not all do: 1 and 0, and 0 and 1. */
interface Presence {
  readonly present: Matrix
  readonly absent: Matrix
}

/** Made by `createDiagonalNetwork`. */
export class DiagonalNetwork implements NetworkBase {
  readonly kind = 'diagonal'
  readonly linear = true
  readonly engine: EngineCore
  readonly dtype: DType
  /** `[n_0, 1]`. */
  readonly sizes: readonly number[]
  readonly depth: number
  /** Depth of every coordinate. */
  readonly depths: readonly number[]
  /** theta^(1), theta^(2), ..., each (1, n_0), 0 beyond the depth of a coordinate. */
  readonly factors: readonly Matrix[]
  readonly #presence: readonly (Presence | undefined)[]

  /** @internal Use `createDiagonalNetwork`. */
  constructor(
    engine: EngineCore,
    depths: readonly number[],
    factors: readonly Matrix[],
    presence: readonly (Presence | undefined)[],
  ) {
    this.engine = engine
    this.dtype = factors[0].dtype
    this.depths = Object.freeze([...depths])
    // Layers in the sense of sizes: one map from the inputs to the output.
    this.sizes = Object.freeze([depths.length, 1])
    this.depth = 1
    this.factors = Object.freeze([...factors])
    this.#presence = presence
  }

  /** A network of the same structure on other factors, such as those of all members of an ensemble; what marks absent levels stays this one's. @internal */
  like(factors: readonly Matrix[]): DiagonalNetwork {
    return new DiagonalNetwork(this.engine, this.depths, factors, this.#presence)
  }

  get parameters(): readonly Parameter[] {
    return this.factors.map((matrix, j) => ({
      name: `theta_${j + 1}`,
      matrix,
      layer: j + 1,
      role: 'weight',
      rate: 1,
    }))
  }

  get state(): readonly StatePart[] {
    return this.parameters
  }

  get description() {
    return { kind: this.kind, depths: this.depths, dtype: this.dtype }
  }

  emitPass(p: PlanBuilder, inputs?: Matrix): Pass {
    p.note('product of the factors')
    const factors = this.factors.map((theta, j) => {
      const presence = this.#presence[j]
      return presence === undefined ? theta : p.add(theta, presence.absent)
    })
    // below[j] = theta^(1) ... theta^(j), and above[j] = theta^(j+2) ... theta^(last): everything but factor j + 1 is their product.
    const below = [factors[0]]
    for (let j = 1; j < factors.length; j++) below.push(p.multiply(below[j - 1], factors[j]))
    const beta = below[factors.length - 1]
    const outputs = inputs === undefined ? p.copy(beta) : p.gemm({ a: beta, b: inputs })
    return {
      outputs,
      emitGradients: (g) => {
        p.note('gradients of the factors')
        const slope = inputs === undefined ? g : p.gemm({ a: g, b: inputs.T })
        const gradients = new Array<Matrix>(factors.length)
        let above: Matrix | undefined
        for (let j = factors.length - 1; j >= 0; j--) {
          const others = j > 0 ? p.multiply(slope, below[j - 1]) : p.copy(slope)
          if (above !== undefined) p.multiply(others, above, others)
          const presence = this.#presence[j]
          if (presence !== undefined) p.multiply(others, presence.present, others)
          gradients[j] = others
          above = above === undefined ? factors[j] : p.multiply(above, factors[j])
        }
        return gradients
      },
    }
  }

  emitEndToEnd(p: PlanBuilder): Matrix {
    return this.emitPass(p).outputs
  }

  endToEnd(): Matrix {
    return runEndToEnd(this)
  }

  dispose(): void {
    for (const matrix of this.factors) matrix.dispose()
    for (const presence of this.#presence) {
      presence?.present.dispose()
      presence?.absent.dispose()
    }
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

/**
 * A diagonal linear network `f(x) = sum_i x_i prod_{j <= D_i} theta_i^(j)` with one output: the smallest model whose implicit bias depends on
 * depth. Level j counts as layer j for `layerRates`.
 *
 * @throws {OptionError|RangeArgError|DTypeError|ShapeError|MemoryError} depths or factors that do not fit, before anything is kept
 * @example
 * const net = createDiagonalNetwork(engine, { depths: [1, 2], start: [[0.3, 0.4], [1, 0.5]] })
 * net.endToEnd().toNested() // -> [[0.3, 0.2]]
 * @see Kunin, Yamamura, Ma, Ganguli (2022), The asymmetric maximum margin bias of quasi-homogeneous neural networks, arXiv:2210.03820
 */
export function createDiagonalNetwork(engine: EngineCore, options: DiagonalNetworkOptions): DiagonalNetwork {
  if (!(engine instanceof EngineCore))
    throw new DTypeError(`engine must be an engine, got ${describe(engine)}`, { argument: 'engine' })
  const given = checkOptions(options, 'diagonal network', ['depths', 'start', 'dtype'])
  if (!Array.isArray(given.depths) || given.depths.length === 0) {
    throw new OptionError(`depths must be an array of depths, one a coordinate, got ${describe(given.depths)}`, {
      argument: 'depths',
    })
  }
  const depths = given.depths.map((depth, i) => checkInteger(depth, `depths[${i}]`, { min: 1, max: 64 }))
  const levels = Math.max(...depths)
  const start = readDense(given.start as MatrixLike, 'start')
  if (start.rows !== levels || start.cols !== depths.length) {
    throw new ShapeError(
      `start must have ${levels} rows of ${depths.length} numbers, one row a level, got ${start.rows} x ${start.cols}`,
      { argument: 'start' },
    )
  }
  start.data.forEach((theta, at) => {
    const [j, i] = [Math.floor(at / depths.length), at % depths.length]
    if (j < depths[i] && !Number.isFinite(theta)) {
      throw new RangeArgError(`start[${j}][${i}] must be finite, got ${theta}`, { argument: `start[${j}][${i}]` })
    }
  })
  const dtype = checkChoice(given.dtype ?? engine.dtype, 'dtype', ['float32', 'float64'])
  const made: Matrix[] = []
  const make = (values: ArrayLike<number>) => {
    const matrix = engine.matrix([1, depths.length], values as Float64Array, { dtype })
    made.push(matrix)
    return matrix
  }
  try {
    const has = Array.from({ length: levels }, (_, j) => Float64Array.from(depths, (depth) => (depth > j ? 1 : 0)))
    const factors = has.map((mask, j) =>
      make(mask.map((one, i) => (one === 1 ? start.data[j * depths.length + i] : 0))),
    )
    const presence = has.map((mask) =>
      mask.includes(0) ? { present: make(mask), absent: make(mask.map((one) => 1 - one)) } : undefined,
    )
    return new DiagonalNetwork(engine, depths, factors, presence)
  } catch (error) {
    for (const matrix of made) matrix.dispose()
    throw error
  }
}
