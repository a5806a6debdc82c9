// Classification: a loss of the outputs on labelled samples.
import { checkChoice, checkOptions, describe } from '../check.js'
import { type DenseMatrix, type MatrixLike, readDense } from '../engine/coerce.js'
import { DTypeError, RangeArgError, ShapeError } from '../errors.js'
import { digest } from '../math/digest.js'
import { EXPONENTIAL, LOG_SUM_EXP, LOGISTIC, type SampleLoss, SOFTMAX_CROSS_ENTROPY } from './sample-loss.js'
import { bindSamples } from './samples.js'
import type { Task } from './task.js'

/** The losses of classification. */
export type ClassificationLoss = 'softmax-cross-entropy' | 'logistic' | 'exponential' | 'log-sum-exp'

const LOSSES: Record<ClassificationLoss, SampleLoss> = {
  'softmax-cross-entropy': SOFTMAX_CROSS_ENTROPY,
  logistic: LOGISTIC,
  exponential: EXPONENTIAL,
  'log-sum-exp': LOG_SUM_EXP,
}

/** Options of `classification`. */
export interface ClassificationOptions {
  /**
   * - `'softmax-cross-entropy'` (default): `-1/P sum_p sum_k y_kp log softmax(f(x_p))_k`, one output a class
   * - `'logistic'`: `1/P sum_p log(1 + e^(-y_p f(x_p)))`
   * - `'exponential'`: `1/P sum_p e^(-y_p f(x_p))`
   * - `'log-sum-exp'`: `log sum_p e^(-y_p f(x_p))`, the logarithm of the exponential loss, which has the same directions and reaches
   *   margins that e^(-y f) cannot represent
   */
  loss?: ClassificationLoss
  /** Number of classes, where `y` are labels. Default: the largest label + 1. */
  classes?: number
}

/**
 * Classification of samples.
 *
 * @param x inputs X - (n_0, P), columns are samples, finite
 * @param y labels 0 .. classes - 1, one a sample, or targets (n_L, P): shares of the classes in the columns for the softmax, signs for the others
 *   (an array of +1 and -1 is one row)
 * @throws {ShapeError|RangeArgError|DTypeError|OptionError} samples that do not fit each other or the loss
 * @example
 * const task = classification([[0, 1, 2, 3]], [0, 0, 1, 1])
 * task.outputs // -> 2
 * @example
 * classification([[1, -2], [0.5, 1]], [1, -1], { loss: 'logistic' }).outputs // -> 1
 */
export function classification(
  x: MatrixLike,
  y: MatrixLike | ArrayLike<number>,
  options?: ClassificationOptions,
): Task {
  const given = checkOptions(options, 'classification', ['loss', 'classes'])
  const name = checkChoice(given.loss ?? 'softmax-cross-entropy', 'loss', Object.keys(LOSSES) as ClassificationLoss[])
  const loss = LOSSES[name]
  const inputs = readDense(x, 'x', { finite: true })
  const samples = inputs.cols
  if (samples === 0) throw new ShapeError('x has no samples (columns)', { argument: 'x' })
  const targets = readTargets(y, name, given.classes)
  if (targets.cols !== samples) {
    throw new ShapeError(`x has ${samples} samples (columns), y has ${targets.cols}`, { argument: 'y' })
  }
  loss.check(targets.data, targets.rows, targets.cols)
  return {
    name: `classification (${name})`,
    inputs: inputs.rows,
    outputs: targets.rows,
    forms: ['samples'],
    fingerprint: () => digest(inputs.data, targets.data),
    bind: (engine, dtype) => bindSamples(engine, dtype, { x: inputs, y: targets }, loss),
  }
}

function readTargets(y: unknown, loss: ClassificationLoss, classes: unknown): DenseMatrix {
  if (!isFlatList(y)) return readDense(y as MatrixLike, 'y', { finite: true })
  const values = Float64Array.from(y, (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new RangeArgError(`y must hold finite numbers, got ${describe(value)}`, { argument: 'y' })
    }
    return value
  })
  if (loss !== 'softmax-cross-entropy') return { rows: 1, cols: values.length, data: values }
  const odd = values.find((label) => !Number.isInteger(label) || label < 0 || label >= 2 ** 20)
  if (odd !== undefined) {
    throw new RangeArgError(`labels must be integers from 0, got ${odd}; for signs use loss: 'logistic'`, {
      argument: 'y',
    })
  }
  const largest = values.reduce((most, label) => Math.max(most, label), 0)
  const rows = classes === undefined ? largest + 1 : (classes as number)
  if (!Number.isInteger(rows) || rows <= largest) {
    throw new RangeArgError(`classes must be an integer above the largest label ${largest}, got ${describe(classes)}`, {
      argument: 'classes',
    })
  }
  const data = new Float64Array(rows * values.length)
  for (const [p, label] of values.entries()) data[label * values.length + p] = 1
  return { rows, cols: values.length, data }
}

function isFlatList(y: unknown): y is ArrayLike<number> {
  if (Array.isArray(y)) return !Array.isArray(y[0]) && !ArrayBuffer.isView(y[0])
  if (ArrayBuffer.isView(y) && !(y instanceof DataView)) return true
  if (typeof y !== 'object' || y === null) throw new DTypeError(`y must be labels or targets, got ${describe(y)}`)
  return false
}
