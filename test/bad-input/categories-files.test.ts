// Categories 119 to 130: .npy and .safetensors files, made by hand from their specifications.
import { expect } from 'vitest'
import { encodeNpy, parseNpy } from '../../src/io/npy.js'
import { parseSafetensors } from '../../src/io/safetensors.js'
import { accepts, type Refused, refuses } from './categories.js'

const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0))
const joined = (...parts: (Uint8Array | readonly number[])[]) => Uint8Array.from(parts.flatMap((part) => [...part]))
const dict = (parts: { descr?: string; order?: string; shape?: string } = {}) =>
  `{'descr': ${parts.descr ?? "'<f8'"}, 'fortran_order': ${parts.order ?? 'False'}, 'shape': ${parts.shape ?? '(2, 2)'}, }\n`

/** A .npy file of version 1.0, or 2.0 where the header is long. */
function npy(header: string, data: Uint8Array = new Uint8Array(32), declared = header.length): Uint8Array {
  const field = [declared & 255, (declared >> 8) & 255, (declared >> 16) & 255, declared >>> 24]
  const [version, size] = declared < 65_536 ? [1, 2] : [2, 4]
  return joined(latin1('\x93NUMPY'), [version, 0], field.slice(0, size), latin1(header), data)
}

/** A .safetensors file whose header is any bytes. */
function safetensors(header: string | Uint8Array, data = new Uint8Array(0), declared?: number): Uint8Array {
  const bytes = typeof header === 'string' ? new TextEncoder().encode(header) : header
  const field = new Uint8Array(8)
  new DataView(field.buffer).setBigUint64(0, BigInt(declared ?? bytes.length), true)
  return joined(field, bytes, data)
}
const entry = (name: string, begin: number, end: number, shape = '[1]', dtype = 'F64') =>
  `"${name}":{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`
const eights = (count: number) => new Uint8Array(8 * count)

const good = encodeNpy({ shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) })
const parsing = (bytes: Uint8Array) => () => parseNpy(bytes)
const tensors = (bytes: Uint8Array) => () => parseSafetensors(bytes)
const changed = (at: number, value: number) => joined(good.subarray(0, at), [value], good.subarray(at + 1))

const ROWS: readonly Refused[] = [
  ['B119', parsing(new Uint8Array(0)), 'the .npy file is empty'],
  ['B120', parsing(changed(0, 0x92)), 'not a .npy file', 'does not begin with'],
  ['B121', parsing(changed(6, 9)), '.npy format 9.0 is not known', '1.0, 2.0 and 3.0 are'],
  ['B122', parsing(npy(dict(), undefined, 5000)), 'the .npy header is cut short', '5000 bytes declared'],
  ['B123', parsing(npy(dict().padEnd(10_001))), 'the .npy header has 10001 bytes', 'at most 10000'],
  [
    'B124',
    parsing(npy(`{'descr': __import__('os'), 'fortran_order': False, 'shape': (2, 2)}`)),
    'unexpected text at character 9',
  ],
  ['B124', parsing(npy(dict().replace("'shape'", "'shapes'"))), '"shapes"', 'descr, fortran_order, shape'],
  ['B125', parsing(npy(dict({ descr: "'>f4'" }))), `element type ">f4" is not read`, '<f4', "astype('<f8')"],
  ['B125', parsing(npy(dict({ descr: "'<f2'" }))), `"<f2" is not read`, "astype('<f8')"],
  ['B125', parsing(npy(dict({ descr: "'<c8'" }))), `"<c8" is not read`, "astype('<f8')"],
  ['B125', parsing(npy(dict({ descr: "'|O'" }))), `"|O" is not read`, "astype('<f8')"],
  [
    'B127',
    parsing(npy(dict({ shape: '(4294967296, 4294967296)' }))),
    '(4294967296, 4294967296)',
    'more elements than a file can hold',
  ],
  ['B128', parsing(npy(dict({ shape: '(-1, 2)' }))), 'unexpected text', '-1'],
  ['B128', parsing(npy(dict({ shape: '(1.5, 2)' }))), 'unexpected text', '.5'],
  ['B129', parsing(good.subarray(0, good.length - 1)), 'is cut short', 'takes 32 bytes, the file has 31'],
  ['B129', parsing(joined(good, latin1('PK'))), 'has bytes left over', 'takes 32 bytes, the file has 34'],
  ['B130', tensors(new Uint8Array(7)), 'ends inside its header length', '7 of 8 bytes'],
  ['B130', tensors(safetensors(Uint8Array.of(0x7b, 0xff, 0x7d))), 'not UTF-8'],
  ['B130', tensors(safetensors('[]')), "does not begin with '{'"],
  [
    'B130',
    tensors(safetensors(`{${Array.from({ length: 10 }, (_, i) => entry(`t${i}`, 0, 8)).join()}}`, eights(1))),
    'overlaps another',
  ],
  [
    'B130',
    tensors(safetensors(`{${entry('a', 0, 8)},${entry('b', 16, 24)}}`, eights(3))),
    'bytes 8 to 16',
    "are no tensor's",
  ],
  ['B130', tensors(safetensors(`{${entry('a', 0, 16, '[2]')}}`, eights(1))), 'ends at byte 16', 'the file has 8'],
  ['B130', tensors(safetensors(`{${entry('a', 0, 8, '[2]')}}`, eights(1))), 'has 8 bytes', 'F64 of shape [2] takes 16'],
]

refuses('categories 119 to 130', ROWS)

accepts('categories 119 to 130 that only look bad', [
  [
    'B126',
    () => {
      const columns = new Uint8Array(Float64Array.of(1, 2, 3, 4).buffer)
      expect(parseNpy(npy(dict({ order: 'True' }), columns))).toEqual({
        shape: [2, 2],
        dtype: 'float64',
        data: Float64Array.of(1, 3, 2, 4),
      })
    },
  ],
])
