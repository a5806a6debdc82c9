// Learning rates that depend on the step. A schedule is data with one pure function of the number of the step, so that a run may be
// replayed, cut and resumed anywhere.
import { checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import { DTypeError, OptionError, RangeArgError } from '../errors.js'
import { cosPi } from '../math/cosine.js'
import { pow } from '../math/elementary.js'

/** A learning rate for every step, from step 0. */
export interface Schedule {
  readonly name: string
  /** Set where the rate never changes. */
  readonly constant?: number
  at(step: number): number
}

/** What options take for a learning rate: a number, a schedule, or a function of the step. */
export type LearningRate = number | Schedule | ((step: number) => number)

/**
 * The same rate in every step, as a number means.
 * @example
 * constant(0.1).at(1000) // -> 0.1
 */
export function constant(rate: number): Schedule {
  checkNumber(rate, 'learningRate', { above: 0 })
  return { name: `constant(${rate})`, constant: rate, at: () => rate }
}

/**
 * A straight line from `from` to `to` over `steps` steps, then `to`.
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
 * Steps down: `rate` times `factor` for every drop that has come.
 * @param options.drops steps at which the rate drops, ascending
 * @param options.factor > 0, default 0.1
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
  const drops = given.drops.map((step, i) => checkInteger(step, `drops[${i}]`))
  if (drops.some((step, i) => i > 0 && step <= drops[i - 1])) {
    throw new RangeArgError(`drops must ascend, got ${drops.join(', ')}`, { argument: 'drops' })
  }
  return {
    name: `multiStep(${rate}, ${factor} at ${drops.join(', ')})`,
    at: (step) => rate * pow(factor, drops.filter((drop) => step >= drop).length),
  }
}

/**
 * Half a cosine from `rate` down to `end` over `steps` steps, after a linear warm-up of `warmup` steps from 0, then `end`.
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

/** The schedule that an option means. A function is asked once a step, and what it says is checked. */
export function checkSchedule(given: unknown, name = 'learningRate'): Schedule {
  if (typeof given === 'function') {
    const rate = given as (step: number) => unknown
    return {
      name: 'a function of the step',
      at: (step) => checkNumber(rate(step), `${name} at step ${step}`, { min: 0 }),
    }
  }
  if (typeof given === 'object' && given !== null) {
    const schedule = given as Schedule
    if (typeof schedule.at !== 'function') {
      throw new DTypeError(`${name} must be a number, a schedule or a function of the step, got ${describe(given)}`, {
        argument: name,
      })
    }
    return schedule
  }
  return constant(checkNumber(given, name, { above: 0 }))
}
