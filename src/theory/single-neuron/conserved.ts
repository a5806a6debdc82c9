// What the gradient flow of linear layers with rates of their own conserves, on plain arrays. For running networks see `probes.noetherCharges`.
import { describe } from '../../check.js'
import type { DenseMatrix, MatrixLike } from '../../engine/coerce.js'
import { DTypeError, ShapeError } from '../../errors.js'
import { readMatrix } from '../lambda-balanced/operands.js'
import { checkNumbers } from '../numerics/arrays.js'
import { difference, frobenius, multiplyLeftTransposed, multiplyRightTransposed } from '../numerics/dense.js'

/**
 * `D_l = W_{l+1}'W_{l+1}/eta_{l+1} - W_l W_l'/eta_l`, l = 1 .. L-1, which gradient flow of any loss of the map `W_L ... W_1` conserves. For two layers with one
 * hidden unit it is delta/(eta_a eta_w). With rectifiers between the layers the diagonals are conserved, one number a neuron.
 *
 * Gradient descent does not conserve them: they drift by O(learning rate) over a fixed time (`conservedDrift`).
 *
 * @param weights [W_1, ..., W_L], each (n_l, n_{l-1})
 * @param layerRates eta_1 .. eta_L, > 0; default all 1
 * @returns one matrix (n_l, n_l) row-major for each pair of neighbours
 * @throws {DTypeError|ShapeError|RangeArgError} layers that do not chain, rates that are not positive or as many
 * @example
 * conservedQuantities([[[1, 2]], [[3]]]) // -> [[4]]
 * @see Kunin et al. (2024), Get rich quick, arXiv:2406.06158; Du, Hu, Lee (2018), arXiv:1806.00900
 */
export function conservedQuantities(weights: readonly MatrixLike[], layerRates?: ArrayLike<number>): Float64Array[] {
  const layers = readChain(weights, 'weights')
  const rates = readLayerRates(layerRates, layers.length)
  return layers.slice(1).map((above, l) => quantity(layers[l], above, rates[l], rates[l + 1]))
}

/**
 * How far what is conserved has drifted along a run, relative to the size of the layers: at each time the largest of
 * `|D_l(t) - D_l(0)|_F / (|W_{l+1}|_F^2/eta_{l+1} + |W_l|_F^2/eta_l)`, the norms at time 0.
 *
 * @param path the layers at each time, [[W_1, ..., W_L], ...]
 * @param layerRates as in `conservedQuantities`
 * @returns shape (T), the first 0
 * @throws {DTypeError|ShapeError|RangeArgError} layers that do not chain or change their shape; a start of zeros
 * @example
 * conservedDrift([[[[1]], [[1]]], [[[2]], [[1]]]]) // -> [0, 1.5]
 */
export function conservedDrift(path: readonly (readonly MatrixLike[])[], layerRates?: ArrayLike<number>): Float64Array {
  if (!Array.isArray(path)) throw new DTypeError(`path must be an array, got ${describe(path)}`, { argument: 'path' })
  const drift = new Float64Array(path.length)
  if (path.length === 0) return drift
  const first = readChain(path[0], 'path[0]')
  const rates = readLayerRates(layerRates, first.length)
  const squares = first.map(({ data }, l) => frobenius(data) ** 2 / rates[l])
  const start = conservedQuantities(path[0], rates)
  for (let t = 1; t < path.length; t++) {
    const layers = readChain(path[t], `path[${t}]`)
    const same =
      layers.length === first.length &&
      layers.every(({ rows, cols }, l) => rows === first[l].rows && cols === first[l].cols)
    if (!same) {
      throw new ShapeError(`path[${t}] must hold layers of the same shapes as path[0]`, { argument: `path[${t}]` })
    }
    for (let l = 0; l + 1 < layers.length; l++) {
      const now = quantity(layers[l], layers[l + 1], rates[l], rates[l + 1])
      const moved = frobenius(difference(now, start[l]))
      if (moved > 0) drift[t] = Math.max(drift[t], moved / (squares[l] + squares[l + 1]))
    }
  }
  return drift
}

function quantity(below: DenseMatrix, above: DenseMatrix, rateBelow: number, rateAbove: number): Float64Array {
  const n = below.rows
  const outgoing = multiplyLeftTransposed(above.data, above.data, n, above.rows, n)
  const incoming = multiplyRightTransposed(below.data, below.data, n, below.cols, n)
  return outgoing.map((value, i) => value / rateAbove - incoming[i] / rateBelow)
}

function readChain(weights: unknown, name: string): DenseMatrix[] {
  if (!Array.isArray(weights) || weights.length < 2) {
    throw new DTypeError(`${name} must be an array of at least two layers, got ${describe(weights)}`, {
      argument: name,
    })
  }
  const layers = weights.map((weight: MatrixLike, l) => readMatrix(weight, `${name}[${l}]`))
  layers.slice(1).forEach(({ cols }, l) => {
    if (cols === layers[l].rows) return
    throw new ShapeError(`${name}[${l + 1}] must have ${layers[l].rows} columns, one a row of the layer below`, {
      argument: `${name}[${l + 1}]`,
    })
  })
  return layers
}

function readLayerRates(given: ArrayLike<number> | undefined, depth: number): Float64Array {
  if (given === undefined) return new Float64Array(depth).fill(1)
  return checkNumbers(given, 'layerRates', { above: 0 }, depth)
}
