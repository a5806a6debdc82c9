// Code of the user's inside a run: what a probe or an event throws becomes a ProbeError that names it.
import { DeepLinearError, ProbeError } from '../errors.js'

/**
 * Run a probe or an event. It is called in every frame: nothing is said before something has gone wrong.
 * @param where what `at` counts
 * @throws {ProbeError} what it threw, unless that is an error of this library already
 */
export function guarded<T>(what: 'probe' | 'event', name: string, where: 'step' | 't =', at: number, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    if (cause instanceof DeepLinearError) throw cause
    const why = (cause as Error)?.message ?? cause
    throw new ProbeError(`${what} '${name}' threw at ${where} ${at}: ${why}`, { argument: name, cause })
  }
}
