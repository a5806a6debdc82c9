// What the tests of the parsers share.
import { expect } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'

export const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

/** The library's error, or undefined; any other error is one of the test. */
export function errorOf(run: () => unknown): DeepLinearError | undefined {
  try {
    run()
  } catch (error) {
    if (error instanceof DeepLinearError) return error
    throw error
  }
  return undefined
}

/** A parser given rubbish returns, or throws one of these; soon, and without asking for much memory. */
export function survives(run: () => unknown): void {
  const before = process.memoryUsage().arrayBuffers
  let start = performance.now()
  const error = errorOf(run)
  let elapsed = performance.now() - start
  expect(process.memoryUsage().arrayBuffers - before).toBeLessThan(64 * 2 ** 20)
  // A busy machine takes its time now and then, a slow parser every time.
  for (let again = 0; again < 3 && elapsed >= 50; again++) {
    start = performance.now()
    errorOf(run)
    elapsed = Math.min(elapsed, performance.now() - start)
  }
  expect(elapsed).toBeLessThan(50)
  if (error !== undefined) expect(['FORMAT', 'UNSUPPORTED', 'RANGE']).toContain(error.code)
}

/** Bytes after random edits: flips, a cut, a splice of the file into itself, and a length field of 4 ones. */
export interface Edits {
  flips: [number, number][]
  cut: number | null
  splice: [number, number] | null
  ones: number | null
}

export function mutated(seed: Uint8Array, { flips, cut, splice, ones }: Edits): Uint8Array {
  let bytes = seed.slice()
  for (const [at, value] of flips) if (bytes.length > 0) bytes[at % bytes.length] = value
  if (ones !== null) bytes.fill(0xff, ones % bytes.length, (ones % bytes.length) + 4)
  if (splice !== null) {
    const [from, to] = splice.map((at) => at % bytes.length)
    bytes = Uint8Array.from([...bytes.subarray(0, from), ...bytes.subarray(to)])
  }
  return cut === null ? bytes : bytes.slice(0, cut % bytes.length)
}
