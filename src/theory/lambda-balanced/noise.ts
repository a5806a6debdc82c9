// What noise costs a trained network, whitened inputs.
import { checkInteger, checkNumber, checkOptions } from '../../check.js'
import type { MatrixLike } from '../../engine/coerce.js'
import { checkBalanceable, splitStrength } from '../../linalg/dense/balanced-factors.js'
import { inner } from '../numerics/dense.js'
import { readLayers, readMatrix } from './operands.js'
import { type TaskLike, taskBasis } from './task-basis.js'

/**
 * The expected excess loss of independent noise `N(0, v1)` on the entries of W_1 and `N(0, v2)` on those of W_2, around any weights whose
 * product is the task: `1/2 [v1 in |W_2|^2 + v2 out |W_1|^2 + v1 v2 out hidden in]`.
 *
 * @param w1 W_1, (hidden, inputs)
 * @param w2 W_2, (outputs, hidden)
 * @param v1 variance >= 0 on W_1
 * @param v2 variance >= 0 on W_2, default v1
 * @throws {ShapeError|DTypeError|RangeArgError} arguments that do not fit together
 * @example
 * parameterNoiseLoss([[1]], [[2]], 2) // -> 7
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623, robustness to noise
 */
export function parameterNoiseLoss(w1: MatrixLike, w2: MatrixLike, v1: number, v2: number = v1): number {
  const layers = readLayers(w1, w2)
  const sizes = [layers.w1.cols, layers.w1.rows, layers.w2.rows] as const
  return excess(
    inner(layers.w1.data, layers.w1.data),
    inner(layers.w2.data, layers.w2.data),
    sizes,
    ...variances(v1, v2),
  )
}

/**
 * The same after convergence, `|W_1|^2 = sum s_1^2`, `|W_2|^2 = sum s_2^2`: with as many inputs as outputs and v1 = v2 the part that depends on
 * lambda is `sum sqrt(lambda^2 + 4 s^2)`, least at lambda = 0.
 *
 * @param options.sigmaYX the task
 * @param options.hidden default min(inputs, outputs); wider layers keep lambda on each further direction
 * @param options.v1 variance >= 0 on W_1
 * @param options.v2 variance >= 0 on W_2, default v1
 * @throws {RangeArgError} no layers of these sizes have this lambda; {ShapeError|DTypeError|OptionError} arguments that do not fit together
 * @example
 * convergedNoiseLoss({ sigmaYX: [[2]], lambda: 3, v1: 2 }) // -> 7
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623, robustness to noise
 */
export function convergedNoiseLoss(options: {
  sigmaYX: TaskLike
  lambda: number
  v1: number
  v2?: number
  hidden?: number
}): number {
  const given = checkOptions(options, 'convergedNoiseLoss', ['sigmaYX', 'lambda', 'v1', 'v2', 'hidden'])
  const lambda = checkNumber(given.lambda, 'lambda')
  const { s, inputs, outputs } = taskBasis(given.sigmaYX as TaskLike)
  const hidden = checkInteger(given.hidden ?? s.length, 'hidden', { min: 1 })
  const sizes = [inputs, hidden, outputs] as const
  checkBalanceable(lambda, sizes)
  let [first, second] = [0, 0]
  for (let i = 0; i < hidden; i++) {
    const [s1, s2] = splitStrength(i < s.length ? s[i] : 0, lambda)
    first += s1 * s1
    second += s2 * s2
  }
  return excess(first, second, sizes, ...variances(given.v1, given.v2 ?? given.v1))
}

/**
 * The expected excess loss of independent noise of variance v on the entries of whitened inputs, `1/2 v |W|_F^2`: lambda does not enter.
 *
 * @param map W, (outputs, inputs)
 * @param v variance >= 0
 * @throws {ShapeError|DTypeError|RangeArgError} no finite matrix, or a negative variance
 * @example
 * inputNoiseLoss([[3, 4]], 0.5) // -> 6.25
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623, robustness to noise
 */
export function inputNoiseLoss(map: MatrixLike, v: number): number {
  const { data } = readMatrix(map, 'map')
  return 0.5 * checkNumber(v, 'v', { min: 0 }) * inner(data, data)
}

function variances(v1: unknown, v2: unknown): [number, number] {
  return [checkNumber(v1, 'v1', { min: 0 }), checkNumber(v2, 'v2', { min: 0 })]
}

function excess(
  first: number,
  second: number,
  [inputs, hidden, outputs]: readonly [number, number, number],
  v1: number,
  v2: number,
): number {
  return 0.5 * (v1 * inputs * second + v2 * outputs * first + v1 * v2 * outputs * hidden * inputs)
}
