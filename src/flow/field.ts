// The slopes of a network's gradient flow, computed in the executor: the state goes to linear memory, one plan runs, its results come
// back. Every derivative is emitted for the loss -C, so that what comes out are slopes, not gradients. The same plan on either executor gives
// the same bits, so the integrators, which are plain TypeScript, do too.
//
//   plain      dw_l/dt = -r_l dC/dw_l
//   modified   dW_l/dt = -(grad C + kappa H grad C)_l / (1 - beta),   kappa = eta (1 + beta) / (2 (1 - beta)^2)
//   loss clock dw_l/ds = -r_l dC/dw_l / sum_k r_k |dC/dw_k|^2, so that C falls at rate 1
//
// C is the loss of the task, and a penalty on the weights where it has one; r_l are rates, 1 by default. The modified flow is what gradient
// descent with learning rate eta and momentum beta follows up to eta^2. With feedback matrices, w moves by what stands for the gradient.
import type { Matrix } from '../engine/matrix.js'
import { UnsupportedError } from '../errors.js'
import type { Network } from '../network/network.js'
import { PlanBuilder } from '../plan/builder.js'
import type { Plan } from '../plan/plan.js'
import type { BoundTask, Objective } from '../task/task.js'
import { emitGramAlong, emitGramCurvature, emitGramGradient, type GramState } from './gram-field.js'
import { emitLayerGradient } from './layers.js'
import { assertAffine, linearGradient } from './linear-gradient.js'
import { PackedMatrices } from './state.js'

/** Gradient descent whose discretisation the flow should reproduce. */
export interface Discretisation {
  readonly learningRate: number
  readonly momentum: number
}

/** Which derivatives a field offers. */
export interface FieldOptions {
  readonly modified: Discretisation | undefined
  /** Offer `jacobian`; not together with `modified`. */
  readonly jacobian: boolean
  /** Factors of the slopes, one a parameter. Default all 1. */
  readonly rates?: readonly number[]
  /** lambda of a `lambda/2 sum |W_l|^2` besides the loss. Default 0. */
  readonly weightPenalty?: number
  /** Divide the slopes by the speed of the loss. Default false. */
  readonly lossClock?: boolean
}

/** The slopes of a flow over the packed state of its network, whose matrices serve as workspace. */
export class FlowField {
  readonly size: number
  /** The ops of one evaluation. */
  readonly plan: Plan
  readonly #state: PackedMatrices
  readonly #slopes: PackedMatrices
  readonly #along: Along | undefined
  /** With the loss clock: the factor of every slope. */
  readonly #clockRates: Float64Array | undefined

  private constructor(
    plan: Plan,
    state: PackedMatrices,
    slopes: PackedMatrices,
    along: Along | undefined,
    clockRates: Float64Array | undefined,
  ) {
    this.#clockRates = clockRates
    this.size = state.size
    this.plan = plan
    this.#state = state
    this.#slopes = slopes
    this.#along = along
  }

