// What the experiments on large width share: networks, data and means over many runs. D inputs, teacher of ones, y = sum_i x_i / sqrt(D) + noise;
// losses are counted as the theory does, without the half.
import type { Engine } from '../../linalg/engine.js'
import { createNetwork, type NetworkOptions } from '../../network/create.js'
import { createEnsemble } from '../../network/ensemble.js'
import { meanField } from '../../network/parameterization.js'
import { gradientDescent } from '../../optimizer/gradient-descent.js'
import { loss } from '../../probe/loss.js'
import { testLoss } from '../../probe/test-loss.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { regression } from '../../task/regression.js'
import { stream } from '../../task/stream.js'
import type { Task } from '../../task/task.js'
import { whitened } from '../../task/whitened.js'
import { trainEnsemble } from '../../train/ensemble.js'
import { trainSync } from '../../train/train.js'

export const PAPER =
  'Bordelon, Pehlevan (2025), Deep linear network training dynamics from random initialization, arXiv:2502.02531 (equations derived anew)'

/** Numbers lo, lo + step, .., hi as powers of 2. */
export function powersOfTwo(lo: number, hi: number, step: number): number[] {
  return Array.from({ length: Math.round((hi - lo) / step) + 1 }, (_, i) => 2 ** (lo + i * step))
}

/** The teacher's map: ones over sqrt(D). */
export function teacherOf(inputs: number) {
  return { data: new Float64Array(inputs).fill(1 / Math.sqrt(inputs)), shape: [1, inputs] as const }
}

/** What the population says: half the test loss. */
export function population(inputs: number): Task {
  return whitened(teacherOf(inputs))
}

/** P samples with noise. */
export function samplesOf(inputs: number, samples: number, noise: number, seed: number): Task {
  const root = key(seed)
  const x = normal(foldIn(root, 1), inputs * samples)
  const y = normal(foldIn(root, 2), samples).map((z) => noise * z)
  for (let i = 0; i < inputs; i++) {
    for (let p = 0; p < samples; p++) y[p] += x[i * samples + p] / Math.sqrt(inputs)
  }
  return regression({ data: x, shape: [inputs, samples] }, { data: y, shape: [1, samples] })
}

/** L hidden layers of one width between the inputs and one output, in the mean-field parameterisation. */
export function networkOf(inputs: number, width: number, depth: number, richness: number): NetworkOptions {
  return {
    sizes: [inputs, ...new Array<number>(depth).fill(width), 1],
    parameterization: meanField({ gamma0: richness, normalizer: inputs }),
  }
}

/** Means over runs at steps 0 .. T - 1, with their standard errors. */
export interface MeanCurve {
  readonly mean: Float64Array
  readonly error: Float64Array
}

/** Sums of curves. */
class Sums {
  #count = 0
  readonly #sum: Float64Array
  readonly #squares: Float64Array

  constructor(length: number) {
    this.#sum = new Float64Array(length)
    this.#squares = new Float64Array(length)
  }

  add(value: (t: number) => number): void {
    this.#count++
    for (let t = 0; t < this.#sum.length; t++) {
      const x = value(t)
      this.#sum[t] += x
      this.#squares[t] += x * x
    }
  }

  get curve(): MeanCurve {
    const n = this.#count
    const mean = this.#sum.map((sum) => sum / n)
    const error = this.#squares.map((sum, t) => Math.sqrt(Math.max(0, sum / n - mean[t] ** 2) / Math.max(1, n - 1)))
    return { mean, error }
  }
}

/** How runs are made. */
export interface RunOptions {
  readonly network: NetworkOptions
  readonly learningRate: number
  readonly steps: number
  readonly runs: number
  readonly seed: number
  readonly layerRates?: readonly number[]
  /** Told between stretches of work, 0 .. 1. */
  readonly progress: (done: number) => Promise<void>
}

/** Mean test loss of runs on the population of a task, by default isotropic, or on fresh samples of each step, as ensembles. */
export async function runsOnPopulation(
  engine: Engine,
  options: RunOptions & { task?: Task; every?: number; batch?: { size: number; noise: number } },
): Promise<MeanCurve> {
  const { network, learningRate, steps, runs, seed, layerRates, progress, batch, every = 1 } = options
  const { sizes } = network
  const inputs = sizes[0]
  const weights = sizes.slice(1).reduce((sum, size, l) => sum + size * sizes[l], 0)
  const most = Math.max(1, Math.min(runs, 100, Math.floor(4e6 / weights)))
  const sums = new Sums(Math.floor(steps / every) + 1)
  for (let from = 0; from < runs; from += most) {
    await progress(from / runs)
    const replicas = Math.min(most, runs - from)
    const task =
      batch === undefined
        ? (options.task ?? population(inputs))
        : stream({ teacher: teacherOf(inputs), batchSize: batch.size, noise: batch.noise, seed: 1e6 * seed + from })
    const seeds = Array.from({ length: replicas }, (_, i) => 1e6 * seed + from + i)
    const ensemble = createEnsemble(engine, { ...network, replicas, seeds })
    try {
      const optimizer = gradientDescent({ learningRate, layerRates })
      const { columns } = await trainEnsemble(ensemble, task, { optimizer, steps, record: { every } })
      const variance = batch === undefined ? 0 : batch.noise ** 2
      for (let i = 0; i < replicas; i++) sums.add((t) => 2 * columns.loss.data[t * replicas + i] - variance)
    } finally {
      ensemble.dispose()
    }
  }
  return sums.curve
}

/** Mean test and training loss of runs that each have samples of their own and see them in every step. */
export async function runsOnSamples(
  engine: Engine,
  options: RunOptions & { samples: number; noise: number },
): Promise<{ test: MeanCurve; train: MeanCurve }> {
  const { network, learningRate, steps, runs, seed, layerRates, progress, samples, noise } = options
  const inputs = network.sizes[0]
  const probes = [loss(), testLoss(population(inputs))] as const
  const [test, train] = [new Sums(steps + 1), new Sums(steps + 1)]
  for (let run = 0; run < runs; run++) {
    await progress(run / runs)
    const net = createNetwork(engine, { ...network, seed: 1e6 * seed + run })
    try {
      const { columns } = trainSync(net, samplesOf(inputs, samples, noise, 1e6 * seed + 5e5 + run), {
        optimizer: gradientDescent({ learningRate, layerRates }),
        steps,
        record: { every: 1, probes },
      })
      test.add((t) => 2 * columns.testLoss.data[t])
      train.add((t) => 2 * columns.loss.data[t])
    } finally {
      net.dispose()
    }
  }
  return { test: test.curve, train: train.curve }
}

/** Root mean square over time of the relative distance from the theory, and of the relative standard error, both from step 1 on. */
export function distanceFrom({ mean, error }: MeanCurve, theory: Float64Array): { distance: number; error: number } {
  let [distance, spread] = [0, 0]
  for (let t = 1; t < theory.length; t++) {
    distance += (mean[t] / theory[t] - 1) ** 2
    spread += (error[t] / theory[t]) ** 2
  }
  const count = theory.length - 1
  return { distance: Math.sqrt(distance / count), error: Math.sqrt(spread / count) }
}

/** 0, 1, .., T - 1. */
export function stepsOf(times: number): number[] {
  return Array.from({ length: times }, (_, t) => t)
}
