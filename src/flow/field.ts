// The slopes of a network's gradient flow, computed in the executor: the state goes to linear memory, one plan runs, its results come
// back. Every derivative is emitted for the loss -C, so that what comes out are slopes, not gradients. The same plan on either executor gives the same bits, so the integrators, which are plain TypeScript, do too.
//
//   plain      dW_l/dt = -dC/dW_l
//   modified   dW_l/dt = -(grad C + kappa H grad C)_l / (1 - beta),   kappa = eta (1 + beta) / (2 (1 - beta)^2)
//
// The second is what gradient descent with learning rate eta and momentum beta follows up to eta^2.
import type { Matrix } from '../engine/matrix.js'
import type { Network } from '../network/network.js'
import { PlanBuilder } from '../plan/builder.js'
import type { Plan } from '../plan/plan.js'
import type { BoundTask } from '../task/task.js'
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
}

/** The slopes of a flow over the packed state of its network, whose matrices serve as workspace. */
export class FlowField {
  readonly size: number
  /** The ops of one evaluation. */
  readonly plan: Plan
  readonly #state: PackedMatrices
  readonly #slopes: PackedMatrices
  readonly #along: Along | undefined

  private constructor(plan: Plan, state: PackedMatrices, slopes: PackedMatrices, along: Along | undefined) {
    this.size = state.size
    this.plan = plan
    this.#state = state
    this.#slopes = slopes
    this.#along = along
  }

  /**
   * @throws {UnsupportedError} second derivatives of a task whose loss is not quadratic
   */
  static create(net: Network, task: BoundTask, { modified, jacobian }: FieldOptions): FlowField {
    const { engine, dtype, sizes, depth } = net
    const [p, q] = [new PlanBuilder(engine, dtype), new PlanBuilder(engine, dtype)]
    const plans: Plan[] = []
    const [m, n] = [sizes[depth], sizes[0]]
    try {
      if (modified !== undefined || jacobian) {
        assertAffine(p, task, m, n, modified !== undefined ? 'the modified flow' : "method 'rosenbrock'")
      }
      const ascent = negated(task)
      const emitted = net.kind === 'gram' ? emitGram(p, net, ascent) : emitLayers(p, net, ascent)
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

/** The task of the loss -C. */
function negated(task: BoundTask): Pick<BoundTask, 'emitGradient'> {
  return {
    emitGradient(p, w) {
      const g = task.emitGradient(p, w)
      p.note('-G').scale(-1, g)
      return g
    },
  }
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
