// Writes the corpus: `npx tsx test/fuzz/make-corpus.ts`. A file's name begins with what becomes of it. What fuzzing found is not made here but lies beside,
// as `CODE-found-...`.
import { mkdirSync, writeFileSync } from 'node:fs'
import { gzipSync } from 'node:zlib'
import { zipSync } from 'fflate'
import { encodeCheckpoint } from '../../src/io/checkpoint.js'
import { encodeNpy } from '../../src/io/npy.js'
import { encodeNpz } from '../../src/io/npz.js'
import { encodeSafetensors } from '../../src/io/safetensors.js'
import { encodeHeader, encodeRecord } from '../../src/sweep/record.js'
import { smallCheckpoint } from '../io/small-checkpoint.js'
import { smallRun } from '../run-config.js'
import { repairCheckpoint, repairZip } from './repair.js'

type Content = Uint8Array | string

const latin1 = (text: string) => Uint8Array.from(text, (c) => c.charCodeAt(0) & 0xff)
const bytesOf = (content: Content) => (typeof content === 'string' ? new TextEncoder().encode(content) : content)
const joined = (...parts: Content[]) => Uint8Array.from(parts.flatMap((part) => [...bytesOf(part)]))
const patched = (bytes: Uint8Array, at: number, ...values: number[]) => {
  const copy = bytes.slice()
  copy.set(values, at < 0 ? copy.length + at : at)
  return copy
}

function write(parser: string, files: Record<string, Content>): void {
  const folder = new URL(`./corpus/${parser}/`, import.meta.url)
  mkdirSync(folder, { recursive: true })
  for (const [name, content] of Object.entries(files)) writeFileSync(new URL(name, folder), bytesOf(content))
}

/** A .npy file with any header. */
function npy(header: string, data: Content = '', version = 1, length?: number): Uint8Array {
  const size = length ?? header.length
  const field =
    version === 1 ? [size & 255, size >> 8] : [size & 255, (size >> 8) & 255, (size >> 16) & 255, size >>> 24]
  return joined(latin1('\x93NUMPY'), Uint8Array.of(version, 0, ...field), latin1(header), data)
}
const dict = (descr: string, shape: string, order = 'False') =>
  `{'descr': ${descr}, 'fortran_order': ${order}, 'shape': ${shape}, }\n`
const eights = (count: number) => new Uint8Array(8 * count)

const f8 = encodeNpy({ shape: [2, 3], data: Float64Array.of(1, -0, Number.NaN, Infinity, 5e-324, 0.1) })
write('npy', {
  'ok-f8.npy': f8,
  'ok-f4.npy': encodeNpy({ shape: [3], data: Float32Array.of(1, -0, 3.4e38) }),
  'ok-scalar.npy': encodeNpy({ shape: [], data: Float64Array.of(7) }),
  'ok-empty-extent.npy': encodeNpy({ shape: [0, 5], data: new Float64Array() }),
  'ok-fortran.npy': npy(dict("'<f8'", '(2, 2)', 'True'), eights(4)),
  'ok-bool.npy': npy(dict("'|b1'", '(3,)'), Uint8Array.of(0, 1, 1)),
  'ok-i8-version-2.npy': npy(dict("'<i8'", '(1,)'), eights(1), 2),
  'ok-version-3.npy': npy(dict("'<u2'", '(2,)'), Uint8Array.of(1, 2, 3, 4), 3),
  'FORMAT-nothing.npy': '',
  'FORMAT-magic.npy': patched(f8, 0, 0x92),
  'FORMAT-version-9.npy': patched(f8, 6, 9),
  'FORMAT-cut-in-header.npy': f8.slice(0, 40),
  'FORMAT-cut-in-data.npy': f8.slice(0, -1),
  'FORMAT-bytes-behind.npy': joined(f8, 'PK'),
  'FORMAT-header-length-of-ones.npy': npy(dict("'<f8'", '(1,)'), eights(1), 2, 0xffffffff),
  'FORMAT-header-too-long.npy': npy(dict("'<f8'", '(1,)').padEnd(10_240), eights(1)),
  'FORMAT-key-twice.npy': npy("{'descr': '<f8', 'descr': '<f4', 'fortran_order': False, 'shape': (1,)}", eights(1)),
  'FORMAT-code.npy': npy(
    "{'descr': __import__('os').system('true'), 'fortran_order': False, 'shape': (1,)}",
    eights(1),
  ),
  'FORMAT-shape-overflows.npy': npy(dict("'<f8'", '(4294967296, 4294967296)'), eights(1)),
  'FORMAT-shape-nan.npy': npy(dict("'<f8'", '(nan,)'), eights(1)),
  'FORMAT-bool-2.npy': npy(dict("'|b1'", '(1,)'), Uint8Array.of(2)),
  'RANGE-integer-beyond-float64.npy': npy(dict("'<u8'", '(1,)'), new Uint8Array(8).fill(0xff)),
  'UNSUPPORTED-big-endian.npy': npy(dict("'>f8'", '(1,)'), eights(1)),
  'UNSUPPORTED-objects.npy': npy(dict("'|O'", '(1,)'), eights(1)),
  'UNSUPPORTED-records.npy': npy(dict("[('x', '<f8')]", '(1,)'), eights(1)),
})

