// The map of regimes: how far the kernel has moved, over lambda and the scale of the start.
import { checkNumber, checkOptions } from '../../check.js'
import type { MatrixLike } from '../../engine/coerce.js'
import type { TwoLayerSizes } from '../../linalg/dense/balanced-factors.js'
import type { Key } from '../../random/key.js'
import { checkNumbers } from '../numerics/arrays.js'
import { lambdaBalancedFlow } from './flow.js'
import { ntkDistances } from './ntk.js'
import { type TaskLike, taskBasis } from './task-basis.js'
import { lambdaBalancedWeights } from './weights.js'

/** Options of `regimeMap`. */
export interface RegimeMapOptions {
  /** The task, (outputs, inputs). */
  sigmaYX: TaskLike
  lambdas: ArrayLike<number>
  /** Factors on `strengths`, default [1]. */
  scales?: ArrayLike<number>
  /** Singular values of W_2 W_1 at scale 1. */
  strengths: ArrayLike<number>
  /** Size of the hidden layer, default min(inputs, outputs). */
  hidden?: number
  /** U, R, V of the start as in `lambdaBalancedWeights`, or a key that draws them. */
  left?: MatrixLike
  rotation?: MatrixLike
  right?: MatrixLike
  key?: Key
  /** When to look, default 1e5 tau: after convergence for most tasks. */
  time?: number
  tau?: number
}

/** The map over scales (rows) and lambdas (columns), shape (scales, lambdas). */
export interface RegimeMap {
  /** Distance of the kernel from that of the start: near 0 lazy, large rich. */
  readonly kernelDistance: Float64Array
  /** Loss at that time. */
  readonly loss: Float64Array
}

/**
 * How rich learning is over a grid of lambda and scale: the distance of the neural tangent kernel at `time` from the kernel of the start, exact at
 * every point of the grid.
 *
 * @returns shape (scales, lambdas) each. At lambda = 0 the distance does not depend on the scale: it rescales the kernel of the start
 * @throws {RangeArgError} a lambda that no layers of this size have, a zero kernel at the start; {ShapeError|DTypeError|OptionError} arguments
 *   that do not fit together
 * @example
 * regimeMap({ sigmaYX: [[1, 0], [0, 1]], lambdas: [1], strengths: [1, 1] }).kernelDistance // -> [0]
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623; "Solve layerwise linear models first" has such a map
 */
export function regimeMap(options: RegimeMapOptions): RegimeMap {
  const given = checkOptions(options, 'regimeMap', [
    'sigmaYX',
    'lambdas',
    'scales',
    'strengths',
    'hidden',
    'left',
    'rotation',
    'right',
    'key',
    'time',
    'tau',
  ])
  const sigmaYX = taskBasis(given.sigmaYX as TaskLike)
  const lambdas = checkNumbers(given.lambdas, 'lambdas')
  const scales = checkNumbers(given.scales ?? [1], 'scales', { min: 0 })
  const strengths = checkNumbers(given.strengths, 'strengths', { min: 0 })
  const tau = checkNumber(given.tau ?? 1, 'tau', { above: 0 })
  const time = checkNumber(given.time ?? 1e5 * tau, 'time', { above: 0 })
  const sizes = [sigmaYX.inputs, given.hidden ?? sigmaYX.s.length, sigmaYX.outputs] as unknown as TwoLayerSizes
  const bases = { left: given.left, hidden: given.rotation, right: given.right, key: given.key } as {
    left?: MatrixLike
    hidden?: MatrixLike
    right?: MatrixLike
    key?: Key
  }
  const kernelDistance = new Float64Array(scales.length * lambdas.length)
  const loss = new Float64Array(kernelDistance.length)
  for (const [i, scale] of scales.entries()) {
    for (const [j, lambda] of lambdas.entries()) {
      const { w1, w2 } = lambdaBalancedWeights({ sizes, lambda, strengths: strengths.map((m) => scale * m), ...bases })
      const flow = lambdaBalancedFlow({ w1, w2, lambda, sigmaYX, times: [0, time], tau })
      kernelDistance[i * lambdas.length + j] = ntkDistances(flow)[1]
      loss[i * lambdas.length + j] = flow.loss[1]
    }
  }
  return { kernelDistance, loss }
}
