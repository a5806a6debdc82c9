// How long a network stays at the saddle at the origin, against the scale of its start: logarithmic in it for two layers, a power for
// more. The time at which the first mode is half learned is found on the exact flow and compared with the formula of the first escape.
import { log } from '../../math/elementary.js'
import { createNetwork } from '../../network/create.js'
import { explicit } from '../../network/initializer.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { whitened } from '../../task/whitened.js'
import { startEscapeTime } from '../../theory/saddle/start-escape.js'
import { gradientFlowSync } from '../../train/flow.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'

const VALUES = [3, 2, 1.2, 0.5]

export const escapeTimes = defineExperiment({
  id: 'escape-time',
  title: 'Time to leave the origin against the scale of the start',
  paper:
    'Jacot, Ged, Simsek, Hongler, Gabriel (2021), Saddle-to-saddle dynamics in deep linear networks, arXiv:2106.15933',
  formulas: [
    'L = 2:  t = ln[ f/(1-f) s_1/a_1 ] / (2 s_1)',
    'L > 2:  t = T + c_L(f),  T the blow-up time of the homogeneous flow, which grows as alpha^-(L-2)',
  ],
  parameters: {
    depths: { description: 'numbers of layers', default: [2, 3, 4], min: 2, max: 6, integer: true },
    width: { description: 'hidden width', default: 10, min: 4, max: 64, integer: true },
    scales: {
      description: 'scales alpha of the start, falling, depth 2 and 3',
      default: [0.1, 0.01, 0.001],
      min: 1e-5,
      max: 0.3,
    },
    deepScales: { description: 'the same, depth 4 and more', default: [0.1, 0.03, 0.01], min: 1e-4, max: 0.3 },
  },
  async run({ engine, parameters, seed, progress }) {
    const { depths, width, scales, deepScales } = parameters
    const n = VALUES.length
    const target = Float64Array.from({ length: n * n }, (_, i) => (i % (n + 1) === 0 ? VALUES[i / (n + 1)] : 0))
    const task = whitened({ data: target, shape: [n, n] })
    const checks: Check[] = []
    const series = []
    for (const [d, depth] of depths.entries()) {
      const sizes = [n, ...new Array<number>(depth - 1).fill(width), n]
      const alphas = depth > 3 ? deepScales : scales
      const shape = sizes.slice(1).map((rows, l) => [rows, sizes[l]] as const)
      const unit = shape.map(([rows, cols], l) => normal(foldIn(foldIn(key(seed), l), depth), rows * cols))
      const [simulated, predicted] = [[] as number[], [] as number[]]
      for (const [i, alpha] of alphas.entries()) {
        await progress((d + i / alphas.length) / depths.length, `depth ${depth}, alpha ${alpha}`)
        const weights = unit.map((entries) => entries.map((entry) => alpha * entry))
        const formula = startEscapeTime(weights, sizes, target)
        const start = explicit(
          weights.map((data, l) => ({ data, shape: [shape[l][0], shape[l][1]] as [number, number] })),
        )
        const net = createNetwork(engine, { sizes, init: start })
        try {
          const { events } = gradientFlowSync(net, task, {
            time: 4 * formula + 10,
            rtol: 1e-9,
            record: { at: [] },
            events: [{ name: 'half', when: ({ endToEnd }) => endToEnd[0] - VALUES[0] / 2, terminal: true }],
          })
          simulated.push(events[0]?.time ?? Number.NaN)
        } finally {
          net.dispose()
        }
        predicted.push(formula)
      }
      const last = alphas.length - 1
      const error = Math.abs(simulated[last] / predicted[last] - 1)
      checks.push(atMost(`depth ${depth}: relative error of the formula at alpha = ${alphas[last]}`, error, 1e-3))
      if (last >= 1) {
        const decades = log(alphas[last - 1] / alphas[last]) / log(10)
        if (depth === 2) {
          const perDecade = (simulated[last] - simulated[last - 1]) / decades
          const expected = log(10) / VALUES[0]
          checks.push(within('depth 2: time per decade of alpha', perDecade, expected, 0.01 * expected))
        } else {
          const slope = -log(simulated[last] / simulated[last - 1]) / log(alphas[last - 1] / alphas[last])
          checks.push(within(`depth ${depth}: slope of log t against log alpha`, slope, 2 - depth, 0.01))
        }
      }
      const group = `depth ${depth}`
      series.push(
        { label: `depth ${depth}, flow`, group, kind: 'dots' as const, x: alphas, y: simulated },
        { label: `depth ${depth}, formula`, group, kind: 'dashes' as const, x: alphas, y: predicted },
      )
    }
    return {
      checks,
      figures: [
        {
          title: 'Time to leave the origin',
          description:
            'Time at which the first mode is half learned against the scale of the start: nearly flat for two layers, a power law for more.',
          panels: [
            {
              title: "Time until u_1' A v_1 = s_1 / 2",
              x: { label: 'scale alpha of the start', scale: 'log' },
              y: { label: 'time', scale: 'log' },
              series,
            },
          ],
        },
      ],
    }
  },
})
