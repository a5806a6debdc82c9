// Two layers that start with W_2' W_2 - W_1 W_1' = lambda I: between lazy and rich by one number. The factors are those of
// linalg/dense/balanced-factors.ts; here is what the singular values and vectors are.
import { checkNumber, checkOptions, describe } from '../check.js'
import { type MatrixLike, readDense } from '../engine/coerce.js'
import { OptionError, RangeArgError, ShapeError } from '../errors.js'
import { balancedFactors, checkBalanceable, type TwoLayerSizes } from '../linalg/dense/balanced-factors.js'
import { haarOrthonormal } from '../linalg/dense/haar.js'
import { householderQr } from '../linalg/dense/qr.js'
import { jacobiSvd } from '../linalg/dense/svd.js'
import { foldIn, type Key } from '../random/key.js'
import { normal } from '../random/normal.js'
import { type Initializer, leadingColumns, svdWithin } from './initializer.js'

/** Options of `lambdaBalanced`: lambda, and one of the others. */
export type LambdaBalancedOptions = { lambda: number } & (
  | { scale: number }
  | { strengths: ArrayLike<number> }
  | { endToEnd: MatrixLike }
  | { variance: number }
)

/**
 * A lambda-balanced start of two layers: `W_2' W_2 - W_1 W_1' = lambda I`, up to rounding.
 *
 * `W_1 = R diag(s_1) V'`, `W_2 = U diag(s_2) R'` with `s_1 s_2 = m`, `s_2^2 - s_1^2 = lambda`; U, R, V are Haar-random, or U, V those of
 * `endToEnd`. One option says the singular values m of W_2 W_1: `scale` (all of them equal), `strengths` (at most min(sizes); the rest are 0),
 * `endToEnd` (that matrix, (n_2, n_0), of rank at most n_1), or `variance`: those of a product of Gaussian layers with entries
 * `N(0, variance)`.
 *
 * Positive lambda makes the output layer the larger one and asks for n_1 <= n_2; negative lambda asks for n_1 <= n_0. At lambda = 0 half of the
 * random square starts with n_1 = n_0 = n_2 lead to a saddle, not to the task: `det(U'U~) det(V'V~) < 0`.
 * @throws {OptionError} none or several of the options for m
 * @throws {RangeArgError|DTypeError} a start at zero, which is a fixed point, or a number that is none
 * @throws {RangeArgError} from `createNetwork`: no layers of its sizes have this lambda
 * @throws {ShapeError} from `createNetwork`: another depth, more strengths than modes, an `endToEnd` of another shape or too high a rank
 * @example
 * const start = lambdaBalanced({ lambda: 3, strengths: [2] })
 * const [w1, w2] = createNetwork(engine, { sizes: [1, 1, 1], init: start, seed: 1 }).weights
 * w2.view()[0] ** 2 - w1.view()[0] ** 2 // -> 3
 * @see Domine, Anguita, Proca, Braun, Kunin, Mediano, Saxe (2024), From lazy to rich, arXiv:2409.14623
 */
export function lambdaBalanced(options: LambdaBalancedOptions): Initializer {
  const given = checkOptions(options, 'lambdaBalanced', ['lambda', 'scale', 'strengths', 'endToEnd', 'variance'])
  const lambda = checkNumber(given.lambda, 'lambda')
  const { scale, strengths, endToEnd, variance } = given
  const chosen = Object.entries({ scale, strengths, endToEnd, variance }).filter(([, value]) => value !== undefined)
  if (chosen.length !== 1) {
    throw new OptionError('lambdaBalanced takes one of scale, strengths, endToEnd and variance', {
      argument: 'lambdaBalanced',
    })
  }
  // Both layers zero is a fixed point; with lambda not 0 one of them is not.
  const positive = lambda === 0 ? { above: 0 } : { min: 0 }
  if (scale !== undefined) checkNumber(scale, 'scale', positive)
  if (variance !== undefined) checkNumber(variance, 'variance', positive)
  const list = strengths === undefined ? undefined : checkStrengths(strengths, lambda)
  const target = endToEnd === undefined ? undefined : readDense(endToEnd, 'endToEnd', { finite: true })
  return {
    name: `lambdaBalanced(lambda ${lambda}, ${chosen[0][0]}${typeof chosen[0][1] === 'number' ? ` ${chosen[0][1]}` : ''})`,
    weights(sizes, key) {
      if (sizes.length !== 3) {
        throw new ShapeError(`lambdaBalanced starts two layers, got ${sizes.length - 1}; balanced starts any number`, {
          argument: 'sizes',
        })
      }
      const [inputs, hidden, outputs] = sizes
      const two: TwoLayerSizes = [inputs, hidden, outputs]
      checkBalanceable(lambda, two)
      const rank = Math.min(...two)
      let [right, turn, left] = two.map((size, l) => haarOrthonormal(foldIn(key, l), size, Math.min(size, hidden)))
      let values = list ?? new Float64Array(rank).fill((scale as number) ?? 0)
      if (variance !== undefined) values = productValues(two, key, variance as number)
      if (target !== undefined) {
        const { u, s, v } = svdWithin(target, sizes)
        values = s.slice(0, rank)
        left = withLeading(u, outputs, s.length, left)
        right = withLeading(v, inputs, s.length, right)
      }
      return balancedFactors(lambda, values, two, left, turn, right)
    },
  }
}

function checkStrengths(strengths: unknown, lambda: number): Float64Array {
  if (!Array.isArray(strengths) && !(strengths instanceof Float64Array)) {
    throw new OptionError(`strengths must be an array of numbers, got ${describe(strengths)}`, {
      argument: 'strengths',
    })
  }
  const list = Float64Array.from(strengths, (value, i) => checkNumber(value, `strengths[${i}]`, { min: 0 }))
  if (lambda === 0 && !list.some((value) => value > 0)) {
    throw new RangeArgError('strengths of 0 with lambda 0 start at a fixed point: nothing would ever be learned', {
      argument: 'strengths',
    })
  }
  return list
}

/** Singular values of G_2 G_1 with entries N(0, variance), min(sizes) of them. */
function productValues([inputs, hidden, outputs]: TwoLayerSizes, key: Key, variance: number): Float64Array {
  const first = normal(foldIn(key, 3), hidden * inputs)
  const second = normal(foldIn(key, 4), outputs * hidden)
  const product = new Float64Array(outputs * inputs)
  for (let o = 0; o < outputs; o++) {
    for (let h = 0; h < hidden; h++) {
      const weight = variance * second[o * hidden + h]
      for (let i = 0; i < inputs; i++) product[o * inputs + i] += weight * first[h * inputs + i]
    }
  }
  return jacobiSvd(product, outputs, inputs, { vectors: false }).s.slice(0, Math.min(inputs, hidden, outputs))
}

/** The orthonormal columns of a (rows, cols), then as many of the random ones, made orthogonal to them, as there are columns missing. */
function withLeading(a: Float64Array, rows: number, cols: number, random: Float64Array): Float64Array {
  const count = random.length / rows
  const mixed = leadingColumns(a, rows, cols, count)
  if (count <= cols) return mixed
  for (let i = 0; i < rows; i++) for (let j = cols; j < count; j++) mixed[i * count + j] = random[i * count + j]
  const { q } = householderQr(mixed, rows, count)
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) q[i * count + j] = a[i * cols + j]
  return q
}
