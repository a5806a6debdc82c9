import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { encodeSafetensors, parseSafetensors, type Tensor, type TensorInput } from '../../src/io/safetensors.js'
import { errorOf, fromBase64, mutated, survives } from './helpers.js'

type Plain = number | string
interface Golden {
  accept: {
    name: string
    base64: string
    metadata: Record<string, string>
    tensors: { name: string; dtype: string; shape: number[]; values: Plain[] }[]
  }[]
  encoded: string
  sha256: Record<'F16' | 'BF16', string>
}
const golden: Golden = JSON.parse(readFileSync(new URL('../golden/safetensors.json', import.meta.url), 'utf8'))

/** As the golden file has them: integers of 64 bits, NaN and infinities as text. */
const plain = ({ data }: Tensor): Plain[] =>
  Array.from<number | bigint, Plain>(data, (x) =>
    typeof x === 'bigint' || Number.isNaN(x) ? `${x}`.toLowerCase() : Number.isFinite(x) ? x : x > 0 ? 'inf' : '-inf',
  )

/** A file with any header, true or not. */
function file(header: string | Uint8Array, size = 0, declared?: number | bigint): Uint8Array {
  const text = typeof header === 'string' ? new TextEncoder().encode(header) : header
  const bytes = new Uint8Array(8 + text.length + size)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(declared ?? text.length), true)
  bytes.set(text, 8)
  return bytes
}
const tensor = (name: string, begin: number, end: number, dtype = 'F64', shape = `[${(end - begin) / 8}]`) =>
  `"${name}":{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`
const f64 = (...values: number[]): TensorInput => ({ shape: [values.length], data: Float64Array.from(values) })

describe('files made by hand from the specification', () => {
  test.each(golden.accept)('$name', ({ base64, metadata, tensors }) => {
    const parsed = parseSafetensors(fromBase64(base64))
    expect({ ...parsed.metadata }).toEqual(metadata)
    const found = [...parsed.tensors].map(([name, one]) => ({
      name,
      dtype: one.dtype,
      shape: one.shape,
      values: plain(one),
    }))
    expect(found).toEqual(tensors)
  })

  test('what is written is what they are, byte for byte', () => {
    const { tensors, metadata } = parseSafetensors(fromBase64(golden.accept[0].base64))
    for (const name of ['half', 'brain']) tensors.delete(name)
    const bytes = encodeSafetensors(tensors, metadata)
    expect(bytes).toEqual(fromBase64(golden.encoded))
    const shuffled = new Map([...tensors].reverse())
    const backwards = Object.fromEntries(Object.entries(metadata).reverse())
    expect(encodeSafetensors(shuffled, backwards)).toEqual(bytes)
  })

  test.each(['F16', 'BF16'] as const)('all 65536 values of %s', (dtype) => {
    const bytes = file(`{${tensor('x', 0, 131_072, dtype, '[65536]')}}`, 131_072)
    const view = new DataView(bytes.buffer, bytes.length - 131_072)
    for (let i = 0; i < 65_536; i++) view.setUint16(2 * i, i, true)
    const values = parseSafetensors(bytes).tensors.get('x')?.data as Float32Array
    expect(values).toBeInstanceOf(Float32Array)
    const out = new DataView(new ArrayBuffer(4 * 65_536))
    values.forEach((value, i) => {
      if (Number.isNaN(value)) out.setUint32(4 * i, 0x7fc00000, true)
      else out.setFloat32(4 * i, value, true)
    })
    expect(createHash('sha256').update(out).digest('hex')).toBe(golden.sha256[dtype])
  })

  test('an unaligned view into a larger buffer, and copies of its numbers', () => {
    const bytes = fromBase64(golden.accept[0].base64)
    const larger = new Uint8Array(bytes.length + 16).fill(0xff)
    larger.set(bytes, 3)
    const parsed = parseSafetensors(larger.subarray(3, 3 + bytes.length))
    expect(parsed).toEqual(parseSafetensors(Buffer.from(bytes)))
    larger.fill(0)
    expect(parsed.tensors.get('w')?.data[1]).toBe(2.5)
  })
})

