// The digits of the package, against figures counted with numpy; and what is no table of digits.
import { readFileSync } from 'node:fs'
import { gunzipSync, gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import { type Digits, digits } from '../../src/io/digits.js'
import { gunzip } from '../../src/io/gzip.js'

const packed = new Uint8Array(readFileSync(new URL('../../data/digits.csv.gz', import.meta.url)))
const bytes = new Uint8Array(gunzipSync(packed))
const blank = '0,'.repeat(64)

describe('digits', () => {
  const { inputs, outputs, labels, items, features } = digits(packed)

  test('1797 pictures of 64 pixels from 0 to 1, columns are samples', () => {
    expect([inputs.shape, outputs.shape, labels.length, items.length, features.length]).toEqual([
      [64, 1797],
      [10, 1797],
      1797,
      1797,
      10,
    ])
    expect(inputs.data.every((value) => value >= 0 && value <= 1 && Number.isInteger(16 * value))).toBe(true)
    expect(16 * inputs.data.reduce((sum, value) => sum + value, 0)).toBe(561_718)
    expect(256 * inputs.data.reduce((sum, value) => sum + value * value, 0)).toBe(6_907_012)
    // The last picture, row by row.
    const last = Array.from({ length: 64 }, (_, i) => 16 * inputs.data[i * 1797 + 1796])
    expect(last.slice(8, 16)).toEqual([0, 2, 16, 14, 6, 1, 0, 0])
  })

  test('labels and their one-hot rows', () => {
    expect(Array.from({ length: 10 }, (_, digit) => labels.filter((label) => label === digit).length)).toEqual([
      178, 182, 177, 183, 181, 182, 181, 179, 174, 180,
    ])
    expect(outputs.data.reduce((sum, value) => sum + value, 0)).toBe(1797)
    expect(labels.every((label, p) => outputs.data[label * 1797 + p] === 1 && items[p] === features[label])).toBe(true)
  })

  test('compressed bytes, bytes, a buffer and text are the same data', () => {
    const all = digits(packed)
    const others: Digits[] = [bytes, bytes.slice().buffer, new TextDecoder().decode(bytes)].map(digits)
    // A view into the middle of a buffer.
    const padded = new Uint8Array(packed.length + 5)
    padded.set(packed, 5)
    for (const other of [...others, digits(padded.subarray(5))]) expect(other).toEqual(all)
  })

  test('the example', () => {
    expect(digits(`${'0,16,'.repeat(32)}7`).labels).toEqual(Int32Array.of(7))
  })

  const changed = (at: number, by: number) => packed.map((byte, i) => (i === at ? byte ^ by : byte))
  test.each<[string, unknown, string, RegExp]>([
    ['a number', 3, 'DTYPE', /text or bytes/],
    ['other typed arrays', new Float64Array(3), 'DTYPE', /text or bytes/],
    ['no text', '', 'FORMAT', /empty/],
    ['63 pixels', `${'0,'.repeat(63)}7`, 'SHAPE', /64 pixels/],
    ['a pixel of 17', `${blank}1\n0,17,${'0,'.repeat(62)}1`, 'RANGE', /row 2, column 2.*17/],
    ['a pixel of -1', `-1,${'0,'.repeat(63)}1`, 'RANGE', /row 1, column 1/],
    ['a digit 10', `${blank}10`, 'RANGE', /from 0 to 9/],
    ['half a digit', `${blank}0.5`, 'FORMAT', /label must be an integer/],
    ['bytes that are no UTF-8', Uint8Array.of(0x30, 0xff), 'FORMAT', /UTF-8/],
    ['half of the compressed bytes', packed.subarray(0, 30_000), 'FORMAT|RANGE', /damaged|gzip data/],
    ['a header alone', packed.subarray(0, 12), 'FORMAT', /within the header/],
    ['a changed byte', changed(20_000, 1), 'FORMAT', /damaged/],
    ['a changed checksum', changed(packed.length - 8, 1), 'FORMAT', /CRC-32/],
    ['a changed length', changed(packed.length - 4, 1), 'FORMAT', /damaged/],
    ['another method', changed(2, 1), 'FORMAT', /deflate/],
    ['a bomb', new Uint8Array(gzipSync(new Uint8Array(2 ** 25))), 'RANGE', /more than 16777216/],
  ])('%s is refused', (_, csv, code, message) => {
    let error: unknown
    try {
      digits(csv as string)
    } catch (caught) {
      error = caught
    }
    expect(error).toBeInstanceOf(DeepLinearError)
    expect((error as DeepLinearError).code).toMatch(new RegExp(`^(${code})$`))
    expect((error as DeepLinearError).message).toMatch(message)
  })
})

test('gunzip passes over names, comments, extra fields and header checksums', () => {
  const text = Uint8Array.from({ length: 1000 }, (_, i) => (i * i) % 7)
  const plain = new Uint8Array(gzipSync(text))
  const body = plain.subarray(10)
  const header = (flags: number, ...more: number[]) =>
    Uint8Array.of(...plain.subarray(0, 3), flags, ...plain.subarray(4, 10), ...more, ...body)
  for (const member of [
    plain,
    header(8, 97, 98, 0),
    header(16, 99, 0),
    header(4, 3, 0, 1, 2, 3),
    header(2, 5, 5),
    header(30, 1, 0, 9, 97, 0, 98, 0, 5, 5),
  ]) {
    expect(gunzip(member, 1000)).toEqual(text)
  }
  expect(() => gunzip(plain, 999)).toThrow(/1000 bytes, more than 999/)
  expect(() => gunzip(header(8).subarray(0, 14), 1000)).toThrow(/within the header/)
  expect(() => gunzip(header(64), 1000)).toThrow(/gzip/)
})
