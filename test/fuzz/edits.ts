// Inputs for parsers: a seed of the corpus after a few edits. An edit is four numbers, so that a failure shrinks to fewer edits and smaller
// numbers, and says what they were.
import fc from 'fast-check'

/** What is done, where, with which number, and with which word of the format. */
export type Edit = readonly [kind: number, at: number, value: number, word: number]

/** Which seed, whether its checksums are made right again afterwards, and the edits. */
export type Input = readonly [seed: number, repaired: boolean, edits: readonly Edit[]]

const WORD = 2 ** 32 - 1
/** Numbers at which lengths and counts go wrong. */
const EDGES = [
  0,
  1,
  2,
  9,
  0x7f,
  0x80,
  0xff,
  0x100,
  0x2711,
  0x7fff,
  0xffff,
  0x10000,
  0x7fffffff,
  0x80000000,
  0xfffffffe,
  WORD,
]

/** Any input over a corpus of so many seeds. */
export function anyInput(seeds: number): fc.Arbitrary<Input> {
  const edit = fc.tuple(fc.nat(KINDS.length - 1), fc.nat(WORD), fc.nat(WORD), fc.nat(255))
  return fc.tuple(fc.nat(seeds - 1), fc.boolean(), fc.array(edit, { maxLength: 6, size: 'max' }))
}

/** The seed after its edits. `words` are pieces of the format; `others` is what may be spliced in. */
export function edited(
  seed: Uint8Array,
  edits: readonly Edit[],
  words: readonly Uint8Array[],
  others: readonly Uint8Array[],
): Uint8Array {
  let bytes: Uint8Array = seed.slice()
  for (const [kind, at, value, word] of edits) {
    // Half of the places are near the front, where headers are.
    const reach = (at & 1) === 0 ? bytes.length : Math.min(bytes.length, 128)
    const place = reach === 0 ? 0 : (at >>> 1) % (reach + 1)
    bytes = KINDS[kind](bytes, place, value, words[word % words.length], others[word % others.length])
    if (bytes.length > LARGEST) bytes = bytes.slice(0, LARGEST)
  }
  return bytes
}

/** Longer inputs cost time and find nothing that short ones do not. */
const LARGEST = 16_384

type Kind = (bytes: Uint8Array, at: number, value: number, word: Uint8Array, other: Uint8Array) => Uint8Array

const joined = (...parts: readonly Uint8Array[]): Uint8Array => {
  const whole = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    whole.set(part, at)
    at += part.length
  }
  return whole
}

const span = (bytes: Uint8Array, at: number, value: number) => Math.min(bytes.length, at + (value % 64))

const KINDS: readonly Kind[] = [
  (bytes, at, value) => {
    if (at < bytes.length) bytes[at] ^= 1 << (value & 7)
    return bytes
  },
  (bytes, at, value) => {
    if (at < bytes.length) bytes[at] = value & 0xff
    return bytes
  },
  (bytes, at, value) => {
    const size = [1, 2, 4, 8][value & 3]
    const number = BigInt((value & 4) === 0 ? EDGES[(value >>> 3) % EDGES.length] : value >>> 3)
    for (let i = 0; i < size && at + i < bytes.length; i++) bytes[at + i] = Number((number >> BigInt(8 * i)) & 0xffn)
    return bytes
  },
  (bytes, at) => bytes.slice(0, at),
  (bytes, at, value) => joined(bytes.subarray(0, at), bytes.subarray(span(bytes, at, value))),
  (bytes, at, value) => joined(bytes.subarray(0, span(bytes, at, value)), bytes.subarray(at)),
  (bytes, at, value, _, other) => joined(bytes.subarray(0, at), other.subarray(value % (other.length + 1))),
  (bytes, at, _, word) => joined(bytes.subarray(0, at), word, bytes.subarray(at)),
  (bytes, at, _, word) => joined(bytes.subarray(0, at), word, bytes.subarray(Math.min(bytes.length, at + word.length))),
  (bytes, at, value, word) => joined(bytes.subarray(0, at), ...Array(value % 64).fill(word), bytes.subarray(at)),
]
