// The loss of another task, such as held-out samples, at the network as it is.
import { describe } from '../check.js'
import { DTypeError, ShapeError } from '../errors.js'
import type { Task } from '../task/task.js'
import type { Probe } from './probe.js'
import { taskForm } from './task-form.js'

/**
 * The loss of `task` at the current network, accumulated in float64. The network learns nothing from it.
 *
 * Two of them need two names: `{ ...probes.testLoss(other), name: 'validation' }`.
 * @throws {DTypeError} not a task
 * @throws {ShapeError} a task of other sizes than the network's
 * @throws {UnsupportedError} a task that this kind of network cannot have
 * @example
 * probes.testLoss(regression([[1, 2, 3], [0, 1, 0]], [[1, 2, 3], [1, 0, 1]]))
 */
export function testLoss(task: Task): Probe<'testLoss', number> {
  if (typeof task?.bind !== 'function') {
    throw new DTypeError(`task must be a task such as regression(x, y), got ${describe(task)}`, { argument: 'task' })
  }
  return {
    name: 'testLoss',
    shape: () => [],
    emit(p, context) {
      const { net } = context
      const [inputs, outputs] = [net.sizes[0], net.sizes[net.sizes.length - 1]]
      if (task.inputs !== inputs || task.outputs !== outputs) {
        throw new ShapeError(
          `the network maps ${inputs} inputs to ${outputs} outputs, the task of testLoss ${task.inputs} to ${task.outputs}`,
          { argument: 'task' },
        )
      }
      const bound = p.own(task.bind(net.engine, net.dtype, taskForm(task, net)))
      const at = bound.inputs === undefined ? context.endToEnd : net.emitPass(p.note('test'), bound.inputs).outputs
      const slot = bound.emitLoss(p, at)
      return () => slot.value
    },
  }
}
