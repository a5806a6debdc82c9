// What the overlays share: the inputs of a run, the products of its start, and the quantities of predicted maps.
import { jacobiSvd } from '../linalg/dense/svd.js'
import { completeSquare } from '../task/statistics.js'
import type { Objective } from '../theory/objective.js'
import type { OverlayColumn, OverlayRun } from '../train/overlay.js'

/** The probes that a predicted map can be compared with. */
export const PREDICTED = ['loss', 'singularValues', 'nuclearNorm'] as const

/** Relative deviation of Sigma_xx from a multiple of the identity that counts as rounding. */
const WHITE = 1e-10

/** alpha and the target `Sigma_yx / alpha` where `Sigma_xx = alpha I`: the loss is alpha/2 |W - target|^2, and time runs alpha times as fast. */
export interface Inputs {
  readonly alpha: number
  readonly target: Float64Array
}

/** The inputs where they are white. */
export function isotropic({ sizes, sigmaXX, sigmaYX }: OverlayRun): Inputs | undefined {
  if (sigmaXX === undefined) return { alpha: 1, target: sigmaYX }
  const n = sizes[0]
  const alpha = sigmaXX[0]
  if (!(alpha > 0)) return undefined
  const white = sigmaXX.every((entry, i) => Math.abs(entry - (i % (n + 1) === 0 ? alpha : 0)) <= WHITE * alpha)
  return white ? { alpha, target: sigmaYX.map((entry) => entry / alpha) } : undefined
}

/** a b for row-major a (m, k), b (k, n); `transposeA`: a is (k, m); `transposeB`: b is (n, k). */
export function product(
  a: Float64Array,
  b: Float64Array,
  [m, k, n]: readonly [number, number, number],
  { transposeA = false, transposeB = false } = {},
): Float64Array {
  const out = new Float64Array(m * n)
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      let sum = 0
      for (let l = 0; l < k; l++) sum += a[transposeA ? l * m + i : i * k + l] * b[transposeB ? j * k + l : l * n + j]
      out[i * n + j] = sum
    }
  }
  return out
}

/** |x|_F, or |x - y|_F. */
export function distance(x: ArrayLike<number>, y?: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i] - (y?.[i] ?? 0)) ** 2
  return Math.sqrt(sum)
}

/** Loss, singular values and nuclear norm of maps, shape (T, n_L, n_0). */
export function quantities(maps: Float64Array, run: OverlayRun): Record<(typeof PREDICTED)[number], OverlayColumn> {
  const { sizes, sigmaXX, sigmaYX, minimumLoss } = run
  const [n, m] = [sizes[0], sizes[sizes.length - 1]]
  const size = m * n
  const rank = Math.min(m, n)
  const square = sigmaXX === undefined ? undefined : completeSquare({ n, m, sigmaXX, sigmaYX }, 'sigmaXX')
  const count = maps.length / size
  const [loss, nuclear] = [new Float64Array(count), new Float64Array(count)]
  const values = new Float64Array(count * rank)
  for (let t = 0; t < count; t++) {
    const map = maps.subarray(t * size, (t + 1) * size)
    const away =
      square === undefined
        ? distance(map, sigmaYX)
        : distance(product(map, square.factor, [m, n, square.rank], { transposeB: true }), square.z)
    loss[t] = minimumLoss + 0.5 * away * away
    if (map.every(Number.isFinite)) values.set(jacobiSvd(map, m, n, { vectors: false }).s, t * rank)
    else values.fill(Number.NaN, t * rank, (t + 1) * rank)
    nuclear[t] = values.subarray(t * rank, (t + 1) * rank).reduce((sum, value) => sum + value, 0)
  }
  return {
    loss: { shape: [], data: loss },
    singularValues: { shape: [rank], data: values },
    nuclearNorm: { shape: [], data: nuclear },
  }
}

/** sum_l |W_(l+1)' W_(l+1) - W_l W_l'|_F over sum_l |W_l|^2. */
export function imbalanceOf({ sizes }: OverlayRun, weights: readonly Float64Array[]): number {
  let [off, size] = [0, 0]
  for (const [l, w] of weights.entries()) {
    size += distance(w) ** 2
    if (l + 1 === weights.length) break
    const width = sizes[l + 1]
    const above = product(weights[l + 1], weights[l + 1], [width, sizes[l + 2], width], { transposeA: true })
    off += distance(above, product(w, w, [width, sizes[l], width], { transposeB: true }))
  }
  return off === 0 ? 0 : off / size
}

/** W_L ... W_1. */
export function mapOf({ sizes }: OverlayRun, weights: readonly Float64Array[]): Float64Array {
  return weights.reduce((below, w, l) => (l === 0 ? w : product(w, below, [sizes[l + 1], sizes[l], sizes[0]])))
}

/** The squared error of a run, from its moments: gradient `A Sigma_xx - Sigma_yx`. */
export function objectiveOf(run: OverlayRun): Objective {
  const { sizes, sigmaXX, sigmaYX } = run
  const [n, m] = [sizes[0], sizes[sizes.length - 1]]
  return {
    rows: m,
    columns: n,
    loss: (map) => quantities(map, run).loss.data[0],
    gradient(map, out) {
      out.set(sigmaXX === undefined ? map : product(map, sigmaXX, [m, n, n]))
      for (let i = 0; i < out.length; i++) out[i] -= sigmaYX[i]
    },
  }
}
