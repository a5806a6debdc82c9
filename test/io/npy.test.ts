import { readFileSync } from 'node:fs'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DeepLinearError, DTypeError, FormatError, ShapeError, UnsupportedError } from '../../src/errors.js'
import { encodeNpy, parseNpy } from '../../src/io/npy.js'

interface Accepted {
  name: string
  base64: string
  shape: number[]
  dtype: 'float32' | 'float64'
  values: number[]
  rewrites: boolean
}
const golden: { accept: Accepted[]; reject: { name: string; base64: string; code: string }[] } = JSON.parse(
  readFileSync(new URL('../golden/npy.json', import.meta.url), 'utf8'),
)
const fromBase64 = (text: string): Uint8Array => new Uint8Array(Buffer.from(text, 'base64'))

/** A .npy file with any header, padded or not: what a hostile or careless writer may produce. */
function file(header: string, data: Uint8Array = new Uint8Array(), version = 1, declared?: number): Uint8Array {
  const text = new TextEncoder().encode(header)
  const start = version === 1 ? 10 : 12
  const bytes = new Uint8Array(start + text.length + data.length)
  bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, version, 0])
  const view = new DataView(bytes.buffer)
  if (version === 1) view.setUint16(8, declared ?? text.length, true)
  else view.setUint32(8, declared ?? text.length, true)
  bytes.set(text, start)
  bytes.set(data, start + text.length)
  return bytes
}
const dict = (descr: string, shape: string, fortran = 'False'): string =>
  `{'descr': ${descr}, 'fortran_order': ${fortran}, 'shape': ${shape}, }\n`
const f8 = (shape: string, count: number): Uint8Array => file(dict("'<f8'", shape), new Uint8Array(8 * count))

function codeOf(run: () => unknown): string {
  try {
    run()
  } catch (error) {
    if (error instanceof DeepLinearError) return error.code
    throw error
  }
  return 'nothing thrown'
}

describe('files that NumPy wrote', () => {
  test.each(golden.accept)('$name', ({ base64, shape, dtype, values, rewrites }) => {
    const bytes = fromBase64(base64)
    const array = parseNpy(bytes)
    expect({ ...array, data: [...array.data] }).toEqual({ shape, dtype, data: values })
    expect(array.data).toBeInstanceOf(dtype === 'float32' ? Float32Array : Float64Array)
    if (rewrites) expect(encodeNpy(array)).toEqual(bytes)
  })

  test.each(golden.reject)('$name is refused', ({ base64, code }) => {
    expect(codeOf(() => parseNpy(fromBase64(base64)))).toBe(code)
  })

  test('an unaligned view into a larger buffer', () => {
    const { base64, values } = golden.accept[0]
    const bytes = fromBase64(base64)
    for (const offset of [1, 3, 7]) {
      const larger = new Uint8Array(bytes.length + 16).fill(0xff)
      larger.set(bytes, offset)
      const view = larger.subarray(offset, offset + bytes.length)
      expect([...parseNpy(view).data]).toEqual(values)
      expect([...parseNpy(Buffer.from(view.buffer, offset, bytes.length)).data]).toEqual(values)
    }
  })

  test('the result does not share memory with the file', () => {
    const bytes = fromBase64(golden.accept[0].base64)
    const { data } = parseNpy(bytes)
    bytes.fill(0)
    expect(data[0]).toBe(1)
  })
})

