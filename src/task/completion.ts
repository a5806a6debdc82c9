// Matrix completion: C(W) = 1/2 |M o (W - A*)|_F^2, with M the mask of observed entries.
import { type MatrixLike, readDense } from '../engine/coerce.js'
import { RangeArgError, ShapeError } from '../errors.js'
import { digest } from '../math/digest.js'
import type { BoundTask, Task } from './task.js'
import { bindMatrices } from './task.js'

/**
 * Fit the observed entries of a matrix: the loss is `1/2 |M o (W - A)|_F^2`, `o` entrywise.
 *
 * @param mask M - (n_L, n_0), 1 where the entry is observed, 0 where not
 * @param target A - (n_L, n_0), finite (also where it is not observed)
 * @throws {ShapeError} mask and target differ in shape
 * @throws {RangeArgError} a mask entry other than 0 and 1
 * @example
 * matrixCompletion([[1, 0], [1, 1]], [[2, 0], [1, 3]])
 */
export function matrixCompletion(mask: MatrixLike, target: MatrixLike): Task {
  const observed = readDense(mask, 'mask', { finite: true })
  const values = readDense(target, 'target', { finite: true })
  if (observed.rows !== values.rows || observed.cols !== values.cols) {
    throw new ShapeError(
      `mask is ${observed.rows} x ${observed.cols}, target is ${values.rows} x ${values.cols}; they must agree`,
      { argument: 'mask' },
    )
  }
  const odd = observed.data.findIndex((entry) => entry !== 0 && entry !== 1)
  if (odd >= 0) {
    throw new RangeArgError(
      `mask entries must be 0 or 1, got ${observed.data[odd]} at row ${Math.floor(odd / observed.cols)}, column ${odd % observed.cols}`,
      {
        argument: 'mask',
      },
    )
  }
  return {
    name: 'matrix completion',
    inputs: values.cols,
    outputs: values.rows,
    fingerprint: () => digest(observed.data, values.data),
    bind(engine, dtype): BoundTask {
      const bound = bindMatrices(engine, dtype, { mask: observed, target: values })
      return {
        emitGradient(p, w) {
          const residual = p.note('masked residual').subtract(w, bound.target)
          return p.multiply(residual, bound.mask, residual)
        },
        emitLoss(p, w) {
          const residual = p.note('loss').subtract(w, bound.target)
          p.multiply(residual, bound.mask, residual)
          return p.slotAxpy(0.5, p.sumOfSquares(residual), 0)
        },
        dispose: () => {
          bound.mask.dispose()
          bound.target.dispose()
        },
      }
    },
  }
}
