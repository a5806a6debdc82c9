// Lazy, rich, delayed rich: what large lambda does depends on the shape, as the larger layer can be a whole rotation (and then need not move)
// or only a part of one (whose space must turn, slowly).
import { checkNumber, checkOptions } from '../../check.js'
import type { MatrixLike } from '../../engine/coerce.js'
import { RangeArgError } from '../../errors.js'
import type { TwoLayerSizes } from '../../linalg/dense/balanced-factors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { multiply } from '../numerics/dense.js'
import { balanceOf, checkBalanced } from './balance.js'
import { eigenSystem } from './eigen-system.js'
import { readTask } from './flow-at.js'
import { readLayers } from './operands.js'
import { columnsOf, distanceSquared, gramOf, transposed } from './small-matrix.js'
import { type TaskLike, taskBasis } from './task-basis.js'
import { readSizes } from './weights.js'

/** What the flow tends to as |lambda| grows with its sign. */
export type Regime = 'rich' | 'lazy' | 'delayed rich'

/**
 * The regime that a sign of lambda leads to, hidden = min(inputs, outputs): lambda = 0 rich; square networks lazy; a funnel (inputs > outputs)
 * lazy for lambda > 0 and delayed rich for lambda < 0; an inverted funnel the other way round.
 *
 * @param sizes [inputs, hidden, outputs]
 * @throws {RangeArgError} hidden is not min(inputs, outputs); {OptionError|DTypeError} no sizes
 * @example
 * regimeLimit([6, 3, 3], -20) // -> 'delayed rich'
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623
 */
export function regimeLimit(sizes: TwoLayerSizes, lambda: number): Regime {
  const [inputs, hidden, outputs] = readSizes(sizes)
  checkNumber(lambda, 'lambda')
  if (hidden !== Math.min(inputs, outputs)) {
    throw new RangeArgError(
      `regimes are known for hidden = min(inputs, outputs) = ${Math.min(inputs, outputs)}, got ${hidden}`,
      { argument: 'sizes' },
    )
  }
  if (lambda === 0) return 'rich'
  return inputs === outputs || lambda > 0 === inputs > outputs ? 'lazy' : 'delayed rich'
}

/** Rates and the plateau of a flow at large |lambda|. */
export interface RegimeRates {
  readonly lambda: number
  /** |lambda|/tau: the fit within what the larger layer spans at the start. */
  readonly fastRate: number
  /** sqrt(lambda^2 + 4 s_i^2)/tau: the final approach of mode i, exact at any lambda, shape (k). */
  readonly finalRates: Float64Array
  /** 2 (sigma_i - |lambda|/2)/tau = 2 s_i^2/((sigma_i + |lambda|/2) tau): the turning of the larger layer into mode i, shape (k). */
  readonly turningRates: Float64Array
  /** Loss after the fast phase, up to O(1/|lambda|): `1/2 |S (I - Pi)|^2` (lambda < 0) or `1/2 |(I - Pi) S|^2` (lambda > 0). */
  readonly plateauLoss: number
}

/**
 * The time scales of a lambda-balanced flow and the loss of its plateau: with Pi the projector on what the larger layer spans at the start
 * (rows of W_1 for lambda < 0, columns of W_2 for lambda > 0) W goes to S Pi (Pi S) at rate |lambda|, and where Pi is not everything the rest is
 * learned at `2 s_min^2/|lambda|`: the delayed rich regime.
 *
 * @param options.w1 W_1(0), (hidden, inputs)
 * @param options.w2 W_2(0), (outputs, hidden)
 * @returns the rates, and the plateau (0 where the larger layer spans everything)
 * @throws {RangeArgError} not lambda-balanced, or lambda = 0, which has no fast phase
 * @throws {ShapeError|DTypeError|OptionError} arguments that do not fit together
 * @example
 * regimeRates({ w1: [[3, 0]], w2: [[0]], sigmaYX: [[0, 2]] }).plateauLoss // -> 2
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623, delayed rich dynamics
 */
export function regimeRates(options: {
  w1: MatrixLike
  w2: MatrixLike
  sigmaYX: TaskLike
  tau?: number
  tolerance?: number
}): RegimeRates {
  const given = checkOptions(options, 'regimeRates', ['w1', 'w2', 'sigmaYX', 'tau', 'tolerance'])
  const { w1, w2 } = readLayers(given.w1 as MatrixLike, given.w2 as MatrixLike)
  const task = taskBasis(given.sigmaYX as TaskLike)
  const tau = checkNumber(given.tau ?? 1, 'tau', { above: 0 })
  const balance = balanceOf(w1.data, w2.data, w1.rows, w1.cols, w2.rows)
  const { lambda } = checkBalanced(balance, w1.rows, undefined, given.tolerance)
  if (lambda === 0) {
    throw new RangeArgError('lambda = 0 has one phase only: the rich one; see halfTimes for its times', {
      argument: 'w1, w2',
    })
  }
  const sigma = readTask(task, w2.rows, w1.cols)
  const projected =
    lambda < 0
      ? multiply(sigma, projector(transposed(w1.data, w1.rows, w1.cols), w1.cols, w1.rows), w2.rows, w1.cols, w1.cols)
      : multiply(projector(w2.data, w2.rows, w2.cols), sigma, w2.rows, w2.rows, w1.cols)
  const system = eigenSystem(task, lambda)
  return {
    lambda,
    fastRate: Math.abs(lambda) / tau,
    finalRates: system.x.slice(0, task.s.length).map((x) => (2 * x) / tau),
    turningRates: system.excess.slice(0, task.s.length).map((excess) => (2 * excess) / tau),
    plateauLoss: 0.5 * distanceSquared(projected, sigma),
  }
}

/** The orthogonal projector on the columns of A (rows, cols). */
function projector(a: Float64Array, rows: number, cols: number): Float64Array {
  const { u, s } = jacobiSvd(a, rows, cols)
  const rank = s.filter((value) => value > 1e-12 * s[0]).length
  return gramOf(columnsOf(u, rows, s.length, 0, rank), rows, rank)
}
