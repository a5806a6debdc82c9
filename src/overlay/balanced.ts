// The end-to-end map of a balanced deep network, laid over a run: any depth, any singular vectors at the start, inputs that need not be white.
import { checkNumber, checkOptions } from '../check.js'
import { balancedFlow } from '../theory/modes/balanced-flow.js'
import type { TheoryOverlay } from '../train/overlay.js'
import { balanceOf, layersOf } from './accept.js'
import { distance, mapOf, objectiveOf, PREDICTED, quantities } from './quantities.js'

/** Options of `overlays.balanced`. */
export interface BalancedOverlayOptions {
  /** How far the start may be from balanced, over the squared norm of its weights; default 1e-8. */
  tolerance?: number
  /** Relative tolerance of the integrator, 1e-14 .. 0.1; default 1e-11. */
  rtol?: number
}

/**
 * The map of a balanced deep network as the theory of a run, `dA/dt = -sum_j (A A')^((j-1)/L) G (A'A)^((L-j)/L)`. For layers that start balanced
 * and no narrower than the map's rank; the map need not be aligned with the target, nor the inputs be white. Aligned starts on white inputs have the closed
 * forms of `overlays.modes`.
 *
 * @throws {OptionError|RangeArgError|DTypeError} a bad option; training throws an UnsupportedError for a run that it does not describe
 * @example
 * const start = lambdaBalanced({ lambda: 0, endToEnd: [[0.1, 0.05], [0, 0.1]] })
 * const net = createNetwork(engine, { sizes: [2, 4, 2], init: start, seed: 1 })
 * const optimizer = gradientDescent({ learningRate: 1e-3 })
 * const { theory } = trainSync(net, whitened([[3, 0], [0, 1]]), { optimizer, steps: 2000, theory: overlays.balanced() })
 * theory.deviation.loss < 0.02 // -> true
 * @see Arora, Cohen, Hazan (2018), arXiv:1802.06509
 */
export function balanced(options?: BalancedOverlayOptions): TheoryOverlay {
  const given = checkOptions(options, 'overlays.balanced', ['tolerance', 'rtol'])
  const tolerance = checkNumber(given.tolerance ?? 1e-8, 'tolerance', { above: 0 })
  const rtol = checkNumber(given.rtol ?? 1e-11, 'rtol', { min: 1e-14, max: 0.1 })
  const name = 'balanced'
  return {
    name,
    predicts: PREDICTED,
    prepare(run) {
      const weights = layersOf(name, run)
      const imbalance = balanceOf(name, run, weights, tolerance)
      const objective = objectiveOf(run)
      const start = mapOf(run, weights)
      return {
        detail: { imbalance, size: distance(start) },
        columns: (times) => quantities(balancedFlow(objective, start, run.sizes.length - 1, times, { rtol }), run),
      }
    },
  }
}
