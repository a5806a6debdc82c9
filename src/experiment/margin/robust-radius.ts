// Two classes that a shallow and a deep coordinate tell apart: with depths that differ, the deep one takes all of the margin, and a small change of it fools the network.
import { exp, log } from '../../math/elementary.js'
import { quasiHomogeneousFlow } from '../../theory/margin/flow.js'
import { maxMarginLambdaMax } from '../../theory/margin/max-margin.js'
import { robustRadius } from '../../theory/margin/radius.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { PAPER, simulateMargin } from './simulate.js'

const Y = [1, -1]
/** Depths, and radii where log(L0/L) = 100, 1000, 10000. */
const NETWORKS: readonly (readonly [readonly [number, number], readonly number[]])[] = [
  [
    [1, 1],
    [1.0198, 1.0198, 1.0198],
  ],
  [
    [1, 2],
    [0.2534, 0.2057, 0.2007],
  ],
  [
    [1, 3],
    [0.2386, 0.2034, 0.2003],
  ],
  [[2, 2], []],
]

export const robustRadii = defineExperiment({
  id: 'robust-radius',
  title: 'Unequal depths make a classifier fragile',
  paper: PAPER,
  formulas: [
    'radius = min_n y_n beta.x_n / |beta|_2,  beta_i the product of the D_i factors of coordinate i',
    'D = (1, 1): |z| (l2 margin);  D = (2, 2): the larger entry of z (l1 margin);  D = (1, D > 1): the entry of the deep coordinate',
  ],
  parameters: {
    deepEntry: {
      description: 'second entry of the sample (1, .); the radius that is left',
      default: 0.2,
      min: 0.05,
      max: 0.9,
    },
    start: { description: 'all factors at the start', default: 0.3, min: 0.05, max: 1 },
    falls: {
      description: 'values of log(L0/L) that are checked, rising',
      default: [100, 1000, 10000],
      min: 1,
      max: 10000,
    },
  },
  async run({ engine, parameters: { deepEntry, start, falls }, progress }) {
    const checks: Check[] = []
    const series: Series[] = []
    const x = [
      [1, -1],
      [deepEntry, -deepEntry],
    ]
    const end = falls[falls.length - 1]
    const curve = Array.from({ length: 61 }, (_, i) => exp(log(0.1) + (i / 60) * log(end / 0.1)))
    const at = [...new Set([...falls, ...curve])].filter((fall) => fall <= end).sort((a, b) => a - b)
    for (const [k, [depths, table]] of NETWORKS.entries()) {
      const name = `D = (${depths.join(', ')})`
      const theta0 = new Array<number>(depths[0] + depths[1]).fill(start)
      const problem = { x, y: Y, depths, theta0 }
      const beta = await simulateMargin(engine, problem, at, { progress, done: k / NETWORKS.length, what: name })
      const radii = at.map((_, i) => robustRadius(beta.subarray(2 * i, 2 * i + 2), { x, y: Y }))
      const zero = -log(2) + theta0.slice(0, depths[0]).reduce((p, v) => p * v, 1) + deepEntry * start ** depths[1]
      const theory = quasiHomogeneousFlow({ ...problem, logInverseLoss: at.map((fall) => zero + fall) })
      const worst = radii.reduce((most, value, i) => Math.max(most, Math.abs(value / theory.robustRadius[i] - 1)), 0)
      checks.push(atMost(`${name}: largest relative difference of simulation and theory`, worst, 1e-6))
      falls.forEach((fall, i) => {
        if (deepEntry !== 0.2 || start !== 0.3 || table[i] === undefined) return
        const wanted = [100, 1000, 10000].indexOf(fall)
        if (wanted >= 0)
          checks.push(within(`${name}: radius at log(L0/L) = ${fall}`, radii[at.indexOf(fall)], table[wanted], 1e-3))
      })
      const limit =
        depths[0] === 1
          ? robustRadius(maxMarginLambdaMax({ x, y: Y, depths: depths[1] === 1 ? [1, 1] : [1, 2] }).beta, { x, y: Y })
          : 1
      // Before that, it is far from where it goes.
      if (end >= 300) {
        const tolerance = depths[0] === depths[1] ? Math.max(0.01, 10 / end) : Math.min(0.5, 40 / end / deepEntry)
        checks.push(within(`${name}: last radius over its limit`, radii[radii.length - 1] / limit, 1, tolerance))
      }
      series.push(
        { label: `${name}, simulated`, group: name, kind: 'line', x: at, y: radii },
        { label: `${name}, theory`, group: name, kind: 'dashes', x: at, y: theory.robustRadius },
      )
    }
    return {
      checks,
      figures: [
        {
          title: 'Robust radius on the way to the maximum margin',
          description:
            'With equal depths the radius stays at that of the l2 or l1 margin. With a shallow and a deep coordinate it falls to what the deep one alone gives.',
          panels: [
            {
              title: 'Distance of the samples to the decision boundary',
              x: { label: 'log(L0/L)', scale: 'log' },
              y: { label: 'robust radius' },
              series,
            },
          ],
        },
      ],
    }
  },
})
