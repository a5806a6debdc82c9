// Faults of a configuration as sentences: where it is, what is allowed there, what was found.
import type * as z from 'zod'
import { checkChoice, describe } from '../check.js'

type Issue = z.core.$ZodIssue
type Path = readonly PropertyKey[]

/** A fault with its JSON path, such as `network.sizes[1]`. */
export interface Fault {
  readonly path: string
  readonly message: string
}

/** The faults that zod found in a value. */
export function faultsOf(issues: readonly Issue[], value: unknown): Fault[] {
  return issues.flatMap((issue) => faultsAt(issue, [], value))
}

function faultsAt(issue: Issue, above: Path, root: unknown): Fault[] {
  const path = [...above, ...issue.path]
  const found = valueAt(root, path)
  const fault = (message: string): Fault[] => [{ path: pathText(path), message }]
  if (issue.code === 'unrecognized_keys') {
    return issue.keys.map((key) => ({ path: pathText([...path, key]), message: 'there is no such setting' }))
  }
  if (found === undefined) return fault('is missing')
  if (issue.code === 'invalid_value') return fault(choiceText(issue.values, found))
  if (issue.code !== 'invalid_union') return fault(`${lower(issue.message)}${received(issue, found)}`)
  // Of a union by kind, where there is no such kind.
  const { options } = issue as { options?: readonly unknown[] }
  if (options !== undefined) return fault(choiceText(options, found))
  // Of several forms that a value may take, its faults are those of the one that it takes.
  const fitting = issue.errors.filter((branch) => !branch.some((inner) => isElsewhere(inner, found)))
  if (fitting.length > 0) {
    const [fewest] = [...fitting].sort((a, b) => a.length - b.length)
    return fewest.flatMap((inner) => faultsAt(inner, path, root))
  }
  const wanted = issue.errors.flat().filter(({ path: inner }) => inner.length === 0)
  return fault(`${wanted.map((inner) => lower(inner.message)).join(', or ')}; got ${describe(found)}`)
}

/** A value of another type altogether: the branch was not meant. */
function isElsewhere(issue: Issue, found: unknown): boolean {
  if (issue.path.length > 0) return false
  if (issue.code === 'invalid_value') return !issue.values.some((value) => typeof value === typeof found)
  return issue.code === 'invalid_type'
}

function received(issue: Issue, found: unknown): string {
  // What is wrong with an object or a list is one of its parts, or how many there are.
  if (typeof found === 'object' && found !== null)
    return issue.code === 'invalid_type' ? `, got ${describe(found)}` : ''
  return `, got ${describe(found)}`
}

/** As the library says it of its own options, with the nearest one where it looks like a slip. */
function choiceText(choices: readonly unknown[], found: unknown): string {
  try {
    checkChoice(found, '', choices as readonly string[])
  } catch (error) {
    return (error as Error).message.trim()
  }
  return 'is not allowed here'
}

/** Messages of zod begin with a capital letter and repeat what was received. */
function lower(message: string): string {
  const text = message.replace(/^(Invalid input|Too small|Too big|Invalid option): /, '').replace(/, received .*$/, '')
  return text.charAt(0).toLowerCase() + text.slice(1)
}

function valueAt(root: unknown, path: Path): unknown {
  let value = root
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}

/** `network.sizes[1]`; the whole is `configuration`. */
export function pathText(path: Path): string {
  let text = ''
  for (const key of path) {
    if (typeof key === 'number') text += `[${key}]`
    else if (/^[\w$]{1,40}$/.test(String(key))) text += text === '' ? String(key) : `.${String(key)}`
    else text += `[${describe(String(key))}]`
  }
  return text === '' ? 'configuration' : text
}
