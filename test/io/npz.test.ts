import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { zipSync } from 'fflate'
import { afterEach, describe, expect, test } from 'vitest'
import { encodeNpy, type NpyArray } from '../../src/io/npy.js'
import { encodeNpz, type NpyInput, parseNpz } from '../../src/io/npz.js'
import { errorOf, fromBase64, mutated, survives } from './helpers.js'

interface Golden {
  accept: {
    name: string
    base64: string
    arrays: Record<string, { shape: number[]; dtype: string; values: number[] }>
  }[]
  reject: { name: string; base64: string; code: string }[]
}
const golden: Golden = JSON.parse(readFileSync(new URL('../golden/npz.json', import.meta.url), 'utf8'))
const vector = (...values: number[]): NpyInput => ({ shape: [values.length], data: Float64Array.from(values) })
const two = encodeNpz({ a: vector(1, 2), b: vector(3) })
const deflated = encodeNpz({ a: { shape: [500], data: new Float64Array(500) } }, { compress: true })

/** Where the n-th entry of the directory begins; the end record is the last 22 bytes. */
function entryAt(bytes: Uint8Array, n = 0): number {
  const view = new DataView(bytes.buffer)
  let at = view.getUint32(bytes.length - 6, true)
  for (let i = 0; i < n; i++) at += 46 + view.getUint16(at + 28, true)
  return at
}

/** A copy with fields set: [offset, bytes of the field, value]. */
function patched(bytes: Uint8Array, ...fields: [number, 1 | 2 | 4, number][]): Uint8Array {
  const copy = bytes.slice()
  const view = new DataView(copy.buffer)
  for (const [at, size, value] of fields) {
    if (size === 1) view.setUint8(at, value)
    else if (size === 2) view.setUint16(at, value, true)
    else view.setUint32(at, value, true)
  }
  return copy
}

describe('archives that NumPy wrote', () => {
  test.each(golden.accept)('$name', ({ name, base64, arrays }) => {
    const parsed = parseNpz(fromBase64(base64))
    expect([...parsed.keys()].sort()).toEqual(Object.keys(arrays).sort())
    for (const [key, { shape, dtype, values }] of Object.entries(arrays)) {
      const array = parsed.get(key) as NpyArray
      const wanted = name === 'cubes' ? Array.from({ length: 6000 }, (_, i) => i ** 3 % 100_003) : values
      expect({ ...array, data: [...array.data] }).toEqual({ shape, dtype, data: wanted })
    }
  })

  test.each(golden.reject)('$name is refused', ({ base64, code }) => {
    expect(errorOf(() => parseNpz(fromBase64(base64)))?.code).toBe(code)
  })

  test('an unaligned view into a larger buffer', () => {
    const bytes = fromBase64(golden.accept[1].base64)
    const larger = new Uint8Array(bytes.length + 16).fill(0xff)
    larger.set(bytes, 3)
    expect(parseNpz(larger.subarray(3, 3 + bytes.length))).toEqual(parseNpz(bytes))
  })
})

