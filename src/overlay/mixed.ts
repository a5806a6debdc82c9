// Mixed dynamics of a wide two-layer network, laid over a run.
import { checkNumber, checkOptions } from '../check.js'
import { jacobiSvd } from '../linalg/dense/svd.js'
import { mixedGram } from '../theory/mixed/gram.js'
import { mixedFlow } from '../theory/mixed/mixed-flow.js'
import { mixedWhiteFlow } from '../theory/mixed/white-flow.js'
import { notCovered, type OverlayRun, type TheoryOverlay } from '../train/overlay.js'
import { twoLayersOf } from './accept.js'
import { distance, isotropic, objectiveOf, PREDICTED, product, quantities } from './quantities.js'

/** Options of `overlays.mixed`. */
export interface MixedOverlayOptions {
  /** c = variance of a weight times the width; default the one whose Gram matrices have the traces of the start's. */
  scale?: number
  /**
   * How far W_2 W_2' and W_1' W_1 of the start may be from `sqrt(A A' + c^2)` and `sqrt(A'A + c^2)`, relative; default 0.3. Gaussian layers are about
   * `sqrt(d / w)` off, and so is then the theory.
   */
  tolerance?: number
}

/** Below this part of the map c is lost in the closed form; the equation is integrated instead. */
const CLOSED = 1e-5

/**
 * Mixed dynamics as the theory of a run, `dA/dt = -sqrt(A A' + c^2) G - G sqrt(A'A + c^2)`: in closed form where the inputs are white, integrated where they are
 * not. For two layers, whole or in Gram form, wide against their ends; c = 0 is a balanced start.
 *
 * @throws {OptionError|RangeArgError|DTypeError} a bad option; training throws an UnsupportedError for a run that it does not describe
 * @example
 * const net = createGramNetwork(engine, { sizes: [3, 1e6, 3], init: gaussian({ gamma: 1 }), seed: 1 })
 * const optimizer = gradientDescent({ learningRate: 1e-3 })
 * const { theory } = trainSync(net, whitened([[3, 0, 0], [0, 1, 0], [0, 0, 0]]), { optimizer, steps: 1000, theory: overlays.mixed() })
 * Math.abs(theory.detail.scale - 1) < 0.01 && theory.deviation.loss < 0.05 // -> true
 * @see Tu, Aranguri, Jacot (2024), Mixed dynamics in linear networks, arXiv:2405.17580
 */
export function mixed(options?: MixedOverlayOptions): TheoryOverlay {
  const given = checkOptions(options, 'overlays.mixed', ['scale', 'tolerance'])
  const asked = given.scale === undefined ? undefined : checkNumber(given.scale, 'scale', { min: 0 })
  const tolerance = checkNumber(given.tolerance ?? 0.3, 'tolerance', { above: 0 })
  const name = 'mixed'
  return {
    name,
    predicts: PREDICTED,
    prepare(run) {
      const [n, , m] = twoLayersOf(name, run)
      const { c1, a, c2 } = run.gram ?? gramOf(run)
      const scale = asked ?? scaleOf(a, m, n, traceOf(c1, m) + traceOf(c2, n))
      const { left, right } = mixedGram(a, m, n, scale)
      const size = distance([distance(c1), distance(c2)])
      const off = distance([distance(c1, left), distance(c2, right)])
      const startError = off === 0 ? 0 : off / size
      if (!(startError <= tolerance)) {
        throw notCovered(
          name,
          `the Gram matrices of the start are ${startError} from those of c = ${scale} (allowed: ${tolerance}); widen the network, or start it otherwise`,
        )
      }
      const detail = { scale, startError }
      const inputs = isotropic(run)
      if (inputs !== undefined && scale > CLOSED * distance(a)) {
        const { alpha, target } = inputs
        const scaled = (times: Float64Array) => times.map((time) => alpha * time)
        return { detail, columns: (times) => quantities(mixedWhiteFlow(target, a, m, n, scale, scaled(times)), run) }
      }
      return { detail, columns: (times) => quantities(mixedFlow(objectiveOf(run), a, scale, times), run) }
    },
  }
}

function gramOf({ sizes: [n, w, m], weights }: OverlayRun) {
  const [w1, w2] = weights!
  return {
    c1: product(w2, w2, [m, w, m], { transposeB: true }),
    a: product(w2, w1, [m, w, n]),
    c2: product(w1, w1, [n, w, n], { transposeA: true }),
  }
}

function traceOf(matrix: Float64Array, n: number): number {
  let sum = 0
  for (let i = 0; i < n; i++) sum += matrix[i * (n + 1)]
  return sum
}

/** c with `tr sqrt(A A' + c^2) + tr sqrt(A'A + c^2) = trace`, by bisection; 0 where the trace is less than that of a balanced start. */
function scaleOf(a: Float64Array, m: number, n: number, trace: number): number {
  const { s } = jacobiSvd(a, m, n, { vectors: false })
  const excess = (c: number) =>
    s.reduce((sum, value) => sum + 2 * Math.sqrt(value * value + c * c), Math.abs(m - n) * c - trace)
  let [low, high] = [0, trace / (m + n)]
  if (!(excess(low) < -1e-13 * trace)) return 0
  for (let i = 0; i < 200 && low < high; i++) {
    const middle = 0.5 * (low + high)
    if (middle === low || middle === high) break
    if (excess(middle) < 0) low = middle
    else high = middle
  }
  return high
}
