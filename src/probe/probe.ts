// A probe observes training without touching it. It writes its ops into a plan of its own, which runs at frame boundaries, and
// reads one value, a number or a typed array, from what they left.
import type { Matrix } from '../engine/matrix.js'
import type { Network } from '../network/network.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { ScalarSlot } from '../plan/slot.js'
import type { BoundTask } from '../task/task.js'

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
  #gradient: Matrix | undefined
  #loss: ScalarSlot | undefined
  /** Counts frames, so that a reader can tell a cached value from a stale one. */
  frame = 0

  /** @param endToEnd where W already stands when the plan of the probes runs; without it the plan forms W itself */
  constructor(p: PlanBuilder, net: Network, task: BoundTask, endToEnd?: Matrix) {
    this.#p = p
    this.#shared = endToEnd
    this.net = net
    this.task = task
  }

  /** W = W_L ... W_1. */
  get endToEnd(): Matrix {
    this.#endToEnd ??= this.#shared ?? this.net.emitEndToEnd(this.#p)
    return this.#endToEnd
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

  /** C(W). */
  get loss(): ScalarSlot {
    this.#loss ??= this.task.emitLoss(this.#p, this.endToEnd)
    return this.#loss
  }
}
