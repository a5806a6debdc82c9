// Where the flow ends: W = Sigma_yx in its leading modes, with the strengths that lambda gives to each layer.
//
//   A = V~ diag(s_1^2) V~',   B = U~ diag(s_2^2) U~',   s_1 s_2 = s,   s_2^2 - s_1^2 = lambda
//
// A start lambda I of the larger layer outside of the task's modes is lost on the way (delayed rich), unless the hidden layer is wider than
// the task; then lambda stays on hidden - k directions that depend on the start.
import { checkInteger, checkNumber, checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { checkBalanceable, splitStrength, type TwoLayerSizes } from '../../linalg/dense/balanced-factors.js'
import { compose } from '../numerics/dense.js'
import type { ShapedMatrix } from './flow-at.js'
import { columnsOf } from './small-matrix.js'
import { type TaskLike, taskBasis } from './task-basis.js'

/** The limit t -> infinity of the blocks of P. */
export interface ConvergedBlocks {
  /** A = W_1' W_1, (inputs, inputs). */
  readonly a: ShapedMatrix
  /** W, (outputs, inputs): the task, or the leading `hidden` modes of it. */
  readonly w: ShapedMatrix
  /** B = W_2 W_2', (outputs, outputs). */
  readonly b: ShapedMatrix
  /** Strengths of the layers in each learned mode, shape (min(hidden, k)). */
  readonly s1: Float64Array
  readonly s2: Float64Array
}

/**
 * The blocks after convergence, for starts whose growing part has full rank (almost all; not at lambda = 0 with the orientation
 * `det(U' U~) det(V' V~) < 0` of a square start, which ends at a saddle).
 *
 * @param options.sigmaYX the task, (outputs, inputs)
 * @param options.lambda of either sign
 * @param options.hidden default k = min(inputs, outputs)
 * @returns blocks with relative errors of a few eps each, at any lambda
 * @throws {RangeArgError} the limit is not unique: hidden > k with lambda not 0, hidden < k with s_hidden = s_{hidden+1}, or a task without
 *   full rank where lambda I remains on other directions; no layers of these sizes have this lambda
 * @throws {ShapeError|DTypeError|OptionError} arguments that do not fit together
 * @example
 * convergedBlocks({ sigmaYX: [[2]], lambda: 3 }).b.data // -> [4]
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623
 */
export function convergedBlocks(options: { sigmaYX: TaskLike; lambda: number; hidden?: number }): ConvergedBlocks {
  const given = checkOptions(options, 'convergedBlocks', ['sigmaYX', 'lambda', 'hidden'])
  const lambda = checkNumber(given.lambda, 'lambda')
  const { s, u, v, inputs, outputs } = taskBasis(given.sigmaYX as TaskLike)
  const k = s.length
  const hidden = checkInteger(given.hidden ?? k, 'hidden', { min: 1 })
  const sizes: TwoLayerSizes = [inputs, hidden, outputs]
  checkBalanceable(lambda, sizes)
  checkUnique(s, lambda, sizes)
  const count = Math.min(hidden, k)
  const s1 = new Float64Array(count)
  const s2 = new Float64Array(count)
  for (let i = 0; i < count; i++) [s1[i], s2[i]] = splitStrength(s[i], lambda)
  const left = columnsOf(u, outputs, outputs, 0, count)
  const right = columnsOf(v, inputs, inputs, 0, count)
  const square = (values: Float64Array) => values.map((value) => value * value)
  return {
    a: { data: compose(right, square(s1), right, inputs, inputs), shape: [inputs, inputs] },
    w: { data: compose(left, s.subarray(0, count), right, outputs, inputs), shape: [outputs, inputs] },
    b: { data: compose(left, square(s2), left, outputs, outputs), shape: [outputs, outputs] },
    s1,
    s2,
  }
}

function checkUnique(s: Float64Array, lambda: number, [inputs, hidden, outputs]: TwoLayerSizes): void {
  const k = s.length
  const refuse = (why: string) => {
    throw new RangeArgError(`the limit depends on the start: ${why}; use lambdaBalancedFlow at a late time`, {
      argument: 'hidden',
      data: { inputs, hidden, outputs, lambda },
    })
  }
  if (hidden > k && lambda !== 0) refuse(`hidden = ${hidden} is above min(inputs, outputs) = ${k} and lambda is not 0`)
  if (hidden < k && !(s[hidden] < s[hidden - 1]))
    refuse(`singular values ${hidden} and ${hidden + 1} of the task are equal`)
  const stays = (lambda > 0 && outputs > inputs) || (lambda < 0 && inputs > outputs)
  if (stays && !(s[Math.min(hidden, k) - 1] > 0))
    refuse('the task has not full rank and lambda remains on other directions')
}
