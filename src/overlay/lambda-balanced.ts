// The exact solution of two lambda-balanced layers, laid over a run.
import { checkOptions } from '../check.js'
import { RangeArgError } from '../errors.js'
import { lambdaBalancedFlow } from '../theory/lambda-balanced/flow.js'
import { notCovered, type TheoryOverlay } from '../train/overlay.js'
import { layersOf, twoLayersOf, whiteInputsOf } from './accept.js'
import { PREDICTED, quantities } from './quantities.js'

/** Options of `overlays.lambdaBalanced`. */
export interface LambdaBalancedOverlayOptions {
  /** lambda where it is known exactly; default that of the start. */
  lambda?: number
  /** Bound on |D - lambda I|_F over |W_1|^2 + |W_2|^2 of the start, default 1e-8. `Infinity` takes any start and gives an approximation. */
  tolerance?: number
  /** Directions of the start below this times its norm count as absent, default 0: 1e-12 keeps a start on a saddle there. */
  rankTolerance?: number
}

/**
 * The exact gradient flow of two lambda-balanced layers as the theory of a run: `lambdaBalancedFlow` at the times of its frames. Gradient descent stays
 * within O(learning rate) of it. For two layers with `W_2' W_2 - W_1 W_1' = lambda I` and inputs with `Sigma_xx = alpha I`.
 *
 * @throws {OptionError} an option that does not exist; training throws an UnsupportedError for a run that it does not describe
 * @example
 * const net = createNetwork(engine, { sizes: [2, 2, 2], init: balanced({ scale: 0.1 }), seed: 1 })
 * const optimizer = gradientDescent({ learningRate: 1e-3 })
 * const { theory } = trainSync(net, whitened([[3, 0], [0, 1]]), { optimizer, steps: 2000, theory: overlays.lambdaBalanced() })
 * theory.deviation.loss < 0.02 // -> true
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623
 */
export function lambdaBalanced(options?: LambdaBalancedOverlayOptions): TheoryOverlay {
  const given = checkOptions(options, 'overlays.lambdaBalanced', [
    'lambda',
    'tolerance',
    'rankTolerance',
  ]) as LambdaBalancedOverlayOptions
  const name = 'lambdaBalanced'
  return {
    name,
    predicts: PREDICTED,
    prepare(run) {
      const [n, hidden, m] = twoLayersOf(name, run)
      const [w1, w2] = layersOf(name, run)
      const { alpha, target } = whiteInputsOf(name, run)
      const flow = (times: Float64Array) =>
        lambdaBalancedFlow({
          ...given,
          w1: { data: w1, shape: [hidden, n] },
          w2: { data: w2, shape: [m, hidden] },
          sigmaYX: { data: target, shape: [m, n] },
          times,
          tau: 1 / alpha,
        })
      try {
        const { lambda, balanceError } = flow(Float64Array.of(0))
        return { detail: { lambda, balanceError }, columns: (times) => quantities(flow(times).w, run) }
      } catch (cause) {
        if (cause instanceof RangeArgError && cause.argument === 'w1, w2') throw notCovered(name, cause.message, cause)
        throw cause
      }
    },
  }
}
