// What the experiments of this folder share.
import { log } from '../../math/elementary.js'
import { custom } from '../../probe/custom.js'

/** The paper of the saddle-to-saddle experiments. */
export const SADDLE_PAPER =
  'Jacot, Ged, Simsek, Hongler, Gabriel (2021), Saddle-to-saddle dynamics in deep linear networks, arXiv:2106.15933'

/** The diagonal matrix of the values, row by row. */
export function diagonal(values: readonly number[]): Float64Array {
  const n = values.length
  return Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? values[i / (n + 1)] : 0))
}

/** The end-to-end map as a probe, shape (n_L, n_0). */
export function endToEndMap() {
  return custom({
    name: 'map',
    shape: (sizes) => [sizes[sizes.length - 1], sizes[0]],
    read: ({ endToEnd }) => endToEnd.data,
  })
}

/** Least-squares slope of ln y against ln x; NaN for fewer than two points. */
export function logSlope(x: readonly number[], y: readonly number[]): number {
  const [a, b] = [x.map((value) => log(value)), y.map((value) => log(value))]
  const [meanA, meanB] = [mean(a), mean(b)]
  let [across, along] = [0, 0]
  for (let i = 0; i < a.length; i++) {
    across += (a[i] - meanA) * (b[i] - meanB)
    along += (a[i] - meanA) ** 2
  }
  return across / along
}

/** Arithmetic mean. */
export function mean(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length
}
