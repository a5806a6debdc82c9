// The options of a gradient flow and its result; what a caller gives, checked.
import { checkChoice, checkNumber, checkOptions, describe } from '../check.js'
import { DTypeError, OptionError, RangeArgError } from '../errors.js'
import type { Discretisation } from '../flow/field.js'
import type { CheckedEvent, IntegrationStatus } from '../flow/integration.js'
import {
  ACCURACY_KEYS,
  type AccuracyOptions,
  checkAccuracy,
  checkEvent,
  checkTimes,
  type EventOptions,
} from '../flow/options.js'
import type { Network } from '../network/network.js'
import { checkLayerRates } from '../optimizer/chain.js'
import type { Probe } from '../probe/probe.js'
import { checkProbe, checkProbes, checkSignal, checkSliceMs } from './arguments.js'
import type { Columns, Frame } from './history.js'
import type { Running } from './run.js'

/** How a flow ended. */
export type FlowStatus = IntegrationStatus | 'aborted'

/** What the function of an event sees: time, the end-to-end map, and the recorded probes, each read only if it is looked at. */
export type FlowMoment<P extends readonly Probe[]> = Omit<Frame<P>, 'step'> & {
  /** W = W_L ... W_1, (n_L, n_0) row by row; a view that is valid during the call. Linear networks only. */
  readonly endToEnd: Float64Array
}

/** Something to look out for: a function of the moment that crosses zero, or a probe that crosses a threshold. */
export interface FlowEvent<P extends readonly Probe[] = readonly Probe[]> extends EventOptions {
  when: ((moment: FlowMoment<P>) => number) | { readonly probe: Probe<string, number>; readonly threshold: number }
}

/** Options of `gradientFlow`. */
export interface FlowOptions<P extends readonly Probe[] = readonly Probe[]> extends AccuracyOptions {
  /** The flow runs from t = 0 to here, >= 0. */
  time: number
  /**
   * Absolute tolerance of one step, >= 0. Default: a thousandth of `rtol` times the root mean square of the starting state (at most 1), so
   * that a tiny start is resolved as well as a large one.
   */
  atol?: number
  /**
   * What to record, and when: after every `every` units of time from 0, and at the end (default: a hundred frames); or `at` the times
   * given and nowhere else. Default probe: the loss.
   */
  record?: { every?: number; at?: ArrayLike<number>; probes?: P }
  events?: readonly FlowEvent<P>[]
  /**
   * Follow the flow that gradient descent with this learning rate (and heavy-ball momentum, 0 <= momentum < 1) really follows, up to
   * learningRate^2: that of `C + learningRate/4 |grad C|^2`. With momentum beta, time is still learningRate * step, the flow is 1/(1 - beta)
   * as fast, that of `C + learningRate (1 + beta)/(4 (1 - beta)^2) |grad C|^2`, and starts at `W + learningRate beta/(1 - beta)^2 grad C`,
   * from where a heavy ball that was let go at rest seems to come once it has found its speed.
   */
  modified?: { learningRate: number; momentum?: number }
  /**
   * Factors eta_l of the slopes, one a layer, >= 0: `dW_l/dt = -eta_l dC/dW_l`. Default all 1. Those of a parameterisation come besides. What
   * the flow of linear layers conserves is then `W_{l+1}' W_{l+1} / eta_{l+1} - W_l W_l' / eta_l`.
   */
  layerRates?: readonly number[]
  /**
   * `'loss'`: run by the loss instead of by time, `dW_l/ds = -eta_l dC/dW_l / sum_k eta_k |dC/dW_k|^2`, so that the loss falls at rate 1 and
   * `time` is how far it falls, which must not be below its minimum: there the run ends as `'step-underflow'`. With the loss
   * `'log-sum-exp'` of `classification`, which has no minimum, margins far beyond the range of numbers are reached. Default `'time'`.
   */
  clock?: 'time' | 'loss'
  /** Ends the run with status `'aborted'` after the current slice. */
  signal?: AbortSignal
  /** Longest stretch between two looks at the event loop, in milliseconds. Default 4 (8 where pages are painted). */
  sliceMs?: number
}

/** The outcome of a flow. */
export interface FlowResult<P extends readonly Probe[] = readonly Probe[]> {
  readonly status: FlowStatus
  /** Where the run ended; the network is in the state there. */
  readonly time: number
  /** What happened, in the order of time. */
  readonly events: readonly { readonly name: string; readonly time: number }[]
  /** Steps taken. */
  readonly steps: number
  /** Attempts refused. */
  readonly rejected: number
  /** Evaluations of the slopes. */
  readonly evaluations: number
  /** Seconds of integration, events included; frames and pauses not counted. */
  readonly seconds: number
  /** Everything recorded; `step` counts the integrator's steps. */
  readonly columns: Columns<P[number]['name']>
  /** Why the run ended early, and the cure. */
  readonly message?: string
}

/** A flow in progress. */
export type FlowRun<P extends readonly Probe[] = readonly Probe[]> = Running<P, FlowResult<P>>

