// Parameters of an experiment from defaults and from what a caller sets, as numbers or as text.
import { checkNumber, describe } from '../check.js'
import { OptionError, RangeArgError } from '../errors.js'
import type { ParameterSpec } from './experiment.js'

type Specs = Readonly<Record<string, ParameterSpec>>
type Values = Readonly<Record<string, number | readonly number[]>>

/**
 * The values of all parameters: those that are set, checked against their bounds, and the defaults of the others.
 * @param set numbers, lists of numbers, or their text (`'0.1'`, `'0.1,0.01'`)
 * @throws {OptionError} a parameter that the experiment does not have, or text that is no number
 * @throws {RangeArgError} a number out of its bounds
 */
export function parameterValues(id: string, specs: Specs, set: Readonly<Record<string, unknown>>): Values {
  for (const name of Object.keys(set)) {
    if (!Object.hasOwn(specs, name)) {
      const known = Object.keys(specs).join(', ') || 'none'
      throw new OptionError(`${id} has no parameter '${name}'; it takes ${known}`, { argument: name })
    }
  }
  return Object.fromEntries(
    Object.entries(specs).map(([name, spec]) => [
      name,
      settle(name, spec, Object.hasOwn(set, name) ? set[name] : undefined),
    ]),
  )
}

function settle(name: string, spec: ParameterSpec, given: unknown): number | readonly number[] {
  if (given === undefined) return spec.default
  if (typeof spec.default === 'number') return checkOne(name, spec, numberOf(name, given))
  const list = typeof given === 'string' ? given.split(',') : Array.isArray(given) ? given : [given]
  if (list.length === 0) throw new RangeArgError(`${name} must hold at least one number`, { argument: name })
  return Object.freeze(list.map((entry, i) => checkOne(`${name}[${i}]`, spec, numberOf(name, entry))))
}

function numberOf(name: string, given: unknown): unknown {
  if (typeof given !== 'string') return given
  const value = given.trim() === '' ? Number.NaN : Number(given)
  if (Number.isNaN(value)) {
    throw new OptionError(`${name} must be a number, got ${describe(given)}`, { argument: name })
  }
  return value
}

function checkOne(name: string, { min, max, integer = false }: ParameterSpec, value: unknown): number {
  const number = checkNumber(value, name, { min, max })
  if (integer && !Number.isInteger(number)) {
    throw new RangeArgError(`${name} must be an integer, got ${number}`, { argument: name })
  }
  return number
}
