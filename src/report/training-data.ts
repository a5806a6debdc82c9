// What a figure of one training run is drawn from, checked.
import { checkInteger, checkNumber, describe } from '../check.js'
import { DTypeError, RangeArgError, ShapeError } from '../errors.js'

/** A stretch of training on which the loss hardly moves. */
export interface Plateau {
  /** The step at which it is flattest. */
  step: number
  /** First step. */
  from: number
  /** Last step, at least `from`. */
  to: number
  /** Loss at `step`. */
  loss: number
  /** Numerical rank of the end-to-end map at `step`. */
  rank: number
}

/** The recording of one run. */
export interface TrainingData {
  title: string
  subtitle?: string
  /** Training steps of the frames, shape `(frames)`, ascending, at least one. */
  step: ArrayLike<number>
  /** Loss, shape `(frames)`. Values that are not positive and finite leave gaps in the curve. */
  loss: ArrayLike<number>
  /** Fraction of the test samples classified correctly, shape `(frames)`, 0 to 1; NaN leaves gaps. */
  testAccuracy?: ArrayLike<number>
  /** Singular values of the end-to-end map, shape `(frames, rank)` row-major, descending in each frame. */
  singularValues: ArrayLike<number>
  /** Singular values a frame, at least 1. */
  rank: number
  plateaus: readonly Plateau[]
}

/** @throws {ShapeError | DTypeError | RangeArgError} the first thing that does not fit, by name. */
export function checkTrainingData(data: TrainingData): TrainingData {
  if (typeof data.title !== 'string') throw notText('title', data.title)
  if (data.subtitle !== undefined && typeof data.subtitle !== 'string') throw notText('subtitle', data.subtitle)
  const rank = checkInteger(data.rank, 'rank', { min: 1 })
  const frames = data.step.length
  if (frames < 1) throw new ShapeError('step must have at least one frame', { argument: 'step' })
  checkLength(data.loss, 'loss', frames)
  checkLength(data.singularValues, 'singularValues', frames * rank)
  if (data.testAccuracy !== undefined) checkLength(data.testAccuracy, 'testAccuracy', frames)
  for (let i = 0; i < frames; i++) {
    checkNumber(data.step[i], `step[${i}]`)
    if (i > 0 && data.step[i] < data.step[i - 1]) {
      throw new RangeArgError(`step must ascend, but step[${i}] = ${data.step[i]} follows ${data.step[i - 1]}`, {
        argument: 'step',
      })
    }
  }
  data.plateaus.forEach((plateau, i) => {
    checkNumber(plateau.from, `plateaus[${i}].from`)
    checkNumber(plateau.to, `plateaus[${i}].to`, { min: plateau.from })
    checkNumber(plateau.step, `plateaus[${i}].step`, { min: plateau.from, max: plateau.to })
    checkInteger(plateau.rank, `plateaus[${i}].rank`)
  })
  return data
}

function checkLength(values: ArrayLike<number>, name: string, wanted: number): void {
  if (values.length !== wanted) {
    throw new ShapeError(`${name} must have ${wanted} numbers, it has ${values.length}`, { argument: name })
  }
}

function notText(name: string, value: unknown): DTypeError {
  return new DTypeError(`${name} must be a string, got ${describe(value)}`, { argument: name })
}
