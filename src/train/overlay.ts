// Theory beside a run: what a theory is told before the run starts, as plain numbers, and the comparison of what it says with what was recorded.
import { describe } from '../check.js'
import { DeepLinearError, DTypeError, OptionError, UnsupportedError } from '../errors.js'
import type { Network } from '../network/network.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import type { StatisticsTask } from '../task/statistics.js'
import type { Task } from '../task/task.js'
import type { Column, Columns } from './history.js'
import { stagesOf } from './stages.js'

/** A run before its first step. A theory sees this and nothing else: neither the network, nor the task, nor the optimizer. */
export interface OverlayRun {
  /** n_0 .. n_L. */
  readonly sizes: readonly number[]
  /** W_1 .. W_L, row-major; undefined where the network is kept in Gram form. */
  readonly weights: readonly Float64Array[] | undefined
  /** W_2 W_2', W_2 W_1 and W_1' W_1 of a network in Gram form. */
  readonly gram: { readonly c1: Float64Array; readonly a: Float64Array; readonly c2: Float64Array } | undefined
  /** Sigma_yx, (n_L, n_0). */
  readonly sigmaYX: Float64Array
  /** Sigma_xx, (n_0, n_0); undefined for whitened inputs. */
  readonly sigmaXX: Float64Array | undefined
  /** The least loss of any map. */
  readonly minimumLoss: number
}

/** A quantity at T times, `shape` a time. */
export interface OverlayColumn {
  readonly shape: readonly number[]
  readonly data: Float64Array
}

/** A theory that has accepted a run. */
export interface PreparedOverlay {
  /** What it found in the start, such as its lambda. */
  readonly detail: Readonly<Record<string, number>>
  /** What it predicts at times since the start, by the names of probes: `loss`, `singularValues`, ... */
  columns(times: Float64Array): Readonly<Record<string, OverlayColumn>>
}

/** A theory of a run, such as `overlays.mixed()`. */
export interface TheoryOverlay {
  readonly name: string
  /** The probes that it can be compared with. */
  readonly predicts: readonly string[]
  /** @throws {UnsupportedError} a run that it does not describe; the message says why */
  prepare(run: OverlayRun): PreparedOverlay
}

/** What a theory said of a run, beside what was recorded. */
export interface TheoryComparison {
  readonly name: string
  readonly detail: Readonly<Record<string, number>>
  /** What the theory predicts for each recorded column that it knows, at the same frames, with their `step` and `time`. */
  readonly columns: Readonly<Record<string, Column>>
  /** The largest |recorded - predicted| of each of these columns over all frames and entries; NaN where either is. */
  readonly deviation: Readonly<Record<string, number>>
  /** Why there is no prediction, where the theory failed after the run; all of it is NaN then. */
  readonly error?: string
}

/** The error of a theory that does not describe a run. */
export function notCovered(name: string, why: string, cause?: unknown): UnsupportedError {
  return new UnsupportedError(`the theory '${name}' does not describe this run: ${why}`, { argument: 'theory', cause })
}

/** A theory as given, or none; it must predict something that is recorded. */
export function checkTheory(given: unknown, recorded: readonly string[]): TheoryOverlay | undefined {
  if (given === undefined) return undefined
  const theory = given as Partial<TheoryOverlay>
  if (typeof theory?.prepare !== 'function' || typeof theory.name !== 'string' || !Array.isArray(theory.predicts)) {
    throw new DTypeError(`theory must be an overlay such as overlays.mixed(), got ${describe(given)}`, {
      argument: 'theory',
    })
  }
  if (!theory.predicts.some((name) => recorded.includes(name))) {
    throw new OptionError(
      `theory '${theory.name}' predicts ${theory.predicts.join(', ')}, and record.probes has none of them`,
      { argument: 'record.probes' },
    )
  }
  return theory as TheoryOverlay
}

/** Tell the theory of the run, or say why there is none for it. `noisy`: each step sees samples or noise of its own. */
export function prepareOverlay(
  theory: TheoryOverlay,
  net: Network,
  task: Task,
  optimizer: Optimizer,
  noisy: boolean,
): PreparedOverlay {
  const refuse = (why: string) => notCovered(theory.name, why)
  const { rule, layerRates, sampling } = optimizer.description
  if (rule !== 'gradientDescent' || (layerRates ?? null) !== null || (sampling ?? null) !== null) {
    throw refuse(
      `it follows plain gradient descent, and the optimizer is ${optimizer.name}${rule === 'gradientDescent' ? ' with rates of its own a layer' : ''}`,
    )
  }
  if (stagesOf(task).length > 1) throw refuse('the task is a sequence; compare each of its stages by itself')
  if ((task.weightPenalty ?? 0) !== 0) throw refuse('the weights are penalised')
  if (noisy) throw refuse(`the gradients of '${task.name}' are noisy`)
  const { sigmaYX, sigmaXX, minimumLoss = 0 } = task as Partial<StatisticsTask>
  if (sigmaYX === undefined) {
    throw refuse(
      `the task '${task.name}' is not known by its second moments; use whitened, fromStatistics or regression`,
    )
  }
  const copy = (matrix: { toArray(): ArrayLike<number> }) => Float64Array.from(matrix.toArray())
  if (net.kind !== 'layers' && net.kind !== 'gram') throw refuse('the network is not a chain of linear layers')
  return theory.prepare({
    sizes: net.sizes,
    weights: net.kind === 'layers' ? net.weights.map(copy) : undefined,
    gram: net.kind === 'gram' ? { c1: copy(net.c1), a: copy(net.a), c2: copy(net.c2) } : undefined,
    sigmaYX,
    sigmaXX,
    minimumLoss,
  })
}

/** The prediction at the frames of a history, and how far off they are from each other. */
export function compare(
  { name, predicts }: TheoryOverlay,
  { detail, columns }: PreparedOverlay,
  recorded: Columns,
  start: number,
): TheoryComparison {
  const { step, time } = recorded
  let predicted: Readonly<Record<string, OverlayColumn>> = {}
  let error: string | undefined
  try {
    predicted = columns(time.data.map((t) => Math.max(0, t - start)))
  } catch (cause) {
    // The run is done; what it recorded is not lost over its theory.
    if (!(cause instanceof DeepLinearError)) throw cause
    error = cause.message
  }
  const beside: Record<string, Column> = { step, time }
  const deviation: Record<string, number> = {}
  for (const key of predicts) {
    const column = (recorded as Readonly<Record<string, Column>>)[key]
    if (column === undefined) continue
    const data = new Float64Array(column.data.length).fill(Number.NaN)
    const width = widthOf(column.shape)
    const full = predicted[key]
    // A probe may record the leading values alone.
    if (full !== undefined)
      for (let i = 0; i < data.length; i++)
        data[i] = full.data[Math.floor(i / width) * widthOf(full.shape) + (i % width)]
    beside[key] = { length: column.length, shape: column.shape, data }
    deviation[key] = data.reduce((most, value, i) => Math.max(most, Math.abs(value - column.data[i])), 0)
  }
  return { name, detail, columns: beside, deviation, ...(error === undefined ? {} : { error }) }
}

function widthOf(shape: readonly number[]): number {
  return shape.reduce((product, size) => product * size, 1)
}
