// A probe observes training without touching it. It writes its ops into a plan of its own, which runs at frame boundaries, and
// reads one value, a number or a typed array, from what they left.
import type { Matrix } from '../engine/matrix.js'
import type { Network, Pass, StatePart } from '../network/network.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { ScalarSlot } from '../plan/slot.js'
import type { BoundTask } from '../task/task.js'
import { productsOf } from './products.js'

/** What a probe records in every frame. */
export type ProbeValue = number | Float64Array

/** An observer of training; `Name` is its column, `Value` what stands in it. */
export interface Probe<Name extends string = string, Value extends ProbeValue = ProbeValue> {
  readonly name: Name
  /** Shape of the value: `[]` for a number. Known once the network is. */
  shape(net: Network): readonly number[]
  /** Emit the ops; the returned function reads the value after they ran. */
  emit(p: PlanBuilder, context: ProbeContext): () => Value
}

/** What probes of one frame share, emitted once and only if somebody asks. */
export class ProbeContext {
  readonly net: Network
  readonly task: BoundTask
  readonly #p: PlanBuilder
  readonly #shared: Matrix | undefined
  #endToEnd: Matrix | undefined
  readonly #weightPenalty: number
  #pass: Pass | undefined
  #gradient: Matrix | undefined
  #loss: ScalarSlot | undefined
  /** Counts frames, so that a reader can tell a cached value from a stale one. */
  frame = 0
  /** The number of the training step, where the run counts steps. */
  step: number | undefined
  /** The time of the frame, where the run tells it. */
  time: number | undefined
  /** Stands for the run: the same for all contexts of a run that has several, one for each task of a sequence. Set before probes emit. */
  run: object = this
  /** What the optimizer keeps besides the parameters, such as `velocity W_1`. */
  optimizerState: readonly StatePart[] = []

  /**
   * @param endToEnd where W already stands when the plan of the probes runs; without it the plan forms W itself
   * @param weightPenalty lambda of the `lambda/2 sum |W_l|^2` that training adds to the loss of the task
   */
  constructor(p: PlanBuilder, net: Network, task: BoundTask, endToEnd?: Matrix, weightPenalty = 0) {
    this.#weightPenalty = weightPenalty
    this.#p = p
    this.#shared = endToEnd
    this.net = net
    this.task = task
  }

  /** W = W_L ... W_1. */
  get endToEnd(): Matrix {
    this.#endToEnd ??= this.#shared ?? this.#formEndToEnd()
    return this.#endToEnd
  }

  /** Products of layers that other probes need too are formed once. */
  #formEndToEnd(): Matrix {
    const { net } = this
    return net.kind === 'layers' ? productsOf(this.#p, this, net).formEndToEnd() : net.emitEndToEnd(this.#p)
  }

  /** Whether some probe asked for the W that was given. */
  get usesShared(): boolean {
    return this.#shared !== undefined && this.#endToEnd === this.#shared
  }

  /** G = dC/dW. */
  get gradient(): Matrix {
    this.#gradient ??= this.task.emitGradient(this.#p, this.endToEnd)
    return this.#gradient
  }

  /** The outputs that the task judges: f(X), or W. */
  get outputs(): Matrix {
    const { inputs } = this.task
    if (inputs === undefined) return this.endToEnd
    this.#pass ??= this.net.emitPass(this.#p.note('outputs'), inputs)
    return this.#pass.outputs
  }

  /** The loss that training lowers: that of the task, and the penalty on the weights. */
  get loss(): ScalarSlot {
    this.#loss ??= this.#penalized(this.task.emitLoss(this.#p, this.outputs))
    return this.#loss
  }

  /** Emit the gradients of that loss, one matrix a parameter; temporaries of the plan. */
  emitGradients(): readonly Matrix[] {
    const { net, task } = this
    const pass = this.#pass ?? net.emitPass(this.#p, task.inputs)
    const gradients = pass.emitGradients(task.emitGradient(this.#p, pass.outputs))
    if (this.#weightPenalty > 0) {
      net.parameters.forEach(({ matrix, role }, i) => {
        if (role === 'weight') this.#p.axpy(this.#weightPenalty, matrix, gradients[i])
      })
    }
    return gradients
  }

  #penalized(loss: ScalarSlot): ScalarSlot {
    if (this.#weightPenalty === 0) return loss
    this.#p.note('penalty on the weights')
    return this.net.parameters
      .filter(({ role }) => role === 'weight')
      .reduce((sum, { matrix }) => this.#p.slotAxpy(this.#weightPenalty / 2, this.#p.sumOfSquares(matrix), sum), loss)
  }
}