const npz = encodeNpz({
  W_1: { shape: [2], data: Float64Array.of(1, 2) },
  'a/b': { shape: [1], data: Float32Array.of(3) },
})
const deflated = encodeNpz({ z: { shape: [64], data: new Float64Array(64) } }, { compress: true })
const zip = (files: Record<string, Uint8Array>) => zipSync(files, { level: 0, mtime: new Date(1980, 0, 1, 12) })
const bomb = zipSync({ 'bomb.npy': new Uint8Array(2 ** 20) }, { level: 9, mtime: new Date(1980, 0, 1, 12) })
const lying = deflated.slice()
new DataView(lying.buffer).setUint32(lying.length - 22 - 51 + 24, 2 ** 17, true)
write('npz', {
  'ok-stored.npz': npz,
  'ok-deflated.npz': deflated,
  'ok-no-member.npz': zip({}),
  'FORMAT-nothing.npz': '',
  'FORMAT-cut.npz': npz.slice(0, -1),
  'FORMAT-bytes-in-front.npz': joined('x', npz),
  'FORMAT-crc.npz': patched(npz, 60, 7),
  'FORMAT-declares-more-than-it-holds.npz': lying,
  'FORMAT-member-twice.npz': repairZip(
    latin1(
      Buffer.from(zip({ 'a.npy': f8, 'b.npy': f8 }))
        .toString('latin1')
        .replaceAll('b.npy', 'a.npy'),
    ),
  ),
  'FORMAT-member-is-text.npz': zip({ 'a.npy': latin1('1,2,3') }),
  'RANGE-zip-bomb.npz': bomb,
  'UNSUPPORTED-no-array.npz': zip({ 'readme.txt': latin1('hello') }),
  'UNSUPPORTED-encrypted.npz': (() => {
    const bytes = npz.slice()
    bytes[new DataView(bytes.buffer).getUint32(bytes.length - 6, true) + 8] |= 1
    return bytes
  })(),
})

/** A safetensors file with any header. */
function tensors(
  header: string,
  data: Content = '',
  length = BigInt(new TextEncoder().encode(header).length),
): Uint8Array {
  const field = new Uint8Array(8)
  new DataView(field.buffer).setBigUint64(0, length, true)
  return joined(field, header, data)
}
const entry = (name: string, begin: number, end: number, dtype = 'F64', shape = '[1]') =>
  `"${name}":{"dtype":"${dtype}","shape":${shape},"data_offsets":[${begin},${end}]}`
