// What the layers above need to know of a network: its state, its trainable parameters, and how to write its outputs and their
// gradients as ops.
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import type { DType } from '../kernels/kernels.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { DeepLinearNetwork } from './deep-linear.js'
import type { DiagonalNetwork } from './diagonal.js'
import type { FeedforwardNetwork } from './feedforward.js'
import type { GramNetwork } from './gram.js'
import type { TiedNetwork } from './tied.js'

/** A named part of a network's state, as divergence reports and snapshots see it. */
export interface StatePart {
  readonly name: string
  readonly matrix: Matrix
}

/** What a matrix of parameters does in its layer. */
export type ParameterRole = 'weight' | 'bias' | 'feedback'

/** A matrix that update rules change. */
export interface Parameter extends StatePart {
  /** 1 .. L. */
  readonly layer: number
  readonly role: ParameterRole
  /** What the parameterisation multiplies its learning rate by: 1 for the standard one. */
  readonly rate: number
}

/** The outputs of a network, emitted, with what their gradient needs. */
export interface Pass {
  /** f(X), (n_L, P); the end-to-end map where no inputs were given. */
  readonly outputs: Matrix
  /**
   * Emit the gradients of all parameters, in their order, from `g = dC/d outputs`, which is used up. The results are temporaries of the
   * plan that may be changed in place.
   */
  emitGradients(g: Matrix): readonly Matrix[]
}

/** What every network offers. */
export interface NetworkBase {
  readonly engine: EngineCore
  readonly dtype: DType
  /** Layer sizes `n_0 .. n_L`. */
  readonly sizes: readonly number[]
  /** Number of layers L. */
  readonly depth: number
  /** Whether `f(x) = W x` for an end-to-end map W. */
  readonly linear: boolean
  /** Everything that a training step changes. */
  readonly state: readonly StatePart[]
  /** What update rules change; none where the state is not made of parameters, as in Gram form. */
  readonly parameters: readonly Parameter[]
  /** Hyperparameters as plain data: what a checkpoint must agree with. */
  readonly description: Readonly<Record<string, unknown>>
  /**
   * Write the ops of the outputs. Columns of `inputs` are samples; without inputs it is the end-to-end map.
   * @throws {UnsupportedError} no inputs for a network that is not linear; a form without layers
   */
  emitPass(p: PlanBuilder, inputs?: Matrix): Pass
  /**
   * Write the ops of the end-to-end map W, (n_L, n_0).
   * @throws {UnsupportedError} a network that is not linear
   */
  emitEndToEnd(p: PlanBuilder): Matrix
  /** The end-to-end map as a new matrix that the caller disposes. */
  endToEnd(): Matrix
  dispose(): void
}

/** Any network that `train` accepts. */
export type Network = DeepLinearNetwork | GramNetwork | FeedforwardNetwork | DiagonalNetwork | TiedNetwork
