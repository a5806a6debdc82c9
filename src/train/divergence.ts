// Divergence: weights that are no longer finite. It is looked for between slices, which costs next to nothing; once seen, the
// steps since the last snapshot are replayed, which is exact, to find the very step and layer and to return to the last finite weights.
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import { MemoryError } from '../errors.js'
import type { Network, StatePart } from '../network/network.js'
import { HessianOperator } from '../probe/hessian.js'
import { SHARPNESS_ITERATIONS, SHARPNESS_TOLERANCE } from '../probe/sharpness.js'
import type { BoundTask } from '../task/task.js'
import type { Snapshot } from './snapshot.js'
import type { Steps } from './steps.js'

/** Where and how training left the finite numbers. */
export interface Divergence {
  /** The first step after which a weight was not finite. The weights kept are those of the step before. */
  readonly step: number
  /** The part of the network, or of the state of the optimizer, that left first, such as `W_2`; the first of them in their order. */
  readonly layer: string
  /** The learning rate of that step. */
  readonly learningRate: number
  /**
   * The largest eigenvalue of the Hessian of the loss at the last snapshot before the divergence, at step `sharpnessStep`: where training still
   * was sound. Missing for a Gram network, and where it is not finite or there is no memory left for it.
   */
  readonly sharpness?: number
  /** The step of that snapshot. */
  readonly sharpnessStep?: number
  /** `2 / sharpness`: gradient descent is unstable there with a larger learning rate. Infinity where the sharpness is not positive. */
  readonly bound?: number
  /** What happened, with the cure, for people. */
  readonly message: string
}

/** Whether a matrix holds NaN or infinities. @internal */
export function hasNonFinite({ kernels }: EngineCore, { dtype, size, pointer }: Matrix): boolean {
  const scan = dtype === 'float64' ? kernels.dnonfinite : kernels.snonfinite
  return scan(size, pointer) >= 0
}

/** The first part of the state with a NaN or an infinity in it. @internal */
export function firstNonFinite(engine: EngineCore, state: readonly StatePart[]): StatePart | undefined {
  return state.find(({ matrix }) => hasNonFinite(engine, matrix))
}

/** What the curvature at a snapshot says; the state is left there. */
function curvature(
  net: Network,
  task: BoundTask,
  snapshot: Snapshot,
): { sharpness: number; bound: number } | undefined {
  if (net.kind !== 'layers' || task.inputs !== undefined) return undefined
  snapshot.restore()
  try {
    const operator = new HessianOperator(net, task)
    try {
      const options = { tolerance: SHARPNESS_TOLERANCE[net.dtype], maxIterations: SHARPNESS_ITERATIONS }
      const sharpness = operator.largest(options).value
      return Number.isFinite(sharpness) ? { sharpness, bound: sharpness > 0 ? 2 / sharpness : Infinity } : undefined
    } finally {
      operator.dispose()
    }
  } catch (error) {
    // A report must not fail for want of memory: it goes without this part then.
    if (error instanceof MemoryError) return undefined
    throw error
  }
}

/** What `bound` says of a learning rate, in words. */
function verdict(
  learningRate: number,
  step: number,
  { sharpness, bound }: { sharpness: number; bound: number },
): string {
  const [value, limit] = [sharpness, bound].map((number) => Number(number.toPrecision(4)))
  return learningRate > bound
    ? `At step ${step} the sharpness was ${value}: the learning rate exceeds 2 / sharpness = ${limit}. `
    : `At step ${step} the sharpness was ${value}: the learning rate did not yet exceed 2 / sharpness = ${limit}. `
}

/**
 * Find the first step after a snapshot that is not finite, by bisection over exact replays, and leave the state one step before it.
 * @param steps the steps of the run, which has passed that step
 * @internal
 */
export function locateDivergence(net: Network, steps: Steps, snapshot: Snapshot): Divergence {
  const { state, clock, stage } = steps
  const from = snapshot.moment.step
  const bend = curvature(net, stage.task, snapshot)
  const stateAfter = (step: number) => {
    snapshot.restore()
    if (step > from) steps.replay(from, step - from)
    return firstNonFinite(net.engine, state)
  }
  let finite = from
  let bad = clock.step
  while (bad - finite > 1) {
    const middle = Math.floor((finite + bad) / 2)
    if (stateAfter(middle) === undefined) finite = middle
    else bad = middle
  }
  const layer = stateAfter(bad)!.name
  stateAfter(finite)
  const learningRate = clock.rateOf(finite)
  return {
    step: bad,
    layer,
    learningRate,
    ...(bend === undefined ? {} : { ...bend, sharpnessStep: from }),
    message:
      `${layer} left the finite numbers at step ${bad} with learning rate ${learningRate}; ` +
      'the weights are those of the step before. ' +
      (bend === undefined ? '' : verdict(learningRate, from, bend)) +
      'Use a smaller learning rate or a smaller start.',
  }
}
