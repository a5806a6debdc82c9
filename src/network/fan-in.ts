// The start of textbooks: entries whose variance is that of the layer's number of inputs, so that activities keep their size.
import { checkNumber, checkOptions } from '../check.js'
import { foldIn } from '../random/key.js'
import { normal } from '../random/normal.js'
import { type Initializer, shapesOf } from './initializer.js'

/**
 * Independent normal entries `N(0, gain^2 / n_{l-1})` in layer l: LeCun's start with gain 1, He's with `sqrt(2)`. With one learning rate for all
 * layers this is the standard parameterisation, whose best learning rate falls with the width.
 * @param options.gain > 0, default 1
 * @throws {RangeArgError|DTypeError|OptionError} a bad option
 * @example
 * createNetwork(engine, { sizes: [8, 64, 64, 1], init: fanIn(), seed: 1 }).parameterCount // -> 4672
 * @see LeCun, Bottou, Orr, Mueller (1998), Efficient BackProp; He et al. (2015), arXiv:1502.01852
 */
export function fanIn(options?: { gain?: number }): Initializer {
  const gain = checkNumber(checkOptions(options, 'fanIn', ['gain']).gain ?? 1, 'gain', { above: 0 })
  return {
    name: `fanIn(gain ${gain})`,
    weights: (sizes, key) =>
      shapesOf(sizes).map(([rows, cols], l) => {
        const scale = gain / Math.sqrt(cols)
        return normal(foldIn(key, l + 1), rows * cols).map((entry) => scale * entry)
      }),
  }
}
