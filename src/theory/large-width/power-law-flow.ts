// Gradient flow on the population of a power-law task over many decades of time, and the exponents of its loss. The modes' rates differ by many
// orders, so the step is implicit in the error, at the kernel of its beginning:
//
//   (1 + dt Lambda Ker) q = Lambda v,   then every weight moves by q for dt;   dt = max(1e-3, 0.02 tau)
import { checkInteger, checkNumber, checkOptions, describe } from '../../check.js'
import { EngineCore } from '../../engine/core.js'
import { DTypeError, OptionError, RangeArgError } from '../../errors.js'
import { createEngineSync } from '../../linalg/engine.js'
import { solvePositive } from '../numerics/positive-solve.js'
import { powerLawModes } from './power-law-modes.js'
import { FiniteNetwork } from './power-law-network.js'
import { TwoLayerMoments } from './two-layer.js'

/** Options of `powerLawFlow`. */
export interface PowerLawFlowOptions {
  /** b > 0 of `lam_k = k^-b`. */
  capacity: number
  /** s > 0 of `lam_k beta*_k^2 = k^-(1 + b s)`; the task is hard where s < 1. */
  source: number
  /** gamma_h > 0: 0.01 is lazy, 10 is rich; values near 1 cross over slowly. */
  richness: number
  /** L >= 1 hidden layers, at most 64. Default 1. */
  depth?: number
  /** N of all layers, at most 4096. Default infinite, which needs `depth: 1`. */
  width?: number
  /** Last tau = eta t, above 0, at most 1e9. Default 1000. */
  time?: number
  /** Number of modes, 2 .. 1e15. Small values bend the curves of hard tasks. Default 1e6. */
  cutoff?: number
  /** Bins a decade that modes are merged into, 1 .. 64. Default 8. */
  binsPerDecade?: number
  /** Longest step as a part of tau, above 0, at most 0.2. Default 0.02. */
  stepFactor?: number
  /** Seed of a finite network. Default 0. */
  seed?: number | bigint
  /** Where a finite network is computed. Default: an engine of its own for the call. */
  engine?: EngineCore
}

/** A curve over many decades. */
export interface PowerLawCurve {
  /** tau, from 0, ascending to `time`, (T). */
  readonly times: Float64Array
  /** `sum_k lam_k (beta*_k - beta_k)^2`, (T). */
  readonly test: Float64Array
  /** The merged modes, (K). */
  readonly eigenvalues: Float64Array
  readonly targets: Float64Array
}

const KEYS = [
  'capacity',
  'source',
  'richness',
  'depth',
  'width',
  'time',
  'cutoff',
  'binsPerDecade',
  'stepFactor',
  'seed',
  'engine',
] as const

/**
 * Test loss of a linear network with L hidden layers under gradient flow on a power-law task, D_0 = 1. The spectrum is merged into
 * logarithmic bins and the integrator is linearly implicit, so that tau = 1000 takes 551 steps at any spread of rates; halving `stepFactor` moves slopes by
 * less than 0.001.
 *
 * @throws {RangeArgError|OptionError|DTypeError} a bad option
 * @throws {ConvergenceError} the kernel left the numbers
 * @example
 * const { times, test } = powerLawFlow({ capacity: 2, source: 0.5, richness: 0.01, time: 300 })
 * Math.abs(fitExponent(times, test, { from: 30, to: 300 }).exponent + 0.5) < 0.02 // -> true
 * @see Bordelon, Atanasov, Pehlevan (2024), How feature learning can improve neural scaling laws, arXiv:2409.17858
 */