/** Options of a flow, checked. */
export interface CheckedOptions<P extends readonly Probe[]> extends ReturnType<typeof checkAccuracy> {
  readonly time: number
  readonly every: number | undefined
  readonly at: Float64Array
  readonly probes: P
  readonly events: readonly (Omit<CheckedEvent, 'when'> & { readonly when: FlowEvent<P>['when'] })[]
  readonly modified: Discretisation | undefined
  readonly layerRates: readonly number[] | undefined
  readonly clock: 'time' | 'loss'
  readonly sliceMs: number
}

const KEYS = [
  ...ACCURACY_KEYS,
  'time',
  'record',
  'events',
  'modified',
  'layerRates',
  'clock',
  'signal',
  'sliceMs',
] as const

/** Check the options of a flow of a network; its signal goes apart. */
export function checkFlowOptions<P extends readonly Probe[]>(
  net: Network,
  given: FlowOptions<P>,
): { checked: CheckedOptions<P>; signal: AbortSignal | undefined } {
  if (net.dtype !== 'float64') {
    throw new OptionError(
      "gradientFlow needs float64: float32 cannot hold the accuracy of its steps. Make the network with { dtype: 'float64' }",
      { argument: 'net' },
    )
  }
  const options = checkOptions(given, 'gradientFlow', KEYS)
  const size = net.state.reduce((sum, { matrix }) => sum + matrix.size, 0)
  const tolerances = checkAccuracy(options, size)
  const time = checkNumber(options.time, 'time', { min: 0 })
  const record = checkRecord<P>(options.record, time)
  const modified = checkModified(options.modified)
  if (modified !== undefined && tolerances.method === 'rosenbrock') {
    throw new OptionError(
      "the modified flow would need third derivatives for method 'rosenbrock'; use 'dop853' or 'tsit5'",
      {
        argument: 'method',
      },
    )
  }
  const layerRates = checkLayerRates(options.layerRates)
  const clock = checkChoice(options.clock ?? 'time', 'clock', ['time', 'loss'])
  if (net.kind === 'gram' && (layerRates !== undefined || clock === 'loss')) {
    throw new OptionError('layerRates and clock need layers, and a Gram network has none; use createNetwork', {
      argument: layerRates === undefined ? 'clock' : 'layerRates',
    })
  }
  const sliceMs = checkSliceMs(options.sliceMs)
  const events = checkEvents<P>(options.events)
  const signal = checkSignal(options.signal)
  return { checked: { ...tolerances, ...record, time, events, modified, layerRates, clock, sliceMs }, signal }
}

function checkRecord<P extends readonly Probe[]>(
  given: unknown,
  time: number,
): { every: number | undefined; at: Float64Array; probes: P } {
  const record = checkOptions(given as object | undefined, 'record', ['every', 'at', 'probes'])
  if (record.every !== undefined && record.at !== undefined) {
    throw new OptionError('record takes every or at, not both', { argument: 'record.at' })
  }
  const every =
    record.at !== undefined
      ? undefined
      : checkNumber(record.every ?? (time > 0 ? time / 100 : 1), 'record.every', { above: 0 })
  if (every !== undefined && time / every > 1e8) {
    throw new RangeArgError(`record.every of ${every} makes more than 10^8 frames until t = ${time}`, {
      argument: 'record.every',
    })
  }
  const at = checkTimes(record.at ?? [], 'record.at', 0, time)
  return { every, at, probes: checkProbes<P>(record.probes) }
}

function checkEvents<P extends readonly Probe[]>(given: unknown): CheckedOptions<P>['events'] {
  if (given === undefined) return []
  if (!Array.isArray(given)) {
    throw new DTypeError(`events must be an array, got ${describe(given)}`, { argument: 'events' })
  }
  return given.map((entry, i) => {
    const label = `events[${i}]`
    const event = checkOptions(entry, label, ['name', 'when', 'terminal', 'direction'])
    if (typeof event.when === 'function') {
      return { ...checkEvent(event, label), when: event.when as FlowEvent<P>['when'] }
    }
    if (event.when === undefined) {
      throw new OptionError(`${label}.when must be a function of the moment, or { probe, threshold }`, {
        argument: `${label}.when`,
      })
    }
    const when = checkOptions(event.when, `${label}.when`, ['probe', 'threshold'])
    checkProbe(when.probe as Probe, `${label}.when.probe`)
    const threshold = checkNumber(when.threshold, `${label}.when.threshold`)
    return { ...checkEvent(event, label), when: { probe: when.probe as Probe<string, number>, threshold } }
  })
}

function checkModified(given: unknown): Discretisation | undefined {
  if (given === undefined) return undefined
  const modified = checkOptions(given as object, 'modified', ['learningRate', 'momentum'])
  return {
    learningRate: checkNumber(modified.learningRate, 'modified.learningRate', { above: 0 }),
    momentum: checkNumber(modified.momentum ?? 0, 'modified.momentum', { min: 0, below: 1 }),
  }
}
