// What a power-law task costs at infinite time: random features of finite width on the population, and the interpolator of finitely many samples.
import type { Engine } from '../../linalg/engine.js'
import { pow } from '../../math/elementary.js'
import { foldIn, type Key, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { powerLaw } from '../../task/power-law.js'
import { dataBottleneck, widthBottleneck } from '../../theory/large-width/bottlenecks.js'
import { fitExponent } from '../../theory/large-width/fit-exponent.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'

export const bottlenecks = defineExperiment({
  id: 'bottlenecks',
  title: 'Loss at infinite time against width and samples',
  paper:
    'Bordelon, Atanasov, Pehlevan (2024), A dynamical model of neural scaling laws, arXiv:2402.01092 (formulas derived anew)',
  formulas: [
    'sum_k lam_k/(lam_k + kappa) = N (or P);  width: sum_k p_k kappa/(lam_k + kappa)',
    'samples: sum_k p_k kappa^2/(lam_k + kappa)^2 / (1 - g),  g = 1/P sum_k lam_k^2/(lam_k + kappa)^2',
  ],
  parameters: {
    capacity: { description: 'b of lam_k = k^-b', default: 1.5, min: 1.1, max: 3 },
    source: { description: 's of p_k = k^-(1 + b s)', default: 0.5, min: 0.2, max: 0.9 },
    inputs: { description: 'modes of the simulated task', default: 3000, min: 500, max: 10000, integer: true },
    sizes: {
      description: 'widths, or numbers of samples, rising',
      default: [20, 40, 80, 160],
      min: 5,
      max: 400,
      integer: true,
    },
    draws: { description: 'draws of the features, or of the samples', default: 10, min: 2, max: 200, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { capacity, source, inputs, sizes, draws } = parameters
    const { eigenvalues, target } = powerLaw({ dimensions: inputs, capacity, source })
    const spectrum = { eigenvalues, powers: target.map((beta, k) => beta * beta * eigenvalues[k]) }
    const long = longSpectrum(capacity, source)
    const far = sizes.map((size) => size * 64)
    const checks: Check[] = []
    const series: Series[] = []
    for (const [i, name] of ['width', 'samples'].entries()) {
      const formula = name === 'width' ? widthBottleneck : dataBottleneck
      const losses: number[] = []
      for (const [j, size] of sizes.entries()) {
        let [sum, squares] = [0, 0]
        for (let draw = 0; draw < draws; draw++) {
          await progress((i + (j + draw / draws) / sizes.length) / 2, `${name} ${size}`)
          const loss = solved(engine, name, eigenvalues, target, size, foldIn(foldIn(foldIn(key(seed), i), size), draw))
          sum += loss
          squares += loss * loss
        }
        const mean = sum / draws
        const error = Math.sqrt(Math.max(0, squares / draws - mean * mean) / (draws - 1)) / mean
        const theory = formula(spectrum, size)
        losses.push(mean)
        // Measured with 6000 inputs: 5.6% at 20, 2.9% at 80, 1.1% at 160.
        checks.push(
          atMost(`${name} ${size}: distance from the formula`, Math.abs(mean / theory - 1), 1.2 / size + 3 * error),
        )
      }
      const tail = far.map((size) => formula(long, size))
      if (far.length > 1) {
        const slope = -fitExponent(far, tail).exponent
        checks.push(
          within(
            `${name}: exponent of the formula at ${far[0]} .. ${far[far.length - 1]}`,
            slope,
            capacity * source,
            0.05 * capacity * source,
          ),
        )
      }
      series.push(
        { label: `${name}, mean of ${draws} draws`, group: name, kind: 'dots', x: sizes, y: losses },
        {
          label: `${name}, formula`,
          group: name,
          kind: 'dashes',
          x: sizes,
          y: sizes.map((size) => formula(spectrum, size)),
        },
      )
    }
    return {
      checks,
      notes: [
        'The exponent b s is that of the formulas at large sizes; simulated slopes at these sizes have not reached it.',
      ],
      figures: [
        {
          title: 'Loss at infinite time',
          description:
            'Loss of random features and of interpolation of samples against their number, over the formulas.',
          panels: [
            {
              title: `b = ${capacity}, s = ${source}, ${inputs} modes`,
              x: { label: 'width N, or samples P', scale: 'log' },
              y: { label: 'test loss', scale: 'log' },
              series,
            },
          ],
        },
      ],
    }
  },
})

/**
 * The end of training: beta = Lambda^(-1/2) F'(F F')^-1 F Lambda^(1/2) beta* for random features F = A Lambda^(1/2) on the population, and the
 * interpolator of least norm X'(X X')^-1 X beta* for samples X = Z Lambda^(1/2).
 */
function solved(
  engine: Engine,
  name: string,
  lam: Float64Array,
  beta: Float64Array,
  size: number,
  stream: Key,
): number {
  const inputs = lam.length
  const rows = normal(stream, size * inputs)
  for (let i = 0; i < rows.length; i++) rows[i] *= Math.sqrt(lam[i % inputs])
  const mark = engine.mark()
  try {
    const f = engine.matrix([size, inputs], rows, { dtype: 'float64' })
    const truth = beta.map((value, k) => (name === 'width' ? Math.sqrt(lam[k]) * value : value))
    const wanted = engine.matrix([inputs, 1], truth, { dtype: 'float64' })
    const gram = engine.matmul(f, f, { transposeB: true })
    const weights = engine.solve(gram, engine.matmul(f, wanted), { assume: 'symmetric positive' })
    const found = engine.matmul(f, weights, { transposeA: true }).view()
    let loss = 0
    for (let k = 0; k < inputs; k++) loss += (name === 'width' ? 1 : lam[k]) * (truth[k] - found[k]) ** 2
    return loss
  } finally {
    engine.release(mark)
  }
}

/** Modes up to 1e9 in bins of 1%. */
function longSpectrum(capacity: number, source: number) {
  const [eigenvalues, powers, multiplicities]: number[][] = [[], [], []]
  for (let k = 1; k < 1e9; ) {
    const next = Math.max(k + 1, Math.floor(k * 1.01))
    const middle = (k + next - 1) / 2
    eigenvalues.push(pow(middle, -capacity))
    powers.push(pow(middle, -1 - capacity * source))
    multiplicities.push(next - k)
    k = next
  }
  return { eigenvalues, powers, multiplicities }
}
