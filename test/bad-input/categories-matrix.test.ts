// Categories 1 to 40: matrices and vectors.
import { expect, vi } from 'vitest'
import { dgemm, dgemv, sgemm } from '../../src/blas/index.js'
import { createEngineSync, type Matrix, svd } from '../../src/index.js'
import { accepts, type Refused, refuses } from './categories.js'
import { type Bench, hole, wrong } from './table.js'

const rows = (value: unknown) => (bench: Bench) => bench.engine.matrix(wrong([value, 2]))
const data = (value: unknown) => (bench: Bench) => bench.engine.matrix(wrong(value))
const flat = (value: unknown) => (bench: Bench) => bench.engine.matrix([2, 2], wrong(value))

function detached(): Float64Array {
  const array = new Float64Array(4)
  structuredClone(array.buffer, { transfer: [array.buffer] })
  return array
}

/** A matrix of a second copy of the library, as a page has that loads it twice. */
async function ofAnotherCopy(): Promise<Matrix> {
  vi.resetModules()
  const copy = (await import('../../src/index.js')) as typeof import('../../src/index.js')
  return copy.createEngineSync({ backend: 'typescript' }).matrix([[1, 2]])
}

const N = 'no-transpose'
const d = (n: number) => new Float64Array(n).fill(7)

const ROWS: readonly Refused[] = [
  ['B1', rows(-1), 'shape[0]', 'at least 0', 'got -1'],
  ['B2', rows(1.5), 'shape[0]', 'an integer', 'got 1.5'],
  ['B3', rows(Number.NaN), 'shape[0]', 'an integer', 'got NaN'],
  ['B4', rows(Number.POSITIVE_INFINITY), 'shape[0]', 'an integer', 'got Infinity'],
  ['B5', rows('3'), 'shape[0]', 'an integer', 'got "3"'],
  ['B6', rows(2 ** 53), 'shape[0] = 9007199254740992', 'more than linear memory can hold'],
  ['B7', rows(true), 'shape[0]', 'an integer', 'got true'],
  ['B8', rows(3n), 'shape[0]', 'an integer', '3n (a bigint)'],
  ['B9', rows(undefined), 'shape[0]', 'an integer', 'got undefined'],
  ['B10', data(null), 'data', 'nested arrays, a Matrix, or { data, shape }', 'got null'],
  ['B11', data(undefined), 'data', 'nested arrays, a Matrix, or { data, shape }', 'got undefined'],
  ['B12', data({}), 'data', 'nested arrays, a Matrix, or { data, shape }', 'an object of class Object'],
  ['B13', data('1 2'), 'data', 'nested arrays, a Matrix, or { data, shape }', 'got "1 2"'],
  ['B14', data([[1, 2], [3]]), 'data is ragged', 'row 0 has 2 entries', 'row 1 has 1'],
  ['B15', data([[[1]]]), 'data', 'nested deeper than a matrix'],
  ['B16', flat(hole([1, 2, 3, 4], 1)), 'data[1]', 'must be a number', 'got undefined'],
  ['B17', flat([1, '2', 3, 4]), 'data[1]', 'must be a number', 'got "2"'],
  ['B18', ({ engine }) => inMark(engine, [[1, Number.NaN]]), 'a', 'finite'],
  ['B19', ({ engine }) => inMark(engine, [[1, Number.POSITIVE_INFINITY]]), 'a', 'finite'],
  ['B20', ({ engine }) => engine.matrix([[1e300]], { dtype: 'float32' }), 'data[0] = 1e+300', 'float32', 'use float64'],
  ['B21', flat([1, 2, 3]), 'data must have 4 elements', '2 x 2', 'got 3'],
  ['B22', flat([1, 2, 3, 4, 5]), 'data must have 4 elements', '2 x 2', 'got 5'],
  [
    'B23',
    () => sgemm('row-major', N, N, 1, 1, 1, 1, wrong(d(1)), 1, new Float32Array(1), 1, 0, new Float32Array(1), 1),
    'sgemm: argument 8 (a)',
    'Float32Array',
    'got Float64Array(1)',
  ],
  ['B24', flat(new Int32Array(4)), 'data', 'got Int32Array(4)', 'convert it with Float64Array.from'],
  ['B25', flat(new Uint8Array(4)), 'data', 'got Uint8Array(4)', 'convert it with Float64Array.from'],
  ['B26', flat(new BigInt64Array(4)), 'data', 'got BigInt64Array(4)', 'Float32Array or Float64Array'],
  ['B27', flat(new DataView(new ArrayBuffer(32))), 'data', 'got an object of class DataView', 'Float64Array'],
  ['B28', flat(new ArrayBuffer(32)), 'data must be a matrix', 'nested arrays', 'got an object of class ArrayBuffer'],
  ['B29', flat(detached()), 'data is gone', 'its buffer was detached', 'copy the elements'],
  ['B30', flat(new Float64Array(0)), 'data must have 4 elements', 'got 0'],
  ['B32', flat(new Uint8Array(new ArrayBuffer(40), 1, 32)), 'data', 'got Uint8Array(32)', 'Float64Array'],
  ['B33', flat(Buffer.from('four')), 'data', 'got Buffer(4)', 'Float64Array'],
  [
    'B34',
    ({ a, foreign, engine }) => engine.matmul(a, foreign),
    'b is a foreign handle',
    'another engine',
    'engine.matrix',
  ],
  ['B35', ({ gone, engine }) => engine.matrix(gone), '3 x 2 matrix is gone', 'it was disposed'],
  [
    'B36',
    async ({ a, engine }) => engine.matmul(a, await ofAnotherCopy()),
    'b is a foreign handle',
    'another copy of deeplinear',
    'load one copy',
  ],
  ['B37', ({ out, engine }) => engine.matmul(out, out, { out }), 'out must not be an operand'],
  [
    'B39',
    () => dgemm('row-major', N, N, 2, 2, 3, 1, d(6), 2, d(6), 2, 0, d(4), 2),
    'dgemm: argument 9 (lda)',
    'at least 3',
    'got 2',
  ],
  [
    'B40',
    () => dgemv('row-major', N, 2, 2, 1, d(4), 2, d(2), 1, 0, d(2), 0),
    'dgemv: argument 12 (incy)',
    'must not be 0',
  ],
]

function inMark(engine: Bench['engine'], entries: number[][]) {
  const mark = engine.mark()
  try {
    svd(engine.matrix(entries))
  } finally {
    engine.release(mark)
  }
}

refuses('categories 1 to 40', ROWS)

accepts('categories 1 to 40 that only look bad', [
  [
    'B31',
    ({ engine }) => {
      const matrix = engine.matrix([2, 2], Float64Array.of(9, 1, 2, 3, 4, 9).subarray(1, 5))
      expect([...matrix.view()]).toEqual([1, 2, 3, 4])
      matrix.dispose()
    },
  ],
  [
    'B38',
    () => {
      // C lies over the second half of A: the product is that of the A and B that were given.
      const shared = Float64Array.of(1, 2, 3, 4, 0, 0)
      dgemm('row-major', N, N, 2, 2, 2, 1, shared, 2, Float64Array.of(1, 0, 0, 1), 2, 0, shared.subarray(2), 2)
      expect([...shared]).toEqual([1, 2, 1, 2, 3, 4])
      expect(createEngineSync().info.backend).toBe('wasm')
    },
  ],
])
