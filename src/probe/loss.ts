import type { Probe } from './probe.js'

/**
 * The loss that training lowers, accumulated in float64: that of the task, and the penalty on the weights where it has one.
 * @example
 * trainSync(net, task, { optimizer, steps: 10, record: { every: 5, probes: [probes.loss()] } }).columns.loss.length // -> 3
 */
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
