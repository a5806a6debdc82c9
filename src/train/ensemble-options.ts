// Options and result of training an ensemble, and what is checked before anything is bound.
import { checkChoice, checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import { Ensemble, type MemberNetwork } from '../network/ensemble.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import type { Probe } from '../probe/probe.js'
import type { Task } from '../task/task.js'
import { checkPair, checkProbes, checkSliceMs } from './arguments.js'
import type { Column } from './history.js'

/** Options of `trainEnsemble`. */
export interface TrainEnsembleOptions<P extends readonly Probe[] = readonly Probe[]> {
  /** The update rule; every member has its own state of it. */
  optimizer: Optimizer
  /** Number of steps of every member, 0 .. 2^53 - 1. */
  steps: number
  /** A learning rate a member, > 0, in the place of the constant one of the optimizer. */
  learningRates?: readonly number[]
  /**
   * Whether all members see the same minibatches (`'shared'`, the default), or each its own (`'own'`): member i those of `foldIn(key, i)` where one network
   * has those of `key`.
   */
  minibatches?: 'shared' | 'own'
  /** What to record of every member: at step 0, after every `every` steps and at the end. Default: the loss, a hundred times. */
  record?: { every?: number; probes?: P }
  /** Ends training with status `'aborted'` after the current slice. */
  signal?: AbortSignal
  /** Longest stretch between two looks at the event loop, in milliseconds. Default 4 (8 where pages are painted). */
  sliceMs?: number
}

/** What was recorded of all members. */
export interface EnsembleResult<Names extends string = string> {
  readonly status: 'completed' | 'aborted'
  /** Steps done, of every member. */
  readonly steps: number
  /** Seconds inside the executor, training steps only. */
  readonly seconds: number
  /** Steps of single members a second. */
  readonly memberStepsPerSecond: number
  /** `step` of shape `[]`; `time` of shape `[members]`; probes of shape `[members, ...]`, so that data are (time, member, ...). NaN after a divergence. */
  readonly columns: { readonly [K in Names | 'step' | 'time']: Column }
  /** For each member the step of the look that found NaN or an infinity in its weights, or -1. The other members go on. */
  readonly diverged: Int32Array
}

/** Options, checked. */
export type EnsembleOptions = ReturnType<typeof checkTraining>

const KEYS = ['optimizer', 'steps', 'learningRates', 'minibatches', 'record', 'signal', 'sliceMs'] as const

export function checkTraining(ensemble: Ensemble<MemberNetwork>, task: Task, given: object) {
  if (!(ensemble instanceof Ensemble)) {
    throw new DTypeError(`ensemble must be an ensemble, got ${describe(ensemble)}; make one with createEnsemble`, {
      argument: 'ensemble',
    })
  }
  checkPair(ensemble.proxy, task)
  const options = checkOptions(given, 'trainEnsemble', KEYS)
  const optimizer = options.optimizer as Optimizer
  if (typeof optimizer?.bind !== 'function') {
    throw new OptionError(
      `optimizer must be an update rule such as gradientDescent({ learningRate: 0.01 }), got ${describe(optimizer)}`,
      { argument: 'optimizer' },
    )
  }
  if (Array.isArray((task as { stages?: unknown }).stages)) {
    throw new OptionError('an ensemble trains on one task, not on a sequence of tasks', { argument: 'task' })
  }
  const steps = checkInteger(options.steps, 'steps')
  const record = checkOptions(options.record as object | undefined, 'record', ['every', 'probes'])
  return {
    optimizer,
    steps,
    learningRates: checkLearningRates(options.learningRates, ensemble.replicas),
    ownMinibatches: checkChoice(options.minibatches ?? 'shared', 'minibatches', ['shared', 'own']) === 'own',
    every: checkInteger(record.every ?? Math.max(1, Math.ceil(steps / 100)), 'record.every', { min: 1 }),
    probes: checkProbes<readonly Probe[]>(record.probes),
    sliceMs: checkSliceMs(options.sliceMs),
  }
}

function checkLearningRates(given: unknown, replicas: number): readonly number[] | undefined {
  if (given === undefined) return undefined
  if (!Array.isArray(given) || given.length !== replicas) {
    throw new ShapeError(`learningRates must be an array of ${replicas} rates, one a member, got ${describe(given)}`, {
      argument: 'learningRates',
    })
  }
  return Array.from(given, (rate, i) => checkNumber(rate, `learningRates[${i}]`, { above: 0 }))
}
