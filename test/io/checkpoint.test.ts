// Checkpoint files. Oracles: the layout read by hand from the rules of safetensors, Node's own CRC-32 of zlib where it has one (else of gzip's
// trailer), and the checkpoints themselves.
import { gzipSync } from 'node:zlib'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Checkpoint } from '../../src/index.js'
import {
  adam,
  createEngineSync,
  createGramNetwork,
  createNetwork,
  createTiedAutoencoder,
  gaussian,
  gradientDescent,
  type Network,
  regression,
  trainSync,
  whitened,
} from '../../src/index.js'
import { type CheckpointData, encodeCheckpoint, parseCheckpoint } from '../../src/io/checkpoint.js'
import { encodeSafetensors, parseSafetensors } from '../../src/io/safetensors.js'
import { errorOf, mutated } from './helpers.js'
import { smallCheckpoint } from './small-checkpoint.js'

const {
  tensors: [upper, lower],
  ...small
} = smallCheckpoint()
const SMALL: CheckpointData = {
  ...small,
  time: 0.1 + 0.2,
  configuration: '{"network":"\\"crc32\\":\\"zzzzzzzz\\" ü 𝄞"}',
  tensors: [
    { ...upper, data: Float32Array.of(1, -0, 3.4028234663852886e38) },
    lower,
    { name: '__proto__', dtype: 'float64', shape: [], data: Float64Array.of(5e-324) },
    { name: 'none', dtype: 'float64', shape: [0, 4], data: new Float64Array() },
  ],
}

/** The CRC-32 of gzip's trailer: zlib's own. */
function zlibCrc(bytes: Uint8Array): string {
  const packed = gzipSync(bytes)
  return packed
    .readUInt32LE(packed.length - 8)
    .toString(16)
    .padStart(8, '0')
}

const bits = (checkpoint: CheckpointData) =>
  checkpoint.tensors.map(({ data, ...rest }) => ({
    ...rest,
    shape: [...rest.shape],
    bytes: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('hex'),
  }))

function expectSame(found: CheckpointData, wanted: CheckpointData): void {
  expect({ ...found, tensors: bits(found) }).toStrictEqual({ ...wanted, tensors: bits(wanted) })
}

describe('round trips', () => {
  test('a small one, by bits and in the order of the run', () => {
    const bytes = encodeCheckpoint(SMALL)
    expectSame(parseCheckpoint(bytes), SMALL)
    expect(encodeCheckpoint(parseCheckpoint(bytes))).toEqual(bytes)
    expect(parseCheckpoint(encodeCheckpoint({ ...SMALL, learningRate: undefined }))).not.toHaveProperty('learningRate')
  })

  test('an unaligned view, and copies of its numbers', () => {
    const bytes = encodeCheckpoint(SMALL)
    const larger = new Uint8Array(bytes.length + 9).fill(0xff)
    larger.set(bytes, 3)
    const parsed = parseCheckpoint(larger.subarray(3, 3 + bytes.length))
    larger.fill(0)
    expectSame(parsed, SMALL)
  })

  const engine = createEngineSync()
  const x = [
    [1, 2, 0, -1],
    [0, 1, 1, 3],
  ]
  const tasks = { map: whitened(x.map((row) => row.slice(0, 2))), samples: regression(x, x) }
  test.each<[string, () => Network, keyof typeof tasks]>([
    ['layers', () => createNetwork(engine, { sizes: [2, 3, 2], seed: 1, dtype: 'float32' }), 'map'],
    ['feedforward', () => createNetwork(engine, { sizes: [2, 4, 2], activation: 'tanh', biases: true }), 'samples'],
    ['gram', () => createGramNetwork(engine, { sizes: [2, 50, 2], init: gaussian({ gamma: 2 }) }), 'map'],
    ['tied', () => createTiedAutoencoder(engine, { inputs: 2, hidden: 1 }), 'map'],
  ])('a run of %s goes on from its file, bit for bit', (kind, make, task) => {
    const optimizer = kind === 'gram' ? gradientDescent({ learningRate: 0.01 }) : adam({ learningRate: 0.01 })
    const options = { optimizer, record: { every: 50 } }
    const whole = trainSync(make(), tasks[task], { ...options, steps: 60 }).checkpoint()
    const half = trainSync(make(), tasks[task], { ...options, steps: 23 }).checkpoint()
    const resume: Checkpoint = parseCheckpoint(encodeCheckpoint(half))
    const rest = trainSync(make(), tasks[task], { ...options, steps: 60, resume }).checkpoint()
    expect(encodeCheckpoint(rest)).toEqual(encodeCheckpoint(whole))
  })

  const numbers = fc.double({ noNaN: true, noDefaultInfinity: true })
  const text = fc.string({ unit: 'binary', maxLength: 8 })
  const shapes = fc.array(fc.integer({ min: 0, max: 4 }), { maxLength: 3 })
  const tensor = shapes.chain((shape) => {
    const length = shape.reduce((product, extent) => product * extent, 1)
    const bounds = { minLength: length, maxLength: length, noNaN: true }
    return fc.oneof(
      fc.record({ dtype: fc.constant('float64' as const), shape: fc.constant(shape), data: fc.float64Array(bounds) }),
      fc.record({ dtype: fc.constant('float32' as const), shape: fc.constant(shape), data: fc.float32Array(bounds) }),
    )
  })
  const checkpoints: fc.Arbitrary<CheckpointData> = fc
    .record(
      {
        version: fc.constant(1 as const),
        step: fc.maxSafeNat(),
        time: numbers,
        learningRate: numbers,
        arithmetic: fc.constantFrom('reproducible' as const, 'fused' as const),
        configuration: text,
        tensors: fc
          .uniqueArray(fc.tuple(text, tensor), { selector: ([name]) => name, maxLength: 5 })
          .map((list) => list.filter(([name]) => name !== '__metadata__').map(([name, rest]) => ({ name, ...rest }))),
      },
      { requiredKeys: ['version', 'step', 'time', 'arithmetic', 'configuration', 'tensors'] },
    )
    .map((checkpoint) => checkpoint as unknown as CheckpointData)

  test('any checkpoint', () => {
    fc.assert(
      fc.property(checkpoints, (checkpoint) => {
        expectSame(parseCheckpoint(encodeCheckpoint(checkpoint)), checkpoint)
      }),
      { numRuns: 500, seed: 21 },
    )
  })
})