const model = encodeSafetensors(
  {
    W: { shape: [2], data: Float64Array.of(1, -0) },
    ids: { shape: [1], data: BigInt64Array.of(-1n) },
    on: { dtype: 'BOOL', shape: [1], data: Uint8Array.of(1) },
  },
  { seed: '7', note: 'σ' },
)
write('safetensors', {
  'ok-model.safetensors': model,
  'ok-nothing.safetensors': tensors('{}'),
  'ok-half.safetensors': tensors(
    `{${entry('h', 0, 2, 'F16')},${entry('b', 2, 4, 'BF16')}}`,
    Uint8Array.of(1, 0x7c, 0x80, 0xff),
  ),
  'ok-names-of-the-prototype.safetensors': tensors(
    `{"__metadata__":{"__proto__":"x"},${entry('__proto__', 0, 8)},${entry('constructor', 8, 16)}}`,
    eights(2),
  ),
  'FORMAT-empty.safetensors': '',
  'FORMAT-cut-length.safetensors': model.slice(0, 7),
  'FORMAT-cut.safetensors': model.slice(0, -1),
  'FORMAT-bytes-behind.safetensors': joined(model, 'x'),
  'FORMAT-length-of-ones.safetensors': tensors('{}', '', 0xffffffffffffffffn),
  'FORMAT-length-past-the-end.safetensors': tensors('{}', '', 100n),
  'FORMAT-not-utf8.safetensors': joined(tensors('', '', 3n), Uint8Array.of(0x7b, 0xff, 0x7d)),
  'FORMAT-list.safetensors': tensors('[]'),
  'FORMAT-key-twice.safetensors': tensors(`{${entry('a', 0, 8)},${entry('a', 0, 8)}}`, eights(1)),
  'FORMAT-one-range-for-ten.safetensors': tensors(
    `{${Array.from({ length: 10 }, (_, i) => entry(`t${i}`, 0, 8)).join()}}`,
    eights(1),
  ),
  'FORMAT-gap.safetensors': tensors(`{${entry('a', 0, 8)},${entry('b', 16, 24)}}`, eights(3)),
  'FORMAT-shape-and-bytes.safetensors': tensors(`{${entry('a', 0, 8, 'F64', '[2]')}}`, eights(1)),
  'FORMAT-shape-overflows.safetensors': tensors(`{${entry('a', 0, 8, 'F64', '[4294967296,4294967296]')}}`, eights(1)),
  'FORMAT-offset-beyond-2-53.safetensors': tensors(
    `{${entry('a', 0, 8).replace('8]', '9007199254740993]')}}`,
    eights(1),
  ),
  'FORMAT-nan.safetensors': tensors(`{"a":{"dtype":"F64","shape":[NaN],"data_offsets":[0,8]}}`, eights(1)),
  'FORMAT-bool-2.safetensors': tensors(`{${entry('a', 0, 1, 'BOOL')}}`, Uint8Array.of(2)),
  'UNSUPPORTED-float8.safetensors': tensors(`{${entry('a', 0, 1, 'F8_E4M3')}}`, Uint8Array.of(2)),
})

const checkpoint = encodeCheckpoint(smallCheckpoint())
const said = (from: string, to: string) =>
  repairCheckpoint(latin1(Buffer.from(checkpoint).toString('latin1').replace(from, to)))
write('checkpoint', {
  'ok-run.safetensors': checkpoint,
  'FORMAT-nothing.safetensors': '',
  'FORMAT-cut.safetensors': checkpoint.slice(0, -8),
  'FORMAT-bit.safetensors': patched(checkpoint, -1, 1),
  'FORMAT-of-something-else.safetensors': model,
  'FORMAT-version-2.safetensors': said('"version":"1"', '"version":"2"'),
  'FORMAT-step-nan.safetensors': said('"step":"40"', '"step":"NA"'),
  'FORMAT-time-in-other-words.safetensors': said('"time":"0.1"', '"time":"1e1"'),
  'FORMAT-arithmetic.safetensors': said('reproducible', 'reproducibly'),
  'FORMAT-order.safetensors': said('W_2\\",\\"W_1', 'W_1\\",\\"W_1'),
})

write('csv', {
  'ok-commas.csv': 'x,y\n1,2\n-0,4e-3\n',
  'ok-semicolons.csv': '1;2\r\n3;4\r\n',
  'ok-tabs-and-comments.csv': '\ufeff# made by hand\n1\t2\n\n# more\n3\t4',
  'ok-quoted.csv': '"a ""b""","c,d"\n"1","2"\n',
  'FORMAT-nothing.csv': '',
  'FORMAT-header-alone.csv': 'a,b\n',
  'FORMAT-ragged.csv': '1,2\n3\n',
  'FORMAT-nan.csv': 'nan,1\n',
  'FORMAT-infinity.csv': '1,1e400\n',
  'FORMAT-hexadecimal.csv': '1,2\n0x10,3\n',
  'FORMAT-open-quote.csv': '1,"2\n3,4\n',
  'FORMAT-no-text.csv': Uint8Array.of(0xff, 0xfe, 0, 1),
})

