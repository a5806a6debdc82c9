// Divergence: weights that are no longer finite. It is looked for between slices, which costs next to nothing; once seen, the
// steps since the last snapshot are replayed, which is exact, to find the very step and layer and to return to the last finite weights.
import type { EngineCore } from '../engine/core.js'
import type { TypedArray } from '../engine/matrix.js'
import type { StatePart } from '../network/network.js'

/** Where and how training left the finite numbers. */
export interface Divergence {
  /** The first step after which a weight was not finite. The weights kept are those of the step before. */
  readonly step: number
  /** The part of the network that left first, such as `W_2`. */
  readonly layer: string
  readonly learningRate: number
  /** One sentence for people, with the cure. */
  readonly message: string
}

/** The first part of the state with a NaN or an infinity in it. */
export function firstNonFinite(engine: EngineCore, state: readonly StatePart[]): StatePart | undefined {
  const { kernels } = engine
  return state.find(({ matrix }) => {
    const scan = matrix.dtype === 'float64' ? kernels.dnonfinite : kernels.snonfinite
    return scan(matrix.size, matrix.pointer) >= 0
  })
}

/** A copy of the state at a step. */
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

/**
 * Find the first non-finite step in (snapshot.step, upTo], by bisection over exact replays, and leave the state one step before it.
 * @param run runs that many steps from the current state
 */
export function locateDivergence(
  engine: EngineCore,
  state: readonly StatePart[],
  snapshot: Snapshot,
  upTo: number,
  learningRate: number,
  run: (steps: number) => void,
): Divergence {
  const stateAfter = (step: number) => {
    snapshot.restore(state)
    if (step > snapshot.step) run(step - snapshot.step)
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
  return {
    step: bad,
    layer,
    learningRate,
    message:
      `${layer} left the finite numbers at step ${bad} with learning rate ${learningRate}; ` +
      'the weights are those of the step before. Use a smaller learning rate or a smaller start.',
  }
}
