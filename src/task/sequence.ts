// Tasks one after the other: continual learning, reversal, transfer.
import { checkInteger, checkOptions, describe } from '../check.js'
import { DTypeError, OptionError, ShapeError, UnsupportedError } from '../errors.js'
import type { Task } from './task.js'

/** One stage of a sequence. */
export interface Stage {
  readonly task: Task
  /** Steps of training on it. */
  readonly steps: number
}

/** Tasks of one size, each for some steps. */
export interface TaskSequence extends Task {
  readonly stages: readonly Stage[]
}

/**
 * Learn tasks one after the other with one network and one optimizer, whose state goes on from stage to stage. Training beyond the last
 * stage stays with it. What is recorded is the loss of the task that is being learned; the frame at the end of a stage still belongs to it.
 *
 * @param stages one or more, each with a task that is no sequence itself and at least one step
 * @throws {ShapeError} tasks of different sizes
 * @throws {OptionError|RangeArgError|DTypeError} no stages, or bad ones
 * @example
 * const task = taskSequence([{ task: whitened([[2, 0]]), steps: 100 }, { task: whitened([[0, 2]]), steps: 100 }])
 * const net = createNetwork(engine, { sizes: [2, 4, 1], seed: 1 })
 * const { columns } = trainSync(net, task, { optimizer: gradientDescent({ learningRate: 0.1 }), steps: 200, record: { every: 100 } })
 * columns.loss.data.length // -> 3
 */
export function taskSequence(stages: readonly Stage[]): TaskSequence {
  if (!Array.isArray(stages) || stages.length === 0) {
    throw new OptionError(`taskSequence takes an array of { task, steps }, got ${describe(stages)}`, {
      argument: 'stages',
    })
  }
  const checked = stages.map((stage, i): Stage => {
    const { task, steps } = checkOptions(stage, `stages[${i}]`, ['task', 'steps'])
    const single = typeof task === 'object' && typeof (task as Task | null)?.bind === 'function'
    if (!single || 'stages' in (task as Task)) {
      throw new DTypeError(`stages[${i}].task must be a single task, got ${describe(task)}`, {
        argument: `stages[${i}].task`,
      })
    }
    return Object.freeze({ task: task as Task, steps: checkInteger(steps, `stages[${i}].steps`, { min: 1 }) })
  })
  const [first] = checked
  for (const [i, { task }] of checked.entries()) {
    if (task.inputs !== first.task.inputs || task.outputs !== first.task.outputs) {
      throw new ShapeError(
        `stages[${i}].task maps ${task.inputs} inputs to ${task.outputs} outputs, the first ${first.task.inputs} to ${first.task.outputs}; they must agree`,
        { argument: `stages[${i}].task` },
      )
    }
  }
  return {
    name: 'sequence',
    inputs: first.task.inputs,
    outputs: first.task.outputs,
    stages: Object.freeze(checked),
    bind() {
      throw new UnsupportedError('a sequence of tasks is for train; bind its stages one by one', { argument: 'task' })
    },
  }
}
