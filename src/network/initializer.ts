// Where a network starts. An initializer is data and one pure function of the sizes and a key: the same key gives the
// same start in every engine, build and order of calls.
import { checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import { type DenseMatrix, type MatrixLike, readDense } from '../engine/coerce.js'
import { OptionError, RangeArgError, ShapeError } from '../errors.js'
import { haarOrthonormal } from '../linalg/dense/haar.js'
import { jacobiSvd, type Svd } from '../linalg/dense/svd.js'
import { pow } from '../math/elementary.js'
import { foldIn, type Key } from '../random/key.js'
import { normal } from '../random/normal.js'

/** A start of a network. */
export interface Initializer {
  readonly name: string
  /** W_1 .. W_L, row-major float64, for layer sizes n_0 .. n_L. */
  weights(sizes: readonly number[], key: Key): Float64Array[]
  /** Variance of independent normal entries, where that is what the start is: the Gram form then never forms the layers. */
  variance?(sizes: readonly number[]): number
}

/**
 * Independent normal entries, `N(0, variance)` or `N(0, w^-gamma)`, with w the widest hidden layer (n_0 if there is none).
 * `gamma = 1` is the mean-field scale, larger is closer to saddle-to-saddle, smaller is closer to the lazy regime.
 *
 * @param options exactly one of `gamma` and `variance` (> 0: zero is a fixed point of training)
 * @throws {OptionError} both or neither
 * @throws {RangeArgError} a variance that is not positive
 * @example
 * createNetwork(engine, { sizes: [8, 64, 64, 8], init: gaussian({ gamma: 1.5 }), seed: 1 })
 */
export function gaussian(options: { gamma: number } | { variance: number }): Initializer {
  const { gamma, variance } = checkOptions(options, 'gaussian', ['gamma', 'variance'])
  if ((gamma === undefined) === (variance === undefined)) {
    throw new OptionError('gaussian takes either gamma (variance = width^-gamma) or variance', { argument: 'gaussian' })
  }
  if (gamma !== undefined) checkNumber(gamma, 'gamma', { min: -8, max: 64 })
  else if (variance === 0) {
    throw new RangeArgError(
      'variance 0 starts at a fixed point: nothing would ever be learned; use a positive variance',
      {
        argument: 'variance',
      },
    )
  } else checkNumber(variance, 'variance', { above: 0 })
  const varianceOf = (sizes: readonly number[]) =>
    variance === undefined ? pow(widest(sizes), -(gamma as number)) : (variance as number)
  return {
    name: gamma === undefined ? `gaussian(variance ${variance})` : `gaussian(gamma ${gamma})`,
    variance: varianceOf,
    weights(sizes, key) {
      const scale = Math.sqrt(varianceOf(sizes))
      return shapesOf(sizes).map(([rows, cols], l) => {
        const entries = normal(foldIn(key, l + 1), rows * cols)
        for (let i = 0; i < entries.length; i++) entries[i] *= scale
        return entries
      })
    },
  }
}

/**
 * Every layer a scaled (semi-)orthogonal matrix, Haar distributed: `W_l = gain Q_l`.
 * @param options.gain > 0, default 1
 * @throws {RangeArgError|DTypeError|OptionError} a bad option
 * @example
 * createNetwork(engine, { sizes: [4, 16, 4], init: orthogonal({ gain: 0.5 }), seed: 1 }).weights.length // -> 2
 */
export function orthogonal(options?: { gain?: number }): Initializer {
  const gain = checkNumber(checkOptions(options, 'orthogonal', ['gain']).gain ?? 1, 'gain', { above: 0 })
  return {
    name: `orthogonal(gain ${gain})`,
    weights: (sizes, key) =>
      shapesOf(sizes).map(([rows, cols], l) => {
        const layerKey = foldIn(key, l + 1)
        const q =
          rows >= cols
            ? haarOrthonormal(layerKey, rows, cols)
            : transpose(haarOrthonormal(layerKey, cols, rows), cols, rows)
        return q.map((entry) => gain * entry)
      }),
  }
}

/**
 * A balanced start: `W_{l+1}' W_{l+1} = W_l W_l'` for every hidden layer, exactly up to rounding.
 *
 * With `scale`, the end-to-end map has all its r = min(sizes) singular values equal to `scale` and Haar-random singular
 * vectors. With `endToEnd`, it is that matrix (n_L, n_0), of rank at most the narrowest layer. In both cases
 * `W_l = R_l diag(s^(1/L)) R_{l-1}'` with orthonormal R_l, Haar-random in the hidden layers.
 * @param options exactly one of `scale` (> 0) and `endToEnd`
 * @throws {OptionError} both or neither
 * @throws {RangeArgError|DTypeError} a scale that is not positive, a matrix that is not finite
 * @throws {ShapeError} from `createNetwork`: a matrix of another shape, or of rank above the narrowest layer
 * @example
 * const start = balanced({ endToEnd: [[2, 0], [0, 1]] })
 * createNetwork(engine, { sizes: [2, 8, 2], init: start }).endToEnd().toNested() // -> [[2, 0], [0, 1]]
 */
export function balanced(options: { scale: number } | { endToEnd: MatrixLike }): Initializer {
  const { scale, endToEnd } = checkOptions(options, 'balanced', ['scale', 'endToEnd'])
  if ((scale === undefined) === (endToEnd === undefined)) {
    throw new OptionError('balanced takes either scale or endToEnd', { argument: 'balanced' })
  }
  if (scale !== undefined) checkNumber(scale, 'scale', { above: 0 })
  const target = endToEnd === undefined ? undefined : readDense(endToEnd, 'endToEnd', { finite: true })
  return {
    name: scale === undefined ? 'balanced(endToEnd)' : `balanced(scale ${scale})`,
    weights(sizes, key) {
      const depth = sizes.length - 1
      const rank = Math.min(...sizes)
      const bases = sizes.map((size, l) => haarOrthonormal(foldIn(key, l), size, rank))
      let values = new Float64Array(rank).fill((scale as number) ?? 0)
      if (target !== undefined) {
        const { u, s, v } = svdWithin(target, sizes)
        values = s.slice(0, rank)
        bases[depth] = leadingColumns(u, target.rows, s.length, rank)
        bases[0] = leadingColumns(v, target.cols, s.length, rank)
      }
      const roots = values.map((value) => (value === 0 ? 0 : pow(value, 1 / depth)))
      return shapesOf(sizes).map(([rows, cols], l) => outer(bases[l + 1], roots, bases[l], rows, cols, rank))
    },
  }
}

/**
 * These weights: `[W_1, ..., W_L]`, each (n_l, n_{l-1}), finite.
 * @throws {OptionError|RangeArgError|DTypeError} no array of matrices, or entries that are not finite numbers
 * @throws {ShapeError} from `createNetwork`: they are not of its sizes
 * @example
 * createNetwork(engine, { sizes: [2, 1, 1], init: explicit([[[1, 2]], [[3]]]) }).endToEnd().toNested() // -> [[3, 6]]
 */
export function explicit(weights: readonly MatrixLike[]): Initializer {
  if (!Array.isArray(weights) || weights.length === 0) {
    throw new OptionError(`explicit takes [W_1, ..., W_L], got ${describe(weights)}`, { argument: 'weights' })
  }
  const dense = weights.map((matrix, l) => readDense(matrix, `W_${l + 1}`, { finite: true }))
  return {
    name: 'explicit',
    weights(sizes) {
      const shapes = shapesOf(sizes)
      if (shapes.length !== dense.length) {
        throw new ShapeError(`explicit has ${dense.length} matrices, the network has ${shapes.length} layers`, {
          argument: 'weights',
        })
      }
      return shapes.map(([rows, cols], l) => {
        if (dense[l].rows !== rows || dense[l].cols !== cols) {
          throw new ShapeError(`W_${l + 1} must be ${rows} x ${cols}, got ${dense[l].rows} x ${dense[l].cols}`, {
            argument: `W_${l + 1}`,
          })
        }
        return dense[l].data.slice()
      })
    },
  }
}

/** Layer sizes `n_0 .. n_L` as checked integers, at least two of them. */
export function checkSizes(sizes: unknown): number[] {
  if (!Array.isArray(sizes))
    throw new OptionError(`sizes must be [n_0, ..., n_L], got ${describe(sizes)}`, { argument: 'sizes' })
  if (sizes.length < 2) {
    throw new RangeArgError(`sizes must name at least the inputs and the outputs, got ${sizes.length} entries`, {
      argument: 'sizes',
    })
  }
  return Array.from(sizes, (size, l) => checkInteger(size, `sizes[${l}]`, { min: 1, max: 2 ** 31 - 1 }))
}

/** (rows, cols) of W_1 .. W_L. */
export function shapesOf(sizes: readonly number[]): [number, number][] {
  return sizes.slice(1).map((rows, l) => [rows, sizes[l]])
}

/** The singular values and vectors of an end-to-end map that a network of these sizes can have. */
export function svdWithin(target: DenseMatrix, sizes: readonly number[]): Svd {
  const [inputs, outputs] = [sizes[0], sizes[sizes.length - 1]]
  if (target.rows !== outputs || target.cols !== inputs) {
    throw new ShapeError(`endToEnd must be ${outputs} x ${inputs}, got ${target.rows} x ${target.cols}`, {
      argument: 'endToEnd',
    })
  }
  const rank = Math.min(...sizes)
  const svd = jacobiSvd(target.data, target.rows, target.cols)
  if (svd.s.length > rank && svd.s[rank] > 1e-12 * svd.s[0]) {
    throw new ShapeError(`endToEnd has rank above ${rank}, the narrowest layer`, { argument: 'endToEnd' })
  }
  return svd
}

function widest(sizes: readonly number[]): number {
  return sizes.length === 2 ? sizes[0] : Math.max(...sizes.slice(1, -1))
}

function transpose(a: Float64Array, rows: number, cols: number): Float64Array {
  const out = new Float64Array(a.length)
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = a[i * cols + j]
  return out
}

/** The first `count` columns of a (rows, cols), zero where there are fewer. */
export function leadingColumns(a: Float64Array, rows: number, cols: number, count: number): Float64Array {
  const out = new Float64Array(rows * count)
  for (let i = 0; i < rows; i++) for (let j = 0; j < Math.min(cols, count); j++) out[i * count + j] = a[i * cols + j]
  return out
}

/** left diag(values) right', with left (rows, rank) and right (cols, rank). */
function outer(
  left: Float64Array,
  values: Float64Array,
  right: Float64Array,
  rows: number,
  cols: number,
  rank: number,
): Float64Array {
  const out = new Float64Array(rows * cols)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < cols; j++) {
      let sum = 0
      for (let r = 0; r < rank; r++) sum += left[i * rank + r] * values[r] * right[j * rank + r]
      out[i * cols + j] = sum
    }
  }
  return out
}