const picture = `${'0,16,'.repeat(32)}7\n`
write('digits', {
  'ok-picture.csv': picture,
  'ok-picture.csv.gz': gzipSync(picture.repeat(2)),
  'SHAPE-columns.csv': '1,2,3\n',
  'RANGE-ink.csv': picture.replace('16', '17'),
  'RANGE-label.csv': picture.replace('7\n', '10\n'),
  'FORMAT-half-a-label.csv': picture.replace('7\n', '7.5\n'),
  'FORMAT-cut.csv.gz': gzipSync(picture).subarray(0, -1),
  'FORMAT-crc.csv.gz': patched(gzipSync(picture), -8, 1),
  'FORMAT-declares-16-mebibytes.csv.gz': patched(gzipSync(picture), -4, 0, 0, 0, 1),
  'RANGE-bomb.csv.gz': patched(gzipSync(picture), -4, 0xff, 0xff, 0xff, 0x7f),
})

const small = smallRun()
const run = { ...small, network: { ...small.network, init: { kind: 'gaussian', gamma: 2 }, seed: 1 } }
const rich = {
  $schema: './schema.json',
  network: { kind: 'layers', sizes: [3, 32, 1], activation: { leakyRelu: 0.1 }, biases: true },
  task: { kind: 'stream', teacher: [[1, -1, 0.5]], batchSize: 16, noise: 0.1 },
  optimizer: { kind: 'adam', learningRate: { kind: 'cosine', rate: 0.01, steps: 1000, warmup: 50 } },
  steps: 1000,
  record: { every: 10, probes: ['loss', { kind: 'singularValues', rank: 1 }] },
  until: { loss: 1e-3 },
}
const json = JSON.stringify(run)
write('config', {
  'ok-run.json.txt': json,
  'ok-rich.json.txt': JSON.stringify(rich),
  'ok-byte-order-mark.json.txt': `\ufeff ${json}`,
  'FORMAT-nothing.json.txt': '',
  'FORMAT-cut.json.txt': json.slice(0, -1),
  'FORMAT-key-twice.json.txt': json.replace('"steps":10', '"steps":10,"steps":11'),
  'FORMAT-nan.json.txt': json.replace('0.1', 'NaN'),
  'FORMAT-deep.json.txt': '['.repeat(40) + ']'.repeat(40),
  'FORMAT-utf16.json.txt': new Uint8Array(Buffer.from(`\ufeff${json}`, 'utf16le')),
  'OPTION-list.json.txt': '[]',
  'OPTION-infinite.json.txt': json.replace('0.1', '1e400'),
  'OPTION-prototype.json.txt': json.replace('{', '{"__proto__":{"steps":1},'),
  'OPTION-constructor.json.txt': json.replace('"seed":1', '"constructor":{"prototype":{"seed":1}}'),
  'OPTION-size-of-2-31.json.txt': json.replace('[2,3,2]', '[2,2147483648,2]'),
})

