// The options of `dlnDmft`, checked.
import { checkInteger, checkNumber, checkOptions, describe } from '../../check.js'
import { EngineCore } from '../../engine/core.js'
import { DTypeError, OptionError, RangeArgError, ShapeError } from '../../errors.js'
import { checkNumbers } from '../numerics/arrays.js'

/** A learning rate: a number, one for each step, or a function of the step. */
export type TheoryRate = number | ArrayLike<number> | ((step: number) => number)

/** Options of `dlnDmft`. */
export interface DlnDmftOptions {
  /** L, the number of hidden layers, 0 .. 1024; 0 is linear regression. */
  depth: number
  /** Number of updates; losses are given at steps 0 .. `steps`. At most 4096. */
  steps: number
  /** eta: every parameter moves by `eta gamma^2 D_0` times the gradient. A number > 0, or >= 0 for each step. */
  learningRate: TheoryRate
  /** gamma_h = gamma / sqrt(nu) > 0: `gamma0` of the mean-field parameterisation. Default 1. */
  richness?: number
  /** nu = N / D_0, above 0; Infinity (the default) for infinitely wide layers. */
  widthRatio?: number
  /** alpha = P / D_0, samples that every step sees again. Default: the population. */
  sampleRatio?: number
  /** alpha_B = B / D_0, fresh samples of each step, in the place of `sampleRatio`. */
  batchRatio?: number
  /** sigma >= 0, the standard deviation of the noise on targets. Default 0. */
  noise?: number
  /** lam_k > 0, eigenvalues of the inputs' covariance. Default: one mode, 1. */
  eigenvalues?: ArrayLike<number>
  /** beta*_k^2 >= 0, squared coefficients of the teacher. Default all 1. */
  targets?: ArrayLike<number>
  /** Weight of each mode in averages `1/D_0 sum_i`: its multiplicity over D_0. Default all 1. */
  weights?: ArrayLike<number>
  /** Scale b of residual branches between hidden layers; `'depth'` is `1/sqrt(L - 1)`. Default none. */
  residual?: number | 'depth'
  /** Factors of eta, one for each of the L + 1 layers of weights from the inputs up; 0 freezes a layer. Default all 1. */
  layerRates?: ArrayLike<number>
  /** Variance of the readout's weights at the start. Default 1. */
  readoutVariance?: number
  /** Where to compute. Default: an engine of its own for the call. */
  engine?: EngineCore
}

const KEYS = [
  'depth',
  'steps',
  'learningRate',
  'richness',
  'widthRatio',
  'sampleRatio',
  'batchRatio',
  'noise',
  'eigenvalues',
  'targets',
  'weights',
  'residual',
  'layerRates',
  'readoutVariance',
  'engine',
] as const

/** Options with all defaults, in the symbols of the equations. */
export interface DmftModel {
  readonly depth: number
  /** T, the number of recorded times. */
  readonly times: number
  /** eta of each step, (T). */
  readonly rates: Float64Array
  readonly richness: number
  /** 1 / nu. */
  readonly inverseWidth: number
  readonly data: 'population' | 'repeated' | 'one-pass'
  /** 1 / alpha, or 1 / alpha_B. */
  readonly inverseSamples: number
  readonly noise: number
  readonly eigenvalues: Float64Array
  readonly targets: Float64Array
  readonly weights: Float64Array
  /** b, or undefined without skip connections. */
  readonly residual: number | undefined
  readonly layerRates: Float64Array
  readonly readoutVariance: number
}

/** The options as a model, and the engine if one was given. */
export function checkDmft(options: DlnDmftOptions): { model: DmftModel; engine: EngineCore | undefined } {
  const given = checkOptions(options, 'dlnDmft', KEYS)
  const depth = checkInteger(given.depth, 'depth', { max: 1024 })
  const steps = checkInteger(given.steps, 'steps', { max: 4096 })
  if (given.sampleRatio !== undefined && given.batchRatio !== undefined) {
    throw new OptionError('give either sampleRatio (samples seen again) or batchRatio (fresh ones in each step)', {
      argument: 'batchRatio',
    })
  }
  const ratio = given.sampleRatio ?? given.batchRatio
  const samples = checkRatio(ratio ?? Infinity, given.batchRatio === undefined ? 'sampleRatio' : 'batchRatio')
  const data = samples === Infinity ? 'population' : given.batchRatio === undefined ? 'repeated' : 'one-pass'
  const eigenvalues = checkNumbers(given.eigenvalues ?? [1], 'eigenvalues', { above: 0 })
  const modes = eigenvalues.length
  if (modes === 0) throw new ShapeError('eigenvalues must hold at least one number', { argument: 'eigenvalues' })
  const perMode = (value: unknown, name: string) =>
    value === undefined ? new Float64Array(modes).fill(1) : checkNumbers(value, name, { min: 0 }, modes)
  if (given.engine !== undefined && !(given.engine instanceof EngineCore)) {
    throw new DTypeError(`engine must be an engine, got ${describe(given.engine)}`, { argument: 'engine' })
  }
  const model = {
    depth,
    times: steps + 1,
    rates: checkRates(given.learningRate as TheoryRate, steps),
    richness: checkNumber(given.richness ?? 1, 'richness', { above: 0 }),
    inverseWidth: 1 / checkRatio(given.widthRatio ?? Infinity, 'widthRatio'),
    data: data as DmftModel['data'],
    inverseSamples: 1 / samples,
    noise: checkNumber(given.noise ?? 0, 'noise', { min: 0 }),
    eigenvalues,
    targets: perMode(given.targets, 'targets'),
    weights: perMode(given.weights, 'weights'),
    residual: checkBranches(given.residual, depth),
    layerRates:
      given.layerRates === undefined
        ? new Float64Array(depth + 1).fill(1)
        : checkNumbers(given.layerRates, 'layerRates', { min: 0 }, depth + 1),
    readoutVariance: checkNumber(given.readoutVariance ?? 1, 'readoutVariance', { min: 0 }),
  }
  return { model, engine: given.engine as EngineCore | undefined }
}

/** A positive number or Infinity. */
export function checkRatio(value: unknown, name: string): number {
  return value === Infinity ? Infinity : checkNumber(value, name, { above: 0 })
}

/** The rates of steps 0 .. steps, the last one 0. */
export function checkRates(given: TheoryRate, steps: number): Float64Array {
  const rates = new Float64Array(steps + 1)
  if (typeof given === 'number') return rates.fill(checkNumber(given, 'learningRate', { above: 0 }), 0, steps)
  if (typeof given === 'function') {
    for (let s = 0; s < steps; s++) rates[s] = checkNumber(given(s), `learningRate(${s})`, { min: 0 })
    return rates
  }
  rates.set(checkNumbers(given, 'learningRate', { min: 0 }, steps))
  return rates
}

function checkBranches(given: unknown, depth: number): number | undefined {
  if (given === undefined) return undefined
  if (depth < 2) {
    throw new RangeArgError(`residual branches need a depth of at least 2, got ${depth}`, { argument: 'residual' })
  }
  if (given === 'depth') return 1 / Math.sqrt(depth - 1)
  if (typeof given === 'string') {
    throw new OptionError(`residual must be a number or 'depth', got ${describe(given)}`, { argument: 'residual' })
  }
  return checkNumber(given, 'residual')
}
