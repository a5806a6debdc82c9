// Arguments that training by steps and gradient flow have in common, checked.
import { checkNumber, describe } from '../check.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import type { Network } from '../network/network.js'
import { loss } from '../probe/loss.js'
import type { Probe } from '../probe/probe.js'
import type { Task } from '../task/task.js'
import { paints } from './pause.js'

/** A network and a task of the same size. */
export function checkPair(net: Network, task: Task): void {
  if (typeof net?.emitPass !== 'function') {
    throw new DTypeError(`net must be a network, got ${describe(net)}; make one with createNetwork`, {
      argument: 'net',
    })
  }
  if (typeof task !== 'object' || typeof task?.bind !== 'function') {
    throw new DTypeError(`task must be a task such as whitened(sigmaYX), got ${describe(task)}`, { argument: 'task' })
  }
  const [inputs, outputs] = [net.sizes[0], net.sizes[net.sizes.length - 1]]
  if (task.inputs !== inputs || task.outputs !== outputs) {
    throw new ShapeError(
      `the network maps ${inputs} inputs to ${outputs} outputs, the task ${task.inputs} to ${task.outputs}; make sizes start and end with the task's`,
      { argument: 'task' },
    )
  }
}

/** One probe. */
export function checkProbe(probe: Probe | undefined, name: string): void {
  const complete = typeof probe?.emit === 'function' && typeof probe.shape === 'function'
  if (!complete || !/^[A-Za-z]\w*$/.test(String(probe.name))) {
    throw new OptionError(`${name} must hold probes such as probes.loss(), got ${describe(probe)}`, { argument: name })
  }
}

/** The probes to record, each with a column of its own; the loss by default. */
export function checkProbes<P extends readonly Probe[]>(given: unknown): P {
  const probes = given ?? [loss()]
  const name = 'record.probes'
  if (!Array.isArray(probes)) {
    throw new OptionError(`${name} must be an array of probes, got ${describe(probes)}`, { argument: name })
  }
  const seen = new Set<string>(['step', 'time'])
  for (const probe of probes as readonly Probe[]) {
    checkProbe(probe, name)
    if (seen.has(probe.name))
      throw new OptionError(`${name} names the column '${probe.name}' twice`, { argument: name })
    seen.add(probe.name)
  }
  return probes as unknown as P
}

/** A signal, or none. */
export function checkSignal(signal: unknown): AbortSignal | undefined {
  if (signal === undefined) return undefined
  if (typeof (signal as AbortSignal)?.addEventListener !== 'function') {
    throw new DTypeError(`signal must be an AbortSignal, got ${describe(signal)}`, { argument: 'signal' })
  }
  return signal as AbortSignal
}

/** A function that blocks takes no signal. */
export function refuseSignal(options: unknown, blocking: string, instead: string): void {
  const own =
    typeof options === 'object' && options !== null ? Object.getOwnPropertyDescriptor(options, 'signal') : undefined
  if (checkSignal(own?.value) === undefined) return
  throw new OptionError(`${blocking} takes no signal: nothing can fire it while it blocks; use ${instead}`, {
    argument: 'signal',
  })
}

/** Milliseconds of a slice. */
export function checkSliceMs(given: unknown): number {
  return checkNumber(given ?? (paints() ? 8 : 4), 'sliceMs', { above: 0, max: 60_000 })
}
