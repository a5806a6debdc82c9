// Quasi-homogeneous functions: rates lambda_i of their parameters, seminorms, and the margin that training normalises.
import { checkChoice, checkNumber, describe } from '../../check.js'
import { DTypeError, RangeArgError } from '../../errors.js'
import { exp, log } from '../../math/elementary.js'
import { checkNumbers } from '../numerics/arrays.js'

/**
 * The squared Lambda-seminorm `|theta|_Lambda^2 = sum_i lambda_i theta_i^2`, or with `'max'` that of the parameters of the largest rate alone, which is what
 * gradient flow of a quasi-homogeneous network minimises at a given margin.
 *
 * @param theta shape (N)
 * @param lambdas rates >= 0, shape (N), at least one above 0
 * @param which `'all'` (default) or `'max'`
 * @throws {RangeArgError} a negative rate, or none above 0
 * @throws {DTypeError|ShapeError|OptionError} what does not fit together
 * @example
 * lambdaSeminorm([3, 1, 1], [1, 0.5, 0.5]) // -> 10
 * lambdaSeminorm([3, 1, 1], [1, 0.5, 0.5], 'max') // -> 9
 * @see Kunin, Yamamura, Ma, Ganguli (2022), The asymmetric maximum margin bias of quasi-homogeneous neural networks, arXiv:2210.03820
 */
export function lambdaSeminorm(
  theta: ArrayLike<number>,
  lambdas: ArrayLike<number>,
  which: 'all' | 'max' = 'all',
): number {
  const parameters = checkNumbers(theta, 'theta')
  const rates = readRates(lambdas, parameters.length)
  const all = checkChoice(which, 'which', ['all', 'max']) === 'all'
  const largest = rates.reduce((most, rate) => Math.max(most, rate), 0)
  return parameters.reduce((sum, value, i) => (all || rates[i] === largest ? sum + rates[i] * value * value : sum), 0)
}

/**
 * The rate at which a function grows when its parameters are scaled by `theta_i -> e^(alpha lambda_i) theta_i`: `log(f(theta after)/f(theta))/alpha`. It is 1 for
 * all theta and alpha where f is quasi-homogeneous with these rates, and then `sum_i lambda_i theta_i df/dtheta_i = f` (Euler).
 *
 * @param f a function of the parameters that is not zero at theta
 * @param alpha not 0, default 1
 * @throws {RangeArgError} a function that is 0, not finite, or changes its sign on the way
 * @throws {DTypeError|ShapeError} what does not fit together
 * @example
 * Math.abs(quasiHomogeneousRate(([a, b, c]) => a + 2 * b * c, [1, 2, 3], [1, 0.5, 0.5]) - 1) < 1e-14 // -> true
 * @see Kunin et al. (2022), arXiv:2210.03820
 */
export function quasiHomogeneousRate(
  f: (theta: Float64Array) => number,
  theta: ArrayLike<number>,
  lambdas: ArrayLike<number>,
  alpha = 1,
): number {
  if (typeof f !== 'function') {
    throw new DTypeError(`f must be a function of the parameters, got ${describe(f)}`, { argument: 'f' })
  }
  const parameters = checkNumbers(theta, 'theta')
  const rates = readRates(lambdas, parameters.length)
  const step = checkNumber(alpha, 'alpha', { min: -300, max: 300 })
  if (step === 0) throw new RangeArgError('alpha must not be 0', { argument: 'alpha' })
  const scaled = parameters.map((value, i) => value * exp(step * rates[i]))
  const ratio = checkNumber(f(scaled), 'f') / checkNumber(f(parameters), 'f')
  if (!(ratio > 0 && ratio < Infinity)) {
    throw new RangeArgError('f must not be zero or change its sign between theta and the scaled theta', {
      argument: 'f',
    })
  }
  return log(ratio) / step
}

/**
 * The margin `log(1/L)` normalised by the scale of the parameters: `e^-tau log(1/L)` with tau such that `sum_i lambda_i e^(-2 tau lambda_i) theta_i^2 = 1`. With all
 * rates equal to 1/D it is `log(1/L)/(|theta|^2/D)^(D/2)`, which gradient flow never lowers; with different rates it may fall.
 *
 * @param theta shape (N), not zero in all parameters of rate above 0
 * @param lambdas rates >= 0, shape (N), at least one above 0
 * @param logInverseLoss log(1/L), of the exponential loss `L = sum_n e^(-y_n f(x_n))`
 * @returns relative error below 1e-13 times tau
 * @throws {RangeArgError} parameters that are zero where the rates are not
 * @throws {DTypeError|ShapeError} what does not fit together
 * @example
 * Math.abs(normalizedMargin([2, 2], [0.5, 0.5], 12) - 3) < 1e-12 // -> true
 * @see Kunin et al. (2022), arXiv:2210.03820; Lyu, Li (2020), arXiv:1906.05890
 */
export function normalizedMargin(theta: ArrayLike<number>, lambdas: ArrayLike<number>, logInverseLoss: number): number {
  const parameters = checkNumbers(theta, 'theta')
  const rates = readRates(lambdas, parameters.length)
  const margin = checkNumber(logInverseLoss, 'logInverseLoss')
  const terms = [...parameters].flatMap((value, i) =>
    value !== 0 && rates[i] > 0 ? [{ rate: 2 * rates[i], log: log(rates[i]) + 2 * log(Math.abs(value)) }] : [],
  )
  if (terms.length === 0) {
    throw new RangeArgError('theta is zero in all parameters of rate above 0', { argument: 'theta' })
  }
  // log sum e^(log - rate tau) is convex and falls: Newton from where one term alone is 1, which is to the left of the root.
  let tau = terms.reduce((most, term) => Math.max(most, term.log / term.rate), -Infinity)
  for (let k = 0; k < 100; k++) {
    const exponents = terms.map((term) => term.log - term.rate * tau)
    const top = exponents.reduce((most, value) => Math.max(most, value), -Infinity)
    let [sum, slope] = [0, 0]
    exponents.forEach((value, i) => {
      const share = exp(value - top)
      sum += share
      slope += share * terms[i].rate
    })
    const step = (top + log(sum)) / (slope / sum)
    tau += step
    if (Math.abs(step) <= 1e-15 * Math.max(1, Math.abs(tau))) break
  }
  return exp(-tau) * margin
}

function readRates(lambdas: unknown, count: number): Float64Array {
  const rates = checkNumbers(lambdas, 'lambdas', { min: 0 }, count)
  if (rates.some((rate) => rate > 0)) return rates
  throw new RangeArgError('lambdas must hold a rate above 0', { argument: 'lambdas' })
}
