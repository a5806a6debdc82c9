// Before every test file: arrays of numbers that are the same byte by byte are equal at once. Vitest compares them entry by entry, by way of their
// keys, which took a third of the time of the tests that compare whole matrices. What is not the same is left to it, with its messages.
import { expect } from 'vitest'

/** `true` where there is nothing more to ask; a zero and a negative zero differ here as they do in `toEqual`. */
export function sameNumbers(a: unknown, b: unknown): true | undefined {
  if (Array.isArray(a)) return Array.isArray(b) && sameLists(a, b) ? true : undefined
  if (!ArrayBuffer.isView(a) || !ArrayBuffer.isView(b)) return undefined
  if (Object.getPrototypeOf(a) !== Object.getPrototypeOf(b)) return undefined
  // One that was transferred away has no bytes to look at.
  if (a.byteLength === 0) return undefined
  return bytesOf(a).equals(bytesOf(b)) || undefined
}

const bytesOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView) => Buffer.from(buffer, byteOffset, byteLength)

function sameLists(a: readonly unknown[], b: readonly unknown[]): boolean {
  if (a.length !== b.length || a.length === 0) return false
  for (let i = 0; i < a.length; i++) if (typeof a[i] !== 'number' || !Object.is(a[i], b[i])) return false
  return true
}

expect.addEqualityTesters([sameNumbers])