describe('bad files (reliability.md, rows 119-129)', () => {
  const whole = f8('(2, 2)', 4)
  test.each<[string, Uint8Array, string]>([
    ['119 empty', new Uint8Array(), 'FORMAT'],
    ['120 wrong magic', whole.map((byte, i) => (i === 0 ? 0x92 : byte)), 'FORMAT'],
    ['120 too short for a magic', whole.subarray(0, 9), 'FORMAT'],
    ['121 version 9', whole.map((byte, i) => (i === 6 ? 9 : byte)), 'FORMAT'],
    ['121 version 1.1', whole.map((byte, i) => (i === 7 ? 1 : byte)), 'FORMAT'],
    ['122 header past the end', file(dict("'<f8'", '()'), new Uint8Array(8), 1, 5000), 'FORMAT'],
    ['122 version 2 ends in its header length', file('', new Uint8Array(), 2).subarray(0, 11), 'FORMAT'],
    ['123 header over 10 000 characters', file(dict("'<f8'", '()').padEnd(10_001), new Uint8Array(8)), 'FORMAT'],
    ['123 header of 4 GiB', file(dict("'<f8'", '()'), new Uint8Array(8), 2, 0xffffffff), 'FORMAT'],
    ['124 code', file("{'descr': __import__('os').system('id'), 'fortran_order': False, 'shape': ()}"), 'FORMAT'],
    ['124 a key missing', file("{'descr': '<f8', 'shape': ()}", new Uint8Array(8)), 'FORMAT'],
    [
      '124 a key too many',
      file("{'descr': '<f8', 'fortran_order': False, 'shape': (), 'x': True}", new Uint8Array(8)),
      'FORMAT',
    ],
    [
      '124 a key twice',
      file("{'descr': '<f8', 'fortran_order': False, 'shape': (), 'shape': ()}", new Uint8Array(8)),
      'FORMAT',
    ],
    ['124 text after the dict', file(`${dict("'<f8'", '()').trim()} + 1`, new Uint8Array(8)), 'FORMAT'],
    ['124 two dicts', file(`${dict("'<f8'", '()').trim()}{}`, new Uint8Array(8)), 'FORMAT'],
    ['124 no dict', file('', new Uint8Array(8)), 'FORMAT'],
    ['124 an open dict', file("{'descr': '<f8', ", new Uint8Array(8)), 'FORMAT'],
    ['124 an escape', file(dict("'\\x3cf8'", '()'), new Uint8Array(8)), 'FORMAT'],
    ['124 fortran_order is a number', file(dict("'<f8'", '()', '1'), new Uint8Array(8)), 'FORMAT'],
    ['124 descr is a bool', file(dict('True', '()'), new Uint8Array(8)), 'FORMAT'],
    ['124 not UTF-8 in version 3', file("{'d': 1}", new Uint8Array(8), 3).fill(0xff, 12, 14), 'FORMAT'],
    ['125 >f4', file(dict("'>f4'", '()'), new Uint8Array(4)), 'UNSUPPORTED'],
    ['125 f2', file(dict("'<f2'", '()'), new Uint8Array(2)), 'UNSUPPORTED'],
    ['125 c8', file(dict("'<c8'", '()'), new Uint8Array(8)), 'UNSUPPORTED'],
    ['125 objects', file(dict("'|O'", '()'), new Uint8Array(8)), 'UNSUPPORTED'],
    ['125 a key of every object', file(dict("'__proto__'", '()'), new Uint8Array(8)), 'UNSUPPORTED'],
    ['127 product overflow', file(dict("'<f8'", '(4294967296, 4294967296, 4294967296)')), 'FORMAT'],
    ['127 product overflow to a multiple of 2^64', file(dict("'<f8'", '(8589934592, 2147483648)')), 'FORMAT'],
    ['127 product overflow beside a zero', file(dict("'<f8'", '(0, 4294967296, 4294967296)')), 'FORMAT'],
    ['127 a huge array in a small file', file(dict("'<f8'", '(100000000000,)')), 'FORMAT'],
    ['127 65 dimensions', file(dict("'<f8'", `(${'1, '.repeat(65)})`), new Uint8Array(8)), 'FORMAT'],
    ['128 negative', file(dict("'<f8'", '(-1, -4)'), new Uint8Array(32)), 'FORMAT'],
    ['128 fractional', file(dict("'<f8'", '(1.5,)'), new Uint8Array(12)), 'FORMAT'],
    ['128 beyond 2^53', file(dict("'<f8'", '(9007199254740993,)')), 'FORMAT'],
    ['128 a leading zero', file(dict("'<f8'", '(01,)'), new Uint8Array(8)), 'FORMAT'],
    ['128 a number, not a tuple', file(dict("'<f8'", '(1)'), new Uint8Array(8)), 'FORMAT'],
    ['128 a list', file(dict("'<f8'", '[1]'), new Uint8Array(8)), 'FORMAT'],
    ['128 a nested tuple', file(dict("'<f8'", '((1,),)'), new Uint8Array(8)), 'FORMAT'],
    ['128 a lone comma', file(dict("'<f8'", '(,)'), new Uint8Array(8)), 'FORMAT'],
    ['129 data short', whole.subarray(0, whole.length - 1), 'FORMAT'],
    ['129 no data', whole.subarray(0, whole.length - 32), 'FORMAT'],
    ['129 trailing bytes', f8('(2, 2)', 5), 'FORMAT'],
    ['a boolean of 2', file(dict("'|b1'", '(1,)'), Uint8Array.of(2)), 'FORMAT'],
  ])('%s', (_, bytes, code) => {
    expect(codeOf(() => parseNpy(bytes))).toBe(code)
  })

  test('126 Fortran order comes back row-major', () => {
    const data = new Uint8Array(Float64Array.of(1, 4, 2, 5, 3, 6).buffer)
    const { shape, data: values } = parseNpy(file(dict("'<f8'", '(2, 3)', 'True'), data))
    expect([shape, [...values]]).toEqual([
      [2, 3],
      [1, 2, 3, 4, 5, 6],
    ])
  })

  test('messages say what is wrong', () => {
    expect(() => parseNpy(f8('(2, 2)', 5))).toThrow(/left over.*32 bytes.*has 40/)
    expect(() => parseNpy(file(dict("'>f4'", '()'), new Uint8Array(4)))).toThrow(/">f4".*astype/)
  })

  test('anything but bytes is refused', () => {
    expect(() => parseNpy([1, 2, 3] as unknown as Uint8Array)).toThrow(DTypeError)
    expect(() => parseNpy(new ArrayBuffer(80) as unknown as Uint8Array)).toThrow(DTypeError)
  })
})

