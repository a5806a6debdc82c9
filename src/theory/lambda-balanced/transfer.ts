// Generalisation of structure: a property of one item, learned on the hidden representation of a finished task, spreads to similar items.
import { checkOptions } from '../../check.js'
import type { MatrixLike } from '../../engine/coerce.js'
import { RangeArgError } from '../../errors.js'
import { convergedBlocks } from './converged.js'
import { hiddenSimilarity } from './similarity.js'
import type { TaskLike } from './task-basis.js'

/**
 * What is learned about other items when a new property is learned for one (transfer): after training, W_1 is frozen and one output unit is
 * taught on item i alone, `w = h_i/|h_i|^2`, which predicts `K_ij/K_ii` for item j, `K = X' A X`.
 *
 * @param options.sigmaYX the task, (outputs, inputs), of full rank
 * @param options.lambda of either sign: transfer grows with lambda and vanishes for lambda -> -infinity
 * @param options.inputs X, (inputs, P), default the identity (items one-hot; its scale does not matter)
 * @returns K_ij/K_ii, shape (P, P): row i for the item that was taught
 * @throws {RangeArgError} an item that the hidden layer does not represent, K_ii = 0; and as `convergedBlocks`
 * @throws {ShapeError|DTypeError|OptionError} arguments that do not fit together
 * @example
 * itemTransfer({ sigmaYX: [[2, 0], [0, 1]], lambda: 1 }) // -> [1, 0, 0, 1]
 * @see Saxe, McClelland, Ganguli (2019), PNAS 116:11537; Domine et al. (2024), arXiv:2409.14623, transfer learning (the protocol is ours)
 */
export function itemTransfer(options: {
  sigmaYX: TaskLike
  lambda: number
  inputs?: MatrixLike
  hidden?: number
}): Float64Array {
  const given = checkOptions(options, 'itemTransfer', ['sigmaYX', 'lambda', 'inputs', 'hidden'])
  const { sigmaYX, lambda, hidden } = given as { sigmaYX: TaskLike; lambda: number; hidden?: number }
  const { a } = convergedBlocks({ sigmaYX, lambda, hidden })
  const kernel = given.inputs === undefined ? a.data : hiddenSimilarity(a, given.inputs as MatrixLike)
  const count = Math.round(Math.sqrt(kernel.length))
  return kernel.map((value, index) => {
    const i = Math.floor(index / count)
    const own = kernel[i * (count + 1)]
    if (!(own > 0)) {
      throw new RangeArgError(`item ${i} has no hidden representation: K_ii = ${own}`, { argument: 'inputs' })
    }
    return value / own
  })
}
