// How far training moves the tangent kernel of two layers, against their width: a start of variance w^-gamma is lazy below gamma = 1 and active above.
import { log, pow } from '../../math/elementary.js'
import { createGramNetwork } from '../../network/gram.js'
import { gaussian } from '../../network/initializer.js'
import { kernelDistance } from '../../probe/kernel-distance.js'
import { whitened } from '../../task/whitened.js'
import { kernelAtMinimum } from '../../theory/modes/tangent-kernel.js'
import { widthExponents } from '../../theory/saddle/distances.js'
import { gradientFlowSync } from '../../train/flow.js'
import { type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { diagonal, logSlope, mean, SADDLE_PAPER } from './shared.js'

export const kernelChange = defineExperiment({
  id: 'kernel-change',
  title: 'Change of the tangent kernel against the width: lazy, mean field, active',
  paper: SADDLE_PAPER,
  formulas: [
    '|K_end - K_0| / |K_0| ~ w^(-2 (1-gamma)) for gamma < 1,  ~ 1 at gamma = 1,  ~ w^(gamma-1) for gamma > 1',
    'c = w^(1-gamma):  eigenvalues of K_0 near 2 c, of K_end sqrt(s_i^2 + c^2) + sqrt(s_j^2 + c^2)',
  ],
  parameters: {
    values: { description: 'singular values of the target, falling', default: [2, 1.2, 0.7], min: 0.1, max: 100 },
    gammas: { description: 'variance width^-gamma', default: [0.75, 1, 1.5], min: 0.5, max: 2 },
    widths: { description: 'hidden widths, rising', default: [16, 64, 256, 1024], min: 8, max: 1e9, integer: true },
    starts: { description: 'starts of each kind, averaged', default: 8, min: 1, max: 64, integer: true },
  },
  async run({ engine, parameters: { values, gammas, widths, starts }, seed, progress }) {
    const n = values.length
    const task = whitened({ data: diagonal(values), shape: [n, n] })
    const checks: Check[] = []
    const series: Series[] = []
    for (const [g, gamma] of gammas.entries()) {
      const [measured, expected] = [[] as number[], [] as number[]]
      for (const [i, width] of widths.entries()) {
        await progress((g + i / widths.length) / gammas.length, `gamma ${gamma}, width ${width}`)
        const scale = pow(width, 1 - gamma)
        const changes: number[] = []
        for (let start = 0; start < starts; start++) {
          const sizes = [n, width, n]
          const net = createGramNetwork(engine, { sizes, init: gaussian({ gamma }), seed: seed * 1000 + start })
          try {
            const observed = [kernelDistance({ measure: 'relative' })] as const
            const least = values[n - 1]
            const time = (20 + Math.max(0, -2 * log(scale))) / Math.sqrt(least * least + scale * scale)
            const { columns } = gradientFlowSync<typeof observed>(net, task, {
              time,
              record: { at: [time], probes: observed },
            })
            changes.push(columns.kernelDistance.data[columns.kernelDistance.length - 1])
          } finally {
            net.dispose()
          }
        }
        measured.push(mean(changes))
        const kernel = kernelAtMinimum(values, { scale })
        expected.push(Math.sqrt(mean([...kernel].map((value) => (value / (2 * scale) - 1) ** 2))))
      }
      const exponent = widthExponents(gamma, 2).kernelChange ?? Number.NaN
      if (widths.length >= 2) {
        checks.push(
          within(`gamma ${gamma}: slope of log change against log width`, logSlope(widths, measured), exponent, 0.1),
        )
      }
      const last = widths.length - 1
      if (widths[last] >= 1024) {
        const ratio = measured[last] / expected[last]
        checks.push(within(`gamma ${gamma}: change / formula at width ${widths[last]}`, ratio, 1, 0.15))
      }
      const group = `gamma ${gamma}`
      series.push(
        { label: `${group}, flow`, group, kind: 'dots', x: widths, y: measured },
        { label: `${group}, formula`, group, kind: 'dashes', x: widths, y: expected },
      )
    }
    return {
      checks,
      figures: [
        {
          title: 'Change of the tangent kernel',
          description:
            'Relative change of the kernel over training against the width: falling below gamma = 1, flat at 1, rising above.',
          panels: [
            {
              title: '|K_end - K_0| / |K_0|',
              x: { label: 'hidden width', scale: 'log' },
              y: { label: 'relative change', scale: 'log' },
              series,
            },
          ],
        },
      ],
    }
  },
})
