// How far a random start is from the nearest minimum and from the nearest saddle, against the width: below gamma = 1 the minimum comes near and the
// saddle recedes (lazy), above it the saddle at the origin comes near and the minimum does not (saddle to saddle).
import { pow } from '../../math/elementary.js'
import { createNetwork } from '../../network/create.js'
import { gaussian } from '../../network/initializer.js'
import { lazyDistance, originDistance, saddleDistanceBounds, widthExponents } from '../../theory/saddle/distances.js'
import { nearestMinimum } from '../../theory/saddle/nearest-minimum.js'
import { type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { PanelData, Series } from '../figure.js'
import { diagonal, logSlope, mean, SADDLE_PAPER } from './shared.js'

/** The distances of one start: to the minimum that was found, by the formula for wide starts, and the bounds of that to a saddle. */
interface Start {
  minimum: number
  lazy: number
  lower: number
  upper: number
}

export const phaseTransition = defineExperiment({
  id: 'phase-transition',
  title: 'Distances from a random start to the nearest minimum and saddle, against the width',
  paper: SADDLE_PAPER,
  formulas: [
    'gamma < 1:  d_m -> |A_0 - Y| / sqrt(L c^(L-1)) ~ w^(-(1-gamma)(L-1)/2),  c = w^(1-gamma);   gamma > 1:  d_m -> sqrt(L sum s_i^(2/L))',
    'd_s ~ w^((1-gamma)/2), between  sqrt(2 c) (two layers)  and  sqrt((n_0 + n_L) c)',
  ],
  parameters: {
    values: { description: 'singular values of the target, falling', default: [2, 1.2, 0.7], min: 0.1, max: 100 },
    depths: { description: 'numbers of layers', default: [2, 3], min: 2, max: 4, integer: true },
    gammas: { description: 'variance width^-gamma', default: [0.75, 0.9, 1, 1.5, 3], min: 0.7, max: 4 },
    widths: {
      description: 'hidden widths, rising',
      default: [16, 32, 64, 128, 256, 512],
      min: 8,
      max: 512,
      integer: true,
    },
  },
  async run({ engine, parameters: { values, depths, gammas, widths }, seed, progress }) {
    const n = values.length
    const target = diagonal(values)
    const checks: Check[] = []
    const panels: PanelData[] = []

    const distances = (depth: number, gamma: number, width: number, start: number): Start => {
      const sizes = [n, ...new Array<number>(depth - 1).fill(width), n]
      const net = createNetwork(engine, { sizes, init: gaussian({ gamma }), seed: seed * 1000 + start })
      const map = net.endToEnd()
      try {
        const weights = net.weights.map((layer) => layer.toArray() as Float64Array)
        const error = Math.sqrt(
          (map.toArray() as Float64Array).reduce((sum, entry, i) => sum + (entry - target[i]) ** 2, 0),
        )
        const { distance: minimum } = nearestMinimum(weights, sizes, target, {
          from: gamma > 1 ? 'balanced' : 'here',
          tolerance: 1e-4,
          maxIterations: 60,
        })
        return {
          minimum,
          lazy: lazyDistance(error, depth, pow(width, 1 - gamma)),
          ...saddleDistanceBounds(weights, sizes),
        }
      } finally {
        map.dispose()
        net.dispose()
      }
    }

    for (const [d, depth] of depths.entries()) {
      const [minima, saddles] = [[] as Series[], [] as Series[]]
      for (const [g, gamma] of gammas.entries()) {
        const found: Start[] = []
        for (const [i, width] of widths.entries()) {
          const done = (d + (g + i / widths.length) / gammas.length) / depths.length
          // Narrow networks scatter more and cost less: the same number of hidden neurons at every width.
          const starts = Math.max(1, Math.min(16, Math.floor(512 / width)))
          const each: Start[] = []
          for (let start = 0; start < starts; start++) {
            await progress(done, `depth ${depth}, gamma ${gamma}, width ${width}`)
            each.push(distances(depth, gamma, width, start))
          }
          const average = (of: (start: Start) => number) => mean(each.map(of))
          found.push({
            minimum: average(({ minimum }) => minimum),
            lazy: average(({ lazy }) => lazy),
            lower: average(({ lower }) => lower),
            upper: average(({ upper }) => upper),
          })
        }
        const what = `depth ${depth}, gamma ${gamma}`
        const last = found[found.length - 1]
        const width = widths[widths.length - 1]
        const origin = originDistance(values, depth)
        if (gamma <= 0.75 && width >= 512) {
          checks.push(within(`${what}: d_m / formula at width ${width}`, last.minimum / last.lazy, 1, 0.1))
        }
        if (gamma >= 3 && width >= 256) {
          checks.push(within(`${what}: d_m / distance of the origin at width ${width}`, last.minimum / origin, 1, 0.01))
        }
        const { saddle } = widthExponents(gamma, depth)
        if (widths.length >= 2) {
          const slope = logSlope(
            widths,
            found.map(({ upper }) => upper),
          )
          checks.push(within(`${what}: slope of log d_s (upper bound) against log width`, slope, saddle, 0.02))
        }
        if (depth === 2 && width >= 512) {
          const ratio = last.lower / Math.sqrt(2 * pow(width, 1 - gamma))
          checks.push(within(`${what}: lower bound of d_s / formula at width ${width}`, ratio, 1, 0.1))
        }
        const group = `gamma ${gamma}`
        const wide = (factor: number) => widths.map((w) => Math.sqrt(factor * pow(w, 1 - gamma)))
        minima.push({ label: group, group, kind: 'dots', x: widths, y: found.map(({ minimum }) => minimum) })
        if (gamma < 1) {
          const y = found.map(({ lazy }) => lazy)
          minima.push({ label: `${group}, formula`, group, kind: 'dashes', x: widths, y })
        }
        saddles.push(
          { label: group, group, kind: 'dots', x: widths, y: found.map(({ upper }) => upper) },
          { label: `${group}, formula`, group, kind: 'dashes', x: widths, y: wide(2 * n) },
        )
      }
      if (gammas.some((gamma) => gamma > 1)) {
        const y = widths.map(() => originDistance(values, depth))
        minima.push({ label: 'gamma > 1, formula', kind: 'dashes', x: widths, y })
      }
      const x = { label: 'hidden width', scale: 'log' } as const
      const y = { label: 'distance', scale: 'log' } as const
      panels.push({ title: `Depth ${depth}: to the nearest minimum`, x, y, series: minima })
      panels.push({ title: `Depth ${depth}: to the nearest saddle, at most`, x, y, series: saddles })
    }
    return {
      checks,
      figures: [
        {
          title: 'Minima and saddles near a random start',
          description:
            'Distances against the width. To the minimum: falling below gamma = 1, level above. To the saddle: rising below 1, falling above.',
          panels,
        },
      ],
    }
  },
})
