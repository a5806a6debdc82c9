// What is fuzzed: every function that reads what somebody else wrote. Each returns a value that must survive a trip through its writer, or throws one
// of the errors that it promises.
import { parseConfig } from '../../src/config/index.js'
import type { ErrorCode } from '../../src/errors.js'
import { encodeCheckpoint, parseCheckpoint } from '../../src/io/checkpoint.js'
import { parseCsv } from '../../src/io/csv.js'
import { digits } from '../../src/io/digits.js'
import { encodeNpy, parseNpy } from '../../src/io/npy.js'
import { encodeNpz, parseNpz } from '../../src/io/npz.js'
import { encodeSafetensors, parseSafetensors } from '../../src/io/safetensors.js'
import { parseManifest } from '../../src/sweep/parse.js'
import { decodeRecords, encodeRecord, HEADER_BYTES } from '../../src/sweep/record.js'
import { askClient } from './client.js'
import { repairCheckpoint, repairGzip, repairZip } from './repair.js'
import { askServer } from './server.js'

/** A parser under test. */
export interface Parser {
  readonly name: string
  /** Reads bytes; a value is compared with what its trip through writer and reader gives. */
  run(bytes: Uint8Array): unknown
  /** The value once more, by way of its writer. Missing where nothing is written. */
  again?(value: never): unknown
  /** Makes checksums right after edits. */
  repair?(bytes: Uint8Array): Uint8Array
  /** The codes that it may throw. */
  readonly codes: readonly ErrorCode[]
  /** Bytes of arrays that it may ask for: so many for each byte of the input, and so many at any rate. */
  readonly memory: { readonly perByte: number; readonly atRest: number }
  /** Part of the inputs that it gets, where each takes long. Default all. */
  readonly part?: number
  /** The longest that an input may take, in milliseconds of this process. Default 50. */
  readonly longestMs?: number
  /** Pieces of its format. */
  readonly words: readonly string[]
}

const KIB = 1024
const utf8 = (bytes: Uint8Array) => new TextDecoder('utf-8', { ignoreBOM: true }).decode(bytes)
const FILE: readonly ErrorCode[] = ['FORMAT', 'UNSUPPORTED', 'RANGE']
/** What the archives of this test may inflate to. */
const MAX_BYTES = 2 ** 18