describe('encodeNpy', () => {
  test.each([
    ['wrong product', [2, 2], 3],
    ['negative', [-1, -3], 3],
    ['fractional', [1.5, 2], 3],
    ['65 dimensions', new Array(65).fill(1), 1],
  ])('%s shape is refused', (_, shape, length) => {
    expect(() => encodeNpy({ shape, data: new Float64Array(length) })).toThrow(ShapeError)
  })

  test('plain arrays are refused', () => {
    expect(() => encodeNpy({ shape: [1], data: [1] as unknown as Float64Array })).toThrow(DTypeError)
  })

  const shapes = fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 4 })
  const arrays = fc.tuple(shapes, fc.boolean()).chain(([shape, single]) => {
    const length = shape.reduce((product, extent) => product * extent, 1)
    const values = single
      ? fc.float32Array({ minLength: length, maxLength: length })
      : fc.float64Array({ minLength: length, maxLength: length })
    return values.map((data) => ({ shape, data }))
  })

  test('parseNpy(encodeNpy(x)) is x, and the numbers begin at a multiple of 64', () => {
    fc.assert(
      fc.property(arrays, ({ shape, data }) => {
        const bytes = encodeNpy({ shape, data })
        expect((bytes.length - data.byteLength) % 64).toBe(0)
        expect(parseNpy(bytes)).toEqual({ shape, dtype: data instanceof Float32Array ? 'float32' : 'float64', data })
      }),
      { numRuns: 300, seed: 3 },
    )
  })
})

describe('fuzz', () => {
  const allowed = new Set(['FORMAT', 'UNSUPPORTED', 'RANGE', 'nothing thrown'])
  const seeds = [...golden.accept, ...golden.reject].map(({ base64 }) => fromBase64(base64))

  test('arbitrary bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.boolean(), (bytes, withMagic) => {
        if (withMagic) bytes.set([0x93, 0x4e, 0x55, 0x4d, 0x50, 0x59, 1, 0, 80, 0].slice(0, bytes.length))
        expect(allowed).toContain(codeOf(() => parseNpy(bytes)))
      }),
      { numRuns: 3000, seed: 4 },
    )
  })

  test('real files with bytes flipped, cut or repeated', () => {
    const edits = fc.array(fc.tuple(fc.nat(400), fc.nat(255)), { maxLength: 4 })
    fc.assert(
      fc.property(fc.constantFrom(...seeds), edits, fc.option(fc.nat(400)), fc.boolean(), (seed, flips, cut, twice) => {
        let bytes = seed.slice(0, cut ?? undefined)
        for (const [at, value] of flips) if (at < bytes.length) bytes[at] = value
        if (twice) bytes = Uint8Array.from([...bytes, ...bytes])
        expect(allowed).toContain(codeOf(() => parseNpy(bytes)))
      }),
      { numRuns: 5000, seed: 5 },
    )
  })

  test('headers out of the right words', () => {
    const words = [
      '{',
      '}',
      '(',
      ')',
      ',',
      ':',
      "'descr'",
      "'shape'",
      "'fortran_order'",
      "'<f8'",
      'True',
      '3',
      '0',
      ' ',
    ]
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...words), { maxLength: 24 }), (parts) => {
        expect(['FORMAT', 'UNSUPPORTED', 'nothing thrown']).toContain(codeOf(() => parseNpy(file(parts.join('')))))
      }),
      { numRuns: 3000, seed: 6 },
    )
  })

  test('UnsupportedError is a class of its own', () => {
    expect(() => parseNpy(fromBase64(golden.reject[0].base64))).toThrow(UnsupportedError)
    expect(() => parseNpy(new Uint8Array())).toThrow(FormatError)
  })
})
