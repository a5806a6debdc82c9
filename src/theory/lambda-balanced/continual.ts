// A sequence of tasks, each trained to convergence: what a network remembers depends on the tasks alone.
import { describe } from '../../check.js'
import { OptionError } from '../../errors.js'
import { readTask } from './flow-at.js'
import { distanceSquared } from './small-matrix.js'
import { type TaskLike, taskBasis } from './task-basis.js'

/**
 * The loss on task j after task i has been learned to convergence, `1/2 |S_i - S_j|_F^2`: for any lambda, shape and start that can learn the
 * tasks.
 *
 * @param tasks K tasks S_k, each (outputs, inputs)
 * @returns shape (K, K), symmetric, zero on the diagonal
 * @throws {OptionError} no list of tasks; {ShapeError|DTypeError|RangeArgError} tasks of different shapes
 * @example
 * taskInterference([[[1]], [[3]]]) // -> [0, 2, 2, 0]
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623, continual learning; Braun et al. (2022), NeurIPS
 */
export function taskInterference(tasks: readonly TaskLike[]): Float64Array {
  if (!Array.isArray(tasks) || tasks.length === 0) {
    throw new OptionError(`tasks must be a list of matrices, got ${describe(tasks)}`, { argument: 'tasks' })
  }
  const { outputs, inputs } = taskBasis(tasks[0])
  const maps = tasks.map((task) => readTask(task, outputs, inputs))
  return Float64Array.from({ length: maps.length ** 2 }, (_, index) => {
    const [i, j] = [Math.floor(index / maps.length), index % maps.length]
    return 0.5 * distanceSquared(maps[i], maps[j])
  })
}

/**
 * How much of task i is forgotten while task k is learned after task j, `F_i(j -> k) = 1/2 (|S_k - S_i|^2 - |S_j - S_i|^2)`: independent of
 * lambda, shape and start.
 *
 * @param tasks S_0, S_1, ... in the order in which they are learned
 * @returns shape (K, K, K): entry [i, j, k]; negative where learning k helps i
 * @throws as `taskInterference`
 * @example
 * forgetting([[[1]], [[3]]])[1] // -> 2
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623, continual learning
 */
export function forgetting(tasks: readonly TaskLike[]): Float64Array {
  const losses = taskInterference(tasks)
  const count = tasks.length
  const out = new Float64Array(count ** 3)
  for (let i = 0; i < count; i++) {
    for (let j = 0; j < count; j++) {
      for (let k = 0; k < count; k++) out[(i * count + j) * count + k] = losses[k * count + i] - losses[j * count + i]
    }
  }
  return out
}
