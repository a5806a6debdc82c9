// Whitened inputs: C(W) = 1/2 |W - Sigma_yx|_F^2.
import { type MatrixLike, readDense } from '../engine/coerce.js'
import { digest } from '../math/digest.js'
import type { BoundTask, Task } from './task.js'
import { bindMatrices } from './task.js'

/** A task of whitened inputs. */
export interface WhitenedTask extends Task {
  /** Sigma_yx, (n_L, n_0) row-major. */
  readonly sigmaYX: Float64Array
}

/**
 * Regression with whitened inputs (`X X'/P = I`): the loss is `1/2 |W - Sigma_yx|_F^2`, with `Sigma_yx = Y X'/P`.
 *
 * The constant `tr(Sigma_yy)/2 - |Sigma_yx|^2/2`, the part of the data's loss that no W can change, is left out.
 * @param sigmaYX (n_L, n_0), finite
 * @throws {ShapeError|DTypeError|RangeArgError} for what is not a finite matrix
 * @example
 * train(net, whitened([[3, 0], [0, 1]]), { optimizer: gradientDescent({ learningRate: 0.1 }), steps: 100 })
 */
export function whitened(sigmaYX: MatrixLike): WhitenedTask {
  const target = readDense(sigmaYX, 'sigmaYX', { finite: true })
  return {
    name: 'whitened',
    inputs: target.cols,
    outputs: target.rows,
    sigmaYX: target.data,
    fingerprint: () => digest(target.data),
    bind(engine, dtype): BoundTask {
      const { sigma } = bindMatrices(engine, dtype, { sigma: target })
      return {
        residualScale: 1,
        emitGradient: (p, w) => p.note('residual W - Sigma_yx').subtract(w, sigma),
        emitLoss(p, w) {
          const residual = p.note('loss').subtract(w, sigma)
          return p.slotAxpy(0.5, p.sumOfSquares(residual), 0)
        },
        dispose: () => sigma.dispose(),
      }
    },
  }
}
