// What a server said, checked: another program may listen where it was thought to be, and its answers are no reason to fail in other words than these.
import { describe } from '../check.js'
import { FormatError } from '../errors.js'
import type { RemoteColumn, RunResult } from './remote-job.js'

/** The numbers that JSON has no words for. */
const WORDS: Readonly<Record<string, number>> = {
  NaN: Number.NaN,
  Infinity: Number.POSITIVE_INFINITY,
  '-Infinity': Number.NEGATIVE_INFINITY,
}

type Fields = Readonly<Record<string, unknown>>

/** JSON, with those numbers. @throws {FormatError} it is none */
export function parse(text: string): unknown {
  try {
    return JSON.parse(text, (_, value) =>
      typeof value === 'string' && Object.hasOwn(WORDS, value) ? WORDS[value] : value,
    )
  } catch (cause) {
    throw nonsense(`${describe(text)}, which is not JSON`, cause)
  }
}

/** @throws {FormatError} anything but an object */
export function fieldsOf(value: unknown): Fields {
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) return value as Fields
  throw nonsense(`${describe(value)} in place of an object`)
}

/** The name of a job, which becomes part of addresses. */
export function jobId(value: unknown): string {
  const { id } = fieldsOf(value)
  if (typeof id === 'string' && /^[\w-]{1,128}$/.test(id)) return id
  throw nonsense(`${describe(id)} for the name of a job`)
}

/** The index of a frame, from `next` on. */
export function frameIndex(message: Fields, next: number): number {
  const { index } = message
  if (Number.isSafeInteger(index) && (index as number) >= next) return index as number
  throw nonsense(`${describe(index)} for the index of a frame from ${next} on`)
}

/** A run's result, its numbers in typed arrays. */
export function runResult(value: unknown): RunResult {
  const { columns, weights, ...rest } = fieldsOf(value)
  if (!Array.isArray(weights)) throw nonsense(`${describe(weights)} in place of the list of weights`)
  const typed = (item: unknown) => {
    const { data, ...others } = fieldsOf(item)
    if (!Array.isArray(data)) throw nonsense(`${describe(data)} in place of a list of numbers`)
    const bad = data.find((number) => typeof number !== 'number')
    if (bad !== undefined) throw nonsense(`${describe(bad)} among numbers`)
    return { ...others, data: Float64Array.from(data) }
  }
  return {
    ...rest,
    columns: Object.fromEntries(
      Object.entries(fieldsOf(columns)).map(([name, column]) => [name, typed(column) as RemoteColumn]),
    ),
    weights: weights.map(typed),
  } as unknown as RunResult
}

/** @internal */
export function nonsense(what: string, cause?: unknown): FormatError {
  return new FormatError(`the server answered ${what}; is this the address of \`deeplinear serve\`?`, {
    argument: 'url',
    cause,
  })
}
