// Full-batch linear regression through its sufficient statistics: a step costs the same for a hundred samples and a million.
//
//   C(W) = 1/(2P) |Y - W X|_F^2,   G = W Sigma_xx - Sigma_yx,   Sigma_xx = X X'/P,   Sigma_yx = Y X'/P
//
// The loss itself is not formed as tr(W Sigma_xx W')/2 - tr(W Sigma_yx') + tr(Sigma_yy)/2: near the minimum that cancels to noise
// and may turn negative. With Sigma_xx = R'R (pivoted Cholesky, R of full row rank) and Z R = Sigma_yx it is
//   C(W) = C_min + 1/2 |W R' - Z|_F^2,   C_min = (tr(Sigma_yy) - |Z|_F^2)/2 >= 0,
// a sum of squares.
import { type DenseMatrix, type MatrixLike, readDense } from '../engine/coerce.js'
import { RangeArgError, ShapeError } from '../errors.js'
import { pivotedCholesky, rightSolveFactor } from '../linalg/dense/cholesky.js'
import type { BoundTask, Task } from './task.js'
import { bindMatrices } from './task.js'

/** A regression task with the statistics that it reduced its data to. */
export interface RegressionTask extends Task {
  /** X X'/P, (n_0, n_0) row-major. */
  readonly sigmaXX: Float64Array
  /** Y X'/P, (n_L, n_0) row-major. */
  readonly sigmaYX: Float64Array
  /** The least loss that any W reaches. */
  readonly minimumLoss: number
}

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
  const { factor, rank, pivots } = pivotedCholesky(sigmaXX, n)
  const z = rightSolveFactor(factor, pivots, rank, n, sigmaYX, m)
  let explained = 0
  for (const value of z) explained += value * value
  const minimumLoss = Math.max(0, (energy - explained) / 2)
  return {
    name: 'regression',
    inputs: n,
    outputs: m,
    sigmaXX,
    sigmaYX,
    minimumLoss,
    bind(engine, dtype): BoundTask {
      const bound = bindMatrices(engine, dtype, {
        xx: { rows: n, cols: n, data: sigmaXX },
        yx: { rows: m, cols: n, data: sigmaYX },
        factor: { rows: rank, cols: n, data: factor },
        z: { rows: m, cols: rank, data: z },
      })
      return {
        emitGradient(p, w) {
          const product = p.note('gradient W Sigma_xx - Sigma_yx').gemm({ a: w, b: bound.xx })
          return p.subtract(product, bound.yx, product)
        },
        emitLoss(p, w) {
          const residual = p.note('loss').gemm({ a: w, b: bound.factor.T })
          p.subtract(residual, bound.z, residual)
          return p.slotAxpy(0.5, p.sumOfSquares(residual), p.scalar(minimumLoss))
        },
        dispose: () => {
          for (const matrix of Object.values(bound)) matrix.dispose()
        },
      }
    },
  }
}

/** A B'/P in float64; rows of A and B are contiguous, so both inner loops are. */
function productOverSamples(a: DenseMatrix, b: DenseMatrix): Float64Array {
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
