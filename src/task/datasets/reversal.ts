// Reversal learning: what was learned, then its opposite.
import { type MatrixLike, readDense } from '../../engine/coerce.js'
import type { Samples } from '../dataset.js'
import { mapDataset, type WhitenedDataset } from './whitened-dataset.js'

/**
 * A task and its reversal: `Sigma_yx` and `-Sigma_yx` (outputs Y and -Y on the same inputs), to be learned one after the other.
 *
 * Two layers with `W_2' W_2 = W_1 W_1'` stop at the saddle between them; with `W_2' W_2 - W_1 W_1' = lambda I`, lambda not 0, mode s
 * crosses zero at `t = ln(1 + Om/|lambda|)/Om`, `Om = sqrt(lambda^2 + 4 s^2)`.
 *
 * @param task a data set such as `tree15()`, or any Sigma_yx (n_L, n_0), finite, which becomes one with `X = sqrt(n_0) I`
 * @returns the task and its reversal
 * @throws {ShapeError|DTypeError|RangeArgError} for what is neither
 * @example
 * const [first, reversed] = reversalPair([[2, 0], [0, 1]])
 * reversed.sigmaYX.data[3] // -> -1
 * @see Domine, Anguita, Proca, Braun, Kunin, Mediano, Saxe (2024), From lazy to rich, arXiv:2409.14623
 */
export function reversalPair(task: WhitenedDataset | MatrixLike): [WhitenedDataset, WhitenedDataset] {
  const first = isDataset(task) ? task : mapDataset('task', task)
  const reversed = {
    ...first,
    name: `${first.name}, reversed`,
    outputs: negative(first.outputs, 'task.outputs'),
    sigmaYX: negative(first.sigmaYX, 'task.sigmaYX'),
  }
  return [first, reversed]
}

function isDataset(task: WhitenedDataset | MatrixLike): task is WhitenedDataset {
  return typeof task === 'object' && task !== null && 'sigmaYX' in task && typeof task.outputs === 'object'
}

/** Zeros stay what they were: -0 would be another number to a reader. */
function negative(samples: Samples, name: string): Samples {
  const { rows, cols, data } = readDense(samples, name, { finite: true })
  return { data: data.map((value) => (value === 0 ? 0 : -value)), shape: [rows, cols] }
}
