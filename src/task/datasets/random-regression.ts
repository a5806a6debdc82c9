// Regression without structure on exactly whitened inputs: X = sqrt(P) Q' with Q Haar-random orthonormal columns, Y standard normal.
import { checkInteger, checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { haarOrthonormal } from '../../linalg/dense/haar.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { productOverSamples } from '../regression.js'
import { numbered, type WhitenedDataset } from './whitened-dataset.js'

/** Options of `randomRegression`. */
export interface RandomRegressionOptions {
  inputs: number
  outputs: number
  /** P, at least `inputs`. */
  samples: number
  /** Default 0. */
  seed?: number | bigint
}

/**
 * Random targets on random whitened inputs: `X X'/P = I` to rounding, entries of Y independent `N(0, 1)`, so that entries of
 * `Sigma_yx = Y X'/P` are independent `N(0, 1/P)`. No map fits more than the fraction inputs/P of Y; for a teacher see `teacher`.
 *
 * @throws {RangeArgError} fewer samples than inputs, or more numbers than fit in memory
 * @example
 * randomRegression({ inputs: 4, outputs: 3, samples: 20, seed: 1 }).sigmaYX.shape // -> [3, 4]
 */
export function randomRegression(options: RandomRegressionOptions): WhitenedDataset {
  const given = checkOptions(options, 'randomRegression', ['inputs', 'outputs', 'samples', 'seed'])
  const n = checkInteger(given.inputs, 'inputs', { min: 1 })
  const m = checkInteger(given.outputs, 'outputs', { min: 1 })
  const samples = checkInteger(given.samples, 'samples', { min: 1 })
  const root = key((given.seed ?? 0) as number | bigint)
  if (samples < n) {
    throw new RangeArgError(`${samples} samples cannot be white in ${n} dimensions; take at least ${n}`, {
      argument: 'samples',
    })
  }
  if (samples * (n + m) > 2 ** 26) {
    throw new RangeArgError(`${samples} samples of ${n} inputs and ${m} outputs are more than fit in memory`, {
      argument: 'samples',
    })
  }
  const q = haarOrthonormal(foldIn(root, 1), samples, n)
  const scale = Math.sqrt(samples)
  const x = new Float64Array(n * samples)
  for (let i = 0; i < n; i++) {
    for (let p = 0; p < samples; p++) x[i * samples + p] = scale * q[p * n + i]
  }
  const y = normal(foldIn(root, 2), m * samples)
  const sigma = productOverSamples({ rows: m, cols: samples, data: y }, { rows: n, cols: samples, data: x })
  return {
    name: 'random regression',
    inputs: { data: x, shape: [n, samples] },
    outputs: { data: y, shape: [m, samples] },
    items: numbered('sample', samples),
    features: numbered('output', m),
    sigmaYX: { data: sigma, shape: [m, n] },
  }
}
