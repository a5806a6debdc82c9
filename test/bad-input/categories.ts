// The categories of bad input, numbered, and what each of them must end in. `code` is the error's; `accepted` says that what looks bad is taken, and what
// then holds. Rows of the tests refer to these by number: every number has a row, and no row its own idea of the outcome.
import { afterAll, describe, expect, test } from 'vitest'
import { DeepLinearError, type Engine, type ErrorCode, matmul } from '../../src/index.js'
import { type Bench, makeBench } from './table.js'

export const CATEGORIES = {
  // Matrices and vectors.
  B1: ['-1 rows', 'RANGE'],
  B2: ['1.5 rows', 'RANGE'],
  B3: ['NaN rows', 'RANGE'],
  B4: ['infinitely many rows', 'RANGE'],
  B5: ['rows as text', 'DTYPE'],
  B6: ['2^53 rows', 'MEMORY'],
  B7: ['rows true', 'DTYPE'],
  B8: ['rows as a bigint', 'DTYPE'],
  B9: ['rows undefined', 'DTYPE'],
  B10: ['data null', 'DTYPE'],
  B11: ['data undefined', 'DTYPE'],
  B12: ['data an empty object', 'DTYPE'],
  B13: ['data text', 'DTYPE'],
  B14: ['nested rows of two lengths', 'SHAPE'],
  B15: ['arrays nested three deep', 'SHAPE'],
  B16: ['an array with a hole', 'DTYPE'],
  B17: ['text among numbers', 'DTYPE'],
  B18: ['NaN where numbers must be finite', 'RANGE'],
  B19: ['an infinity there', 'RANGE'],
  B20: ['1e300 for float32', 'RANGE'],
  B21: ['too few elements', 'SHAPE'],
  B22: ['too many elements', 'SHAPE'],
  B23: ['a Float64Array for float32 BLAS', 'DTYPE'],
  B24: ['an Int32Array', 'DTYPE'],
  B25: ['a Uint8Array', 'DTYPE'],
  B26: ['a BigInt64Array', 'DTYPE'],
  B27: ['a DataView', 'DTYPE'],
  B28: ['an ArrayBuffer', 'DTYPE'],
  B29: ['an array whose buffer was detached', 'DTYPE'],
  B30: ['a view without elements', 'SHAPE'],
  B31: ['a subarray that begins elsewhere', 'accepted: the elements that it shows'],
  B32: ['bytes at an odd offset', 'DTYPE'],
  B33: ["a slice of Node's pool of buffers", 'DTYPE'],
  B34: ['a handle of an engine with another backend', 'DISPOSED'],
  B35: ['a handle that was disposed', 'DISPOSED'],
  B36: ['a handle of another copy of the library', 'DISPOSED'],
  B37: ['the result written over an operand', 'OPTION'],
  B38: ['overlapping views for BLAS', 'accepted: operands are read before the result is written'],
  B39: ['a leading dimension below the width', 'SHAPE'],
  B40: ['an increment of 0 for a result', 'RANGE'],
  // Products and decompositions.
  B41: ['inner sizes that differ', 'SHAPE'],
  B42: ['a result of another shape', 'SHAPE'],
  B43: ["transA 'X'", 'OPTION'],
  B44: ["transA 't'", 'OPTION'],
  B45: ['alpha NaN', 'RANGE'],
  B46: ['beta infinite', 'RANGE'],
  B47: ['alpha text', 'DTYPE'],
  B48: ['an offset of -1', 'RANGE'],
  B49: ['an offset past the end', 'SHAPE'],
  B50: ['incx 0', 'RANGE'],
  B51: ['k = 0', 'accepted: C is scaled by beta'],
  B52: ['m = 0', 'accepted: nothing happens'],
  B53: ['the svd of 0 x n', 'accepted: empty factors'],
  B54: ['the svd of one dimension', 'SHAPE'],
  B55: ['rank 0', 'RANGE'],
  B56: ['a rank above min(m, n)', 'RANGE'],
  B57: ['rank 2.5', 'RANGE'],
  B58: ['a tolerance of 0', 'RANGE'],
  B59: ['a negative tolerance', 'RANGE'],
  B60: ['a tolerance of NaN', 'RANGE'],
  B61: ['maxIterations 0', 'RANGE'],
  B62: ['maxIterations 1e9', 'RANGE'],
  B63: ['an option that does not exist', 'OPTION'],
  B64: ['options that are a list', 'OPTION'],
  B65: ['a start vector of zeros or another length', 'RANGE'],
  // Networks and training.
  B66: ['no layer', 'RANGE'],
  B67: ['a list of hidden sizes beside sizes', 'OPTION'],
  B68: ['a layer of size 0', 'RANGE'],
  B69: ['weights that do not chain', 'SHAPE'],
  B70: ['an initial scale of 0', 'RANGE'],
  B71: ['a negative one', 'RANGE'],
  B72: ['seed -1', 'RANGE'],
  B73: ['seed 1.5', 'RANGE'],
  B74: ['seed 2^64', 'RANGE'],
  B75: ['no seed on a reproducible engine', 'accepted: seed 0, the same weights every time'],
  B76: ['a learning rate of 0', 'RANGE'],
  B77: ['a negative learning rate', 'RANGE'],
  B78: ['a learning rate of NaN', 'RANGE'],
  B79: ['a learning rate as text', 'DTYPE'],
  B80: ['a schedule that is no function', 'DTYPE'],
  B81: ['a schedule that gives NaN', 'RANGE'],
  B82: ['momentum 1', 'RANGE'],
  B83: ['momentum -0.1', 'RANGE'],
  B84: ['negative weight decay', 'RANGE'],
  B85: ['-1 steps', 'RANGE'],
  B86: ['1e16 steps', 'RANGE'],
  B87: ['a batch larger than the data', 'RANGE'],
  B88: ['targets of other samples', 'SHAPE'],
  B89: ['a covariance that is none', 'RANGE'],
  B90: ['a theory of runs of another kind', 'UNSUPPORTED'],
  B91: ["a checkpoint with another optimizer's state", 'OPTION'],
  B92: ['a checkpoint of another architecture', 'OPTION'],
  // Probes and theory.
  B93: ['two probes of one name', 'OPTION'],
  B94: ['a probe that does not exist', 'OPTION'],
  B95: ['a frame every 0 steps', 'RANGE'],
  B96: ['a frame every 0.5 steps', 'RANGE'],
  B97: ['room for 0 frames', 'RANGE'],
  B98: ['times out of order', 'accepted: a value for each, in their order'],
  B99: ['a negative time', 'RANGE'],
  B100: ['a start of 0, which never leaves', 'RANGE'],
  // Configuration, sweeps, command line.
  B101: ['text that is no JSON', 'FORMAT'],
  B102: ['UTF-16', 'FORMAT'],
  B103: ['a list at the top', 'OPTION'],
  B104: ['the key __proto__', 'OPTION'],
  B105: ['the key constructor', 'OPTION'],
  B106: ['a key twice', 'FORMAT'],
  B107: ['1e400', 'OPTION'],
  B108: ['nested 33 deep', 'FORMAT'],
  B109: ['more than 1 MiB', 'FORMAT'],
  B110: ['more than 10 000 keys', 'FORMAT'],
  B111: ['a string of more than 64 KiB', 'FORMAT'],
  B112: ['a grid of too many cells', 'OPTION'],
  B113: ['an axis without values', 'OPTION'],
  B114: ['an axis of numbers and text', 'DTYPE'],
  B115: ['a name that would be a path outside', 'OPTION'],
  B116: ['a symbolic link that leaves the root', 'IO'],
  B117: ['a path with NUL, or too long', 'IO'],
  B118: ['a flag that does not exist, or without its value', 'OPTION'],
  // Files.
  B119: ['an empty file', 'FORMAT'],
  B120: ['another magic', 'FORMAT'],
  B121: ['version 9', 'FORMAT'],
  B122: ['a header past the end', 'FORMAT'],
  B123: ['a header of more than 10 000 bytes', 'FORMAT'],
  B124: ['a header with other keys, or with code', 'FORMAT'],
  B125: ['an element type that is not read', 'UNSUPPORTED'],
  B126: ['Fortran order', 'accepted: row-major'],
  B127: ['a shape that overflows', 'FORMAT'],
  B128: ['extents that are no integers of at least 0', 'FORMAT'],
  B129: ['too few bytes, or bytes left over', 'FORMAT'],
  B130: ['a safetensors file that contradicts itself', 'FORMAT'],
} as const satisfies Record<string, readonly [given: string, outcome: ErrorCode | `accepted: ${string}`]>

