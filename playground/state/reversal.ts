// Learning the opposite of what was learned before. What solves a task is the map Sigma_yx only where the inputs are white: on others, such as digits
// and tables, minus Sigma_yx is the opposite of nothing. There the choice is not offered, and a link that makes it all the same has no effect.
import type { Values } from './controls.js'

const WHITE: readonly unknown[] = ['teacher', 'things', 'tree']

/** Whether the opposite of the task can have been learned before. */
export function canReverse({ start, task }: Values): boolean {
  return start === 'lambda' && WHITE.includes(task)
}

/** Whether it was. */
export function isReversed(values: Values): boolean {
  return canReverse(values) && values.before === 'opposite'
}
