// The best learning rate of a sweep: the lowest loss on a logarithmic grid, and the parabola through it and its neighbours.
import { checkNumber, describe } from '../check.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import { exp, log } from '../math/elementary.js'

/** Where a sweep has its lowest loss. */
export interface OptimalLearningRate {
  readonly learningRate: number
  /** Its logarithm to base 2. */
  readonly log2: number
  /** The loss of the parabola there; of the grid where there is no parabola. */
  readonly loss: number
  /** Index of the best rate of the grid. */
  readonly index: number
  /** The best rate is the first or last that is finite: the optimum may lie beyond, and no parabola was drawn. */
  readonly atEdge: boolean
}

/**
 * The learning rate with the lowest loss, by the parabola of `ln loss` against `log2 rate` through the best point of the grid and its neighbours.
 * Losses that are not finite are skipped, with their rates: runs that diverged.
 *
 * @param learningRates > 0, ascending
 * @param losses one a rate, >= 0 where finite; Infinity and NaN mark runs that diverged
 * @throws {OptionError} no loss is finite
 * @throws {RangeArgError|ShapeError|DTypeError} rates that do not ascend, negative losses, other counts
 * @example
 * optimalLearningRate([0.25, 0.5, 1, 2, 4], [8, 2, 1, 2, NaN]).learningRate // -> 1
 */
export function optimalLearningRate(learningRates: ArrayLike<number>, losses: ArrayLike<number>): OptimalLearningRate {
  const isList = (value: unknown) => Array.isArray(value) || ArrayBuffer.isView(value)
  for (const [name, value] of Object.entries({ learningRates, losses })) {
    if (!isList(value)) {
      throw new DTypeError(`${name} must be an array of numbers, got ${describe(value)}`, { argument: name })
    }
  }
  if (losses.length !== learningRates.length) {
    throw new ShapeError(
      `losses must hold ${learningRates.length} numbers, one a learning rate, got ${losses.length}`,
      {
        argument: 'losses',
      },
    )
  }
  const points: { x: number; y: number; index: number }[] = []
  let last = 0
  Array.from(learningRates).forEach((rate, index) => {
    last = checkNumber(rate, `learningRates[${index}]`, { above: last })
    const loss = losses[index]
    if (typeof loss === 'number' && !Number.isFinite(loss)) return
    points.push({ x: log(rate) / log(2), y: log(checkNumber(loss, `losses[${index}]`, { min: 0 })), index })
  })
  if (points.length === 0) {
    throw new OptionError('every run diverged: no loss is finite; sweep smaller learning rates', { argument: 'losses' })
  }
  let best = 0
  for (let i = 1; i < points.length; i++) if (points[i].y < points[best].y) best = i
  const { x, y, index } = points[best]
  const grid = { learningRate: learningRates[index], log2: x, loss: losses[index], index }
  if (best === 0 || best === points.length - 1) return { ...grid, atEdge: true }
  const [before, after] = [points[best - 1], points[best + 1]]
  // Divided differences; the lowest point is at least as low as both neighbours. A loss of 0 has no parabola.
  const [left, right] = [(y - before.y) / (x - before.x), (after.y - y) / (after.x - x)]
  const curvature = (right - left) / (after.x - before.x)
  if (!(curvature > 0 && Number.isFinite(curvature))) return { ...grid, atEdge: false }
  const shift = -(left + curvature * (x - before.x)) / (2 * curvature)
  const log2 = x + shift
  const loss = exp(y + shift * (left + curvature * (x - before.x)) + curvature * shift * shift)
  return { learningRate: exp(log2 * log(2)), log2, loss, index, atEdge: false }
}
