// The integrators for any system of ordinary differential equations: plain arrays in, plain arrays out.
import { checkNumber, checkOptions, describe } from '../check.js'
import { DTypeError, OptionError, RangeArgError, ShapeError } from '../errors.js'
import { type CheckedEvent, Integration, type IntegrationStatus } from './integration.js'
import {
  ACCURACY_KEYS,
  type AccuracyOptions,
  checkAccuracy,
  checkEvent,
  checkTimes,
  type EventOptions,
  explain,
} from './options.js'
import { Rosenbrock } from './rosenbrock.js'
import type { Jacobian, Problem, RightHandSide } from './stepper.js'

/** An event of `integrate`: `when` crosses zero. */
export interface IntegrationEvent extends EventOptions {
  when: (t: number, y: Float64Array) => number
}

/** Options of `integrate`. */
export interface IntegrateOptions extends AccuracyOptions {
  /** Times at which to record the state, from t0 towards t1. Default: none. */
  at?: ArrayLike<number>
  events?: readonly IntegrationEvent[]
  /** df/dy, row by row; `'rosenbrock'` needs it. */
  jacobian?: Jacobian
  /** df/dt; `'rosenbrock'` needs it where f depends on t. */
  timeDerivative?: RightHandSide
}

/** What `integrate` found. */
export interface Solution {
  readonly status: IntegrationStatus
  /** Where the integration ended: t1, the terminal event, or where it failed. */
  readonly t: number
  /** The state there. */
  readonly y: Float64Array
  /** The recorded times: those of `at` that were reached. */
  readonly times: Float64Array
  /** The states at `times`, one after the other. */
  readonly states: Float64Array
  readonly events: readonly { readonly name: string; readonly t: number; readonly y: Float64Array }[]
  /** Steps taken. */
  readonly steps: number
  /** Attempts refused. */
  readonly rejected: number
  /** Calls of the right-hand side. */
  readonly evaluations: number
  /** Jacobians formed; 0 for explicit methods. */
  readonly jacobians: number
  /** Why it ended early, and the cure. */
  readonly message?: string
}

const KEYS = [...ACCURACY_KEYS, 'at', 'events', 'jacobian', 'timeDerivative'] as const

/**
 * Integrate dy/dt = f(t, y) from (t0, y0) to t1, forward or backward, with the error of each step kept below
 * `atol + rtol |y_i|` in the root mean square over the components.
 *
 * The error at t1 is that of the steps as the equation carries it on: about rtol where solutions approach each other, more where they
 * separate. Recorded states and events come from an interpolant of order 7, 4, 4 (`'dop853'`, `'tsit5'`, `'rosenbrock'`).
 *
 * @param rhs writes f(t, y) into its third argument, in place; must not keep or change `y`
 * @param y0 finite, at least one number
 * @returns the end of the run, the recorded states and events. A run that fails says so in `status` and never throws
 * @throws {DTypeError|ShapeError|RangeArgError|OptionError} bad arguments
 * @example
 * const spring = (t, y, dy) => { dy[0] = y[1]; dy[1] = -y[0] }
 * const { t } = integrate(spring, [1, 0], 0, 10, { rtol: 1e-12, events: [{ name: 'zero', when: (t, y) => y[0], terminal: true }] })
 * Math.abs(t - Math.PI / 2) < 1e-11 // -> true
 */
