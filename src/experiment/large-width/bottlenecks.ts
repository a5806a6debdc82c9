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
    draws: {
      description: 'draws of the features, and of the samples, at the largest size; more at smaller ones',
      default: 16,
      min: 2,
      max: 200,
      integer: true,
    },
  },
  async run({ engine, parameters, seed, progress }) {
    const { capacity, source, inputs, sizes, draws } = parameters
    const { eigenvalues, target } = powerLaw({ dimensions: inputs, capacity, source })
    const spectrum = { eigenvalues, powers: target.map((beta, k) => beta * beta * eigenvalues[k]) }
    const long = longSpectrum(capacity, source)
    const far = sizes.map((size) => size * 64)
    const checks: Check[] = []
    const series: Series[] = []
    const found = { width: [] as Mean[], samples: [] as Mean[] }
    for (const [j, size] of sizes.entries()) {
      const losses = { width: [] as number[], samples: [] as number[] }
      const count = Math.round((draws * sizes[sizes.length - 1]) / size)
      for (let draw = 0; draw < count; draw++) {
        await progress((j + draw / count) / sizes.length, `size ${size}`)
        const { width, samples } = ends(
          engine,
          eigenvalues,
          spectrum.powers,
          size,
          foldIn(foldIn(key(seed), size), draw),
        )
        losses.width.push(width)
        losses.samples.push(samples)
      }
      found.width.push(meanOf(losses.width))
      found.samples.push(meanOf(losses.samples))
    }
    for (const name of ['width', 'samples'] as const) {
      const formula = name === 'width' ? widthBottleneck : dataBottleneck
      const theory = sizes.map((size) => formula(spectrum, size))
      for (const [j, size] of sizes.entries()) {
        const { mean, error } = found[name][j]
        // The formulas are those of large sizes: 3% at 20.
        const bound = 0.8 / size + (3 * error) / mean
        checks.push(atMost(`${name} ${size}: distance from the formula`, Math.abs(mean / theory[j] - 1), bound))
      }
      if (sizes.length > 1) {
        const ends = `${sizes[0]} .. ${sizes[sizes.length - 1]}`
        const slope = -fitExponent(
          sizes,
          found[name].map(({ mean }) => mean),
        ).exponent
        checks.push(
          within(
            `${name}: exponent at ${ends}, that of the formula`,
            slope,
            -fitExponent(sizes, theory).exponent,
            0.03,
          ),
        )
        const tail = -fitExponent(
          far,
          far.map((size) => formula(long, size)),
        ).exponent
        const limit = capacity * source
        const range = `${far[0]} .. ${far[far.length - 1]}`
        checks.push(
          within(
            `${name}: exponent of the formula at ${range}, b s`,
            tail,
            limit,
            (source <= 0.5 ? 0.01 : 0.05) * limit,
          ),
        )
      }
      const y = found[name].map(({ mean }) => mean)
      series.push(
        { label: `${name}, mean of draws`, group: name, kind: 'dots', x: sizes, y },
        { label: `${name}, formula`, group: name, kind: 'dashes', x: sizes, y: theory },
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

interface Mean {
  readonly mean: number
  /** Its standard error. */
  readonly error: number
}

function meanOf(values: readonly number[]): Mean {
  const count = values.length
  const mean = values.reduce((sum, value) => sum + value, 0) / count
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0)
  return { mean, error: Math.sqrt(squares / (count * (count - 1))) }
}

/**
 * Losses at the end of training with the rows of `F = Z Lambda^(1/2)` as random features on the population, `beta = Lambda^(-1/2) Pi Lambda^(1/2) beta*`,
 * and as samples without noise, `beta = Pi beta*`, with the projection `Pi = F'(F F')^-1 F`. Both are averaged over the signs of the coefficients of the teacher,
 * which the distribution of F does not see, so that only the diagonals of the quadratic forms in beta* are left:
 *
 *   width: sum_k p_k (1 - Pi_kk);   samples: sum_k p_k (1 - 2 Pi_kk + (Pi Lambda Pi)_kk / lam_k)
 */
function ends(engine: Engine, lam: Float64Array, powers: Float64Array, size: number, stream: Key) {
  const inputs = lam.length
  const rows = normal(stream, size * inputs)
  for (let i = 0; i < rows.length; i++) rows[i] *= Math.sqrt(lam[i % inputs])
  const mark = engine.mark()
  try {
    const f = engine.matrix([size, inputs], rows, { dtype: 'float64' })
    const solved = engine.solve(engine.matmul(f, f, { transposeB: true }), f, { assume: 'symmetric positive' })
    const scaled = engine.matrix(
      [size, inputs],
      rows.map((value, i) => value * lam[i % inputs]),
      { dtype: 'float64' },
    )
    const inner = engine.matmul(engine.matmul(scaled, f, { transposeB: true }), solved)
    const [dual, image] = [solved.view(), inner.view()]
    const [projection, twice] = [new Float64Array(inputs), new Float64Array(inputs)]
    for (let i = 0; i < rows.length; i++) {
      projection[i % inputs] += rows[i] * dual[i]
      twice[i % inputs] += image[i] * dual[i]
    }
    let [width, samples] = [0, 0]
    for (let k = 0; k < inputs; k++) {
      width += powers[k] * (1 - projection[k])
      samples += powers[k] * (1 - 2 * projection[k] + twice[k] / lam[k])
    }
    return { width, samples }
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
