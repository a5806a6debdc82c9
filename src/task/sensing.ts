// Matrix sensing: C(W) = 1/(2m) sum_k (<A_k, W> - y_k)^2, what m linear measurements of a matrix tell of it.
import { type MatrixLike, readDense } from '../engine/coerce.js'
import { ShapeError } from '../errors.js'
import { digest } from '../math/digest.js'
import type { BoundTask, Task } from './task.js'
import { bindMatrices } from './task.js'

/**
 * Fit linear measurements of a matrix: the loss is `1/(2m) sum_k (<A_k, W> - y_k)^2`, `<A, W> = tr A' W`.
 *
 * @param measurements A_1 .. A_m - (m, n_L n_0), one measurement a row, its matrix row by row
 * @param values y - m numbers, finite
 * @param shape `[n_L, n_0]` of the map
 * @throws {ShapeError} measurements that are not of that shape, another number of values
 * @throws {RangeArgError} NaN, infinities
 * @example
 * const task = matrixSensing([[1, 0, 0, 0], [0, 1, 1, 0]], [2, 1], [2, 2])
 * const { columns } = trainSync(net, task, { optimizer: gradientDescent({ learningRate: 0.1 }), steps: 2000 })
 * columns.loss.data.at(-1) < 1e-6 // -> true
 * @see Li, Luo, Lyu (2020), Towards resolving the implicit bias of gradient descent for matrix factorization, arXiv:2012.09839
 */
export function matrixSensing(
  measurements: MatrixLike,
  values: readonly number[] | Float64Array,
  shape: readonly [number, number],
): Task {
  const operator = readDense(measurements, 'measurements', { finite: true })
  const [outputs, inputs] = checkShape(shape)
  if (operator.cols !== outputs * inputs) {
    throw new ShapeError(
      `measurements of a ${outputs} x ${inputs} map have ${outputs * inputs} numbers each, got ${operator.cols}`,
      { argument: 'measurements' },
    )
  }
  const observed = readDense({ data: Float64Array.from(values), shape: [values.length, 1] }, 'values', { finite: true })
  if (observed.rows !== operator.rows) {
    throw new ShapeError(`${operator.rows} measurements need as many values, got ${observed.rows}`, {
      argument: 'values',
    })
  }
  return {
    name: 'matrix sensing',
    inputs,
    outputs,
    fingerprint: () => digest(operator.data, observed.data),
    bind(engine, dtype): BoundTask {
      const bound = bindMatrices(engine, dtype, { operator, observed })
      const scale = 1 / operator.rows
      const residual = (p: Parameters<BoundTask['emitLoss']>[0], w: Parameters<BoundTask['emitLoss']>[1]) => {
        const seen = p.gemm({ a: bound.operator, b: p.reshape(w, outputs * inputs, 1) })
        return p.subtract(seen, bound.observed, seen)
      }
      return {
        emitGradient(p, w) {
          const missed = residual(p.note('what the measurements miss'), w)
          return p.reshape(p.gemm({ alpha: scale, a: bound.operator.T, b: missed }), outputs, inputs)
        },
        emitLoss(p, w) {
          return p.slotAxpy(0.5 * scale, p.sumOfSquares(residual(p.note('loss'), w)), 0)
        },
        dispose: () => {
          bound.operator.dispose()
          bound.observed.dispose()
        },
      }
    },
  }
}

function checkShape(shape: readonly [number, number]): readonly [number, number] {
  if (Array.isArray(shape) && shape.length === 2 && shape.every((size) => Number.isSafeInteger(size) && size > 0)) {
    return shape
  }
  throw new ShapeError(`shape must be [outputs, inputs], two integers from 1, got ${JSON.stringify(shape)}`, {
    argument: 'shape',
  })
}