describe('layout', () => {
  const bytes = encodeCheckpoint(SMALL)
  const headerLength = Number(new DataView(bytes.buffer).getBigUint64(0, true))
  const headerText = new TextDecoder().decode(bytes.subarray(8, 8 + headerLength))
  const header = JSON.parse(headerText)

  test('is that of safetensors: length, padded header, tensors that tile the rest, each aligned', () => {
    expect((8 + headerLength) % 8).toBe(0)
    const { __metadata__: metadata, ...tensors } = header
    expect(Object.values(metadata).every((value) => typeof value === 'string')).toBe(true)
    const sizes: Record<string, number> = { F64: 8, F32: 4 }
    let at = 0
    // JSON.parse made '__proto__' an own key.
    for (const { dtype, shape, data_offsets: offsets } of Object.values(tensors) as {
      dtype: string
      shape: number[]
      data_offsets: number[]
    }[]) {
      expect(offsets[0]).toBe(at)
      expect(offsets[0] % sizes[dtype]).toBe(0)
      at += sizes[dtype] * shape.reduce((product, extent) => product * extent, 1)
      expect(offsets[1]).toBe(at)
    }
    expect(8 + headerLength + at).toBe(bytes.length)
    expect([...parseSafetensors(bytes).tensors.keys()].sort()).toEqual(['W_1', 'W_2', '__proto__', 'none'].sort())
  })

  test('metadata are text that Python reads with one line each', () => {
    const { crc32, ...rest } = header.__metadata__
    expect(rest).toEqual({
      format: 'deeplinear checkpoint',
      version: '1',
      step: '40',
      time: '0.30000000000000004',
      learningRate: '5e-324',
      arithmetic: 'reproducible',
      configuration: SMALL.configuration,
      tensors: '["W_2","W_1","__proto__","none"]',
    })
    // zlib.crc32 of the file with eight zeros in place of the digits.
    const text = new TextDecoder('latin1').decode(bytes)
    const zeroed = Buffer.from(text.replace(`"crc32":"${crc32}"`, '"crc32":"00000000"'), 'latin1')
    expect(crc32).toBe(zlibCrc(zeroed))
  })

  test('golden: these bytes stay readable', () => {
    const one: CheckpointData = {
      version: 1,
      step: 2,
      time: 0.5,
      arithmetic: 'fused',
      configuration: '{}',
      tensors: [{ name: 'W_1', dtype: 'float64', shape: [1, 2], data: Float64Array.of(1, -2.5) }],
    }
    const text =
      '{"__metadata__":{"arithmetic":"fused","configuration":"{}","crc32":"CRCCRCCR","format":"deeplinear checkpoint","step":"2",' +
      '"tensors":"[\\"W_1\\"]","time":"0.5","version":"1"},"W_1":{"dtype":"F64","shape":[1,2],"data_offsets":[0,16]}}'
    const padded = text.padEnd(Math.ceil(text.length / 8) * 8)
    const file = Buffer.alloc(8 + padded.length + 16)
    file.writeBigUInt64LE(BigInt(padded.length), 0)
    file.write(padded, 8, 'latin1')
    file.writeDoubleLE(1, file.length - 16)
    file.writeDoubleLE(-2.5, file.length - 8)
    const at = file.indexOf('CRCCRCCR')
    file.write('00000000', at, 'latin1')
    file.write(zlibCrc(file), at, 'latin1')
    expect(Buffer.from(encodeCheckpoint(one)).equals(file)).toBe(true)
    expectSame(parseCheckpoint(file), one)
  })
})

