// Classification: a loss of the outputs on labelled samples.
import { checkChoice, checkInteger, checkOptions, describe } from '../check.js'
import { type DenseMatrix, type MatrixLike, readDense } from '../engine/coerce.js'
import { DTypeError, MemoryError, OptionError, RangeArgError, ShapeError } from '../errors.js'
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

/** Labels are below this. */
const MOST_CLASSES = 2 ** 20
/** Numbers in the targets that labels become: 1 GiB. */
const MOST_TARGETS = 2 ** 27

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
  /** Number of classes, where `y` are labels: above the largest of them, at most 2^20. Default: the largest label + 1. */
  classes?: number
}

/**
 * Classification of samples.
 *
 * @param x inputs X - (n_0, P), columns are samples, P >= 1, finite
 * @param y labels 0 .. classes - 1, one a sample, or targets (n_L, P): shares of the classes in the columns for the softmax, signs for the others
 *   (an array of +1 and -1 is one row), whose losses sum over all outputs. The columns of shares sum to 1 within 1e-6
 * @throws {ShapeError|RangeArgError|DTypeError|OptionError} samples that do not fit each other or the loss
 * @throws {MemoryError} more than 2^27 targets made of labels
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
  const targets = readTargets(y, name, given.classes, samples)
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

function readTargets(y: unknown, loss: ClassificationLoss, classes: unknown, samples: number): DenseMatrix {
  const flat = isFlatList(y)
  if (classes !== undefined && !(flat && loss === 'softmax-cross-entropy')) {
    throw new OptionError(
      "classes is for labels 0 .. classes - 1 under loss: 'softmax-cross-entropy'; leave it out where y holds targets",
      { argument: 'classes' },
    )
  }
  if (!flat) return readDense(y as MatrixLike, 'y', { finite: true })
  const values = Float64Array.from(y, (value) => {
    if (typeof value !== 'number' || !Number.isFinite(value)) {
      throw new RangeArgError(`y must hold finite numbers, got ${describe(value)}`, { argument: 'y' })
    }
    return value
  })
  if (loss !== 'softmax-cross-entropy') return { rows: 1, cols: values.length, data: values }
  const odd = values.find((label) => !Number.isInteger(label) || label < 0 || label >= MOST_CLASSES)
  if (odd !== undefined) {
    throw new RangeArgError(
      `labels in y must be integers from 0 to ${MOST_CLASSES - 1}, got ${odd}; for signs use loss: 'logistic'`,
      { argument: 'y' },
    )
  }
  const largest = values.reduce((most, label) => Math.max(most, label), 0)
  if (values.length !== samples) {
    throw new ShapeError(`x has ${samples} samples (columns), y has ${values.length} labels`, { argument: 'y' })
  }
  const rows = checkInteger(classes ?? largest + 1, 'classes', { min: largest + 1, max: MOST_CLASSES })
  if (rows < 2) {
    throw new RangeArgError('all labels in y are 0, which is one class; give classes: 2 or more', { argument: 'y' })
  }
  if (rows * samples > MOST_TARGETS) {
    throw new MemoryError(
      `targets of ${rows} classes and ${samples} samples are more than ${MOST_TARGETS} numbers; use fewer of either`,
      { argument: 'classes', data: { requested: 8 * rows * samples, limit: 8 * MOST_TARGETS } },
    )
  }
  const data = new Float64Array(rows * values.length)
  for (const [p, label] of values.entries()) data[label * values.length + p] = 1
  return { rows, cols: values.length, data }
}

function isFlatList(y: unknown): y is ArrayLike<number> {
  if (Array.isArray(y)) return !Array.isArray(y[0]) && !ArrayBuffer.isView(y[0])
  if (ArrayBuffer.isView(y) && !(y instanceof DataView)) return true
  if (typeof y !== 'object' || y === null) {
    throw new DTypeError(`y must be labels or targets, such as [0, 1, 1], got ${describe(y)}`, { argument: 'y' })
  }
  return false
}