describe('bad files (reliability.md, row 130)', () => {
  const one = `{${tensor('a', 0, 8)}}`
  const ten = Array.from({ length: 10 }, (_, i) => tensor(`t${i}`, 0, 80)).join(',')
  const meta = (json: string) => file(`{"__metadata__":${json}}`)
  const spoilt = new TextEncoder().encode(one)
  spoilt[2] = 0xff

  const table: [string, Uint8Array, RegExp, string?][] = [
    ['empty', new Uint8Array(), /is empty/],
    ['header length cut short', file(one, 8).subarray(0, 7), /ends inside its header length: 7 of 8/],
    ['header cut short', file(one, 0, one.length + 1), /header is cut short/],
    ['header over 100 MB', file(one, 8, 100_000_001), /100000001 bytes; at most 100000000/],
    ['header of 2^64 - 1 bytes', file(one, 8, 2n ** 64n - 1n), /at most 100000000/],
    ['no header', file('', 8), /does not begin with '\{'/],
    ['not {', file(` ${one}`, 8), /does not begin with '\{'/],
    ['a byte order mark', file(`\ufeff${one}`, 8), /does not begin with '\{'/],
    ['not UTF-8', file(spoilt, 8), /not UTF-8/],
    ['not JSON', file("{'a': 1}"), /character 1, in place of a key/],
    ['JSON cut short', file(one.slice(0, -1), 8), /its end at character .*in place of '\}'/],
    ['a string cut short', file('{"a'), /in place of a JSON string/],
    ['an escape cut short', file('{"a\\'), /in place of a JSON string/],
    ['a wrong escape', file('{"\\x61":{}}'), /in place of a JSON string/],
    ['a control character in a string', file('{"\n":{}}'), /in place of a JSON string/],
    ['half a surrogate pair', file('{"\\ud800":{}}'), /surrogate/],
    ['a trailing comma', file(`{${tensor('a', 0, 8)},}`, 8), /in place of a key/],
    ['JSON after JSON', file(`${one}{}`, 8), /in place of blanks/],
    ['NUL as padding', file(`${one}\0\0`, 8), /in place of blanks/],
    ['a tensor twice', file(`{${tensor('a', 0, 8)},${tensor('a', 8, 16)}}`, 16), /key "a" twice/],
    [
      'a tensor twice, once in escapes',
      file(`{${tensor('a', 0, 8)},${tensor('\\u0061', 8, 16)}}`, 16),
      /key "a" twice/,
    ],
    ['a field twice', file('{"a":{"shape":[],"shape":[]}}'), /key "shape" twice/],
    ['a text twice', meta('{"a":"1","a":"2"}'), /key "a" twice/],
    ['metadata twice', file('{"__metadata__":{},"__metadata__":{}}'), /key "__metadata__" twice/],
    ['metadata that are no object', meta('"a"'), /in place of '\{'/],
    ['a number in the metadata', meta('{"a":1}'), /in place of a string, as all metadata/],
    ['an object in the metadata', meta('{"a":{}}'), /in place of a string, as all metadata/],
    ['a field missing', file('{"a":{"dtype":"F64","shape":[]}}'), /must have dtype, shape and data_offsets/],
    ['a field too many', file('{"a":{"dtype":"F64","strides":[]}}'), /"strides", which safetensors does not have/],
    ['a tensor that is null', file('{"a":null}'), /in place of '\{'/],
    ['a shape that is a number', file(`{${tensor('a', 0, 8, 'F64', '1')}}`, 8), /in place of '\['/],
    ['a negative extent', file(`{${tensor('a', 0, 8, 'F64', '[-1]')}}`, 8), /in place of an integer/],
    ['a fractional extent', file(`{${tensor('a', 0, 8, 'F64', '[1.0]')}}`, 8), /in place of an integer/],
    ['an extent with an exponent', file(`{${tensor('a', 0, 8, 'F64', '[1e0]')}}`, 8), /in place of an integer/],
    ['an extent with a leading zero', file(`{${tensor('a', 0, 8, 'F64', '[01]')}}`, 8), /in place of an integer/],
    ['an extent of 2^53', file(`{${tensor('a', 0, 8, 'F64', '[9007199254740992]')}}`, 8), /in place of an integer/],
    [
      'an extent of 30 digits',
      file(`{${tensor('a', 0, 8, 'F64', `[${'9'.repeat(30)}]`)}}`, 8),
      /in place of an integer/,
    ],
    ['a nested shape', file(`{${tensor('a', 0, 8, 'F64', `${'['.repeat(9999)}`)}}`, 8), /in place of an integer/],
    ['65 dimensions', file(`{${tensor('a', 0, 8, 'F64', `[${'1,'.repeat(64)}1]`)}}`, 8), /65 dimensions/],
    ['product overflow', file(`{${tensor('a', 0, 8, 'U8', '[4294967296,4294967296]')}}`, 8), /more elements than/],
    [
      'product overflow beside 0',
      file(`{${tensor('a', 0, 0, 'U8', '[0,4294967296,4294967296]')}}`),
      /more elements than/,
    ],
    ['one offset', file('{"a":{"dtype":"F64","shape":[0],"data_offsets":[0]}}'), /no range: \[0\]/],
    ['offsets backwards', file(`{${tensor('a', 8, 0, 'F64', '[1]')}}`, 8), /no range: \[8, 0\]/],
    ['an end beyond the file', file(one, 7), /ends at byte 8 of the data, the file has 7/],
    ['an end of 2^53 - 1', file(`{${tensor('a', 0, 9007199254740991, 'U8', '[8]')}}`, 8), /ends at byte 9007/],
    ['too few bytes for the shape', file(`{${tensor('a', 0, 8, 'F64', '[2]')}}`, 8), /8 bytes, but F64 .* takes 16/],
    ['too few bytes for the type', file(`{${tensor('a', 0, 8, 'F32', '[1]')}}`, 8), /8 bytes, but F32 .* takes 4/],
    ['ten tensors on one range', file(`{${ten}}`, 80), /"t1" overlaps another/],
    [
      'tensors that overlap by a byte',
      file(`{${tensor('a', 0, 8)},${tensor('b', 7, 15)}}`, 15),
      /"b" overlaps another/,
    ],
    ['a gap', file(`{${tensor('a', 0, 8)},${tensor('b', 9, 17)}}`, 17), /bytes 8 to 9 before the tensor "b"/],
    ['a gap in front', file(`{${tensor('a', 1, 9)}}`, 9), /bytes 0 to 1 before/],
    ['bytes left over', file(one, 9), /1 bytes left over/],
    ['bytes without tensors', file('{}', 3), /3 bytes left over/],
    ['a boolean of 2', file(`{${tensor('a', 0, 1, 'BOOL', '[1]')}}`, 1).fill(2, -1), /boolean .* is 2/],
    ['8-bit floats', file(`{${tensor('a', 0, 1, 'F8_E4M3', '[1]')}}`, 1), /"F8_E4M3" is not read/, 'UNSUPPORTED'],
    ['U64', file(`{${tensor('a', 0, 8, 'U64')}}`, 8), /"U64" is not read/, 'UNSUPPORTED'],
    ['a key of every object', file(`{${tensor('a', 0, 8, 'toString')}}`, 8), /not read/, 'UNSUPPORTED'],
  ]
  test.each(table)('%s', (_, bytes, message, code = 'FORMAT') => {
    const error = errorOf(() => parseSafetensors(bytes))
    expect([error?.code, error?.message]).toEqual([code, expect.stringMatching(message)])
  })

  test('names of the prototype are names', () => {
    const header = `{"__metadata__":{"__proto__":"x","toString":"y"},${tensor('__proto__', 0, 8)},${tensor('constructor', 8, 16)}}`
    const { tensors, metadata } = parseSafetensors(file(header, 16))
    expect([...tensors.keys()]).toEqual(['__proto__', 'constructor'])
    expect([Object.getPrototypeOf(metadata), Object.entries(metadata)]).toEqual([
      null,
      [
        ['__proto__', 'x'],
        ['toString', 'y'],
      ],
    ])
    expect(metadata.constructor).toBeUndefined()
  })

  test('a large header is read in a time that grows with its length', () => {
    const many = Array.from({ length: 20_000 }, (_, i) => tensor(`t${i}`, 8 * i, 8 * i + 8)).join(',')
    expect(parseSafetensors(file(`{${many}}`, 160_000)).tensors.size).toBe(20_000)
    const long = 'x'.repeat(5_000_000)
    expect(parseSafetensors(meta(`{"${long}":"${long}"}`)).metadata[long]).toHaveLength(5_000_000)
    expect(errorOf(() => parseSafetensors(meta(`{"${'\\\\'.repeat(1_000_000)}`)))?.code).toBe('FORMAT')
  })

  test('anything but bytes is refused', () => {
    expect(errorOf(() => parseSafetensors(new ArrayBuffer(8) as unknown as Uint8Array))?.code).toBe('DTYPE')
  })
})