describe('bad files', () => {
  const bytes = encodeCheckpoint(SMALL)
  const { tensors, metadata } = parseSafetensors(bytes)
  /** The file with other metadata and a CRC-32 that is right: what an attacker, or a newer version, would write. */
  const forged = (changes: Record<string, string | undefined>, others = tensors) => {
    const texts = Object.entries({ ...metadata, ...changes, crc32: '00000000' }).filter(
      ([, value]) => value !== undefined,
    )
    const file = Buffer.from(encodeSafetensors(others, Object.fromEntries(texts) as Record<string, string>))
    file.write(zlibCrc(file), file.indexOf('"crc32":"') + 9, 'latin1')
    return file
  }

  test('the forger forges: unchanged, it is read', () => {
    expectSame(parseCheckpoint(forged({})), SMALL)
  })

  test('every single flipped bit is noticed', () => {
    for (let bit = 0; bit < 8 * bytes.length; bit++) {
      bytes[bit >> 3] ^= 1 << (bit & 7)
      expect(errorOf(() => parseCheckpoint(bytes))?.code, `bit ${bit}`).toBe('FORMAT')
      bytes[bit >> 3] ^= 1 << (bit & 7)
    }
  })

  test('every cut is noticed', () => {
    for (let length = 0; length < bytes.length; length++) {
      expect(errorOf(() => parseCheckpoint(bytes.subarray(0, length)))?.code).toBe('FORMAT')
    }
  })

  const int: Parameters<typeof encodeSafetensors>[0] = { W: { shape: [1], data: Int32Array.of(1) } }
  test.each<[string, Uint8Array, RegExp]>([
    ['a .safetensors file of something else', encodeSafetensors({}, { format: 'pt' }), /no checkpoint.*format "pt"/],
    ['one without metadata', encodeSafetensors(new Map(tensors)), /no checkpoint.*format undefined/],
    [
      'an element type that is not read',
      Buffer.from('\x3e\0\0\0\0\0\0\0{"a":{"dtype":"F8_E5M2","shape":[1],"data_offsets":[0,1]}}     \0'),
      /no checkpoint/,
    ],
    ['a newer version', forged({ version: '2' }), /version "2".*reads version 1/],
    ['no version', forged({ version: undefined }), /version undefined/],
    ['a negative step', forged({ step: '-1' }), /"-1" for its step/],
    ['a fractional step', forged({ step: '1.5' }), /for its step/],
    ['a step of 2^53', forged({ step: '9007199254740992' }), /for its step/],
    ['a step with blanks', forged({ step: ' 1' }), /for its step/],
    ['a step in another notation', forged({ step: '1e1' }), /for its step/],
    ['an endless time', forged({ time: 'Infinity' }), /for its time/],
    ['no time', forged({ time: undefined }), /undefined for its time/],
    ['a rate that is no number', forged({ learningRate: 'fast' }), /for its learningRate/],
    ['another arithmetic', forged({ arithmetic: 'toString' }), /for its arithmetic/],
    ['no configuration', forged({ configuration: undefined }), /for its configuration/],
    ['no order', forged({ tensors: undefined }), /for its tensors/],
    ['an order that is no list', forged({ tensors: '"W_1"' }), /for its tensors/],
    ['an order without one of them', forged({ tensors: '["W_2","W_1","none"]' }), /for its tensors/],
    ['an order with one twice', forged({ tensors: '["W_2","W_1","none","none"]' }), /for its tensors/],
    ['an order with a stranger', forged({ tensors: '["W_2","W_1","none","x"]' }), /for its tensors/],
    ['an order deep in brackets', forged({ tensors: '['.repeat(1e5) }), /for its tensors/],
    [
      'integers',
      forged({ tensors: '["W"]' }, parseSafetensors(encodeSafetensors(int)).tensors),
      /I32; it must be F32 or F64/,
    ],
  ])('%s', (_name, file, message) => {
    const error = errorOf(() => parseCheckpoint(file))
    expect([error?.code, error?.message]).toEqual(['FORMAT', expect.stringMatching(message)])
  })

  test('what are no bytes', () => {
    expect(errorOf(() => parseCheckpoint('x' as unknown as Uint8Array))?.code).toBe('DTYPE')
  })

  test('arbitrary bytes and edits: FormatError or the same checkpoint, never another error, never another checkpoint', () => {
    const at = fc.nat(1200)
    const edits = fc.record({
      flips: fc.array(fc.tuple(at, fc.nat(255)), { maxLength: 3 }),
      cut: fc.option(at, { freq: 4 }),
      splice: fc.option(fc.tuple(at, at), { freq: 4 }),
      ones: fc.option(at, { freq: 4 }),
    })
    fc.assert(
      fc.property(
        fc.oneof(
          fc.uint8Array({ maxLength: 300 }),
          edits.map((edit) => mutated(bytes, edit)),
        ),
        (file) => {
          const error = errorOf(() => expectSame(parseCheckpoint(file), SMALL))
          if (error !== undefined) expect(error.code).toBe('FORMAT')
        },
      ),
      { numRuns: 6000, seed: 22 },
    )
  })
})