export function powerLawFlow(options: PowerLawFlowOptions): PowerLawCurve {
  const given = checkOptions(options, 'powerLawFlow', KEYS)
  const capacity = checkNumber(given.capacity, 'capacity', { above: 0, max: 20 })
  const source = checkNumber(given.source, 'source', { above: 0, max: 20 })
  const richness = checkNumber(given.richness, 'richness', { above: 0 })
  const depth = checkInteger(given.depth ?? 1, 'depth', { min: 1, max: 64 })
  const width = given.width === undefined ? Infinity : checkInteger(given.width, 'width', { min: 1, max: 4096 })
  if (width === Infinity && depth > 1) {
    throw new OptionError(`depth ${depth} needs a width; infinite width is for one hidden layer`, { argument: 'width' })
  }
  const time = checkNumber(given.time ?? 1000, 'time', { above: 0, max: 1e9 })
  const cutoff = checkInteger(given.cutoff ?? 1e6, 'cutoff', { min: 2, max: 1e15 })
  const perDecade = checkInteger(given.binsPerDecade ?? 8, 'binsPerDecade', { min: 1, max: 64 })
  const stepFactor = checkNumber(given.stepFactor ?? 0.02, 'stepFactor', { above: 0, max: 0.2 })
  if (given.engine !== undefined && !(given.engine instanceof EngineCore)) {
    throw new DTypeError(`engine must be an engine, got ${describe(given.engine)}`, { argument: 'engine' })
  }
  const seed = (given.seed ?? 0) as number | bigint
  const { eigenvalues, targets } = powerLawModes(capacity, source, cutoff, perDecade)
  if (!(eigenvalues[eigenvalues.length - 1] > 1e-290 && targets.every((target) => target < 1e290))) {
    throw new RangeArgError(`capacity ${capacity} over ${cutoff} modes leaves the range of numbers`, {
      argument: 'capacity',
    })
  }
  if (width === Infinity) {
    const { times, test } = follow(infinite(eigenvalues.length, richness), eigenvalues, targets, time, stepFactor)
    return { times, test, eigenvalues, targets }
  }
  const engine = (given.engine as EngineCore | undefined) ?? createEngineSync({ reproducible: true })
  const net = new FiniteNetwork(engine, width, eigenvalues.length, depth, richness, seed)
  try {
    const { times, test } = follow(net, eigenvalues, targets, time, stepFactor)
    return { times, test, eigenvalues, targets }
  } finally {
    net.dispose()
    if (given.engine === undefined) engine.dispose()
  }
}

/** What the integrator needs of a network: beta, the kernel there, and an update by `rate q`. */
interface FollowedNetwork {
  map(): Float64Array
  kernel(): Float64Array
  update(q: Float64Array, rate: number): void
}

/** The moments of an infinitely wide layer: Ker = |w|^2 + W'W. */
function infinite(modes: number, richness: number): FollowedNetwork {
  const moments = new TwoLayerMoments(modes)
  return {
    map: () => moments.product.map((value) => value / richness),
    kernel() {
      const kernel = moments.gram.slice()
      for (let k = 0; k < modes; k++) kernel[k * (modes + 1)] += moments.readout
      return kernel
    },
    update: (q, rate) => moments.update(q.map((value) => rate * richness * value)),
  }
}

function follow(
  net: FollowedNetwork,
  eigenvalues: Float64Array,
  targets: Float64Array,
  end: number,
  stepFactor: number,
): { times: Float64Array; test: Float64Array } {
  const modes = eigenvalues.length
  const teacher = targets.map(Math.sqrt)
  const root = eigenvalues.map(Math.sqrt)
  const times: number[] = []
  const test: number[] = []
  let tau = 0
  for (;;) {
    const map = net.map()
    let loss = 0
    for (let k = 0; k < modes; k++) loss += eigenvalues[k] * (teacher[k] - map[k]) ** 2
    times.push(tau)
    test.push(loss)
    if (tau >= end) break
    const dt = Math.min(Math.max(1e-3, stepFactor * tau), end - tau)
    // q = Lambda^(1/2) p with (1 + dt Lambda^(1/2) Ker Lambda^(1/2)) p = Lambda^(1/2) v: symmetric positive.
    const system = net.kernel()
    for (let i = 0; i < modes; i++) {
      for (let j = 0; j < modes; j++) system[i * modes + j] *= dt * root[i] * root[j]
      system[i * (modes + 1)] += 1
    }
    const p = Float64Array.from(teacher, (value, k) => root[k] * (value - map[k]))
    solvePositive(system, modes, p, 1)
    for (let k = 0; k < modes; k++) p[k] *= root[k]
    net.update(p, dt)
    tau = end - tau - dt < 1e-12 * end ? end : tau + dt
  }
  return { times: Float64Array.from(times), test: Float64Array.from(test) }
}

/** Exponents of `test ~ tau^-p`. */
export interface PowerLawExponents {
  readonly lazy: number
  readonly rich: number
}

/**
 * How fast the test loss of a wide network falls on a power-law task, `tau^-p`: `s` where it is lazy, `s max(1, (L+1)/(1 + L s))` where it is
 * rich. Feature learning speeds hard tasks (s < 1) up and leaves easy ones as they are. With L = 1 verified to 2%, with L = 2, 3 to 3%.
 *
 * @param source s > 0
 * @param depth L >= 1 hidden layers; default 1
 * @throws {RangeArgError|DTypeError} a bad argument
 * @example
 * powerLawExponents(0.5, 2).rich // -> 0.75
 * @see Bordelon, Atanasov, Pehlevan (2024), arXiv:2409.17858: 2 s/(1 + s) for L = 1; the form for depth L was derived here
 */
export function powerLawExponents(source: number, depth = 1): PowerLawExponents {
  const s = checkNumber(source, 'source', { above: 0 })
  const layers = checkInteger(depth, 'depth', { min: 1 })
  return { lazy: s, rich: s * Math.max(1, (layers + 1) / (1 + layers * s)) }
}
