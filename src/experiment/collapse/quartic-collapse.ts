// The double well with noise that vanishes at its maximum: where it settles, when all of it collapses to the maximum, and how fast two schemes converge to the exact path.
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { quarticFlow, quarticPath } from '../../theory/collapse/quartic-flow.js'
import { quarticStationary } from '../../theory/collapse/quartic-stationary.js'
import { atLeast, atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { logSlope, mean } from '../saddle/shared.js'
import { COLLAPSE_PAPER, histogram } from './shared.js'

/** Steps on the finest grid of the Brownian paths, over one unit of time. */
const FINE = 4096
/** Numbers of steps of the schemes that are compared on them. */
const COARSE = [32, 64, 128, 256, 512]

export const quarticCollapse = defineExperiment({
  id: 'quartic-collapse',
  title: 'Multiplicative noise draws a double well into its maximum',
  paper: COLLAPSE_PAPER,
  formulas: [
    'd theta = (mu theta - theta^3) dt + zeta theta dB;  0 attracts iff zeta^2 / 2 > mu',
    'else theta^2 / zeta^2 ~ Gamma(mu / zeta^2 - 1/2),  E theta^2 = mu - zeta^2 / 2',
  ],
  parameters: {
    mu: { description: 'curvature of the maximum', default: 1.5, min: 0.2, max: 5 },
    zetas: { description: 'noise below the threshold', default: [0.5, 1], min: 0.1, max: 2.5 },
    strong: { description: 'noise around the threshold, rising', default: [1.5, 2, 2.5], min: 0.1, max: 5 },
    replicas: { description: 'paths', default: 2000, min: 100, max: 20000, integer: true },
    paths: {
      description: 'Brownian paths of the comparison of schemes',
      default: 100,
      min: 20,
      max: 1000,
      integer: true,
    },
  },
  async run({ parameters, seed, progress }) {
    const { mu, zetas, strong, replicas, paths } = parameters
    const checks: Check[] = []
    const root = key(seed)
    const starts = (count: number, stream: number) => normal(foldIn(root, stream), count).map((z) => 2 * z)
    const streamSeed = (stream: number) => BigInt(seed) * 1000n + BigInt(stream)
    const densities: Series[] = []
    for (const [i, zeta] of zetas.entries()) {
      const law = quarticStationary(mu, zeta)
      const flow = quarticFlow({
        ...{ mu, zeta, theta0: starts(replicas, i), dt: 0.005, steps: 4000, every: 50 },
        seed: streamSeed(i),
      })
      const late: Float64Array[] = []
      for (const { time, theta } of flow) {
        await progress(0.4 * ((i + time / 20) / zetas.length), `zeta ${zeta}`)
        if (time >= 9.999) late.push(theta)
      }
      const all = Float64Array.from(late.flatMap((theta) => [...theta.map(Math.abs)]))
      const square = all.reduce((sum, x) => sum + x * x, 0) / all.length
      checks.push(within(`zeta = ${zeta}: E theta^2`, square, law.moment(2), 0.02 * law.moment(2)))
      const group = `zeta = ${zeta}`
      const { x, y } = histogram(all, 3, 60)
      densities.push(
        { label: `${group}, paths`, group, kind: 'line', x, y },
        { label: `${group}, formula`, group, kind: 'dashes', x, y: x.map((at) => 2 * law.density(at)) },
      )
    }
    const fractions: number[] = []
    for (const [i, zeta] of strong.entries()) {
      const count = Math.ceil(replicas / 2)
      let last = new Float64Array()
      const flow = quarticFlow({
        ...{ mu, zeta, theta0: starts(count, 100 + i), dt: 0.01, steps: 4000, every: 100 },
        seed: streamSeed(100 + i),
      })
      for (const { time, theta } of flow) {
        await progress(0.4 + 0.4 * ((i + time / 40) / strong.length), `zeta ${zeta}`)
        last = theta as Float64Array<ArrayBuffer>
      }
      fractions.push(last.filter((x) => x * x < 1e-12).length / count)
    }
    for (let i = 1; i < strong.length; i++) {
      checks.push(
        atLeast(`collapsed, zeta ${strong[i - 1]} to ${strong[i]}: growth`, fractions[i] - fractions[i - 1], 0.01),
      )
    }
    // What the guide measured, at its values.
    if (mu === 1.5) {
      strong.forEach((zeta, i) => {
        if (zeta === 1.5) checks.push(atMost('collapsed by t = 40, zeta = 1.5', fractions[i], 0.05))
        if (zeta === 2) checks.push(within('collapsed by t = 40, zeta = 2', fractions[i], 0.79, 0.09))
        if (zeta === 2.5) checks.push(atLeast('collapsed by t = 40, zeta = 2.5', fractions[i], 0.98))
      })
    }
    const errors = await strongErrors(mu, foldIn(root, 1000), paths, () => progress(0.85, 'orders'))
    checks.push(within('strong order of Milstein', -logSlope(COARSE, errors.milstein), 1, 0.15))
    checks.push(within('strong order of Euler-Maruyama', -logSlope(COARSE, errors.em), 0.5, 0.15))
    const threshold = Math.sqrt(2 * mu)
    const dts = COARSE.map((steps) => 1 / steps)
    const line = (label: string, name: 'em' | 'milstein', order: number): Series[] => [
      { label, group: name, kind: 'dots', x: dts, y: errors[name] },
      {
        ...{ label: `slope ${order}`, group: name, kind: 'dashes', x: dts },
        y: dts.map((dt) => errors[name][2] * (order === 1 ? dt / dts[2] : Math.sqrt(dt / dts[2]))),
      },
    ]
    return {
      checks,
      figures: [
        {
          title: 'A double well with noise that vanishes at its maximum',
          description:
            'The density of |theta| moves to 0 as the noise grows; beyond zeta^2 = 2 mu all paths collapse. Milstein converges with slope 1, Euler-Maruyama with slope 1/2.',
          panels: [
            {
              ...{ title: 'Stationary density', x: { label: '|theta|' }, y: { label: 'density' } },
              series: densities,
            },
            {
              ...{
                title: 'Collapsed by t = 40',
                x: { label: 'zeta' },
                y: { label: 'share of paths, theta^2 < 1e-12' },
              },
              series: [
                { label: 'paths', kind: 'dots', x: strong, y: fractions },
                { label: 'threshold sqrt(2 mu)', kind: 'dashes', x: [threshold, threshold], y: [0, 1] },
              ],
            },
            {
              title: 'Strong error at t = 1',
              x: { label: 'dt', scale: 'log' },
              y: { label: 'mean |error|', scale: 'log' },
              series: [...line('Euler-Maruyama', 'em', 0.5), ...line('Milstein', 'milstein', 1)],
            },
          ],
        },
      ],
    }
  },
})

/** Mean errors of both schemes at t = 1 on the same Brownian paths, for each number of steps. */
async function strongErrors(mu: number, stream: ReturnType<typeof key>, paths: number, pause: () => Promise<void>) {
  const options = { mu, zeta: 1, theta0: 0.8 }
  const errors: Record<'em' | 'milstein', number[][]> = { em: [], milstein: [] }
  for (let r = 0; r < paths; r++) {
    if (r % 20 === 0) await pause()
    const fine = normal(foldIn(stream, r), FINE).map((z) => z / Math.sqrt(FINE))
    const exact = quarticPath({ ...options, dt: 1 / FINE }, fine)[FINE - 1]
    for (const method of ['em', 'milstein'] as const) {
      errors[method].push(
        COARSE.map((steps) => {
          const increments = new Float64Array(steps)
          for (let i = 0; i < FINE; i++) increments[Math.floor((i * steps) / FINE)] += fine[i]
          const [end] = quarticFlow({ ...options, theta0: [0.8], dt: 1 / steps, steps, increments, method })
          return Math.abs(end.theta[0] - exact)
        }),
      )
    }
  }
  const average = (rows: number[][]) => COARSE.map((_, i) => mean(rows.map((row) => row[i])))
  return { em: average(errors.em), milstein: average(errors.milstein) }
}
