// The decoupled modes of a balanced and aligned deep network, laid over a run.
import { checkNumber, checkOptions } from '../check.js'
import { jacobiSvd } from '../linalg/dense/svd.js'
import { balancedModes } from '../theory/modes/balanced-modes.js'
import { notCovered, type TheoryOverlay } from '../train/overlay.js'
import { balanceOf, layersOf, whiteInputsOf } from './accept.js'
import { distance, mapOf, PREDICTED, product, quantities } from './quantities.js'

/** Options of `overlays.modes`. */
export interface ModesOverlayOptions {
  /** How far the start may be from balanced, over the squared norm of its weights, and from aligned, over the norm of its map; default 1e-8. */
  tolerance?: number
}

/**
 * The modes of a deep network as the theory of a run, `da/dt = L a^(2 - 2/L) (s - a)` for each singular value s of the target. For two layers and more that start
 * balanced, with a map that is diagonal in the singular basis of the target and positive there, and inputs with `Sigma_xx = alpha I`.
 *
 * @throws {OptionError|RangeArgError|DTypeError} a bad option; training throws an UnsupportedError for a run that it does not describe
 * @example
 * const net = createNetwork(engine, { sizes: [2, 4, 4, 2], init: balanced({ endToEnd: [[0.1, 0], [0, 0.1]] }), seed: 1 })
 * const optimizer = gradientDescent({ learningRate: 1e-3 })
 * const { theory } = trainSync(net, whitened([[3, 0], [0, 1]]), { optimizer, steps: 2000, theory: overlays.modes() })
 * theory.deviation.loss < 0.02 // -> true
 * @see Saxe, McClelland, Ganguli (2014), arXiv:1312.6120
 */
export function modes(options?: ModesOverlayOptions): TheoryOverlay {
  const given = checkOptions(options, 'overlays.modes', ['tolerance'])
  const tolerance = checkNumber(given.tolerance ?? 1e-8, 'tolerance', { above: 0 })
  const name = 'modes'
  return {
    name,
    predicts: PREDICTED,
    prepare(run) {
      const { sizes } = run
      const [depth, n, m] = [sizes.length - 1, sizes[0], sizes[sizes.length - 1]]
      if (depth < 2) throw notCovered(name, 'it is for two layers and more')
      const weights = layersOf(name, run)
      const { alpha, target } = whiteInputsOf(name, run)
      const imbalance = balanceOf(name, run, weights, tolerance)
      const { u, s, v } = jacobiSvd(target, m, n)
      const rank = s.length
      const map = mapOf(run, weights)
      const inside = product(product(u, map, [rank, m, n], { transposeA: true }), v, [rank, n, rank])
      const sizesOf = s.map((_, k) => inside[k * (rank + 1)])
      const aligned = compose(u, sizesOf, v, m, n)
      const misalignment = distance(map, aligned) === 0 ? 0 : distance(map, aligned) / distance(map)
      if (!(misalignment <= tolerance)) {
        throw notCovered(
          name,
          `the start is not aligned: ${misalignment} of its map is outside the singular pairs of the target`,
        )
      }
      const moving = [...s.keys()].filter((k) => sizesOf[k] !== 0)
      const negative = moving.find((k) => sizesOf[k] < 0)
      if (negative !== undefined) {
        throw notCovered(name, `mode ${negative + 1} starts at ${sizesOf[negative]}, below 0`)
      }
      return {
        detail: { imbalance, misalignment },
        columns(times) {
          const clock = times.map((time) => alpha * time)
          const found = balancedModes(
            moving.map((k) => s[k]),
            moving.map((k) => sizesOf[k]),
            depth,
            clock,
          )
          const maps = new Float64Array(times.length * m * n)
          const now = new Float64Array(rank)
          for (let t = 0; t < times.length; t++) {
            for (const [i, k] of moving.entries()) now[k] = found[t * moving.length + i]
            maps.set(compose(u, now, v, m, n), t * m * n)
          }
          return quantities(maps, run)
        },
      }
    },
  }
}

/** u diag(a) v'. */
function compose(u: Float64Array, a: Float64Array, v: Float64Array, m: number, n: number): Float64Array {
  const r = a.length
  const scaled = u.map((entry, i) => entry * a[i % r])
  return product(scaled, v, [m, r, n], { transposeB: true })
}