describe('encodeSafetensors', () => {
  test.each<[string, unknown, unknown, string]>([
    ['no collection', [f64(1)], {}, 'DTYPE'],
    ['nothing for a tensor', { a: undefined }, {}, 'DTYPE'],
    ['a plain array', { a: { shape: [1], data: [1] } }, {}, 'DTYPE'],
    ['another class', { a: { shape: [1], data: Int16Array.of(1) } }, {}, 'DTYPE'],
    ['a type that is not that of the data', { a: { ...f64(1), dtype: 'F32' } }, {}, 'DTYPE'],
    ['an unknown type', { a: { ...f64(1), dtype: 'toString' } }, {}, 'DTYPE'],
    ['F16', { a: { shape: [1], data: Float32Array.of(1), dtype: 'F16' } }, {}, 'UNSUPPORTED'],
    ['BF16', { a: { shape: [1], data: Float32Array.of(1), dtype: 'BF16' } }, {}, 'UNSUPPORTED'],
    ['a boolean of 2', { a: { shape: [1], data: Uint8Array.of(2), dtype: 'BOOL' } }, {}, 'RANGE'],
    ['a wrong shape', { a: { shape: [2], data: Float64Array.of(1) } }, {}, 'SHAPE'],
    ['no shape', { a: { data: Float64Array.of(1) } }, {}, 'SHAPE'],
    ['65 dimensions', { a: { shape: new Array(65).fill(1), data: Float64Array.of(1) } }, {}, 'SHAPE'],
    ['the name of the metadata', { __metadata__: f64(1) }, {}, 'RANGE'],
    ['half a surrogate pair', { '\udc00': f64(1) }, {}, 'RANGE'],
    ['metadata that are a list', {}, ['a'], 'DTYPE'],
    ['metadata that are a Map', {}, new Map(), 'DTYPE'],
    ['a number in the metadata', {}, { step: 1 }, 'DTYPE'],
    ['half a surrogate pair in the metadata', {}, { a: '\ud800' }, 'RANGE'],
  ])('%s is refused', (_, tensors, metadata, code) => {
    const run = () => encodeSafetensors(tensors as Record<string, TensorInput>, metadata as Record<string, string>)
    expect(errorOf(run)?.code).toBe(code)
  })

  test('a header over 100 MB is refused', () => {
    expect(errorOf(() => encodeSafetensors({}, { a: 'x'.repeat(1e8) }))?.code).toBe('RANGE')
  })

  const text = fc.string({ unit: 'binary', maxLength: 6 })
  const names = fc.oneof(text, fc.constantFrom('__proto__', 'constructor', '', '0', '"\\', '\u2028'))
  const inputs = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 }).chain((shape) => {
    const length = shape.reduce((product, extent) => product * extent, 1)
    const bounds = { minLength: length, maxLength: length }
    return fc.oneof(
      fc.float64Array(bounds).map((data) => ({ shape, data, dtype: 'F64' })),
      fc.float32Array(bounds).map((data) => ({ shape, data, dtype: 'F32' })),
      fc.bigInt64Array(bounds).map((data) => ({ shape, data, dtype: 'I64' })),
      fc.int32Array(bounds).map((data) => ({ shape, data, dtype: 'I32' })),
      fc.uint8Array(bounds).map((data) => ({ shape, data, dtype: 'U8' })),
      fc.uint8Array({ ...bounds, max: 1 }).map((data) => ({ shape, data, dtype: 'BOOL' })),
    ) as fc.Arbitrary<Tensor>
  })

  test('parseSafetensors(encodeSafetensors(x)) is x; tensors are aligned and written one way', () => {
    const entries = fc.uniqueArray(fc.tuple(names, inputs), { selector: ([name]) => name, maxLength: 6 })
    const metadata = fc.dictionary(names, text, { maxKeys: 4, noNullPrototype: false })
    fc.assert(
      fc.property(entries, metadata, (list, texts) => {
        const bytes = encodeSafetensors(new Map(list), texts)
        const parsed = parseSafetensors(bytes)
        expect(Object.entries(parsed.metadata).sort()).toEqual(Object.entries(texts).sort())
        expect(parsed.tensors.size).toBe(list.length)
        for (const [name, one] of list) expect(parsed.tensors.get(name)).toEqual(one)
        const start = 8 + new DataView(bytes.buffer).getUint32(0, true)
        expect(start % 8).toBe(0)
        let at = start
        for (const { data } of parsed.tensors.values()) {
          expect(at % data.BYTES_PER_ELEMENT).toBe(0)
          at += data.byteLength
        }
        expect(encodeSafetensors(parsed.tensors, parsed.metadata)).toEqual(bytes)
      }),
      { numRuns: 500, seed: 11 },
    )
  })
})

