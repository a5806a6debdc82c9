// When a run stops before all of its steps are done: a quantity that is small enough in a frame. What is not recorded is looked at as well.
import { checkNumber, checkOptions } from '../check.js'
import { RangeArgError } from '../errors.js'
import { gradientNorm } from '../probe/gradient-norm.js'
import { loss } from '../probe/loss.js'
import type { Probe, ProbeValue } from '../probe/probe.js'

/** When to stop before all steps are done. Looked at in every frame. */
export interface StopRule {
  /** Stop once the loss is at most this. */
  readonly loss?: number
  /** Stop once the norm of the gradient with respect to all weights is at most this. */
  readonly gradientNorm?: number
}

/** The probe of each quantity. */
const PROBES = { loss, gradientNorm } as const
const QUANTITIES = ['loss', 'gradientNorm'] as const

/** A rule as given, or none. */
export function checkUntil(given: unknown): StopRule {
  const until = checkOptions(given as object | undefined, 'until', QUANTITIES)
  for (const name of QUANTITIES) {
    if (until[name] !== undefined && !(checkNumber(until[name], `until.${name}`) >= 0)) {
      throw new RangeArgError(`until.${name} must not be negative, got ${until[name]}`, { argument: `until.${name}` })
    }
  }
  return until as StopRule
}

/** The probes that a rule needs besides the recorded ones. */
export function untilProbes(until: StopRule, recorded: readonly Probe[]): Probe[] {
  const missing = QUANTITIES.filter(
    (name) => until[name] !== undefined && !recorded.some((probe) => probe.name === name),
  )
  return missing.map((name) => PROBES[name]())
}

/** Whether a rule holds for the values of a frame, by the names of their probes. */
export function isReached(until: StopRule, values: Readonly<Record<string, ProbeValue>>): boolean {
  return QUANTITIES.some((name) => until[name] !== undefined && (values[name] as number) <= until[name])
}