describe('bad archives', () => {
  const [entry, second, end] = [entryAt(two), entryAt(two, 1), two.length - 22]
  const deflatedEntry = entryAt(deflated)
  const plain = (name: string, data: Uint8Array | string = encodeNpy(vector(1))) =>
    zipSync({ [name]: typeof data === 'string' ? new TextEncoder().encode(data) : data }, { level: 0, mtime: 1e12 })
  const local = new DataView(two.buffer).getUint32(second + 42, true)

  test.each<[string, Uint8Array, string, RegExp]>([
    ['empty', new Uint8Array(), 'FORMAT', /is empty/],
    ['no archive', new TextEncoder().encode('1,2\n'.repeat(20)), 'FORMAT', /not a \.npz file/],
    ['cut short', two.subarray(0, two.length - 1), 'FORMAT', /cut short/],
    ['cut at the front', two.subarray(1), 'FORMAT', /does not end where/],
    ['bytes in front', Uint8Array.from([0, ...two]), 'FORMAT', /does not end where/],
    ['bytes behind', Uint8Array.from([...two, 0]), 'FORMAT', /not a \.npz file/],
    ['an entry too many', patched(two, [end + 8, 2, 3], [end + 10, 2, 3]), 'FORMAT', /no entry at byte/],
    ['an entry too few', patched(two, [end + 8, 2, 1], [end + 10, 2, 1]), 'FORMAT', /after its 1 entries/],
    ['an entry cut short', patched(two, [second + 28, 2, 9000]), 'FORMAT', /entry .* is cut short/],
    ['two volumes', patched(two, [end + 4, 2, 1]), 'UNSUPPORTED', /volumes/],
    ['zip64: count', patched(two, [end + 8, 2, 0xffff], [end + 10, 2, 0xffff]), 'UNSUPPORTED', /zip64/],
    ['zip64: place', patched(two, [end + 16, 4, 0xffffffff]), 'UNSUPPORTED', /zip64/],
    ['zip64: size', patched(two, [entry + 24, 4, 0xffffffff]), 'UNSUPPORTED', /zip64/],
    ['encrypted', patched(two, [entry + 8, 2, 1]), 'UNSUPPORTED', /"a\.npy".*encrypted/],
    ['strongly encrypted', patched(two, [entry + 8, 2, 0x41]), 'UNSUPPORTED', /encrypted/],
    ['encrypted in front of the data only', patched(two, [6, 2, 1]), 'FORMAT', /in front of its data/],
    ['LZMA', patched(two, [entry + 10, 2, 14]), 'UNSUPPORTED', /compression method 14/],
    ['another name in front of the data', patched(two, [30, 1, 0x78]), 'FORMAT', /another name/],
    ['no header in front of the data', patched(two, [0, 1, 0]), 'FORMAT', /no header at byte 0/],
    ['a header in the directory', patched(two, [entry + 42, 4, entry]), 'FORMAT', /no header/],
    ['a stored size that is not its own', patched(two, [entry + 24, 4, 10]), 'FORMAT', /cannot hold/],
    ['data beyond the data', patched(two, [second + 20, 4, 9000], [second + 24, 4, 9000]), 'FORMAT', /beyond the data/],
    [
      'members that overlap',
      patched(two, [entry + 20, 4, local - 30], [entry + 24, 4, local - 30]),
      'FORMAT',
      /"a\.npy" and "b\.npy" overlap/,
    ],
    ['a name twice', patched(two, [second + 46, 1, 0x61], [local + 30, 1, 0x61]), 'FORMAT', /two members/],
    ['a bit of the data', patched(two, [170, 1, 7]), 'FORMAT', /CRC-32/],
    ['another CRC-32', patched(two, [entry + 16, 4, 0]), 'FORMAT', /CRC-32/],
    ['no deflate stream', patched(deflated, [36, 4, 0xffffffff]), 'FORMAT', /not a deflate stream/],
    ['more than declared', patched(deflated, [deflatedEntry + 24, 4, 100]), 'FORMAT', /more than the 100 bytes/],
    ['less than declared', patched(deflated, [deflatedEntry + 24, 4, 9000]), 'FORMAT', /4128 of the 9000 bytes/],
    ['more than deflate can hold', patched(deflated, [deflatedEntry + 24, 4, 2 ** 31]), 'FORMAT', /cannot hold/],
    ['a text', plain('readme.txt', 'hello'), 'UNSUPPORTED', /"readme\.txt".*no array/],
    ['a folder', plain('a/', ''), 'UNSUPPORTED', /"a\/".*no array/],
    ['a text that is called an array', plain('x.npy', 'hello'), 'FORMAT', /^"x\.npy": not a \.npy file/],
    ['a name with NUL', plain('a\0.npy'), 'FORMAT', /NUL/],
  ])('%s', (_, bytes, code, message) => {
    const error = errorOf(() => parseNpz(bytes))
    expect([error?.code, error?.message]).toEqual([code, expect.stringMatching(message)])
  })

  test('a name without the flag of UTF-8, or with it and not UTF-8', () => {
    const bytes = plain('\u00e9.npy')
    expect(errorOf(() => parseNpz(patched(bytes, [entryAt(bytes) + 8, 2, 0])))?.code).toBe('UNSUPPORTED')
    const at = entryAt(bytes)
    expect(errorOf(() => parseNpz(patched(bytes, [at + 46, 1, 0xff], [30, 1, 0xff])))?.message).toMatch(/not UTF-8/)
  })

  test('a zip bomb is refused before it is inflated', () => {
    const bomb = encodeNpz({ zeros: { shape: [2_000_000], data: new Float64Array(2_000_000) } }, { compress: true })
    expect(bomb.length).toBeLessThan(20_000)
    survives(() => parseNpz(bomb, { maxBytes: 1_000_000 }))
    const error = errorOf(() => parseNpz(bomb, { maxBytes: 1_000_000 }))
    expect([error?.code, error?.argument]).toEqual(['RANGE', 'maxBytes'])
    // It declares ten bytes and has 16 MB: only the first pieces are inflated.
    const lies = patched(bomb, [entryAt(bomb) + 24, 4, 10])
    expect(errorOf(() => parseNpz(lies))?.message).toMatch(/more than the 10 bytes/)
  })

  test('bytes behind a deflate stream do not cost their square', () => {
    const trailing = 2_000_000
    const name = 'a.npy'
    // A stored block of one byte, last; then zeros that belong to nothing. zip has no checksum of the packed bytes.
    const packed = new Uint8Array(trailing)
    packed.set([1, 1, 0, 0xfe, 0xff, 7])
    const bytes = zipSync({ [name]: packed }, { level: 0, mtime: 1e12 })
    const at = entryAt(bytes)
    const archive = patched(bytes, [8, 2, 8], [at + 10, 2, 8], [at + 24, 4, 1], [at + 16, 4, 0])
    survives(() => parseNpz(archive))
    expect(errorOf(() => parseNpz(archive))?.message).toMatch(/bytes follow its deflate stream/)
  })

  test('limits and options', () => {
    expect(errorOf(() => parseNpz(two, { maxMembers: 1 }))?.argument).toBe('maxMembers')
    expect(parseNpz(two, { maxMembers: 2, maxBytes: 280 }).size).toBe(2)
    expect(errorOf(() => parseNpz(two, { maxBytes: 279 }))?.code).toBe('RANGE')
    expect(errorOf(() => parseNpz(two, { maxByte: 1 } as object))?.code).toBe('OPTION')
    expect(errorOf(() => parseNpz([...two] as unknown as Uint8Array))?.code).toBe('DTYPE')
  })
})

