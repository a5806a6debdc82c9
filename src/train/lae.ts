// Training of regularised linear autoencoders by every method of their paper: gradient descent through the library's own loop, Oja's rule with
// tied weights, and alternating minimisation, where each half step is solved exactly.
import { checkChoice, checkInteger, checkNumber, checkOptions } from '../check.js'
import type { MatrixLike } from '../engine/coerce.js'
import { OptionError, ShapeError } from '../errors.js'
import type { Engine } from '../linalg/engine.js'
import { createNetwork } from '../network/create.js'
import { gaussian, type Initializer } from '../network/initializer.js'
import { gradientDescent } from '../optimizer/gradient-descent.js'
import { key } from '../random/key.js'
import { type AutoencoderPenalty, autoencoder } from '../task/autoencoder.js'
import { alternate, type LaeProblem, laeLoss, ojaStep } from './lae-steps.js'
import { trainSync } from './train.js'

/** Options of `laeTrain`. */
export interface LaeTrainOptions {
  /** Hidden units k. */
  hidden: number
  /** What `matrix` is: C (default), or samples X, of which `C = X X'/P` is taken. */
  from?: 'covariance' | 'samples'
  /** Default `'sum'`. */
  penalty?: AutoencoderPenalty
  /** lambda >= 0, in units of C; see `autoencoder` on its scale. Needed with a penalty. */
  lambda?: number
  /**
   * `'gd'` (default): gradient descent on the half gradients, both layers at once. `'oja'`: tied weights, `dW = W C (W'W - I) + lambda W`.
   * `'exact'`: decoder and encoder minimise the loss in turn. `'sync'`: the same, and after each turn both become the mean of encoder and decoder'.
   * All but `'gd'` are for the sum penalty.
   */
  method?: 'gd' | 'oja' | 'exact' | 'sync'
  /** Steps or turns, at most. Default 1000. */
  steps?: number
  /** eta, needed by `'gd'` and `'oja'`. */
  learningRate?: number
  /** Start of encoder and decoder, as of a network of sizes [n, k, n]. Default `gaussian({ variance: 0.01 })`. */
  init?: Initializer
  seed?: number | bigint
  /** End once no weight moves more than this in a step, >= 0. Default 0 for `'gd'`, which makes all its steps, else 1e-14. */
  tolerance?: number
}

/** A trained autoencoder. */
export interface LaeResult {
  /** `'max-steps'`: all steps were made and weights still moved by more than `tolerance`. */
  readonly status: 'converged' | 'max-steps' | 'diverged'
  /** Steps or turns made. */
  readonly steps: number
  /** W_1, (k, n). */
  readonly encoder: { readonly data: Float64Array; readonly shape: readonly [number, number] }
  /** W_2, (n, k). */
  readonly decoder: { readonly data: Float64Array; readonly shape: readonly [number, number] }
  /** `1/2 tr((I - W) C (I - W)')` and the penalty with lambda/2: half of what the paper calls the loss. */
  readonly loss: number
}

const KEYS = [
  'hidden',
  'from',
  'penalty',
  'lambda',
  'method',
  'steps',
  'learningRate',
  'init',
  'seed',
  'tolerance',
] as const

/**
 * Train a linear autoencoder of n inputs and k hidden units on a covariance. With the sum penalty the columns of the decoder's left singular
 * vectors come out as principal directions (`axisError`, `ppcaFromLae` of `deeplinear/theory`), otherwise only their span.
 *
 * @param matrix C (n, n) or X (n, P)
 * @throws {OptionError} a method that does not fit the penalty, a learning rate where none is used or none where one is
 * @throws {ShapeError|RangeArgError|DTypeError} bad arguments
 * @example
 * const { status, encoder } = laeTrain(engine, [[4, 0], [0, 1]], { hidden: 1, lambda: 2, method: 'exact', seed: 1 })
 * status // -> 'converged'
 * encoder.data.map(Math.abs) // -> [Math.SQRT1_2, 0]
 * @see Kunin, Bloom, Goeva, Seed (2019), Loss landscapes of regularized linear autoencoders, arXiv:1901.08168
 */
