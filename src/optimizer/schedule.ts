// Learning rates that depend on the step. A schedule is data with one pure function of the number of the step, so that a run may be
// replayed, cut and resumed anywhere.
import { checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import { DeepLinearError, DTypeError, OptionError, RangeArgError } from '../errors.js'
import { cosPi } from '../math/cosine.js'
import { pow } from '../math/elementary.js'

/** A learning rate for every step, from step 0. */
export interface Schedule {
  readonly name: string
  /** Set where the rate never changes, > 0. */
  readonly constant?: number
  /** The rate of a step, >= 0. It may be asked for a step more than once, and must depend on the step alone. */
  at(step: number): number
}

/** What options take for a learning rate: a number, a schedule, or a function of the step. */
export type LearningRate = number | Schedule | ((step: number) => number)

/**
 * The same rate in every step, as a number means.
 *
 * @param rate > 0
 * @throws {RangeArgError|DTypeError} a bad rate
 * @example
 * constant(0.1).at(1000) // -> 0.1
 */
export function constant(rate: number): Schedule {
  checkNumber(rate, 'learningRate', { above: 0 })
  return { name: `constant(${rate})`, constant: rate, at: () => rate }
}

/**
 * A straight line, `from + (to - from) step / steps` before step `steps`, then `to`.
 *
 * @param options.from >= 0
 * @param options.to >= 0
 * @param options.steps >= 1
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * ramp({ from: 0, to: 3, steps: 10_000 }).at(5000) // -> 1.5
 */
export function ramp(options: { from: number; to: number; steps: number }): Schedule {
  const given = checkOptions(options, 'ramp', ['from', 'to', 'steps'])
  const from = checkNumber(given.from, 'from', { min: 0 })
  const to = checkNumber(given.to, 'to', { min: 0 })
  const steps = checkInteger(given.steps, 'steps', { min: 1 })
  return {
    name: `ramp(${from} to ${to} in ${steps})`,
    at: (step) => (step >= steps ? to : from + (to - from) * (step / steps)),
  }
}

/**
 * Steps down: `rate factor^k` from the k-th drop on.
 *
 * @param options.rate > 0
 * @param options.drops the first step with each lower rate, ascending
 * @param options.factor > 0, default 0.1
 * @throws {OptionError|RangeArgError|DTypeError} a bad option, or a rate that overflows in the end
 * @example
 * multiStep({ rate: 1, drops: [100, 200], factor: 0.5 }).at(150) // -> 0.5
 */
export function multiStep(options: { rate: number; drops: readonly number[]; factor?: number }): Schedule {
  const given = checkOptions(options, 'multiStep', ['rate', 'drops', 'factor'])
  const rate = checkNumber(given.rate, 'rate', { above: 0 })
  const factor = checkNumber(given.factor ?? 0.1, 'factor', { above: 0 })
  if (!Array.isArray(given.drops)) {
    throw new OptionError(`drops must be an array of steps, got ${describe(given.drops)}`, { argument: 'drops' })
  }
  const drops = Array.from(given.drops, (step, i) => checkInteger(step, `drops[${i}]`))
  if (drops.some((step, i) => i > 0 && step <= drops[i - 1])) {
    throw new RangeArgError(`drops must ascend, got ${drops.join(', ')}`, { argument: 'drops' })
  }
  // rates[k] is learned at after k drops.
  const rates = [rate, ...drops.map((_, k) => rate * pow(factor, k + 1))]
  if (!rates.every(Number.isFinite)) {
    throw new RangeArgError(`rate ${rate} times ${factor} for each of ${drops.length} drops overflows`, {
      argument: 'factor',
    })
  }
  return {
    name: `multiStep(${rate}, ${factor} at ${drops.join(', ')})`,
    at(step) {
      let passed = 0
      while (passed < drops.length && step >= drops[passed]) passed++
      return rates[passed]
    },
  }
}

/**
 * A linear warm-up, then half a cosine from `rate` down to `end`, `steps` steps in all, then `end`:
 *
 * `rate (step + 1) / warmup` for step < warmup, `end + (rate - end) (1 + cos(pi (step - warmup) / (steps - warmup))) / 2` for step < steps.
 *
 * @param options.rate > 0
 * @param options.steps >= 1, the warm-up among them
 * @param options.end 0 .. rate, default 0
 * @param options.warmup 0 .. steps, default 0
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * cosine({ rate: 1, steps: 100 }).at(50) // -> 0.5
 * @see Loshchilov, Hutter (2017), SGDR: stochastic gradient descent with warm restarts, arXiv:1608.03983
 */
export function cosine(options: { rate: number; steps: number; end?: number; warmup?: number }): Schedule {
  const given = checkOptions(options, 'cosine', ['rate', 'steps', 'end', 'warmup'])
  const rate = checkNumber(given.rate, 'rate', { above: 0 })
  const steps = checkInteger(given.steps, 'steps', { min: 1 })
  const end = checkNumber(given.end ?? 0, 'end', { min: 0, max: rate })
  const warmup = checkInteger(given.warmup ?? 0, 'warmup', { max: steps })
  return {
    name: `cosine(${rate} to ${end} in ${steps}, warm-up ${warmup})`,
    at(step) {
      if (step < warmup) return rate * ((step + 1) / warmup)
      if (step >= steps) return end
      return end + (rate - end) * ((1 + cosPi((step - warmup) / (steps - warmup))) / 2)
    },
  }
}

/** The schedule that an option means. What functions and schedules say is checked whenever they are asked. @internal */
export function checkSchedule(given: unknown, name = 'learningRate'): Schedule {
  if (typeof given === 'function') {
    return { name: 'a function of the step', at: (step) => rateAt(given as (step: number) => unknown, step, name) }
  }
  if (typeof given === 'object' && given !== null) {
    const schedule = given as Schedule
    // Lists have an `at` of their own.
    if (typeof schedule.at !== 'function' || Array.isArray(given) || ArrayBuffer.isView(given)) {
      throw new DTypeError(`${name} must be a number, a schedule or a function of the step, got ${describe(given)}`, {
        argument: name,
      })
    }
    if (schedule.constant !== undefined) return constant(checkNumber(schedule.constant, name, { above: 0 }))
    return { name: String(schedule.name), at: (step) => rateAt((at) => schedule.at(at), step, name) }
  }
  return constant(checkNumber(given, name, { above: 0 }))
}

/** What a function says of a step, if it is a learning rate. */
function rateAt(rate: (step: number) => unknown, step: number, name: string): number {
  let value: unknown
  try {
    value = rate(step)
  } catch (cause) {
    if (cause instanceof DeepLinearError) throw cause
    throw new OptionError(`${name} threw at step ${step}: ${(cause as Error)?.message ?? cause}`, {
      argument: name,
      cause,
    })
  }
  if (typeof value === 'number' && value >= 0 && value < Infinity) return value
  const Refusal = typeof value === 'number' ? RangeArgError : DTypeError
  throw new Refusal(
    `${name} must be a finite number at least 0 in every step, got ${describe(value)} at step ${step}`,
    { argument: name, data: { step } },
  )
}
