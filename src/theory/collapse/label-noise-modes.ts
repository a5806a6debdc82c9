// Modes of a two-layer diagonal network under label noise, step by step: u and v of each mode, and one normal number a mode and step.
import { checkInteger, checkNumber, checkOptions, describe } from '../../check.js'
import { ConvergenceError, DTypeError } from '../../errors.js'
import { checkNumbers, checkPerMode } from '../numerics/arrays.js'
import { noiseRows } from './seeded-noise.js'

/** Options of `labelNoiseModes`. */
export interface LabelNoiseModesOptions {
  /** Targets s*, shape (modes). */
  values: ArrayLike<number>
  /** eta of one step, > 0, or a function of the step. */
  learningRate: number | ((step: number) => number)
  /** Standard deviation of the noise on each mode, >= 0. */
  sigma: number
  /** u and v at the start: one number, or one a mode. */
  u0: number | ArrayLike<number>
  v0: number | ArrayLike<number>
  steps: number
  /** Independent copies. Default 1. */
  replicas?: number
  /** Steps between two frames. Default: all of them. */
  every?: number
  /** Step s has `normal(foldIn(key(seed), s), replicas * modes)`. Default 0. */
  seed?: number | bigint
  /** Instead: xi, (steps, replicas, modes) row by row. */
  xi?: ArrayLike<number>
}

/** One frame; arrays are copies of shape (replicas, modes). */
export interface LabelNoiseFrame {
  readonly step: number
  /** Sum of the learning rates of the steps. */
  readonly time: number
  readonly u: Float64Array
  readonly v: Float64Array
  /** `s = u v`. */
  readonly s: Float64Array
}

const KEYS = ['values', 'learningRate', 'sigma', 'u0', 'v0', 'steps', 'replicas', 'every', 'seed', 'xi'] as const

/**
 * Gradient descent on `1/2 (u v - s* + sigma xi)^2` with a new xi for every mode and step: `q = u v - s* + sigma xi`, `u -= eta q v`, `v -= eta q u`, both from the old
 * values. `u^2 - v^2` is multiplied by `1 - (eta q)^2` in each step, so that the layers come into balance.
 *
 * @returns a generator of frames: after every `every` steps and at the end; it throws a ConvergenceError where a mode leaves the finite numbers
 * @throws {OptionError|RangeArgError|ShapeError|DTypeError} a bad option
 * @example
 * const [end] = labelNoiseModes({ values: [0.8], learningRate: 0.1, sigma: 0, u0: 1, v0: 0.6, steps: 1 })
 * end.u // -> [1.012]
 * end.v // -> [0.62]
 * @see Chen, Kunin, Yamamura, Ganguli (2023), Stochastic collapse, arXiv:2306.04251
 */
export function labelNoiseModes(options: LabelNoiseModesOptions): Generator<LabelNoiseFrame, void, void> {
  const given = checkOptions(options, 'labelNoiseModes', KEYS)
  const targets = checkNumbers(given.values, 'values', { min: -1e6, max: 1e6 })
  const modes = targets.length
  const rateAt = checkRate(given.learningRate)
  const sigma = checkNumber(given.sigma, 'sigma', { min: 0, max: 1e6 })
  const starts = (['u0', 'v0'] as const).map((name) => checkPerMode(given[name], name, modes, { min: -1e6, max: 1e6 }))
  const steps = checkInteger(given.steps, 'steps', { min: 1 })
  const replicas = checkInteger(given.replicas ?? 1, 'replicas', { min: 1, max: 2 ** 24 })
  const every = checkInteger(given.every ?? steps, 'every', { min: 1 })
  const size = replicas * modes
  const noise = noiseRows(given.seed, given.xi, 'xi', { steps, width: size })
  const [u, v] = starts.map((start) => Float64Array.from({ length: size }, (_, i) => start[i % modes]))
  return (function* frames() {
    let time = 0
    for (let step = 0; step < steps; ) {
      const eta = rateAt(step)
      const xi = noise(step)
      for (let i = 0; i < size; i++) {
        const [a, b] = [u[i], v[i]]
        const q = a * b - targets[i % modes] + sigma * xi[i]
        u[i] = a - eta * q * b
        v[i] = b - eta * q * a
      }
      time += eta
      step++
      if (step % every !== 0 && step !== steps) continue
      const s = u.map((a, i) => a * v[i])
      const lost = s.findIndex((x) => !Number.isFinite(x))
      if (lost >= 0) {
        const where = `mode ${lost % modes} of replica ${Math.floor(lost / modes)}`
        throw new ConvergenceError(`${where} diverged before step ${step}; take a smaller learningRate or sigma`, {
          argument: 'learningRate',
          data: { step },
        })
      }
      yield { step, time, u: u.slice(), v: v.slice(), s }
    }
  })()
}

function checkRate(given: unknown): (step: number) => number {
  if (typeof given === 'function') {
    return (step) => checkNumber(given(step), `learningRate(${step})`, { above: 0, max: 1e6 })
  }
  if (typeof given !== 'number') {
    throw new DTypeError(`learningRate must be a number or a function of the step, got ${describe(given)}`, {
      argument: 'learningRate',
    })
  }
  const rate = checkNumber(given, 'learningRate', { above: 0, max: 1e6 })
  return () => rate
}
