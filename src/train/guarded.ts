// Code of the user's inside a run: what a probe or an event throws becomes a ProbeError that names it.
import { DeepLinearError, ProbeError } from '../errors.js'

/**
 * Run a probe or an event.
 * @param what says which, for people, such as `probe 'loss'` @param name the argument of the error @param when such as `step 3`
 * @throws {ProbeError} what it threw, unless that is an error of this library already
 */
export function guarded<T>(what: string, name: string, when: string, run: () => T): T {
  try {
    return run()
  } catch (cause) {
    if (cause instanceof DeepLinearError) throw cause
    throw new ProbeError(`${what} threw at ${when}: ${(cause as Error)?.message ?? cause}`, { argument: name, cause })
  }
}
