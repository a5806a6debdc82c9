// Reversal learning: layers converged on a mode s are trained on -s. The start is the growing eigenvector of +s, and its components along the
// eigenvectors of -s are known exactly, so that nothing has to cancel on the way past the saddle:
//
//   p = sqrt(2 sigma)(n^2 - c^2) = lambda/sqrt(2 sigma),   m = sqrt(2 sigma) 2 c n = 2 s/sqrt(2 sigma)
//
// At lambda = 0 there is no growing part: u = s/(2 e^{2 s T} - 1) stays at the saddle.
import { checkNumber, checkOptions } from '../../check.js'
import { checkNumbers } from '../numerics/arrays.js'
import { modeBlock } from './eigen-system.js'
import { readTimes } from './operands.js'
import { evolveMode } from './scalar-mode.js'

/**
 * The singular values of W_2 W_1 during reversal learning: converged on s at t = 0, trained on -s.
 *
 * @param options.s singular values of the first task, shape (k), each > 0
 * @param options.lambda of either sign; 0 goes to the saddle and stays
 * @returns u, shape (T, k): s at first, -s at last unless lambda = 0. Zero is crossed at `reversalTimes`
 * @throws {ShapeError|DTypeError|RangeArgError|OptionError} numbers out of range
 * @example
 * reversalModes({ s: [1], lambda: 0.5, times: [0, 1000] }) // -> [1, -1]
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623, reversal learning
 */
export function reversalModes(options: {
  s: ArrayLike<number>
  lambda: number
  times: ArrayLike<number>
  tau?: number
}): Float64Array {
  const given = checkOptions(options, 'reversalModes', ['s', 'lambda', 'times', 'tau'])
  const s = checkNumbers(given.s, 's', { above: 0 })
  const lambda = checkNumber(given.lambda, 'lambda')
  const { scaled } = readTimes(given.times, given.tau)
  const u = new Float64Array(scaled.length * s.length)
  for (const [j, value] of s.entries()) {
    const block = modeBlock(value, lambda)
    const root = Math.sqrt(2 * block.sigma)
    for (let i = 0; i < scaled.length; i++) {
      const [a, b] = evolveMode(block, lambda / root, (2 * value) / root, scaled[i])
      // The eigenvectors of -s are those of s with a of the other sign.
      u[i * s.length + j] = scaled[i] === 0 ? value : -(a * b)
    }
  }
  return u
}
