// Divergence: weights that are no longer finite. It is looked for between slices, which costs next to nothing; once seen, the
// steps since the last snapshot are replayed, which is exact, to find the very step and layer and to return to the last finite weights.
import type { EngineCore } from '../engine/core.js'
import type { TypedArray } from '../engine/matrix.js'
import { MemoryError } from '../errors.js'
import type { Network, StatePart } from '../network/network.js'
import { HessianOperator } from '../probe/hessian.js'
import { SHARPNESS_ITERATIONS, SHARPNESS_TOLERANCE } from '../probe/sharpness.js'
import type { BoundTask } from '../task/task.js'

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

/** The first part of the state with a NaN or an infinity in it. @internal */
export function firstNonFinite(engine: EngineCore, state: readonly StatePart[]): StatePart | undefined {
  const { kernels } = engine
  return state.find(({ matrix }) => {
    const scan = matrix.dtype === 'float64' ? kernels.dnonfinite : kernels.snonfinite
    return scan(matrix.size, matrix.pointer) >= 0
  })
}

/** A copy of the state at a step. @internal */
export class Snapshot {
  readonly #copies: TypedArray[]
  step = 0

  constructor(state: readonly StatePart[]) {
    this.#copies = state.map(({ matrix }) => matrix.toArray())
  }

  take(state: readonly StatePart[], step: number): void {
    state.forEach(({ matrix }, i) => {
      this.#copies[i].set(matrix.view())
    })
    this.step = step
  }

  restore(state: readonly StatePart[]): void {
    state.forEach(({ matrix }, i) => {
      matrix.view().set(this.#copies[i])
    })
  }
}

/** What the curvature at a snapshot says; the state is left there. */
function curvature(
  net: Network,
  task: BoundTask,
  state: readonly StatePart[],
  snapshot: Snapshot,
): { sharpness: number; bound: number } | undefined {
  if (net.kind !== 'layers' || task.inputs !== undefined) return undefined
  snapshot.restore(state)
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
 * Find the first non-finite step in (snapshot.step, upTo], by bisection over exact replays, and leave the state one step before it.
 * @param state everything that a step changes: the network's parts first, then the optimizer's
 * @param rateOf the learning rate of a step, from step 0
 * @param run runs `count` steps, the first of them number `from`, from the current state
 * @internal
 */
export function locateDivergence(
  net: Network,
  task: BoundTask,
  state: readonly StatePart[],
  snapshot: Snapshot,
  upTo: number,
  rateOf: (step: number) => number,
  run: (from: number, count: number) => void,
): Divergence {
  const { engine } = net
  const bend = curvature(net, task, state, snapshot)
  const stateAfter = (step: number) => {
    snapshot.restore(state)
    if (step > snapshot.step) run(snapshot.step, step - snapshot.step)
    return firstNonFinite(engine, state)
  }
  let finite = snapshot.step
  let bad = upTo
  while (bad - finite > 1) {
    const middle = Math.floor((finite + bad) / 2)
    if (stateAfter(middle) === undefined) finite = middle
    else bad = middle
  }
  const layer = stateAfter(bad)!.name
  stateAfter(finite)
  const learningRate = rateOf(finite)
  return {
    step: bad,
    layer,
    learningRate,
    ...(bend === undefined ? {} : { ...bend, sharpnessStep: snapshot.step }),
    message:
      `${layer} left the finite numbers at step ${bad} with learning rate ${learningRate}; ` +
      'the weights are those of the step before. ' +
      (bend === undefined ? '' : verdict(learningRate, snapshot.step, bend)) +
      'Use a smaller learning rate or a smaller start.',
  }
}
