// Full-batch linear regression through its sufficient statistics: a step costs the same for a hundred samples and a million.
//
//   C(W) = 1/(2P) |Y - W X|_F^2,   G = W Sigma_xx - Sigma_yx,   Sigma_xx = X X'/P,   Sigma_yx = Y X'/P
//
// The loss is a sum of squares (statistics.ts) above C_min = (tr(Sigma_yy) - tr(Sigma_yx Sigma_xx^+ Sigma_yx'))/2 >= 0.
import { type DenseMatrix, type MatrixLike, readDense } from '../engine/coerce.js'
import { RangeArgError, ShapeError } from '../errors.js'
import { digest } from '../math/digest.js'
import { SQUARED } from './sample-loss.js'
import { bindSamples } from './samples.js'
import { completeSquare, denseTask, type StatisticsTask } from './statistics.js'

/** A regression task with the statistics that it reduced its data to. */
export type RegressionTask = StatisticsTask

/**
 * Least squares on data: the loss is `1/(2P) |Y - W X|_F^2` over the full batch.
 *
 * @param x inputs X - (n_0, P), columns are samples, finite
 * @param y targets Y - (n_L, P), finite
 * @throws {ShapeError} X and Y differ in the number of samples, or there are none
 * @throws {RangeArgError} entries so large that their squares overflow
 * @example
 * regression([[1, 2, 3]], [[2, 4, 6]]).minimumLoss // -> 0
 */
export function regression(x: MatrixLike, y: MatrixLike): RegressionTask {
  const inputs = readDense(x, 'x', { finite: true })
  const targets = readDense(y, 'y', { finite: true })
  const samples = inputs.cols
  if (samples === 0) throw new ShapeError('x has no samples (columns)', { argument: 'x' })
  if (targets.cols !== samples) {
    throw new ShapeError(`x has ${samples} samples (columns), y has ${targets.cols}`, { argument: 'y' })
  }
  const [n, m] = [inputs.rows, targets.rows]
  const sigmaXX = productOverSamples(inputs, inputs)
  const sigmaYX = productOverSamples(targets, inputs)
  let energy = 0
  for (const value of targets.data) energy += value * value
  energy /= samples
  if (!(Number.isFinite(energy) && sigmaXX.every(Number.isFinite) && sigmaYX.every(Number.isFinite))) {
    throw new RangeArgError('x or y is so large that products of entries overflow; scale the data', { argument: 'x' })
  }
  const moments = { n, m, sigmaXX, sigmaYX }
  const square = completeSquare(moments, 'x')
  const task = denseTask('regression', moments, square, Math.max(0, (energy - square.explained) / 2))
  return {
    ...task,
    forms: ['map', 'samples'],
    fingerprint: () => digest(inputs.data, targets.data),
    bind: (engine, dtype, form = 'map') =>
      form === 'map' ? task.bind(engine, dtype) : bindSamples(engine, dtype, { x: inputs, y: targets }, SQUARED),
  }
}

/** A B'/P in float64; rows of A and B are contiguous, so both inner loops are. */
export function productOverSamples(a: DenseMatrix, b: DenseMatrix): Float64Array {
  const samples = a.cols
  const out = new Float64Array(a.rows * b.rows)
  const symmetric = a === b
  for (let i = 0; i < a.rows; i++) {
    const row = a.data.subarray(i * samples, (i + 1) * samples)
    for (let j = symmetric ? i : 0; j < b.rows; j++) {
      const other = b.data.subarray(j * samples, (j + 1) * samples)
      let sum = 0
      for (let p = 0; p < samples; p++) sum += row[p] * other[p]
      out[i * b.rows + j] = sum / samples
      if (symmetric) out[j * b.rows + i] = sum / samples
    }
  }
  return out
}
