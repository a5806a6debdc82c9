// How far a network of finite width is from the self-consistent equation of mixed dynamics: as w^(-1/2). Gradient flow in Gram form from Gaussian
// starts of variance c / w against the closed form from the same A_0.
import { exp, log } from '../../math/elementary.js'
import { createGramNetwork } from '../../network/gram.js'
import { gaussian } from '../../network/initializer.js'
import { custom } from '../../probe/custom.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { whitened } from '../../task/whitened.js'
import { mixedWhiteFlow } from '../../theory/mixed/white-flow.js'
import { gradientFlowSync } from '../../train/flow.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'

export const mixedWidth = defineExperiment({
  id: 'mixed-width',
  title: 'Error of the self-consistent equation against the width',
  paper: 'Tu, Aranguri, Jacot (2024), Mixed dynamics in linear networks, arXiv:2405.17580, equation (1)',
  formulas: [
    "dA/dt = sqrt(A A' + c^2) (Y - A) + (Y - A) sqrt(A'A + c^2),  c = sigma^2 w, solved in closed form from A_0",
    'sup_t |A_w(t) - A(t)| / |Y| ~ w^(-1/2)',
  ],
  parameters: {
    dimension: { description: 'inputs and outputs', default: 5, min: 2, max: 16, integer: true },
    scales: { description: 'c = sigma^2 w', default: [0.05, 1], min: 0.001, max: 100 },
    widths: {
      description: 'hidden widths, rising',
      default: [40, 160, 640, 2560, 10240],
      min: 16,
      max: 1e9,
      integer: true,
    },
    starts: { description: 'random starts for each width', default: 8, min: 1, max: 1000, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { dimension: d, scales, widths, starts } = parameters
    const target = normal(foldIn(key(seed), 1), d * d)
    const task = whitened({ data: target, shape: [d, d] })
    const size = Math.sqrt(target.reduce((sum, entry) => sum + entry * entry, 0))
    const map = custom({ name: 'map', shape: [d * d], read: ({ endToEnd }) => endToEnd.data })
    const checks: Check[] = []
    const series: Series[] = []
    for (const [i, scale] of scales.entries()) {
      // Until modes of size |Y| / 5 and more are learned: ln(|Y| / c) is how long they stay at the saddle.
      const time = (4 + 2 * Math.max(0, log(size / scale))) / Math.max(scale, size / 5)
      const times = Float64Array.from({ length: 101 }, (_, t) => (t / 100) * time)
      const errors: number[] = []
      for (const [j, width] of widths.entries()) {
        let sum = 0
        for (let start = 0; start < starts; start++) {
          const done = (i + (j + start / starts) / widths.length) / scales.length
          await progress(done, `c = ${scale}, width ${width}, start ${start + 1}`)
          const net = createGramNetwork(engine, {
            sizes: [d, width, d],
            init: gaussian({ variance: scale / width }),
            seed: 1000 * seed + start,
          })
          try {
            const a0 = Float64Array.from(net.a.view())
            const { columns } = gradientFlowSync(net, task, { time, rtol: 1e-8, record: { at: times, probes: [map] } })
            const formula = mixedWhiteFlow(target, a0, d, d, scale, times)
            sum += largestDistance(columns.map.data, formula, d * d) / size
          } finally {
            net.dispose()
          }
        }
        errors.push(sum / starts)
      }
      const last = widths.length - 1
      if (last > 0 && widths[last] / widths[0] >= 64) {
        checks.push(within(`c = ${scale}: slope of log error against log width`, slopeOf(widths, errors), -0.5, 0.08))
      }
      checks.push(
        atMost(`c = ${scale}: error at width ${widths[last]}`, errors[last], 0.5 * Math.sqrt(d / widths[last])),
      )
      const group = `c = ${scale}`
      const middle = errors.reduce((sum, error, j) => sum + log(error * Math.sqrt(widths[j])), 0) / errors.length
      series.push(
        { label: `${group}, gradient flow`, group, kind: 'dots', x: widths, y: errors },
        {
          label: `${group}, slope -1/2`,
          group,
          kind: 'dashes',
          x: widths,
          y: widths.map((width) => exp(middle) / Math.sqrt(width)),
        },
      )
    }
    return {
      checks,
      figures: [
        {
          title: 'Error of the self-consistent equation',
          description:
            'Largest distance of the map of a network from the closed form, mean of the starts, against the width: straight lines of slope -1/2.',
          panels: [
            {
              title: 'sup_t |A_w(t) - A(t)| / |Y|',
              x: { label: 'width w', scale: 'log' },
              y: { label: 'relative error', scale: 'log' },
              series,
            },
          ],
        },
      ],
    }
  },
})

/** The largest Euclidean distance between rows of two paths. */
function largestDistance(a: ArrayLike<number>, b: ArrayLike<number>, length: number): number {
  let largest = 0
  for (let at = 0; at < b.length; at += length) {
    let sum = 0
    for (let k = at; k < at + length; k++) sum += (a[k] - b[k]) ** 2
    largest = Math.max(largest, sum)
  }
  return Math.sqrt(largest)
}

/** Least-squares slope of log y against log x. */
function slopeOf(xs: readonly number[], ys: readonly number[]): number {
  const [u, v] = [xs.map((x) => log(x)), ys.map((y) => log(y))]
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [mu, mv] = [mean(u), mean(v)]
  return (
    u.reduce((sum, value, i) => sum + (value - mu) * (v[i] - mv), 0) /
    u.reduce((sum, value) => sum + (value - mu) ** 2, 0)
  )
}
