// Losses of outputs against targets, sample by sample, as ops.
import type { Matrix } from '../engine/matrix.js'
import { RangeArgError, ShapeError } from '../errors.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { ScalarSlot } from '../plan/slot.js'

/** A loss of outputs and targets of the same shape (n_L, P). */
export interface SampleLoss {
  readonly name: string
  /** d^2 loss / d outputs^2 for P samples, where it is constant. */
  residualScale?(samples: number): number
  emitGradient(p: PlanBuilder, outputs: Matrix, targets: Matrix): Matrix
  emitLoss(p: PlanBuilder, outputs: Matrix, targets: Matrix): ScalarSlot
  /** @throws for targets that the loss has no meaning for; `targets` is (rows, cols) row by row */
  check(targets: Float64Array, rows: number, cols: number): void
}

/** `1/(2P) |Y - f|_F^2`. */
export const SQUARED: SampleLoss = {
  name: 'squared',
  residualScale: (samples) => 1 / samples,
  emitGradient(p, outputs, targets) {
    const residual = p.note('residual').subtract(outputs, targets)
    p.scale(1 / outputs.cols, residual)
    return residual
  },
  emitLoss(p, outputs, targets) {
    const residual = p.note('loss').subtract(outputs, targets)
    return p.slotAxpy(1 / (2 * outputs.cols), p.sumOfSquares(residual), 0)
  },
  check() {},
}

/** A loss that is one op. */
function fused(
  op: Parameters<PlanBuilder['sampleLoss']>[0],
  scaleOf: (samples: number) => number,
  check: SampleLoss['check'],
): SampleLoss {
  return {
    name: op,
    emitGradient(p, outputs, targets) {
      const gradient = p.temporary(outputs.rows, outputs.cols)
      p.note(`gradient of the ${op} loss`).sampleLoss(op, outputs, targets, { scale: scaleOf(outputs.cols), gradient })
      return gradient
    },
    emitLoss(p, outputs, targets) {
      const loss = p.scalar()
      p.note('loss').sampleLoss(op, outputs, targets, { scale: scaleOf(outputs.cols), loss })
      return loss
    },
    check,
  }
}

const mean = (samples: number) => 1 / samples

function checkClasses(targets: Float64Array, rows: number, cols: number): void {
  if (rows < 2) {
    throw new ShapeError(
      `softmax cross-entropy needs at least two classes (rows of y), got ${rows}; for one output use loss: 'logistic'`,
      { argument: 'y' },
    )
  }
  for (let p = 0; p < cols; p++) {
    let sum = 0
    for (let k = 0; k < rows; k++) {
      const share = targets[k * cols + p]
      if (share < 0) {
        throw new RangeArgError(
          `y must hold shares of classes, at least 0, got ${share}; for signs use loss: 'logistic'`,
          {
            argument: 'y',
          },
        )
      }
      sum += share
    }
    if (Math.abs(sum - 1) > 1e-6) {
      throw new RangeArgError(`the shares of sample ${p} in y must sum to 1, got ${sum}`, { argument: 'y' })
    }
  }
}

function checkSigns(targets: Float64Array): void {
  const odd = targets.find((y) => y === 0)
  if (odd !== undefined) {
    throw new RangeArgError('y must hold signs, such as 1 and -1; 0 belongs to no class', { argument: 'y' })
  }
}

/** `-1/P sum_p sum_k y_kp log softmax(f_p)_k`. */
export const SOFTMAX_CROSS_ENTROPY = fused('softmaxCrossEntropy', mean, checkClasses)
/** `1/P sum log(1 + e^(-y f))`. */
export const LOGISTIC = fused('logistic', mean, checkSigns)
/** `1/P sum e^(-y f)`. */
export const EXPONENTIAL = fused('exponential', mean, checkSigns)
/** `log sum e^(-y f)`: the logarithm of the exponential loss, summed, which neither under- nor overflows. */
export const LOG_SUM_EXP = fused('logSumExp', () => 1, checkSigns)
