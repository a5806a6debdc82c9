// What a probe remembers of the start of a run. A run over a sequence of tasks makes its probes anew for each of them; what they compare
// with stays that of its beginning.
import type { ProbeContext } from './probe.js'

const remembered = new WeakMap<object, Map<object, unknown>>()

/**
 * What `read` gave when it was first asked for in this run.
 * @param probe an object that stands for the probe, made once by whoever makes it
 */
export function atStart<T>({ run }: ProbeContext, probe: object, read: () => T): T {
  let known = remembered.get(run)
  if (known === undefined) {
    known = new Map()
    remembered.set(run, known)
  }
  if (!known.has(probe)) known.set(probe, read())
  return known.get(probe) as T
}