export type Category = keyof typeof CATEGORIES

type Call = (bench: Bench) => unknown

/** A category, what is called, and what the message must say: the argument, what was given, what is allowed or how to cure it. */
export type Refused = readonly [id: Category, call: Call, ...says: readonly [string, ...string[]]]

/** Tests of rows that are refused: class and code, the words of the message, nothing written, nothing kept, and the engine goes on. */
export function refuses(title: string, rows: readonly Refused[]): void {
  describe(title, () => {
    const bench = makeBench('wasm')
    afterAll(() => bench.engine.dispose())

    for (const [id, call, ...says] of rows)
      test(`${id} ${CATEGORIES[id].join(': ')}`, async () => {
        const [given, code] = CATEGORIES[id]
        const before = stateOf(bench)
        const error = await Promise.resolve()
          .then(() => call(bench))
          .then(
            () => undefined,
            (thrown: unknown) => thrown,
          )
        if (!(error instanceof DeepLinearError)) expect.fail(`${given}: ${String(error)} is no error of the library`)
        expect({ given, code: error.code, class: error.name }).toEqual({
          given,
          code,
          class: CLASSES[code as ErrorCode],
        })
        for (const piece of says) expect(error.message).toContain(piece)
        expect(stateOf(bench)).toEqual(before)
        expect(stillWorks(bench.engine, bench)).toEqual(PRODUCT)
      })
  })
}

/** Tests of rows that only look bad. */
export function accepts(title: string, rows: readonly (readonly [id: Category, check: Call])[]): void {
  describe(title, () => {
    const bench = makeBench('wasm')
    afterAll(() => bench.engine.dispose())
    for (const [id, check] of rows)
      test(`${id} ${CATEGORIES[id].join(': ')}`, async () => {
        expect(CATEGORIES[id][1]).toMatch(/^accepted: /)
        await check(bench)
      })
  })
}

const CLASSES: Readonly<Partial<Record<ErrorCode, string>>> = {
  SHAPE: 'ShapeError',
  DTYPE: 'DTypeError',
  RANGE: 'RangeArgError',
  OPTION: 'OptionError',
  DISPOSED: 'DisposedError',
  MEMORY: 'MemoryError',
  FORMAT: 'FormatError',
  UNSUPPORTED: 'UnsupportedError',
  IO: 'IoError',
}

/** a b of the bench. */
const PRODUCT = [20, 14, 56, 41]

function stillWorks(engine: Engine, { a, b }: Bench): number[] {
  const mark = engine.mark()
  const product = Array.from(matmul(a, b).view())
  engine.release(mark)
  return product
}

function stateOf({ engine, a, b, out, single, foreign }: Bench) {
  const { liveBytes, liveBlocks } = engine.memory
  return { liveBytes, liveBlocks, witnesses: [a, b, out, single, foreign].map((matrix) => matrix.toArray()) }
}
