// A task at one map W, without a network: its loss and its gradient as a plan computes them.
import type { Engine } from '../../src/linalg/engine.js'
import { PlanBuilder } from '../../src/plan/builder.js'
import type { Task } from '../../src/task/task.js'

export interface At {
  loss: number
  /** (outputs, inputs) row-major. */
  gradient: number[]
}

export function evaluate(
  engine: Engine,
  task: Task,
  w: ArrayLike<number>,
  dtype: 'float32' | 'float64' = 'float64',
): At {
  const p = new PlanBuilder(engine, dtype)
  const map = p.own(engine.matrix([task.outputs, task.inputs], Float64Array.from(w), { dtype }))
  const bound = task.bind(engine, dtype)
  const loss = bound.emitLoss(p, map)
  const gradient = p.copy(bound.emitGradient(p, map))
  const plan = p.build()
  plan.run(1)
  const at = { loss: loss.value, gradient: Array.from(gradient.toArray()) }
  plan.dispose()
  bound.dispose()
  return at
}

/** Entries in [-1, 1) without symmetries. */
export function entries(count: number, seed = 1): number[] {
  let state = seed
  return Array.from({ length: count }, () => {
    state = (state * 48271) % 2147483647
    return (2 * state) / 2147483647 - 1
  })
}