describe('what is no checkpoint is refused before anything is written', () => {
  const tensor = SMALL.tensors[1]
  test.each<[string, unknown, string]>([
    ['nothing', null, 'OPTION'],
    ['a field too many', { ...SMALL, epoch: 1 }, 'OPTION'],
    ['version 2', { ...SMALL, version: 2 }, 'FORMAT'],
    ['no version', { ...SMALL, version: undefined }, 'FORMAT'],
    ['a fractional step', { ...SMALL, step: 0.5 }, 'RANGE'],
    ['a step as text', { ...SMALL, step: '1' }, 'DTYPE'],
    ['NaN for the time', { ...SMALL, time: Number.NaN }, 'RANGE'],
    ['Infinity for the rate', { ...SMALL, learningRate: Infinity }, 'RANGE'],
    ['another arithmetic', { ...SMALL, arithmetic: 'fast' }, 'OPTION'],
    ['a configuration that is no text', { ...SMALL, configuration: {} }, 'DTYPE'],
    ['half a surrogate pair', { ...SMALL, configuration: '\ud800' }, 'RANGE'],
    ['tensors that are no list', { ...SMALL, tensors: {} }, 'DTYPE'],
    ['a tensor that is none', { ...SMALL, tensors: [null] }, 'OPTION'],
    ['a name that is none', { ...SMALL, tensors: [{ ...tensor, name: 1 }] }, 'DTYPE'],
    ['the name of the metadata', { ...SMALL, tensors: [{ ...tensor, name: '__metadata__' }] }, 'RANGE'],
    ['a name twice', { ...SMALL, tensors: [tensor, tensor] }, 'OPTION'],
    ['another dtype', { ...SMALL, tensors: [{ ...tensor, dtype: 'float16' }] }, 'OPTION'],
    ['data of another class', { ...SMALL, tensors: [{ ...tensor, dtype: 'float32' }] }, 'DTYPE'],
    ['a wrong shape', { ...SMALL, tensors: [{ ...tensor, shape: [3] }] }, 'SHAPE'],
  ])('%s', (_name, checkpoint, code) => {
    expect(errorOf(() => encodeCheckpoint(checkpoint as CheckpointData))?.code).toBe(code)
  })
})
