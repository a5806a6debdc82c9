import type { Probe } from './probe.js'

/** The loss C(W) of the task, accumulated in float64. */
export function loss(): Probe<'loss', number> {
  return {
    name: 'loss',
    shape: () => [],
    emit(_p, context) {
      const slot = context.loss
      return () => slot.value
    },
  }
}
