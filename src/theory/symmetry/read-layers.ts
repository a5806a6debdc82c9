// Layers as a caller gives them: matrices of any kind, each fitting the one below.
import { describe } from '../../check.js'
import { type DenseMatrix, type MatrixLike, readDense } from '../../engine/coerce.js'
import { DTypeError, ShapeError } from '../../errors.js'
import { checkNumbers } from '../numerics/arrays.js'

/** W_1 .. W_L, finite, `W_{l+1}` with as many columns as `W_l` has rows. */
export function readLayers(given: unknown, name: string, leastDepth = 2): DenseMatrix[] {
  const layers = readList(given, name).map((matrix, i) => readDense(matrix, `${name}[${i}]`, { finite: true }))
  if (layers.length < leastDepth) {
    throw new ShapeError(`${name} must hold at least ${leastDepth} layers, got ${layers.length}`, { argument: name })
  }
  layers.forEach(({ rows, cols }, i) => {
    if (rows === 0 || cols === 0 || (i > 0 && cols !== layers[i - 1].rows)) {
      const wanted = i > 0 ? `${layers[i - 1].rows} columns, as many as ${name}[${i - 1}] has rows` : 'rows and columns'
      throw new ShapeError(`${name}[${i}] must have ${wanted}; got ${rows} x ${cols}`, { argument: `${name}[${i}]` })
    }
  })
  return layers
}

/** Matrices of the shapes of other layers: their gradients or velocities. */
export function readAlike(given: unknown, name: string, layers: readonly DenseMatrix[]): DenseMatrix[] {
  const list = readList(given, name)
  if (list.length !== layers.length) {
    throw new ShapeError(`${name} must hold ${layers.length} layers, got ${list.length}`, { argument: name })
  }
  return list.map((matrix, i) => {
    const { rows, cols } = layers[i]
    const dense = readDense(matrix, `${name}[${i}]`, { finite: true })
    if (dense.rows !== rows || dense.cols !== cols) {
      throw new ShapeError(`${name}[${i}] must be ${rows} x ${cols}, got ${dense.rows} x ${dense.cols}`, {
        argument: `${name}[${i}]`,
      })
    }
    return dense
  })
}

/** One vector a layer, (n_l), undefined where a layer has none. */
export function readBiases(
  given: unknown,
  name: string,
  layers: readonly DenseMatrix[],
): (Float64Array | undefined)[] | undefined {
  if (given === undefined) return undefined
  const list = readList(given, name) as readonly unknown[]
  // The last layer's bias takes part in no charge and may be left out.
  if (list.length !== layers.length && list.length !== layers.length - 1) {
    throw new ShapeError(`${name} must hold a vector or undefined for each of ${layers.length} layers`, {
      argument: name,
    })
  }
  return list.map((bias, i) =>
    bias === undefined ? undefined : checkNumbers(bias, `${name}[${i}]`, {}, layers[i].rows),
  )
}

/** One number > 0 a layer; all 1 by default. */
export function readRates(given: unknown, depth: number): Float64Array {
  return given === undefined ? new Float64Array(depth).fill(1) : checkNumbers(given, 'rates', { above: 0 }, depth)
}

function readList(given: unknown, name: string): readonly MatrixLike[] {
  if (!Array.isArray(given)) {
    throw new DTypeError(`${name} must be an array, one entry a layer; got ${describe(given)}`, { argument: name })
  }
  return given
}
