// How far the parameters have moved: from the start, from weights that were given, from a later moment of the run.
import { checkInteger, checkOptions, describe } from '../check.js'
import { type DenseMatrix, type MatrixLike, readDense } from '../engine/coerce.js'
import type { Matrix } from '../engine/matrix.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import type { StatePart } from '../network/network.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { ScalarSlot } from '../plan/slot.js'
import { parametersOf } from './parts.js'
import type { Probe } from './probe.js'
import { atStart } from './start.js'

/**
 * The Frobenius distance of all parameters from a reference, `sqrt(sum_l |W_l - R_l|_F^2)`.
 * @param options.to `'start'` (default), the parameters when the run is made; or one matrix for each of them, `[R_1, ..., R_L]`, finite (with
 *   biases: W_1, b_1, W_2, ...)
 * @throws {ShapeError} another number of matrices, or other shapes
 * @throws {OptionError} a Gram network, whose layers do not exist
 * @example
 * probes.distance({ to: [[[1, 0], [0, 1]], [[1, 0], [0, 1]]] })
 */
export function distance(options?: { to?: 'start' | readonly MatrixLike[] }): Probe<'distance', number> {
  const to = checkOptions(options, 'distance', ['to']).to ?? 'start'
  const reference = to === 'start' ? undefined : readReference(to)
  const self = {}
  return {
    name: 'distance',
    shape: () => [],
    emit(p, context) {
      const parts = parametersOf(context.net, 'distance')
      if (reference !== undefined) checkShapes(parts, reference)
      const start = reference?.map(({ data }) => data) ?? atStart(context, self, () => copies(parts))
      const squares = emitSquares(p.note('distance'), parts, put(p, parts, start))
      return () => Math.sqrt(squares.reduce((sum, { value }) => sum + value, 0))
    },
  }
}

/**
 * The mean squared displacement of the parameters, `|theta - theta_ref|^2 / N` over all N of them; N times it is what the theory of diffusion
 * calls the squared displacement of a run, which is averaged over runs.
 * @param options.from the step whose parameters are the reference: those of the first frame at or after it, and 0 up to there. Default 0, the
 *   parameters when the run is made
 * @throws {RangeArgError} a step that is no integer from 0 on
 * @throws {OptionError} a Gram network, whose layers do not exist; `from` above 0 in a run that counts no steps
 * @example
 * probes.meanSquaredDisplacement({ from: 1000 })
 * @see Kunin, Sagastuy-Brena, Gillespie, Margalit, Tanaka, Ganguli, Yamins (2021), The limiting dynamics of SGD, arXiv:2107.09133
 */
export function meanSquaredDisplacement(options?: { from?: number }): Probe<'meanSquaredDisplacement', number> {
  const given = checkOptions(options, 'meanSquaredDisplacement', ['from'])
  const from = checkInteger(given.from ?? 0, 'from')
  const self = {}
  return {
    name: 'meanSquaredDisplacement',
    shape: () => [],
    emit(p, context) {
      const parts = parametersOf(context.net, 'meanSquaredDisplacement')
      const count = parts.reduce((sum, { matrix }) => sum + matrix.size, 0)
      const reference = atStart(context, self, () => ({ data: copies(parts), taken: from === 0 }))
      const references = put(p, parts, reference.data)
      const squares = emitSquares(p.note('mean squared displacement'), parts, references)
      return () => {
        if (reference.taken) return squares.reduce((sum, { value }) => sum + value, 0) / count
        if (context.step === undefined) {
          throw new OptionError('this run counts no steps: from must be 0, its start', { argument: 'from' })
        }
        if (context.step >= from) {
          reference.taken = true
          reference.data = copies(parts)
          for (const [i, matrix] of references.entries()) matrix.set(reference.data[i])
        }
        return 0
      }
    },
  }
}

function readReference(to: unknown): DenseMatrix[] {
  if (!Array.isArray(to)) {
    throw new DTypeError(`to must be 'start' or a list of matrices, got ${describe(to)}`, { argument: 'to' })
  }
  return to.map((matrix, l) => readDense(matrix, `to[${l}]`, { finite: true }))
}

function copies(parts: readonly StatePart[]): Float64Array[] {
  return parts.map(({ matrix }) => new Float64Array(matrix.view()))
}

/** References in memory of the plan. */
function put(p: PlanBuilder, parts: readonly StatePart[], data: readonly Float64Array[]): Matrix[] {
  return parts.map(({ matrix: { engine, rows, cols, dtype } }, i) =>
    p.own(engine.matrix([rows, cols], data[i], { dtype })),
  )
}

function checkShapes(parts: readonly StatePart[], given: readonly DenseMatrix[]): void {
  if (given.length !== parts.length) {
    throw new ShapeError(`to must hold ${parts.map(({ name }) => name).join(', ')}: got ${given.length} matrices`, {
      argument: 'to',
    })
  }
  for (const [i, { name, matrix }] of parts.entries()) {
    const { rows, cols } = given[i]
    if (rows !== matrix.rows || cols !== matrix.cols) {
      throw new ShapeError(`to[${i}] must be ${matrix.rows} x ${matrix.cols} as ${name}, got ${rows} x ${cols}`, {
        argument: 'to',
      })
    }
  }
}

function emitSquares(p: PlanBuilder, parts: readonly StatePart[], references: readonly Matrix[]): ScalarSlot[] {
  return parts.map(({ matrix }, i) => p.sumOfSquares(p.subtract(matrix, references[i])))
}
