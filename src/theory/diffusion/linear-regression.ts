// SGD with momentum on linear regression with additive gradient noise sigma^2 H: all modes of the Hessian, put together again.
import { checkNumber, checkOptions } from '../../check.js'
import type { MatrixLike } from '../../engine/coerce.js'
import { checkNumbers } from '../numerics/arrays.js'
import { compose } from '../numerics/dense.js'
import { checkSgd, SGD_KEYS, type SgdParameters } from './mode-parameters.js'
import { fromModes, minimumOf, readRegression, toModes } from './regression-data.js'
import { checkSteps, sgdMode } from './sgd-mode.js'

/** Options of `sgdLinearRegression`. */
export interface SgdLinearRegressionOptions extends SgdParameters {
  /** X, (d, N), columns are samples; d at most 64. */
  inputs: MatrixLike
  /** y, shape (N). */
  outputs: ArrayLike<number>
  /** Standard deviation of the noise on a label, >= 0: gradients of one sample have covariance sigma^2 H. */
  sigma: number
  /** Shape (d). */
  theta0: ArrayLike<number>
  /** Shape (d). Default 0. */
  v0?: ArrayLike<number>
}

/** Regression in one of the two forms. */
export interface SgdRegressionCurves {
  /** Mean position, shape (T, d). */
  readonly theta: Float64Array
  /** Mean velocity, shape (T, d). */
  readonly v: Float64Array
  /** Covariance of the position, shape (T, d, d). */
  readonly covariance: Float64Array
}

/** Regression in both forms. */
export interface SgdLinearRegression {
  /** Eigenvalues of `H = X X'/N`, falling, shape (d). */
  readonly eigenvalues: Float64Array
  /** Eigenvectors as columns, shape (d, d). */
  readonly eigenvectors: Float64Array
  /** `(H + lambda)^-1 X y / N`, shape (d). */
  readonly minimum: Float64Array
  readonly ou: SgdRegressionCurves
  readonly discrete: SgdRegressionCurves
}

/**
 * SGD with momentum and weight decay on `1/(2N) |y - theta' X|^2` with additive noise: each eigenmode of the Hessian is an `sgdMode` with `Sigma = sigma^2 rho`.
 * Minibatches also multiply the error; `sgdMomentRecursion` has that.
 *
 * @param steps integers >= 0, in any order, shape (T)
 * @returns both forms, named; relative errors of each mode as in `sgdMode`
 * @throws {OptionError|RangeArgError|ShapeError|DTypeError} a bad option
 * @example
 * const options = { inputs: [[1, -1]], outputs: [2, -2], sigma: 0, theta0: [0], learningRate: 0.5 }
 * sgdLinearRegression(options, [1, 2]).discrete.theta // -> [1, 1.5]
 * @see Kunin, Sagastuy-Brena, Gillespie, Margalit, Tanaka, Ganguli, Yamins (2021), Limiting dynamics of SGD, arXiv:2107.09133
 */
export function sgdLinearRegression(
  options: SgdLinearRegressionOptions,
  steps: ArrayLike<number>,
): SgdLinearRegression {
  const given = checkOptions(options, 'sgdLinearRegression', [
    ...SGD_KEYS,
    'inputs',
    'outputs',
    'sigma',
    'theta0',
    'v0',
  ])
  const { decay } = checkSgd(given)
  const data = readRegression(given.inputs, given.outputs)
  const { dimension: d, values, vectors } = data
  const sigma = checkNumber(given.sigma, 'sigma', { min: 0, max: 1e50 })
  const start = toModes(vectors, checkNumbers(given.theta0, 'theta0', {}, d))
  const velocity = toModes(vectors, checkNumbers(given.v0 ?? new Float64Array(d), 'v0', {}, d))
  const at = checkSteps(steps)
  const minimum = minimumOf(data, decay)
  const { learningRate, momentum, batchSize, weightDecay } = options
  const modes = Array.from(values, (rho, l) =>
    sgdMode(
      {
        ...{ learningRate, momentum, batchSize, weightDecay },
        ...{ rho, noise: sigma * sigma * rho, theta0: start[l], v0: velocity[l], mu: minimum[l] },
      },
      at,
    ),
  )
  const curves = (form: 'ou' | 'discrete'): SgdRegressionCurves => {
    const count = at.length
    const [theta, v] = [new Float64Array(count * d), new Float64Array(count * d)]
    const covariance = new Float64Array(count * d * d)
    for (let i = 0; i < count; i++) {
      const along = (pick: 'theta' | 'v') => modes.map((mode) => mode[form][pick][i])
      theta.set(fromModes(vectors, along('theta')), i * d)
      v.set(fromModes(vectors, along('v')), i * d)
      const variances = modes.map((mode) => mode[form].covariance[3 * i])
      covariance.set(compose(vectors, variances, vectors, d, d), i * d * d)
    }
    return { theta, v, covariance }
  }
  return {
    eigenvalues: values,
    eigenvectors: vectors,
    minimum: fromModes(vectors, minimum),
    ou: curves('ou'),
    discrete: curves('discrete'),
  }
}
