// In which form a network takes a task: as a loss of its end-to-end map where both have one, which costs the same for any number of
// samples; on samples where they do not, and where feedback matrices learn from the activities of samples.
import { UnsupportedError } from '../errors.js'
import type { Network } from '../network/network.js'
import type { Task, TaskForm } from '../task/task.js'

/** @throws {UnsupportedError} a task that this kind of network cannot learn */
export function taskForm(task: Task, net: Network): TaskForm {
  const forms = task.forms ?? ['map']
  const active = net.kind === 'feedforward' && net.feedbackRule?.signal === 'activity'
  if (active && forms.includes('samples')) return 'samples'
  if (net.linear && forms.includes('map')) return 'map'
  if (net.kind !== 'gram' && forms.includes('samples')) return 'samples'
  throw new UnsupportedError(
    net.linear
      ? `the task '${task.name}' needs samples, and a Gram network takes none; use createNetwork`
      : `the task '${task.name}' is a loss of the end-to-end map, and this network has none; use a task of samples, such as regression(x, y)`,
    { argument: 'task' },
  )
}