  /**
   * @throws {UnsupportedError} second derivatives of a task whose loss is not quadratic; a penalty on weights, or a loss clock, where the
   *   network has no weights or no gradients
   */
  static create(net: Network, task: BoundTask, options: FieldOptions): FlowField {
    const { modified, jacobian, rates, weightPenalty = 0, lossClock = false } = options
    const { engine, dtype, sizes, depth } = net
    const [p, q] = [new PlanBuilder(engine, dtype), new PlanBuilder(engine, dtype)]
    const plans: Plan[] = []
    const [m, n] = [sizes[depth], sizes[0]]
    try {
      const chain = net.kind === 'gram' || (net.kind === 'layers' && task.inputs === undefined)
      const plain = chain && weightPenalty === 0 && (rates?.every((rate) => rate === 1) ?? true) && !lossClock
      if (modified !== undefined || jacobian) {
        const what = modified !== undefined ? 'the modified flow' : "method 'rosenbrock'"
        if (!plain) {
          throw new UnsupportedError(
            `${what} is for a chain of weights and a loss of its end-to-end map, in plain time, at one rate for all layers, without a penalty on them; use method 'dop853' without modified`,
            { argument: 'net' },
          )
        }
        assertAffine(p, task, m, n, what)
      }
      if (net.kind === 'gram' && weightPenalty > 0) {
        throw new UnsupportedError('a penalty on the weights needs layers, and a Gram network has none', {
          argument: 'task',
        })
      }
      if (lossClock && net.kind === 'feedforward' && net.layers.some(({ feedback }) => feedback !== undefined)) {
        throw new UnsupportedError(
          "clock: 'loss' needs gradients, and feedback matrices give others: the loss would not fall at rate 1; use clock: 'time'",
          { argument: 'clock' },
        )
      }
      const rule = net.kind === 'feedforward' ? net.feedbackRule : undefined
      if (rule?.signal === 'sampled') {
        throw new UnsupportedError(
          `${rule.name} draws noise in every step, and a flow has none; leave out signal.samples for its expectation`,
          { argument: 'net' },
        )
      }
      const ascent = negated(task)
      const emitted =
        net.kind === 'gram'
          ? emitGram(p, net, ascent)
          : net.kind === 'layers' && task.inputs === undefined
            ? emitLayers(p, net, ascent)
            : emitPass(p, net, ascent)
      if (net.kind !== 'gram') {
        net.parameters.forEach(({ matrix, role, name }, i) => {
          const slope = emitted.slopes[i]
          if (weightPenalty > 0 && role === 'weight')
            p.note('penalty on the weights').axpy(-weightPenalty, matrix, slope)
          // Its own objective is not turned round with the loss.
          if (role === 'feedback' && rule?.own) p.note(`slope of ${name}`).scale(-1, slope)
          const rate = rates?.[i] ?? 1
          if (rate !== 1 && !lossClock) p.note(`rate of ${name}`).scale(rate, slope)
        })
      }
      const { learningRate, momentum } = modified ?? { learningRate: 0, momentum: 0 }
      const rest = 1 - momentum
      if (modified !== undefined) {
        const curvature = emitted.curvature(linearGradient(p, ascent, m, n))
        const kappa = (learningRate * (1 + momentum)) / (2 * rest * rest)
        p.note('modified slopes')
        emitted.slopes.forEach((slope, i) => {
          p.axpy(-kappa, curvature[i], slope)
          if (momentum > 0) p.scale(1 / rest, slope)
        })
      }
      const directions = jacobian ? net.state.map(({ matrix }) => q.temporary(matrix.rows, matrix.cols)) : []
      const images = jacobian ? emitted.along(q, directions, linearGradient(q, ascent, m, n)) : []
      plans.push(p.build())
      if (jacobian) plans.push(q.build())
      else q.discard()
      const state = net.state.map(({ matrix }) => matrix)
      const vector = () => new Float64Array(state.reduce((sum, { size }) => sum + size, 0))
      const pack = (matrices: readonly Matrix[]) => new PackedMatrices(engine, matrices)
      return new FlowField(
        plans[0],
        pack(state),
        pack(emitted.slopes),
        jacobian
          ? { plan: plans[1], directions: pack(directions), images: pack(images), unit: vector(), column: vector() }
          : undefined,
        lossClock ? ratesOf(state, rates) : undefined,
      )
    } catch (error) {
      for (const builder of [p, q]) builder.discard()
      for (const plan of plans) plan.dispose()
      throw error
    }
  }

