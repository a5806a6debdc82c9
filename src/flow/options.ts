// Options that every integration takes, checked at the edge.
import { checkChoice, checkInteger, checkNumber, describe } from '../check.js'
import { DTypeError, OptionError, RangeArgError } from '../errors.js'
import type { ControllerOptions } from './controller.js'
import { pid } from './controller.js'
import type { Direction } from './events.js'
import { type IntegrationOptions, METHODS, type Method } from './integration.js'
import { LARGEST_IMPLICIT } from './rosenbrock.js'

/** Accuracy and step lengths of an integration. */
export interface AccuracyOptions {
  /**
   * `'dop853'` (default): order 8, the cheapest at tight tolerances. `'tsit5'`: order 5, for loose ones. `'rosenbrock'`: Rodas5P, order 5
   * and linearly implicit, for stiff runs of at most 512 unknowns.
   */
  method?: Method
  /** Relative tolerance of one step, 1e-14 .. 0.1; default 1e-8. */
  rtol?: number
  /** Absolute tolerance of one step, >= 0: components below it are not resolved. */
  atol?: number
  /** Length of the first attempt, > 0. Default: found by the method. */
  firstStep?: number
  /** No step is longer than this. Default: no limit. */
  maxStep?: number
  /** Attempts before the run ends with status `'max-steps'`; default 100 000. */
  maxSteps?: number
  /** Coefficients of the step-size controller; `'fixed'` makes all steps as long as `firstStep`, whatever their error. */
  controller?: ControllerOptions | 'fixed'
}

/** The keys of `AccuracyOptions`. */
export const ACCURACY_KEYS = ['method', 'rtol', 'atol', 'firstStep', 'maxStep', 'maxSteps', 'controller'] as const

/** What an event has whatever its function is. */
export interface EventOptions {
  /** How it is told apart in the results. */
  name: string
  /** End the run at the event. Default false. */
  terminal?: boolean
  /** Count only crossings from below, or from above. Default: both. */
  direction?: Direction
}

/** @param size number of unknowns */
export function checkAccuracy(
  given: Partial<Record<(typeof ACCURACY_KEYS)[number], unknown>>,
  size: number,
): Omit<IntegrationOptions, 'events'> & { rtol: number; atol: number | undefined } {
  const method = checkChoice(given.method ?? 'dop853', 'method', METHODS)
  const rtol = checkNumber(given.rtol ?? 1e-8, 'rtol', { min: 1e-14, max: 0.1 })
  const atol = given.atol === undefined ? undefined : checkNumber(given.atol, 'atol', { min: 0 })
  const optional = (name: 'firstStep' | 'maxStep') =>
    given[name] === undefined ? undefined : checkNumber(given[name], name, { above: 0 })
  const first = optional('firstStep')
  const controller = given.controller as IntegrationOptions['controller']
  if (controller === 'fixed') {
    if (first === undefined) {
      throw new OptionError("controller: 'fixed' needs the length of the steps: give firstStep", {
        argument: 'firstStep',
      })
    }
  } else pid(controller, 1)
  if (method === 'rosenbrock' && size > LARGEST_IMPLICIT) {
    throw new RangeArgError(
      `method 'rosenbrock' solves dense systems of at most ${LARGEST_IMPLICIT} unknowns, and there are ${size}; use 'dop853'`,
      { argument: 'method', data: { size, limit: LARGEST_IMPLICIT } },
    )
  }
  return {
    method,
    rtol,
    atol,
    firstStep: first,
    maxStep: optional('maxStep') ?? Infinity,
    maxSteps: checkInteger(given.maxSteps ?? 100_000, 'maxSteps', { min: 1 }),
    controller,
  }
}

/** The part of an event that does not depend on its function. */
export function checkEvent(
  given: Partial<Record<'name' | 'terminal' | 'direction', unknown>>,
  label: string,
): { name: string; terminal: boolean; direction: Direction | undefined } {
  if (typeof given.name !== 'string' || given.name === '') {
    throw new DTypeError(`${label}.name must be a string that is not empty, got ${describe(given.name)}`, {
      argument: `${label}.name`,
    })
  }
  const terminal = given.terminal ?? false
  if (typeof terminal !== 'boolean') {
    throw new DTypeError(`${label}.terminal must be true or false, got ${describe(terminal)}`, {
      argument: `${label}.terminal`,
    })
  }
  const direction =
    given.direction === undefined
      ? undefined
      : checkChoice(given.direction, `${label}.direction`, ['rising', 'falling'])
  return { name: given.name, terminal, direction }
}

/** Times at which to record: increasing in the direction from t0 to t1, within the interval. */
export function checkTimes(given: unknown, name: string, t0: number, t1: number): Float64Array {
  if (!(Array.isArray(given) || given instanceof Float64Array || given instanceof Float32Array)) {
    throw new DTypeError(`${name} must be an array of times, got ${describe(given)}`, { argument: name })
  }
  const times = Float64Array.from(given as ArrayLike<number>, (value, i) => checkNumber(value, `${name}[${i}]`))
  const sign = t1 < t0 ? -1 : 1
  times.forEach((t, i) => {
    if (sign * (t - t0) < 0 || sign * (t1 - t) < 0) {
      throw new RangeArgError(`${name}[${i}] must lie between ${t0} and ${t1}, got ${t}`, { argument: name })
    }
    if (i > 0 && sign * (t - times[i - 1]) <= 0) {
      throw new RangeArgError(`${name} must go strictly from ${t0} towards ${t1}; ${t} follows ${times[i - 1]}`, {
        argument: name,
      })
    }
  })
  return times
}

/** One sentence for people, with the cure, for a run that did not reach its end. */
export function explain(status: string, t: number, steps: number): string | undefined {
  if (status === 'diverged') {
    return `the solution or its slope left the finite numbers near t = ${t}; the state kept is the last finite one`
  }
  if (status === 'max-steps') {
    return `t = ${t} was reached after ${steps} steps, and maxSteps allows no more: raise it, loosen rtol and atol, or use method 'rosenbrock'`
  }
  if (status === 'step-underflow') {
    return `at t = ${t} no step is short enough for the tolerances: loosen rtol and atol, or look for a singularity of the solution there`
  }
  return undefined
}
