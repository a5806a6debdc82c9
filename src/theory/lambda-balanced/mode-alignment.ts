// A map in the basis of the task: what it has learned of each mode, and what it mixes.
import type { MatrixLike } from '../../engine/coerce.js'
import { frobenius, multiply, multiplyLeftTransposed } from '../numerics/dense.js'
import { readMatrix } from './operands.js'
import { type TaskLike, taskBasis } from './task-basis.js'

/** The map in the basis of the task. */
export interface ModeAlignment {
  /** diag(U~' W V~), shape (k). */
  readonly strengths: Float64Array
  /** Norm of the other entries over the norm of all; 0 for a map that is aligned (or zero). */
  readonly misalignment: number
}

/**
 * `U~' W V~`: the strength of each mode of the task in W, and how much of W lies off the diagonal. For equal singular values of the task single
 * modes mean nothing; use `subspaceOverlap`.
 *
 * @param map W, (outputs, inputs)
 * @param task Sigma_yx, of the same shape
 * @throws {ShapeError|DTypeError|RangeArgError} matrices that do not fit together
 * @example
 * modeAlignment([[3, 0], [0, 4]], [[2, 0], [0, 1]]).misalignment // -> 0
 * @see Saxe, McClelland, Ganguli (2014), arXiv:1312.6120
 */
export function modeAlignment(map: MatrixLike, task: TaskLike): ModeAlignment {
  const { u, v, s, inputs, outputs } = taskBasis(task)
  const { data } = readMatrix(map, 'map', outputs, inputs)
  const half = multiplyLeftTransposed(u, data, outputs, outputs, inputs)
  const rotated = multiply(half, v, outputs, inputs, inputs)
  const total = frobenius(rotated)
  const strengths = new Float64Array(s.length)
  for (let i = 0; i < s.length; i++) {
    strengths[i] = rotated[i * inputs + i]
    rotated[i * inputs + i] = 0
  }
  return { strengths, misalignment: total === 0 ? 0 : frobenius(rotated) / total }
}