  /** dy := slopes at y. */
  evaluate(y: Float64Array, dy: Float64Array): void {
    this.#state.write(y)
    this.plan.run(1)
    this.#slopes.read(dy)
    if (this.#clockRates === undefined) return
    // dC/dt = -sum r g^2 along dw/dt = -r g.
    const rates = this.#clockRates
    let speed = 0
    for (let i = 0; i < dy.length; i++) speed += rates[i] * dy[i] * dy[i]
    for (let i = 0; i < dy.length; i++) dy[i] *= rates[i] / speed
  }

  /** The Jacobian of the slopes at y, row by row, one exact product for each column. */
  jacobian(y: Float64Array, out: Float64Array): void {
    const { plan, directions, images, unit, column } = this.#along!
    const n = this.size
    this.#state.write(y)
    this.plan.run(1)
    for (let j = 0; j < n; j++) {
      unit[j] = 1
      directions.write(unit)
      unit[j] = 0
      plan.run(1)
      images.read(column)
      for (let i = 0; i < n; i++) out[i * n + j] = column[i]
    }
  }

  /** Copy a state into the network. */
  write(y: Float64Array): void {
    this.#state.write(y)
  }

  /** Copy the network's state. */
  read(y: Float64Array): void {
    this.#state.read(y)
  }

  dispose(): void {
    this.plan.dispose()
    this.#along?.plan.dispose()
  }
}

/** The plan of Jacobian columns, with its input and output. */
interface Along {
  readonly plan: Plan
  readonly directions: PackedMatrices
  readonly images: PackedMatrices
  /** A unit direction and its image. */
  readonly unit: Float64Array
  readonly column: Float64Array
}

/** The derivatives of one kind of network, in the order of its state. */
interface Derivatives {
  /** The slopes of the plain flow; temporaries of the plan that may be changed at its end. */
  readonly slopes: readonly Matrix[]
  /** H grad C as it moves the state. */
  curvature(linear: (direction: Matrix) => Matrix): readonly Matrix[]
  /** The derivative of the slopes along directions, emitted into a plan that runs after this one. */
  along(q: PlanBuilder, directions: readonly Matrix[], linear: (direction: Matrix) => Matrix): readonly Matrix[]
}

/** Factors of the slopes, spread over the packed state. */
function ratesOf(state: readonly Matrix[], rates: readonly number[] | undefined): Float64Array {
  return Float64Array.from(state.flatMap(({ size }, i) => new Array<number>(size).fill(rates?.[i] ?? 1)))
}

/** The task of the loss -C. */
function negated(task: BoundTask): Objective {
  return {
    inputs: task.inputs,
    emitGradient(p, w) {
      const g = task.emitGradient(p, w)
      p.note('-G').scale(-1, g)
      return g
    },
  }
}

/** Slopes of any network, without second derivatives. */
function emitPass(p: PlanBuilder, net: Network, ascent: Objective): Derivatives {
  const pass = net.emitPass(p, ascent.inputs)
  const none = () => {
    throw new UnsupportedError('second derivatives are for a chain of weights', { argument: 'net' })
  }
  return { slopes: pass.emitGradients(ascent.emitGradient(p, pass.outputs)), curvature: none, along: none }
}

function emitLayers(
  p: PlanBuilder,
  net: Extract<Network, { kind: 'layers' }>,
  ascent: Pick<BoundTask, 'emitGradient'>,
): Derivatives {
  const { gradients, emitHessianProduct } = emitLayerGradient(p, net, ascent)
  return {
    slopes: gradients,
    // (-H)(-grad C).
    curvature: (linear) => emitHessianProduct(p, gradients, linear),
    along: emitHessianProduct,
  }
}

function emitGram(
  p: PlanBuilder,
  net: Extract<Network, { kind: 'gram' }>,
  ascent: Pick<BoundTask, 'emitGradient'>,
): Derivatives {
  const g = ascent.emitGradient(p, net.a)
  const slopes = emitGramGradient(p, net, g)
  const list = ({ c1, a, c2 }: GramState) => [c1, a, c2]
  return {
    slopes: list(slopes),
    // Along minus (C_1 G + G C_2) the derivative of -G is the E of the formula.
    curvature: (linear) => list(emitGramCurvature(p, net, g, linear(slopes.a))),
    along(q, [c1, a, c2], linear) {
      return list(emitGramAlong(q, net, g, { c1, a, c2 }, linear(a)))
    },
  }
}