const sweep = {
  schema: 1,
  base: run,
  axes: [
    { kind: 'linear', path: 'network.init.gamma', from: 0.5, to: 2, count: 4 },
    { kind: 'list', path: ['network.sizes[1]'], values: [2, 3], name: 'width' },
  ],
  replicates: 3,
  key: [1, 2],
  metrics: ['loss', { probe: 'loss', take: 'stepBelow', threshold: 0.1 }],
}
const manifest = JSON.stringify(sweep)
write('manifest', {
  'ok-grid.json.txt': manifest,
  'ok-experiment.json.txt': JSON.stringify({
    schema: 1,
    base: { experiment: 'escape-time', parameters: { depths: [2] } },
    replicates: 2,
  }),
  'ok-words.json.txt': JSON.stringify({
    ...sweep,
    axes: [{ kind: 'values', path: 'optimizer.kind', values: ['gradientDescent', 'adam'], labels: ['GD', 'Adam'] }],
  }),
  'FORMAT-nothing.json.txt': '',
  'FORMAT-key-twice.json.txt': manifest.replace('"schema":1', '"schema":1,"schema":1'),
  'OPTION-another-schema.json.txt': manifest.replace('"schema":1', '"schema":2'),
  'OPTION-prototype.json.txt': manifest.replace('network.init.gamma', '__proto__.gamma'),
  'OPTION-grid-too-large.json.txt': manifest.replace('"count":4', '"count":99999'),
  'OPTION-empty-axis.json.txt': manifest.replace('[2,3],"name"', '[],"name"'),
  'DTYPE-mixed-axis.json.txt': JSON.stringify({
    ...sweep,
    axes: [{ kind: 'values', path: 'optimizer.kind', values: ['adam', 3] }],
  }),
})

const record = (lo: number, hi: number) =>
  encodeRecord({
    lo,
    hi,
    status: new Uint8Array(hi - lo),
    values: Float64Array.from({ length: 2 * (hi - lo) }, (_, i) => (i === 1 ? Number.NaN : i / 3)),
    failures: lo === 0 ? [{ run: 0, message: 'no' } as never] : [],
  })
const head = encodeHeader('0'.repeat(64), 2)
const records = joined(head, record(0, 3), record(10, 14))
write('records', {
  'ok-two.bin': records,
  'ok-none.bin': head,
  'ok-torn.bin': records.slice(0, -5),
  'ok-damaged.bin': patched(records, 120, 255),
  'ok-shorter-than-a-header.bin': head.slice(0, 40),
})

const post = (path: string, body: Content, type = 'application/json') =>
  joined(`POST ${path}\ncontent-type: ${type}\n\n`, body)
write('server', {
  'ok-index.txt': 'GET /',
  'ok-run.txt': post('/runs', json),
  'ok-experiment.txt': post('/experiments/escape-time', '{"set":{"depths":[2]},"seed":3}'),
  'ok-frames.txt':
    'GET /jobs/00000000-0000-0000-0000-000000000000/frames?from=3\naccept: text/event-stream\nlast-event-id: 2',
  'ok-result.txt': 'GET /jobs/0/result.npz',
  'ok-cancel.txt': 'DELETE /jobs/..%2f..%2fetc%2fpasswd',
  'ok-foreign.txt': 'GET /jobs\nhost: evil.example:80\norigin: https://evil.example',
  'ok-preflight.txt': 'OPTIONS /runs\norigin: null\naccess-control-request-method: POST',
  'ok-override.txt': 'POST /jobs\nx-http-method-override: DELETE\ncontent-type: text/plain\n\n_method=DELETE',
  'ok-not-utf8.txt': post('/runs', Uint8Array.of(0x7b, 0xff, 0x7d)),
  'ok-deep.txt': post('/runs', '['.repeat(3000)),
  'ok-prototype.txt': post('/runs', '{"__proto__":{"steps":1}}'),
  'ok-large.txt': post('/runs', ' '.repeat(9000)),
})

const end = JSON.stringify({ type: 'end', id: 'x', status: 'done', frames: 1 })
write('client', {
  'ok-job.txt': '{"id":"x","status":"done"}\n',
  'ok-frames.txt': `{"type":"frame","index":0,"step":0,"loss":"NaN"}\n${end}\n`,
  'ok-result.txt': JSON.stringify({
    id: 'x',
    type: 'end',
    columns: { loss: { length: 1, shape: [], data: [1] } },
    weights: [{ name: 'W', shape: [1], data: ['NaN'] }],
  }),
  'ok-refusal.txt': JSON.stringify({
    error: { name: 'RangeArgError', code: 'RANGE', message: 'steps', argument: 'steps' },
  }),
  'ok-page.txt': '<!doctype html><title>Not found</title>',
  'ok-nothing.txt': '',
  'ok-null.txt': 'null',
  'ok-list.txt': '[1,2,3]',
  'ok-broken-line.txt': '{"type":"frame","index":',
})
