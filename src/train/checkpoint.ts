// Checkpoints: everything that the next step of a run depends on, as plain data. Samples, noise and schedules are functions of a seed and
// of the number of the step, so there is no other state than the weights, what the optimizer remembers, and that number.
import { checkOptions, describe } from '../check.js'
import type { TypedArray } from '../engine/matrix.js'
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

/** The state of a run. `encodeCheckpoint` of `deeplinear/io` makes one file of it. */
export interface Checkpoint {
  /** Version of this format. */
  readonly version: 1
  /** Steps done. */
  readonly step: number
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

function taskOf({ name, inputs, outputs, weightPenalty = 0, fingerprint }: Task) {
  return { name, inputs, outputs, weightPenalty, data: fingerprint?.() ?? null }
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
): void {
  const given = checkOptions(checkpoint, 'resume', KEYS) as Partial<Checkpoint>
  if (given.version !== 1 || !Number.isSafeInteger(given.step) || !Array.isArray(given.tensors)) {
    throw new FormatError(
      `resume must be a checkpoint of version 1, as run.checkpoint() makes it, got ${describe(checkpoint)}`,
      { argument: 'resume' },
    )
  }
  if (given.arithmetic !== arithmeticOf(net)) {
    throw new OptionError(
      `the checkpoint is of ${given.arithmetic} arithmetic, this engine's is ${arithmeticOf(net)}; going on would change bits. ` +
        `Use createEngine({ reproducible: ${given.arithmetic === 'reproducible'} })`,
      { argument: 'resume' },
    )
  }
  if (given.configuration !== configuration) {
    throw new OptionError(
      `the checkpoint is of another run: it has ${given.configuration}, this one is ${configuration}; make the same network, task and optimizer`,
      { argument: 'resume', data: { found: given.configuration, expected: configuration } },
    )
  }
  const parts = state.map(({ name, matrix }) => {
    const tensor = given.tensors!.find((candidate) => candidate.name === name)
    const fits = tensor?.dtype === matrix.dtype && tensor.data.length === matrix.size
    if (!fits || !tensor.data.every(Number.isFinite)) {
      throw new FormatError(
        `the checkpoint ${tensor === undefined ? `lacks '${name}'` : `holds another '${name}', or one with NaN`}; it was not written whole`,
        { argument: 'resume' },
      )
    }
    return { matrix, data: tensor.data }
  })
  for (const { matrix, data } of parts) matrix.view().set(data)
}