export function laeTrain(engine: Engine, matrix: MatrixLike, options: LaeTrainOptions): LaeResult {
  const given = checkOptions(options, 'laeTrain', KEYS)
  const k = checkInteger(given.hidden, 'hidden', { min: 1, max: 2 ** 20 })
  const penalty = checkChoice(given.penalty ?? 'sum', 'penalty', ['none', 'product', 'sum'])
  const method = checkChoice(given.method ?? 'gd', 'method', ['gd', 'oja', 'exact', 'sync'])
  if (method !== 'gd' && penalty !== 'sum') {
    throw new OptionError(`method '${method}' is for penalty 'sum'; use method 'gd'`, { argument: 'method' })
  }
  const steps = checkInteger(given.steps ?? 1000, 'steps')
  const stepped = method === 'gd' || method === 'oja'
  if (stepped === (given.learningRate === undefined)) {
    throw new OptionError(
      stepped
        ? `method '${method}' needs learningRate`
        : `method '${method}' makes exact steps and takes no learningRate`,
      { argument: 'learningRate' },
    )
  }
  const eta = stepped ? checkNumber(given.learningRate, 'learningRate', { above: 0 }) : 0
  const tolerance = checkNumber(given.tolerance ?? (method === 'gd' ? 0 : 1e-14), 'tolerance', { min: 0 })
  if (method === 'gd' && tolerance > 0) {
    throw new OptionError("method 'gd' makes all its steps; tolerance is for the others", { argument: 'tolerance' })
  }
  const from = given.from as LaeTrainOptions['from']
  const task = autoencoder(matrix, {
    ...(from === undefined ? {} : { from }),
    penalty,
    ...(penalty === 'none' && given.lambda === undefined ? {} : { lambda: given.lambda as number }),
  })
  const n = task.inputs
  if (k > n) throw new ShapeError(`hidden must be at most the ${n} inputs, got ${k}`, { argument: 'hidden' })
  const sizes = [n, k, n]
  const init = (given.init ?? gaussian({ variance: 0.01 })) as Initializer
  const problem: LaeProblem = { c: task.covariance, n, k, penalty, lambda: task.lambda }
  const result = (w1: Float64Array, w2: Float64Array, status: LaeResult['status'], made: number): LaeResult => ({
    status,
    steps: made,
    encoder: { data: w1, shape: [k, n] },
    decoder: { data: w2, shape: [n, k] },
    loss: laeLoss(problem, w1, w2),
  })
  if (method === 'gd') {
    const net = createNetwork(engine, { sizes, init, seed: given.seed as number })
    try {
      const optimizer = gradientDescent({ learningRate: eta })
      const run = trainSync(net, task, { optimizer, steps, record: { every: Math.max(1, steps) } })
      const [w1, w2] = net.weights.map((w) => w.toArray() as Float64Array)
      return result(w1, w2, run.status === 'diverged' ? 'diverged' : 'max-steps', run.steps)
    } finally {
      net.dispose()
    }
  }
  let [w1, w2] = init.weights(sizes, key((given.seed ?? 0) as number))
  for (let step = 1; step <= steps; step++) {
    const next = method === 'oja' ? ojaStep(problem, w1, eta) : alternate(problem, w1, w2, method === 'sync')
    const moved = Math.max(farthest(next.w1, w1), farthest(next.w2, w2))
    if (!Number.isFinite(moved)) return result(w1, w2, 'diverged', step - 1)
    w1 = next.w1
    w2 = next.w2
    if (moved <= tolerance) return result(w1, w2, 'converged', step)
  }
  return result(w1, w2, 'max-steps', steps)
}

function farthest(a: Float64Array, b: Float64Array): number {
  let most = 0
  for (let i = 0; i < a.length; i++) {
    const apart = Math.abs(a[i] - b[i])
    if (!(apart <= most)) most = apart
  }
  return most
}
