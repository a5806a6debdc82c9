// What the layers above need to know of a network: its state, and how to write its end-to-end map as ops. Two kinds
// stand behind it: explicit layers (deep-linear.ts) and the two-layer Gram form (gram.ts).
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import type { DType } from '../kernels/kernels.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { DeepLinearNetwork } from './deep-linear.js'
import type { GramNetwork } from './gram.js'

/** A named part of a network's state, as divergence reports and snapshots see it. */
export interface StatePart {
  readonly name: string
  readonly matrix: Matrix
}

/** What every network offers. */
export interface NetworkBase {
  readonly engine: EngineCore
  readonly dtype: DType
  /** Layer sizes `n_0 .. n_L`. */
  readonly sizes: readonly number[]
  /** Number of weight matrices L. */
  readonly depth: number
  /** Everything that a training step changes. */
  readonly state: readonly StatePart[]
  /** Write the ops of `W = W_L ... W_1`, shape (n_L, n_0). */
  emitEndToEnd(p: PlanBuilder): Matrix
  /** The end-to-end map as a new matrix that the caller disposes. */
  endToEnd(): Matrix
  dispose(): void
}

/** Any network that `train` accepts. */
export type Network = DeepLinearNetwork | GramNetwork