describe('fuzz', () => {
  const seeds = [...golden.accept.map(({ base64 }) => fromBase64(base64)), fromBase64(golden.encoded)]

  test('arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), fc.boolean(), (bytes, withLength) => {
        survives(() => parseSafetensors(withLength ? file(bytes, 0) : bytes))
      }),
      { numRuns: 3000, seed: 12 },
    )
  })

  test('files with bytes flipped, cut out, cut off and lengths of all ones', () => {
    const at = fc.nat(1200)
    const edits = fc.record({
      flips: fc.array(fc.tuple(at, fc.nat(255)), { maxLength: 3 }),
      cut: fc.option(at, { freq: 8 }),
      splice: fc.option(fc.tuple(at, at), { freq: 8 }),
      ones: fc.option(at, { freq: 8 }),
    })
    fc.assert(
      fc.property(fc.constantFrom(...seeds), edits, (seed, edit) =>
        survives(() => parseSafetensors(mutated(seed, edit))),
      ),
      { numRuns: 8000, seed: 13 },
    )
  })

  test('headers out of the right words', () => {
    const words = [
      '{',
      '}',
      '[',
      ']',
      ',',
      ':',
      '"a"',
      '"b"',
      '"dtype"',
      '"shape"',
      '"data_offsets"',
      '"__metadata__"',
      '"F64"',
      '0',
      '8',
      '1',
      ' ',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 30 }), fc.nat(16), (parts, size) => {
        survives(() => parseSafetensors(file(`{${parts.join('')}`, size)))
      }),
      { numRuns: 4000, seed: 14 },
    )
  })

  test('offsets and extents at random, with the oracle of a paper and pencil', () => {
    // Every byte belongs to exactly one tensor, and every range is what its shape takes: nothing else is accepted.
    const range = fc.tuple(fc.nat(4), fc.nat(4), fc.nat(4))
    fc.assert(
      fc.property(fc.array(range, { maxLength: 4 }), fc.nat(8), (ranges, size) => {
        const fields = ranges.map(([begin, end, extent], i) => tensor(`t${i}`, begin, end, 'U8', `[${extent}]`))
        const owners = new Array(size).fill(0)
        let right = true
        for (const [begin, end, extent] of ranges) {
          right &&= end - begin === extent && end <= size
          for (let i = begin; i < Math.min(end, size); i++) owners[i]++
        }
        // An empty range inside a tensor shares no byte; it is refused all the same, for it has no place there.
        const inside = ranges.some(([b, e]) => b === e && ranges.some(([from, to]) => from < b && b < to))
        const accepted = errorOf(() => parseSafetensors(file(`{${fields.join(',')}}`, size))) === undefined
        expect(accepted).toBe(right && !inside && owners.every((count) => count === 1))
      }),
      { numRuns: 5000, seed: 15 },
    )
  })
})
