// Sweeps of the learning rate: the same starts trained at every rate of a grid, all of them side by side as one ensemble where the task is one
// for all, and seed by seed where each seed has data of its own.
import { checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import type { EngineCore } from '../engine/core.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import type { NetworkOptions } from '../network/create.js'
import { createEnsemble } from '../network/ensemble.js'
import { gradientDescent } from '../optimizer/gradient-descent.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import type { Task } from '../task/task.js'
import { trainEnsemble } from './ensemble.js'
import { type OptimalLearningRate, optimalLearningRate } from './optimal-learning-rate.js'

/** Options of `lrSweep`. */
export interface LrSweepOptions {
  /** The network; its seed is that of the sweep. */
  network: Omit<NetworkOptions, 'seed'>
  /** The task, or a function that makes that of each seed, for data of its own. */
  task: Task | ((seed: number) => Task)
  /** Learning rates > 0, ascending: a grid even in the logarithm, such as `2^-6, 2^-5.75, ..`. */
  learningRates: ArrayLike<number>
  /** Number of updates of every run. */
  steps: number
  /** Seeds of the starts: every rate sees the same ones. Default `[0]`. */
  seeds?: readonly number[]
  /** The update rule at a learning rate. Default `gradientDescent`. */
  optimizer?: (learningRate: number) => Optimizer
  /** Most runs side by side in memory, from 1. Default: all rates of a seed. */
  runsAtOnce?: number
  /** Ends the sweep with an error. */
  signal?: AbortSignal
}

/** Losses of a sweep. */
export interface LrSweep {
  readonly learningRates: Float64Array
  readonly seeds: readonly number[]
  /** Loss of each run after the last update, (seeds, rates); Infinity where it diverged. */
  readonly losses: Float64Array
  /** Means over the seeds, (rates); Infinity where a run diverged. */
  readonly means: Float64Array
  /** The lowest point of the means. */
  readonly optimum: OptimalLearningRate
}

const KEYS = ['network', 'task', 'learningRates', 'steps', 'seeds', 'optimizer', 'runsAtOnce', 'signal'] as const

/**
 * Train the same starts at every learning rate of a grid and find the best one, by `optimalLearningRate` of the mean loss.
 *
 * Members of an ensemble have rates of their own, so that the runs of a seed cost little more than one of them; a network too large for all of them
 * takes `runsAtOnce`. Runs are those of `train` in the reproducible build, bit for bit.
 *
 * @throws {ShapeError|OptionError|RangeArgError|DTypeError|UnsupportedError|MemoryError} bad options; every run diverged
 * @throws the reason of `signal`, when it fires
 * @example
 * const { optimum } = await lrSweep(engine, {
 *   network: { sizes: [8, 64, 1], parameterization: meanField({ gamma0: 1, normalizer: 8 }) },
 *   task: stream({ teacher: [[1, 1, 1, 1, 1, 1, 1, 1]], batchSize: 64 }),
 *   learningRates: [0.0625, 0.125, 0.25, 0.5], steps: 10,
 * })
 * optimum.learningRate < 1 // -> true
 */
export async function lrSweep(engine: EngineCore, options: LrSweepOptions): Promise<LrSweep> {
  const given = checkOptions(options, 'lrSweep', KEYS)
  const rates = checkRates(given.learningRates)
  const steps = checkInteger(given.steps, 'steps', { min: 1 })
  const seeds = checkSeeds(given.seeds ?? [0])
  const most = checkInteger(given.runsAtOnce ?? rates.length, 'runsAtOnce', { min: 1 })
  const rule = (given.optimizer ?? ((learningRate: number) => gradientDescent({ learningRate }))) as
    | LrSweepOptions['optimizer']
    | undefined
  if (typeof rule !== 'function') {
    throw new OptionError(`optimizer must be a function of the learning rate, got ${describe(rule)}`, {
      argument: 'optimizer',
    })
  }
  const network = given.network as NetworkOptions
  if (typeof network !== 'object' || network === null || 'seed' in network) {
    throw new OptionError('network must be options of createNetwork without a seed; give seeds to the sweep', {
      argument: 'network',
    })
  }
  const signal = given.signal as AbortSignal | undefined
  const losses = new Float64Array(seeds.length * rates.length)
  for (const [s, seed] of seeds.entries()) {
    const task = typeof given.task === 'function' ? (given.task as (seed: number) => Task)(seed) : (given.task as Task)
    for (let from = 0; from < rates.length; from += most) {
      signal?.throwIfAborted()
      const some = Array.from(rates.subarray(from, from + most))
      const ensemble = createEnsemble(engine, { ...network, replicas: some.length, seeds: some.map(() => seed) })
      try {
        const result = await trainEnsemble(ensemble, task, {
          optimizer: rule(some[0]),
          learningRates: some,
          steps,
          record: { every: steps },
          signal,
        })
        if (result.status === 'aborted') signal?.throwIfAborted()
        const { data, length } = result.columns.loss
        for (let i = 0; i < some.length; i++) {
          const loss = data[(length - 1) * some.length + i]
          losses[s * rates.length + from + i] = Number.isFinite(loss) ? loss : Infinity
        }
      } finally {
        ensemble.dispose()
      }
    }
  }
  const means = rates.map((_, i) => {
    let sum = 0
    for (let s = 0; s < seeds.length; s++) sum += losses[s * rates.length + i]
    return sum / seeds.length
  })
  return { learningRates: rates, seeds, losses, means, optimum: optimalLearningRate(rates, means) }
}

function checkRates(given: unknown): Float64Array {
  if (!(Array.isArray(given) || ArrayBuffer.isView(given))) {
    throw new DTypeError(`learningRates must be an array of numbers, got ${describe(given)}`, {
      argument: 'learningRates',
    })
  }
  const list = Array.from(given as unknown as ArrayLike<number>)
  if (list.length === 0) {
    throw new ShapeError('learningRates must hold at least one number', { argument: 'learningRates' })
  }
  let last = 0
  return Float64Array.from(list, (rate, i) => (last = checkNumber(rate, `learningRates[${i}]`, { above: last })))
}

function checkSeeds(given: unknown): readonly number[] {
  if (!Array.isArray(given) || given.length === 0) {
    throw new ShapeError(`seeds must be an array of at least one seed, got ${describe(given)}`, { argument: 'seeds' })
  }
  return Object.freeze(Array.from(given, (seed, i) => checkInteger(seed, `seeds[${i}]`)))
}
