// How feedback matrices learn. A rule writes the ops of the direction that an update rule then takes B_l against, as it does for every other
// parameter; what the directions are made of is in primitives.ts.
import type { Matrix } from '../../engine/matrix.js'
import { OptionError } from '../../errors.js'
import type { PlanBuilder } from '../../plan/builder.js'
import { KOLEN_POLLACK } from './kolen-pollack.js'

/** What a rule sees of layer l = 2 .. L. */
export interface FeedbackLayer {
  readonly layer: number
  /** W_l, (n_l, n_{l-1}). */
  readonly weight: Matrix
  /** B_l, (n_{l-1}, n_l). */
  readonly feedback: Matrix
  readonly mask: Matrix | undefined
  /** m_l. */
  readonly multiplier: number
  /** h_{l-1}, (n_{l-1}, P). */
  readonly below: Matrix
  /** d_l = dC/dz_l as it was fed back, (n_l, P). */
  readonly delta: Matrix
}

/** A rule by which feedback matrices learn. */
export interface AlignmentRule {
  readonly name: string
  /** Whether B descends an objective of its own, not the loss: then no parameterisation changes its rate, and a flow does not turn its sign. */
  readonly own: boolean
  /** eta_B / eta, with eta the learning rate of the weights. */
  readonly rate: number
  /** What the rule sees of the layer below: nothing, expectations, the activities of the samples, or noise drawn in every step. */
  readonly signal: 'none' | 'white' | 'activity' | 'sampled'
  readonly description: Readonly<Record<string, unknown>>
  /** Emit dR/dB_l; the result is a temporary of the plan that may be changed in place. */
  emitUpdate(p: PlanBuilder, layer: FeedbackLayer): Matrix
}

/** How feedback matrices learn: not at all, as the weights do, transposed, or by a rule such as `weightMirror()`. */
export type FeedbackRule = 'fixed' | 'kolen-pollack' | AlignmentRule

/** The rule that an option names; undefined: the matrices are fixed. */
export function checkFeedbackRule(given: unknown): AlignmentRule | undefined {
  if (given === undefined || given === 'fixed') return undefined
  if (given === 'kolen-pollack') return KOLEN_POLLACK
  if (typeof (given as AlignmentRule | null)?.emitUpdate === 'function') return given as AlignmentRule
  throw new OptionError(
    `feedback.rule must be 'fixed', 'kolen-pollack', weightMirror(), informationAlignment(), symmetricAlignment() or activationAlignment(), got ${typeof given === 'string' ? `'${given}'` : typeof given}`,
    { argument: 'feedback.rule' },
  )
}
