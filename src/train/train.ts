// The entry: options checked, a loop made, a run returned.
import { checkChoice, checkInteger, checkOptions, describe } from '../check.js'
import { OptionError } from '../errors.js'
import type { Network } from '../network/network.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import type { Probe } from '../probe/probe.js'
import type { Task } from '../task/task.js'
import { checkPair, checkProbes, checkSignal, checkSliceMs, refuseSignal } from './arguments.js'
import type { Checkpoint } from './checkpoint.js'
import { type LoopOptions, TrainingLoop } from './loop.js'
import { checkTheory, type TheoryOverlay } from './overlay.js'
import { runToEnd } from './run.js'
import { checkUntil, type StopRule } from './stop-rule.js'
import type { TrainingResult } from './training-result.js'
import { TrainingHandle, type TrainingRun } from './training-run.js'

/** Options of `train`. */
export interface TrainOptions<P extends readonly Probe[] = readonly Probe[]> {
  /** The update rule, such as `gradientDescent({ learningRate: 0.01 })`. */
  optimizer: Optimizer
  /** Number of steps, 0 .. 2^53 - 1. */
  steps: number
  /** What to record: a frame at step 0, after every `every` steps and at the end. Default: the loss, a hundred times. */
  record?: { every?: number; probes?: P }
  /** Stop early once a quantity is small enough; looked at in every frame. */
  until?: StopRule
  /** Ends the run with status `'aborted'` after the current slice. */
  signal?: AbortSignal
  /** Longest stretch between two looks at the event loop, in milliseconds. Default 4 (8 where pages are painted: one a frame). */
  sliceMs?: number
  /** What a divergence does: `'report'` (default) ends the run with status `'diverged'`, `'throw'` with a `DivergedError`; the weights are the last finite ones either way. */
  onDivergence?: 'report' | 'throw'
  /**
   * Go on from a checkpoint of the same run: its weights and the state of the optimizer are put in place, and `steps` counts from the beginning
   * of the run that it was taken from. The first frame is that of the checkpoint; from there on bits are those of a run that never stopped.
   * The learning rate may be another than then; one that `setLearningRate` has set stays. Probes that compare frames begin anew.
   */
  resume?: Checkpoint
  /**
   * Compare the run with a theory, such as `overlays.mixed()`: it is evaluated at the times of the frames, and `theory` of the result has its columns beside the
   * recorded ones and the largest deviation of each. A theory that does not describe the run refuses it before it starts.
   */
  theory?: TheoryOverlay
}

/**
 * Train a network on a task. The run starts at the next turn of the event loop and works in slices of a few milliseconds; each is one
 * call into the executor, so thousands of steps run without leaving it. The network changes in place; write to its weights from the body of
 * a `for await` over the frames or between runs, not from a timer beside a run that nobody iterates over.
 *
 * @returns frames to iterate over (`for await`: back-pressure; `break` ends the run), and `finished` for the result
 * @throws {ShapeError} network and task differ in size
 * @throws {OptionError|RangeArgError|DTypeError} a bad option, or a checkpoint of another run
 * @throws {FormatError} what is not a checkpoint
 * @throws {UnsupportedError} a task that this network or this optimizer cannot learn, or a theory that does not describe the run
 * @example
 * const net = createNetwork(engine, { sizes: [2, 8, 2], init: gaussian({ variance: 1e-2 }), seed: 1 })
 * const run = train(net, whitened([[3, 0], [0, 1]]), { optimizer: gradientDescent({ learningRate: 0.05 }), steps: 400 })
 * const { status, columns } = await run.finished
 * columns.loss.data.at(-1) < 1e-6 // -> true
 */
export function train<const P extends readonly Probe[] = readonly [Probe<'loss', number>]>(
  net: Network,
  task: Task,
  options: TrainOptions<P>,
): TrainingRun<P> {
  const { loop, signal } = createLoop(net, task, options)
  return new TrainingHandle(loop, signal)
}

/**
 * The same without an event loop: blocks until the run is over. For scripts, workers and tests; takes no `signal`, which could not fire.
 *
 * @throws what `train` throws, and what a run rejects with
 * @example
 * trainSync(net, task, { optimizer: gradientDescent({ learningRate: 0.05 }), steps: 400 }).status // -> 'completed'
 * @example
 * const net = createNetwork(engine, { sizes: [2, 8, 2], seed: 1 })
 * const [task, optimizer] = [whitened([[3, 0], [0, 1]]), adam({ learningRate: 0.01 })]
 * const half = trainSync(net, task, { optimizer, steps: 100 }).checkpoint()
 * trainSync(net, task, { optimizer, steps: 200, resume: half }).steps // -> 200
 */
export function trainSync<const P extends readonly Probe[] = readonly [Probe<'loss', number>]>(
  net: Network,
  task: Task,
  options: Omit<TrainOptions<P>, 'signal'>,
): TrainingResult<P> {
  refuseSignal(options, 'trainSync', 'train')
  return runToEnd(createLoop<P>(net, task, options).loop)
}

const KEYS = ['optimizer', 'steps', 'record', 'until', 'signal', 'sliceMs', 'onDivergence', 'resume', 'theory'] as const

function createLoop<P extends readonly Probe[]>(net: Network, task: Task, given: TrainOptions<P>) {
  checkPair(net, task)
  const options = checkOptions(given, 'train', KEYS)
  const optimizer = options.optimizer as Optimizer
  // A rule that was not called, `gradientDescent` for `gradientDescent({ ... })`, has a `bind` as every function has.
  if (typeof optimizer !== 'object' || typeof optimizer?.bind !== 'function') {
    throw new OptionError(
      `optimizer must be an update rule such as gradientDescent({ learningRate: 0.01 }), got ${describe(optimizer)}`,
      {
        argument: 'optimizer',
      },
    )
  }
  const steps = checkInteger(options.steps, 'steps')
  const { every, probes } = checkRecord<P>(options.record, steps)
  const until = checkUntil(options.until)
  const sliceMs = checkSliceMs(options.sliceMs)
  const onDivergence = checkChoice(options.onDivergence ?? 'report', 'onDivergence', ['report', 'throw'])
  const loopOptions: LoopOptions<P> = {
    optimizer,
    steps,
    every,
    probes,
    until,
    sliceMs,
    throwOnDivergence: onDivergence === 'throw',
    resume: options.resume as Checkpoint | undefined,
    theory: checkTheory(
      options.theory,
      probes.map(({ name }) => name),
    ),
  }
  const signal = checkSignal(options.signal)
  return { loop: new TrainingLoop<P>(net, task, loopOptions), signal }
}

function checkRecord<P extends readonly Probe[]>(given: unknown, steps: number): { every: number; probes: P } {
  const record = checkOptions(given as object | undefined, 'record', ['every', 'probes'])
  const every = checkInteger(record.every ?? Math.max(1, Math.ceil(steps / 100)), 'record.every', { min: 1 })
  return { every, probes: checkProbes<P>(record.probes) }
}
