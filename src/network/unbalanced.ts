// Two layers whose hidden neurons all have the same balance between what comes in and what goes out.
import { checkNumber, checkOptions } from '../check.js'
import { DTypeError, ShapeError } from '../errors.js'
import { splitStrength } from '../linalg/dense/balanced-factors.js'
import { norm } from '../linalg/dense/vector.js'
import { foldIn } from '../random/key.js'
import { normal } from '../random/normal.js'
import type { Initializer } from './initializer.js'

/**
 * A start of two layers in which every hidden neuron has strength `|w| |a| = tau^2` and balance `|a|^2 - |w|^2 = delta`, w its weights and a its readout, in
 * uniformly random directions (one output: a = +-|a|). The same seed has the same directions at any tau and delta. Large tau is lazy; at small tau,
 * delta > 0 (upstream) learns features fast, delta < 0 (downstream) late.
 *
 * @param options.tau > 0
 * @param options.delta balance, default 0
 * @param options.antisymmetric pairs of neurons, i and i + n_1/2, share w and have opposite a, so that the network computes 0 at the start. Default false
 * @throws {RangeArgError|DTypeError|OptionError} a bad option
 * @throws {ShapeError} from `createNetwork`: not two layers, or an odd hidden width with `antisymmetric`
 * @example
 * const start = unbalanced({ tau: 0.1, delta: 1, antisymmetric: true })
 * const net = createNetwork(engine, { sizes: [2, 4, 1], init: start, activation: 'relu', seed: 1 })
 * net.predict(engine.matrix([[1], [2]])).toNested() // -> [[0]]
 * @see Kunin, Raventos, Domine, Chen, Klindt, Saxe, Ganguli (2024), Get rich quick, arXiv:2406.06158
 */
export function unbalanced(options: { tau: number; delta?: number; antisymmetric?: boolean }): Initializer {
  const given = checkOptions(options, 'unbalanced', ['tau', 'delta', 'antisymmetric'])
  const tau = checkNumber(given.tau, 'tau', { above: 0, max: 1e30 })
  const delta = checkNumber(given.delta ?? 0, 'delta', { min: -1e60, max: 1e60 })
  const antisymmetric = given.antisymmetric ?? false
  if (typeof antisymmetric !== 'boolean') {
    throw new DTypeError('antisymmetric must be true or false', { argument: 'antisymmetric' })
  }
  const [incoming, outgoing] = splitStrength(tau * tau, delta)
  return {
    name: `unbalanced(tau ${tau}, delta ${delta}${antisymmetric ? ', antisymmetric' : ''})`,
    weights(sizes, key) {
      const [inputs, hidden, outputs] = sizes
      if (sizes.length !== 3 || (antisymmetric && hidden % 2 === 1)) {
        throw new ShapeError(
          `unbalanced is for two layers${antisymmetric ? ' with an even number of hidden units' : ''}, got sizes [${sizes.join(', ')}]`,
          { argument: 'sizes' },
        )
      }
      const drawn = antisymmetric ? hidden / 2 : hidden
      const w = directions(normal(foldIn(key, 1), drawn * inputs), drawn, inputs, incoming)
      const a = directions(normal(foldIn(key, 2), drawn * outputs), drawn, outputs, outgoing)
      const first = new Float64Array(hidden * inputs)
      const second = new Float64Array(outputs * hidden)
      for (let i = 0; i < hidden; i++) {
        const from = i % drawn
        first.set(w.subarray(from * inputs, (from + 1) * inputs), i * inputs)
        for (let o = 0; o < outputs; o++) second[o * hidden + i] = (i < drawn ? 1 : -1) * a[from * outputs + o]
      }
      return [first, second]
    },
  }
}

/** Rows of the given length, in the directions of rows of normal numbers. */
function directions(z: Float64Array, rows: number, cols: number, length: number): Float64Array {
  for (let i = 0; i < rows; i++) {
    const size = norm(z, i * cols, cols)
    for (let j = i * cols; j < (i + 1) * cols; j++) z[j] *= length / size
  }
  return z
}