export function integrate(
  rhs: RightHandSide,
  y0: ArrayLike<number>,
  t0: number,
  t1: number,
  options?: IntegrateOptions,
): Solution {
  if (typeof rhs !== 'function') {
    throw new DTypeError(`rhs must be a function (t, y, dy), got ${describe(rhs)}`, { argument: 'rhs' })
  }
  if (!Array.isArray(y0) && !ArrayBuffer.isView(y0)) {
    throw new DTypeError(`y0 must be an array of numbers, got ${describe(y0)}`, { argument: 'y0' })
  }
  const start = Float64Array.from(y0 as ArrayLike<number>, (value, i) => checkNumber(value, `y0[${i}]`))
  if (start.length === 0) throw new ShapeError('y0 must hold at least one number', { argument: 'y0' })
  checkNumber(t0, 't0')
  checkNumber(t1, 't1')
  const given = checkOptions(options, 'integrate', KEYS)
  const checked = checkAccuracy(given, start.length)
  const at = checkTimes(given.at ?? [], 'at', t0, t1)
  const events = checkEvents(given.events)
  const problem = checkProblem(rhs, start, t0, t1, checked, given)

  const integration = new Integration(problem, start, t0, t1, { ...checked, events })
  const states: Float64Array[] = []
  const found: { name: string; t: number; y: Float64Array }[] = []
  const sign = t1 < t0 ? -1 : 1
  if (at.length > 0 && at[0] === t0) states.push(start)
  while (integration.advance()) {
    while (states.length < at.length && sign * (at[states.length] - integration.t) <= 0) {
      const state = new Float64Array(start.length)
      integration.interpolate(at[states.length], state)
      states.push(state)
    }
    for (const { event, t } of integration.crossings) {
      const y = new Float64Array(start.length)
      integration.interpolate(t, y)
      found.push({ name: event.name, t, y })
    }
  }
  const all = new Float64Array(states.length * start.length)
  states.forEach((state, i) => {
    all.set(state, i * start.length)
  })
  const { stepper, t, y, steps, rejected } = integration
  const status = integration.status!
  const message = explain(status, t, steps)
  return {
    status,
    t,
    y,
    times: at.slice(0, states.length),
    states: all,
    events: found,
    steps,
    rejected,
    evaluations: stepper.evaluations,
    jacobians: stepper instanceof Rosenbrock ? stepper.jacobians : 0,
    ...(message === undefined ? {} : { message }),
  }
}

function checkEvents(given: unknown): CheckedEvent[] {
  if (given === undefined) return []
  if (!Array.isArray(given)) {
    throw new DTypeError(`events must be an array, got ${describe(given)}`, { argument: 'events' })
  }
  return given.map((entry, i) => {
    const label = `events[${i}]`
    const event = checkOptions(entry, label, ['name', 'when', 'terminal', 'direction'])
    if (typeof event.when !== 'function') {
      throw new DTypeError(`${label}.when must be a function (t, y), got ${describe(event.when)}`, {
        argument: `${label}.when`,
      })
    }
    return { ...checkEvent(event, label), when: event.when as CheckedEvent['when'] }
  })
}

function checkProblem(
  rhs: RightHandSide,
  y0: Float64Array,
  t0: number,
  t1: number,
  { method, rtol, atol }: { method: string; rtol: number; atol: number | undefined },
  given: Partial<Record<(typeof KEYS)[number], unknown>>,
): Problem {
  for (const name of ['jacobian', 'timeDerivative'] as const) {
    if (given[name] !== undefined && typeof given[name] !== 'function') {
      throw new DTypeError(`${name} must be a function, got ${describe(given[name])}`, { argument: name })
    }
  }
  const jacobian = given.jacobian as Jacobian | undefined
  const timeDerivative = given.timeDerivative as RightHandSide | undefined
  const problem = { size: y0.length, rhs, rtol, atol: atol ?? 1e-3 * rtol, jacobian, timeDerivative }
  if (method !== 'rosenbrock') return problem
  if (jacobian === undefined) {
    throw new OptionError("method 'rosenbrock' needs the Jacobian of rhs: give jacobian(t, y, out)", {
      argument: 'jacobian',
    })
  }
  if (timeDerivative === undefined && !(t0 === t1)) {
    // A forgotten df/dt would cost accuracy without a sign of it.
    const [first, last] = [new Float64Array(y0.length), new Float64Array(y0.length)]
    rhs(t0, y0, first)
    rhs(t0 + 0.6180339887 * (t1 - t0), y0, last)
    if (first.some((value, i) => Number.isFinite(value) && Number.isFinite(last[i]) && value !== last[i])) {
      throw new RangeArgError("rhs depends on t: method 'rosenbrock' then needs timeDerivative(t, y, out)", {
        argument: 'timeDerivative',
      })
    }
  }
  return problem
}