describe('encodeNpz', () => {
  test.each<[string, unknown, unknown, string]>([
    ['no collection', [vector(1)], {}, 'DTYPE'],
    ['bytes', new Uint8Array(3), {}, 'DTYPE'],
    ['null', null, {}, 'DTYPE'],
    ['an array for an array', { a: [1, 2] }, {}, 'DTYPE'],
    ['nothing for an array', { a: null }, {}, 'DTYPE'],
    ['integers', { a: { shape: [1], data: Int32Array.of(1) } }, {}, 'DTYPE'],
    ['no shape', { a: { data: Float64Array.of(1) } }, {}, 'SHAPE'],
    ['a wrong shape', { a: { shape: [2], data: Float64Array.of(1) } }, {}, 'SHAPE'],
    ['a name that is a number', new Map([[1, vector(1)]]), {}, 'DTYPE'],
    ['half a surrogate pair', { '\ud800': vector(1) }, {}, 'RANGE'],
    ['a NUL', { 'a\0': vector(1) }, {}, 'RANGE'],
    ['a long name', { ['x'.repeat(65_532)]: vector(1) }, {}, 'RANGE'],
    ['too many', new Map(Array.from({ length: 65_535 }, (_, i) => [`${i}`, vector()])), {}, 'RANGE'],
    ['an unknown option', {}, { compressed: true }, 'OPTION'],
    ['a level', {}, { compress: 9 }, 'DTYPE'],
  ])('%s is refused', (_, arrays, options, code) => {
    expect(errorOf(() => encodeNpz(arrays as Record<string, NpyInput>, options as object))?.code).toBe(code)
  })

  const zone = process.env.TZ
  afterEach(() => {
    if (zone === undefined) delete process.env.TZ
    else process.env.TZ = zone
  })

  test('the same bytes always and everywhere', () => {
    const arrays = { W1: vector(1, 2, 3), 'a/\u03c3': { shape: [], data: Float32Array.of(0.5) } }
    for (const TZ of ['UTC', 'America/St_Johns', 'Pacific/Kiritimati', 'Pacific/Pago_Pago']) {
      process.env.TZ = TZ
      const hashes = [false, true].map((compress) =>
        createHash('sha256').update(encodeNpz(arrays, { compress })).digest('hex').slice(0, 16),
      )
      // Both were read by numpy.load and by `python3 -m zipfile -t` when they were written down.
      expect(hashes).toEqual(['3170290c5c0be005', 'cfa2ef00eac7a4d5'])
    }
  })

  const arrays = fc
    .tuple(fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }), fc.boolean())
    .chain(([shape, f4]) => {
      const length = shape.reduce((product, extent) => product * extent, 1)
      const bounds = { minLength: length, maxLength: length }
      return (f4 ? fc.float32Array(bounds) : fc.float64Array(bounds)).map((data) => ({ shape, data }))
    })
  const keys = fc.oneof(
    fc.string({ unit: 'binary' }).filter((key) => !key.includes('\0')),
    fc.constantFrom('__proto__', '../a', 'a/b', '', '0', 'toString', 'x.npy'),
  )

  test('parseNpz(encodeNpz(x)) is x, in its order', () => {
    fc.assert(
      fc.property(
        fc.uniqueArray(fc.tuple(keys, arrays), { selector: ([key]) => key, maxLength: 5 }),
        fc.boolean(),
        (entries, compress) => {
          const parsed = parseNpz(encodeNpz(new Map(entries), { compress }))
          expect([...parsed].map(([key, { shape, data }]) => [key, { shape, data }])).toEqual(entries)
        },
      ),
      { numRuns: 300, seed: 7 },
    )
  })

  test('large arrays, that compress well or not at all', () => {
    let state = 1
    const noise = Float64Array.from({ length: 100_000 }, () => (state = (state * 48_271) % 2_147_483_647) / 7)
    for (const data of [noise, new Float64Array(300_000)]) {
      const parsed = parseNpz(encodeNpz({ x: { shape: [data.length], data } }, { compress: true })).get('x')
      expect(parsed?.data.every((value, i) => value === data[i])).toBe(true)
      expect(parsed?.shape).toEqual([data.length])
    }
  })
})

