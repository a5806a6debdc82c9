// Checkpoints: everything that the next step of a run depends on, as plain data. Samples, noise and schedules are functions of a seed and
// of the number of the step, so there is no other state than the weights, what the optimizer remembers, and that number.
import { checkOptions, describe } from '../check.js'
import type { Matrix, TypedArray } from '../engine/matrix.js'
import { FormatError, OptionError } from '../errors.js'
import type { DType } from '../kernels/kernels.js'
import type { Network, StatePart } from '../network/network.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import type { TaskSequence } from '../task/sequence.js'
import type { Task } from '../task/task.js'

/** A named array of a checkpoint. */
export interface CheckpointTensor {
  readonly name: string
  readonly dtype: DType
  readonly shape: readonly number[]
  readonly data: TypedArray
}

/** The state of a run. `encodeCheckpoint` of `deeplinear/io` makes one file of it, and `parseCheckpoint` the state again. */
export interface Checkpoint {
  /** Version of this format. */
  readonly version: 1
  /** Steps done. */
  readonly step: number
  /** Time after them: `learningRate * step`, or the sum of the learning rates of the steps. */
  readonly time: number
  /** Set where `setLearningRate` replaced the schedule of the optimizer. */
  readonly learningRate?: number
  /** The arithmetic of the build that the run was made with: `'fused'` is not reproducible on another. */
  readonly arithmetic: 'reproducible' | 'fused'
  /** Network, task and optimizer as canonical JSON: a run goes on with the same ones only. */
  readonly configuration: string
  /** The parameters, then the state of the optimizer. */
  readonly tensors: readonly CheckpointTensor[]
}

/** What describes a run, apart from its state. @internal */
export function configurationOf(net: Network, task: Task, { name, description }: Optimizer): string {
  const { stages } = task as Partial<TaskSequence>
  const learned = stages?.map((stage) => ({ ...taskOf(stage.task), steps: stage.steps })) ?? [taskOf(task)]
  return JSON.stringify({ network: net.description, optimizer: { name, ...description }, tasks: learned })
}

function taskOf(task: Task) {
  const { name, inputs, outputs, weightPenalty = 0 } = task
  return { name, inputs, outputs, weightPenalty, data: task.fingerprint?.() ?? null }
}

/** Copies of parts of a state. @internal */
export function tensorsOf(state: readonly StatePart[]): CheckpointTensor[] {
  return state.map(({ name, matrix }) => ({ name, dtype: matrix.dtype, shape: matrix.shape, data: matrix.toArray() }))
}

/** Which arithmetic the engine of a network has. @internal */
export function arithmeticOf(net: Network): Checkpoint['arithmetic'] {
  return net.engine.info.build === 'relaxed' ? 'fused' : 'reproducible'
}

const KEYS = ['version', 'step', 'time', 'learningRate', 'arithmetic', 'configuration', 'tensors'] as const

/** Where a checkpoint puts a run, besides its tensors. @internal */
export type Resumption = Pick<Checkpoint, 'step' | 'time' | 'learningRate'>

/**
 * Put the state of a checkpoint into a run. Nothing is written before everything was found to fit.
 * @throws {OptionError} a checkpoint of another run, or of another arithmetic
 * @throws {FormatError} what is not a checkpoint
 * @internal
 */
export function restore(
  checkpoint: Checkpoint,
  net: Network,
  state: readonly StatePart[],
  configuration: string,
): Resumption {
  const given = checkOptions(checkpoint, 'resume', KEYS)
  if (given.version !== 1) {
    throw notCheckpoint(
      Number.isSafeInteger(given.version)
        ? `it is of version ${given.version}, and this release reads version 1`
        : 'it has no version',
    )
  }
  const { step, time, learningRate, tensors } = given as Partial<Checkpoint>
  if (!(Number.isSafeInteger(step) && step! >= 0)) throw notCheckpoint(`its step is ${describe(step)}`)
  if (!(Number.isFinite(time) && time! >= 0)) throw notCheckpoint(`its time is ${describe(time)}`)
  if (learningRate !== undefined && !(Number.isFinite(learningRate) && learningRate > 0)) {
    throw notCheckpoint(`its learningRate is ${describe(learningRate)}`)
  }
  const { arithmetic } = given
  if (arithmetic !== 'reproducible' && arithmetic !== 'fused') {
    throw notCheckpoint(`its arithmetic is ${describe(arithmetic)}`)
  }
  if (!Array.isArray(tensors)) throw notCheckpoint(`its tensors are ${describe(tensors)}`)
  if (arithmetic !== arithmeticOf(net)) {
    throw new OptionError(
      `the checkpoint is of ${arithmetic} arithmetic, this engine's is ${arithmeticOf(net)}; going on would change bits. ` +
        `Use createEngine({ reproducible: ${arithmetic === 'reproducible'} })`,
      { argument: 'resume' },
    )
  }
  if (given.configuration !== configuration) {
    throw new OptionError(
      `the checkpoint is of another run: ${differences(given.configuration, configuration)}; make the same network, task and optimizer`,
      { argument: 'resume', data: { found: given.configuration, expected: configuration } },
    )
  }
  if (tensors.length !== state.length) {
    throw notCheckpoint(`it holds ${tensors.length} tensors in place of ${state.length}`)
  }
  const parts = state.map(({ name, matrix }, i) => ({ matrix, data: tensorData(tensors[i], name, matrix) }))
  for (const { matrix, data } of parts) matrix.view().set(data)
  return { step: step!, time: time!, ...(learningRate === undefined ? {} : { learningRate }) }
}

function notCheckpoint(why: string): FormatError {
  return new FormatError(
    `resume must be a whole checkpoint, as run.checkpoint() or parseCheckpoint gives it, and ${why}`,
    {
      argument: 'resume',
    },
  )
}

/** The numbers of a tensor, if it is the one that belongs in a matrix. */
function tensorData(tensor: CheckpointTensor | undefined, name: string, matrix: Matrix): TypedArray {
  const { dtype, shape } = matrix
  if (tensor?.name !== name) throw notCheckpoint(`'${name}' is missing: there is ${describe(tensor?.name)}`)
  const wanted = dtype === 'float64' ? '[object Float64Array]' : '[object Float32Array]'
  const { data } = tensor
  const fits =
    tensor.dtype === dtype &&
    String(tensor.shape) === String(shape) &&
    Object.prototype.toString.call(data) === wanted &&
    data.length === matrix.size
  if (!fits) throw notCheckpoint(`'${name}' is not ${shape.join(' x ')} numbers of ${dtype}`)
  if (!data.every(Number.isFinite)) throw notCheckpoint(`'${name}' holds NaN or infinities`)
  return data
}

/** Which parts of two configurations differ, in words. */
function differences(found: unknown, expected: string): string {
  const here = JSON.parse(expected) as Record<string, unknown>
  let there: Record<string, unknown>
  try {
    there = { ...JSON.parse(found as string) }
  } catch {
    return 'it says nothing of its network, task and optimizer'
  }
  const text = (value: unknown) => {
    const json = JSON.stringify(value) ?? 'none'
    return json.length > 300 ? `${json.slice(0, 297)}...` : json
  }
  const odd = Object.keys(here).filter((part) => text(here[part]) !== text(there[part]))
  return odd.map((part) => `its ${part} is ${text(there[part])}, here it is ${text(here[part])}`).join('; ')
}