export const PARSERS: readonly Parser[] = [
  {
    name: 'npy',
    run: parseNpy,
    again: (array: ReturnType<typeof parseNpy>) => parseNpy(encodeNpy(array)),
    codes: FILE,
    memory: { perByte: 16, atRest: KIB },
    words: [
      ...[
        "'descr': ",
        "'fortran_order': ",
        "'shape': ",
        "'<f8'",
        "'<f4'",
        "'|b1'",
        "'<u8'",
        "'>f8'",
        "'|O'",
        'True',
        'False',
      ],
      ...[
        '(',
        ')',
        ',',
        '{',
        '}',
        '(0,)',
        '(9007199254740993,)',
        '(4294967296, 4294967296)',
        '1L',
        '0x10',
        '__import__',
        '\n',
        '\0',
      ],
    ],
  },
  {
    name: 'npz',
    run: (bytes) => parseNpz(bytes, { maxBytes: MAX_BYTES, maxMembers: 100 }),
    again: (arrays: ReturnType<typeof parseNpz>) => parseNpz(encodeNpz(arrays), { maxBytes: 64 * MAX_BYTES }),
    repair: repairZip,
    codes: FILE,
    memory: { perByte: 16, atRest: 10 * MAX_BYTES },
    words: [
      'PK\x01\x02',
      'PK\x03\x04',
      'PK\x05\x06',
      'PK\x06\x07',
      '.npy',
      '../',
      '\0',
      '\x08\0',
      '\x01\0',
      '\xff\xff\xff\xff',
    ],
  },
  {
    name: 'safetensors',
    run: parseSafetensors,
    again: ({ tensors, metadata }: ReturnType<typeof parseSafetensors>) => {
      // Half precision is widened when it is read, and written as what it became.
      const written = [...tensors].map(([name, tensor]) => [name, { ...tensor, dtype: widened(tensor.dtype) }] as const)
      const again = parseSafetensors(encodeSafetensors(new Map(written), metadata))
      for (const [name, { dtype }] of tensors) again.tensors.get(name)!.dtype = dtype
      return again
    },
    codes: FILE,
    memory: { perByte: 16, atRest: KIB },
    words: [
      ...[
        '"dtype":',
        '"shape":',
        '"data_offsets":',
        '"__metadata__":',
        '"F64"',
        '"F16"',
        '"BF16"',
        '"BOOL"',
        '"I64"',
        '{',
        '}',
        '[',
        ']',
        ',',
      ],
      ...['[0,0]', '[8,0]', '1e3', '-1', '9007199254740993', '"\\u0000"', '"\\ud800"', '\ufeff', '"__proto__":', ' '],
    ],
  },
  {
    name: 'checkpoint',
    run: parseCheckpoint,
    again: (checkpoint: ReturnType<typeof parseCheckpoint>) => parseCheckpoint(encodeCheckpoint(checkpoint)),
    repair: repairCheckpoint,
    codes: ['FORMAT'],
    memory: { perByte: 16, atRest: 2 * KIB },
    words: [
      ...[
        '"crc32":"',
        '"step":"',
        '"time":"',
        '"learningRate":"',
        '"version":"1"',
        '"tensors":"',
        '"NaN"',
        '"1e400"',
        '"-0"',
        '"01"',
        '"-1"',
      ],
      ...['"arithmetic":"fused"', '"configuration":""', '[]', '\\"', 'W_1', 'null', '"9007199254740993"'],
    ],
  },
  {
    name: 'csv',
    run: (bytes) => parseCsv(utf8(bytes)),
    again: ({ header, rows, cols, data }: ReturnType<typeof parseCsv>) => {
      const quoted = header?.map((cell) => `"${cell.replaceAll('"', '""')}"`)
      // A first cell that is a comment or a mark of byte order in quotes is read as what it is.
      const lines = Array.from({ length: rows }, (_, row) =>
        Array.from(data.subarray(row * cols, row * cols + cols), text).join(),
      )
      return { ...parseCsv([...(quoted === undefined ? [] : [quoted.join()]), ...lines].join('\n')) }
    },
    codes: ['FORMAT'],
    memory: { perByte: 96, atRest: 32 * KIB },
    words: [
      ',',
      ';',
      '\t',
      '\n',
      '\r\n',
      '\r',
      '"',
      '""',
      '#',
      'nan',
      'inf',
      '1e400',
      '1e-400',
      '-0',
      '0x10',
      '1_000',
      '.5',
      '5.',
      '\ufeff',
      ' ',
      '\0',
    ],
  },
  {
    name: 'digits',
    run: digits,
    repair: repairGzip,
    codes: ['FORMAT', 'RANGE', 'SHAPE'],
    memory: { perByte: 3000, atRest: 64 * KIB },
    words: ['0,', '16,', '17,', '-1,', '10\n', '\x1f\x8b\x08', '\n', '0.5'],
  },
  {
    name: 'config',
    run: (bytes) => parseConfig(utf8(bytes)),
    again: (config: ReturnType<typeof parseConfig>) => parseConfig(json(config)),
    codes: ['OPTION', 'FORMAT'],
    memory: { perByte: 0, atRest: KIB },
    words: [
      ...[
        '"kind":',
        '"network":',
        '"task":',
        '"optimizer":',
        '"steps":',
        '"sizes":',
        '"seed":',
        '"__proto__":',
        '"constructor":',
        '"until":',
      ],
      ...[
        '"layers"',
        '"gram"',
        '"whitened"',
        '"teacher"',
        '"adam"',
        '"cosine"',
        '1e400',
        '-0',
        '1e-400',
        '9007199254740993',
        'null',
        'true',
        'NaN',
      ],
      ...['[', ']', '{', '}', ',', ':', '""', '"\\ud800"', '{"a":', '[['],
    ],
  },
  {
    name: 'manifest',
    // Every value of every axis is checked, so that the time goes with the points of the grid.
    run: (bytes) => parseManifest(utf8(bytes), { maxCells: 64 }),
    again: (manifest: ReturnType<typeof parseManifest>) => parseManifest(json(manifest), { maxCells: 64 }),
    codes: ['OPTION', 'FORMAT', 'DTYPE', 'RANGE'],
    memory: { perByte: 0, atRest: KIB },
    part: 0.1,
    longestMs: 500,
    words: [
      ...[
        '"schema":',
        '"base":',
        '"axes":',
        '"path":',
        '"values":',
        '"count":',
        '"metrics":',
        '"seeds":',
        '"key":',
        '"replicates":',
        '"engine":',
      ],
      ...[
        '"network.sizes[1]"',
        '"__proto__.x"',
        '"steps"',
        '"linear"',
        '"log"',
        '"list"',
        '"values"',
        '"ensemble"',
        '1e400',
        '-0',
        '1e-400',
        'null',
      ],
      ...['[', ']', '{', '}', ',', ':', '""', '[4294967295,0]', '1e9'],
    ],
  },
  {
    name: 'records',
    run: (bytes) => decodeRecords(bytes, 2, 1000).results,
    again: (results: ReturnType<typeof decodeRecords>['results']) => {
      const parts = [new Uint8Array(HEADER_BYTES), ...results.map(encodeRecord)]
      const bytes = Uint8Array.from(parts.flatMap((part) => [...part]))
      const again = decodeRecords(bytes, 2, 1000)
      if (again.results.length !== results.length || again.damaged !== 0) throw new Error('records were lost')
      return again.results
    },
    codes: [],
    memory: { perByte: 32, atRest: 4 * KIB },
    words: ['DLr1', 'DLSWEEP1', '[{"run":0}]', '\0\0\0\0', '\xff\xff\xff\xff'],
  },
  {
    name: 'server',
    run: askServer,
    codes: [],
    memory: { perByte: 64, atRest: 256 * KIB },
    words: [
      ...[
        'GET ',
        'POST ',
        'DELETE ',
        'PUT ',
        '/runs',
        '/experiments/',
        '/jobs/',
        '/result.npz',
        '/frames?from=',
        '?',
        '#',
        '%2f',
        '%00',
        '%',
        '../',
      ],
      ...[
        'host: evil.example',
        'origin: null',
        'content-type: text/plain',
        '\n',
        '\n\n',
        '"steps":',
        '"set":',
        '"__proto__":',
        '[',
        '{',
        '}',
        '1e400',
      ],
    ],
  },
  {
    name: 'client',
    run: askClient,
    codes: ['IO', 'FORMAT'],
    memory: { perByte: 4096, atRest: 256 * KIB },
    words: [
      ...[
        '"type":',
        '"frame"',
        '"end"',
        '"index":',
        '"status":',
        '"done"',
        '"columns":',
        '"weights":',
        '"data":',
        '"error":',
        '"id":',
        '"name":',
      ],
      ...[
        '"RangeArgError"',
        '"Error"',
        '"toString"',
        'null',
        '[]',
        '{}',
        '{',
        '}',
        '\n',
        '\n\n',
        '"NaN"',
        '1e400',
        '-1',
      ],
    ],
  },
]

const widened = (dtype: string) => (dtype === 'F16' || dtype === 'BF16' ? 'F32' : dtype) as 'F32'
/** A number as text that reads back as the same, the sign of zero included. */
const text = (value: number) => (Object.is(value, -0) ? '-0' : String(value))
/** JSON, which JSON.stringify writes without the sign of zero. */
function json(value: unknown): string {
  if (typeof value === 'number') return text(value)
  if (Array.isArray(value)) return `[${value.map(json).join()}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  return `{${Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}:${json(item)}`)}}`
}
