// SynFlow: what every weight carries of the flow through the network when all weights are their absolute values and all inputs are one.
//
//   R = 1' |W_L| ... |W_1| 1,   S_l = (b_l a_l') o |W_l|,   a_l = |W_{l-1}| ... |W_1| 1,   b_l = |W_{l+1}|' ... |W_L|' 1
//
// Two sweeps of products with vectors. Each vector is kept near 1 by powers of two, which are exact: products of deep layers neither over- nor
// underflow on the way.
import { checkOptions } from '../../check.js'
import { axpy, dot } from '../../linalg/dense/vector.js'
import { exponentOf, scaleByPowerOfTwo } from '../../math/power-of-two.js'
import { PRUNABLE_KEYS, type Prunable, type PrunableModel, type PrunableOptions, readPrunable } from './model.js'

/** Exponents of R beyond which scores are given in units of a power of two. */
const LARGEST_EXPONENT = 900

/** Scores, and what they sum to. */
export interface SynflowScores {
  /** S_1 .. S_L, each row by row, (n_l, n_{l-1}). */
  readonly scores: readonly Float64Array[]
  /** b_l o |bias_l|; undefined where a layer has none. */
  readonly biasScores: readonly (Float64Array | undefined)[]
  /** R: the sum of the scores of every layer, where there are no biases. */
  readonly flow: number
  /** Scores and flow are in units of `2^exponent`; 0 but where R has more than 900 binary places. */
  readonly exponent: number
}

/**
 * SynFlow scores `S_l = |W_l| o dR/d|W_l|` of `R = 1'|W_L| ... |W_1| 1`, for linear and ReLU-like layers alike; biases add `|b_l|` on the way. They are
 * conserved: every layer sums to R, and what goes into a hidden neuron goes out of it, so that the mean score of a layer is R over its size.
 *
 * @param source a network of layers, or weights W_1 .. W_L
 * @param options masks and biases of plain weights
 * @returns float64, relative error below `2 L n eps`, n the largest width: all terms are positive
 * @throws {ShapeError|RangeArgError|OptionError|UnsupportedError} weights that do not fit together or are not finite; residual branches
 * @example
 * synflowScores([[[1, -2]], [[3], [-1]]]).scores // -> [[4, 8], [9, 3]]
 * @see Tanaka, Kunin, Yamins, Ganguli (2020), Pruning neural networks without any data by iteratively conserving synaptic flow, arXiv:2006.05467
 */
export function synflowScores(source: Prunable, options?: PrunableOptions): SynflowScores {
  return flowScores(readPrunable(source, checkOptions(options, 'synflowScores', PRUNABLE_KEYS)))
}

/** A vector times a power of two. */
interface Scaled {
  readonly values: Float64Array
  readonly exponent: number
}

function normalized(values: Float64Array, exponent: number): Scaled {
  const largest = values.reduce((most, value) => Math.max(most, value), 0)
  if (largest === 0) return { values, exponent }
  const shift = exponentOf(largest)
  return { values: values.map((value) => scaleByPowerOfTwo(value, -shift)), exponent: exponent + shift }
}

/** The scores of a checked model. @internal */
export function flowScores({ layers }: PrunableModel): SynflowScores {
  // |W_l| as numbers near 1 times a power of two.
  const sizes = layers.map(({ weight }) => normalized(weight.map(Math.abs), 0))
  const forward: Scaled[] = [{ values: new Float64Array(layers[0].cols).fill(1), exponent: 0 }]
  layers.forEach(({ rows, cols, bias }, l) => {
    const { values, exponent } = forward[l]
    const total = exponent + sizes[l].exponent
    const out = new Float64Array(rows)
    for (let i = 0; i < rows; i++) {
      out[i] = dot(sizes[l].values, i * cols, values, 0, cols) + scaleByPowerOfTwo(Math.abs(bias?.[i] ?? 0), -total)
    }
    forward.push(normalized(out, total))
  })
  const depth = layers.length
  const backward: Scaled[] = new Array(depth)
  backward[depth - 1] = { values: new Float64Array(layers[depth - 1].rows).fill(1), exponent: 0 }
  for (let l = depth - 1; l >= 1; l--) {
    const { rows, cols } = layers[l]
    const out = new Float64Array(cols)
    for (let i = 0; i < rows; i++) axpy(backward[l].values[i], sizes[l].values, i * cols, out, 0, cols)
    backward[l - 1] = normalized(out, backward[l].exponent + sizes[l].exponent)
  }
  const end = forward[depth]
  const total = end.values.reduce((sum, value) => sum + value, 0)
  const exponent = Math.abs(end.exponent) > LARGEST_EXPONENT ? end.exponent : 0
  const scores = layers.map(({ rows, cols }, l) => {
    const [w, a, b] = [sizes[l], forward[l], backward[l]]
    const shift = w.exponent + a.exponent + b.exponent - exponent
    const out = new Float64Array(rows * cols)
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        out[i * cols + j] = scaleByPowerOfTwo(b.values[i] * a.values[j] * w.values[i * cols + j], shift)
      }
    }
    return out
  })
  const biasScores = layers.map(({ bias }, l) =>
    bias?.map((value, i) =>
      scaleByPowerOfTwo(Math.abs(value) * backward[l].values[i], backward[l].exponent - exponent),
    ),
  )
  return { scores, biasScores, flow: scaleByPowerOfTwo(total, end.exponent - exponent), exponent }
}