describe('fuzz', () => {
  const seeds = [two, deflated, ...[...golden.accept, ...golden.reject].map(({ base64 }) => fromBase64(base64))]

  test('arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, withEnd) => {
        const file = withEnd ? Uint8Array.from([...bytes, ...two.subarray(two.length - 22)]) : bytes
        survives(() => parseNpz(file))
      }),
      { numRuns: 2000, seed: 8 },
    )
  })

  test('archives with bytes flipped, cut out, cut off and lengths of all ones', () => {
    const at = fc.nat(20_000)
    const edits = fc.record({
      flips: fc.array(fc.tuple(at, fc.nat(255)), { maxLength: 3 }),
      cut: fc.option(at, { freq: 8 }),
      splice: fc.option(fc.tuple(at, at), { freq: 8 }),
      ones: fc.option(at, { freq: 4 }),
    })
    fc.assert(
      fc.property(fc.constantFrom(...seeds), edits, (seed, edit) => survives(() => parseNpz(mutated(seed, edit)))),
      { numRuns: 5000, seed: 9 },
    )
  })

  test('deflate streams with bytes flipped behind a right directory', () => {
    const packed = fromBase64(golden.accept[1].base64)
    const flips = fc.array(fc.tuple(fc.integer({ min: 30, max: packed.length - 400 }), fc.nat(255)), {
      minLength: 1,
      maxLength: 3,
    })
    fc.assert(
      fc.property(flips, (list) =>
        survives(() => parseNpz(mutated(packed, { flips: list, cut: null, splice: null, ones: null }))),
      ),
      { numRuns: 3000, seed: 10 },
    )
  })
})
