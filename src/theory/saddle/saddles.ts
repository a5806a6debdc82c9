// All critical maps of a deep linear network, not only those that a run visits.
import { RangeArgError } from '../../errors.js'
import { checkDescending } from './plateaus.js'

/** The most modes whose saddles are listed: 2^16 maps. */
const MOST_MODES = 16

/** One critical map: some modes learned, the others untouched. */
export interface Saddle {
  /** Which modes are learned, ascending. */
  modes: number[]
  /** `1/2 sum s_i^2` over the others. */
  loss: number
  /** The largest s_i of the others, |dC/dA|_op: the speed of escape. 0 at the minimum. */
  speed: number
}

/**
 * The critical maps of a deep linear network for `1/2 |A - Y|^2`: A agrees with Y on some singular modes and is 0 on the others, one for each subset of the modes
 * with s > 0. All are saddles but the full one, the minimum. A small start visits only the r + 1 of them that `plateaus` lists: those that learn
 * the largest modes.
 *
 * For regression on inputs that are not white give the singular values of `Sigma_yx Sigma_xx^(-1/2)`: the losses, above the least one, are the same; the speeds are not.
 * Equal values stand for a continuum of critical maps with the losses listed.
 *
 * @param values the singular values of Y, descending, at most 16 above 0; zeros are no modes
 * @returns 2^r critical maps, by falling loss
 * @throws {RangeArgError} {DTypeError} values that are negative or not descending, or too many
 * @example saddles([2, 1]).map(({ loss }) => loss) // -> [2.5, 2, 0.5, 0]
 * @see Baldi, Hornik (1989), Neural networks and principal component analysis: learning from examples without local minima
 */
export function saddles(values: ArrayLike<number>): Saddle[] {
  const s = checkDescending(values).filter((value) => value > 0)
  if (s.length > MOST_MODES) {
    throw new RangeArgError(`values must have at most ${MOST_MODES} numbers above 0, got ${s.length}: 2^r maps`, {
      argument: 'values',
    })
  }
  const found: Saddle[] = []
  for (let subset = 0; subset < 2 ** s.length; subset++) {
    const modes: number[] = []
    let [loss, speed] = [0, 0]
    for (let k = s.length - 1; k >= 0; k--) {
      if ((subset >> k) & 1) modes.unshift(k)
      else {
        loss += 0.5 * s[k] * s[k]
        speed = s[k]
      }
    }
    found.push({ modes, loss, speed })
  }
  return found.sort((a, b) => b.loss - a.loss)
}
