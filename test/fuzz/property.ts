// What holds for every parser and every input: a value that survives a trip through its writer, or an error that was promised; soon, and without asking
// for more memory than the input or a limit accounts for.
import { readdirSync, readFileSync } from 'node:fs'
import fc from 'fast-check'
import { DeepLinearError } from '../../src/errors.js'
import { allocatedBytes } from './allocations.js'
import { anyInput, edited, type Input } from './edits.js'
import type { Parser } from './parsers.js'

/** Milliseconds for one input. */
const LONGEST_MS = 50

const CORPUS = new URL('./corpus/', import.meta.url)

/** A file of the corpus; its name begins with what becomes of it: `ok`, or the code of an error. */
export interface Seed {
  readonly name: string
  readonly outcome: string
  readonly bytes: Uint8Array
}

/** The corpus of a parser, by name. */
export function corpusOf(parser: string): Seed[] {
  const folder = new URL(`${parser}/`, CORPUS)
  return readdirSync(folder)
    .sort()
    .map((name) => ({
      name,
      outcome: name.split('-', 1)[0],
      bytes: new Uint8Array(readFileSync(new URL(name, folder))),
    }))
}

/** What came of many inputs. */
export interface Tally {
  /** How often each outcome: `ok`, or the code of an error. */
  readonly outcomes: Map<string, number>
  slowestMs: number
  /** The most bytes asked for, as a part of what may be. */
  memory: number
}

/** Checks one input. @throws what is wrong with the parser */
export async function checkInput(parser: Parser, bytes: Uint8Array, tally?: Tally): Promise<string> {
  const before = allocatedBytes()
  const first = await outcomeOf(parser, bytes)
  const asked = (allocatedBytes() - before) / (parser.memory.atRest + parser.memory.perByte * bytes.length)
  if (asked > 1)
    throw new Error(`${parser.name} asked for ${asked} times the memory that ${bytes.length} bytes account for`)
  let { ms } = first
  const { longestMs = LONGEST_MS } = parser
  // A busy machine takes its time now and then, a slow parser every time.
  for (let again = 0; again < 4 && ms >= longestMs; again++) ms = Math.min(ms, (await outcomeOf(parser, bytes)).ms)
  if (ms >= longestMs) throw new Error(`${parser.name} took ${ms} ms for ${bytes.length} bytes`)
  if (first.code === undefined && parser.again !== undefined) {
    const twice = parser.again(first.value as never)
    const difference = differenceOf(first.value, twice, 'value')
    if (difference !== undefined) throw new Error(`${parser.name}: written and read again, ${difference}`)
  }
  const outcome = first.code ?? 'ok'
  if (tally !== undefined) {
    tally.outcomes.set(outcome, (tally.outcomes.get(outcome) ?? 0) + 1)
    tally.slowestMs = Math.max(tally.slowestMs, ms)
    tally.memory = Math.max(tally.memory, asked)
  }
  return outcome
}

async function outcomeOf(parser: Parser, bytes: Uint8Array): Promise<{ value?: unknown; code?: string; ms: number }> {
  const start = performance.now()
  const used = process.cpuUsage()
  // Another process may have had the core for a while, so that what this one used counts, where it is less.
  const elapsed = () => {
    const ms = performance.now() - start
    if (ms < LONGEST_MS / 2) return ms
    const { user, system } = process.cpuUsage(used)
    return Math.min(ms, (user + system) / 1000)
  }
  try {
    const given = parser.run(bytes)
    const value = given instanceof Promise ? await given : given
    return { value, ms: elapsed() }
  } catch (error) {
    const ms = elapsed()
    if (!(error instanceof DeepLinearError)) throw error
    if (!parser.codes.includes(error.code))
      throw new Error(`${parser.name} threw the code ${error.code}: ${error.message}`)
    if (error.message.length > 2000)
      throw new Error(`${parser.name} threw a message of ${error.message.length} characters`)
    return { code: error.code, ms }
  }
}

/** The property of a parser, for fast-check. */
export function propertyOf(parser: Parser, seeds: readonly Seed[], tally?: Tally) {
  return fc.asyncProperty(anyInput(seeds.length), async (input) => {
    await checkInput(parser, inputOf(parser, seeds, input), tally)
  })
}

/** The bytes of an input. */
export function inputOf(parser: Parser, seeds: readonly Seed[], [seed, repaired, edits]: Input): Uint8Array {
  const files = seeds.map(({ bytes }) => bytes)
  const bytes = edited(files[seed], edits, wordsOf(parser), files)
  return repaired && parser.repair !== undefined ? parser.repair(bytes) : bytes
}

const encoded = new Map<Parser, Uint8Array[]>()

/** The words of a parser as bytes: as they are below 256, as UTF-8 beyond. */
function wordsOf(parser: Parser): Uint8Array[] {
  const known = encoded.get(parser)
  if (known !== undefined) return known
  const words = parser.words.map((word) => {
    const codes = Array.from(word, (char) => char.charCodeAt(0))
    return codes.every((code) => code < 256) ? Uint8Array.from(codes) : new TextEncoder().encode(word)
  })
  encoded.set(parser, words)
  return words
}

/** The first difference of two values: numbers by their bits, but for the payload of NaN. */
export function differenceOf(a: unknown, b: unknown, path: string): string | undefined {
  if (Object.is(a, b)) return undefined
  if (typeof a !== 'object' || typeof b !== 'object' || a === null || b === null)
    return `${path} is ${String(b)}, it was ${String(a)}`
  if (ArrayBuffer.isView(a) && ArrayBuffer.isView(b)) {
    const [x, y] = [a, b] as unknown as [ArrayLike<unknown>, ArrayLike<unknown>]
    if (a.constructor.name !== b.constructor.name || x.length !== y.length) return `${path} is another array`
    for (let i = 0; i < x.length; i++)
      if (!Object.is(x[i], y[i])) return `${path}[${i}] is ${String(y[i])}, it was ${String(x[i])}`
    return undefined
  }
  const [x, y] = [a, b].map((value) => new Map<unknown, unknown>(value instanceof Map ? value : Object.entries(value)))
  if (x.size !== y.size) return `${path} has ${y.size} entries, it had ${x.size}`
  for (const [key, value] of x) {
    if (!y.has(key)) return `${path} has no ${String(key)}`
    const difference = differenceOf(value, y.get(key), `${path}.${String(key)}`)
    if (difference !== undefined) return difference
  }
  return undefined
}
