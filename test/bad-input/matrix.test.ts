// What is given as a matrix: shapes, element types, elements.
import { expect, test } from 'vitest'
import { createEngineSync, MemoryError } from '../../src/index.js'
import { badInputs, hole, type Row, wrong } from './table.js'

/** A typed array whose buffer is gone. */
function detached(): Float64Array {
  const data = new Float64Array(4)
  structuredClone(data.buffer, { transfer: [data.buffer] })
  return data
}

const strided = (parts: object) => wrong<never>({ data: [1, 2, 3, 4], shape: [2, 2], ...parts })

const shapes: Row[] = [
  ['rows -1', ({ engine }) => engine.matrix([-1, 2]), 'RANGE', 'shape[0]'],
  ['rows 1.5', ({ engine }) => engine.matrix([1.5, 2]), 'RANGE', 'shape[0]'],
  ['cols NaN', ({ engine }) => engine.matrix([2, Number.NaN]), 'RANGE', 'shape[1]'],
  ['rows Infinity', ({ engine }) => engine.matrix([Number.POSITIVE_INFINITY, 2]), 'RANGE', 'shape[0]'],
  ['rows "3"', ({ engine }) => engine.matrix(wrong(['3', 2])), 'DTYPE', 'shape[0] must be an integer, got "3"'],
  ['rows 2^53', ({ engine }) => engine.matrix([2 ** 53, 2]), 'MEMORY', 'shape[0]'],
  ['rows true', ({ engine }) => engine.matrix(wrong([true, 2])), 'DTYPE', 'shape[0]'],
  ['rows 3n', ({ engine }) => engine.matrix(wrong([3n, 2])), 'DTYPE', '3n (a bigint)'],
  ['rows null', ({ engine }) => engine.matrix(wrong([null, 2])), 'DTYPE', 'shape[0]'],
  ['cols a symbol', ({ engine }) => engine.matrix(wrong([2, Symbol('n')])), 'DTYPE', 'a symbol'],
  ['cols missing', ({ engine }) => engine.matrix(wrong([3])), 'SHAPE', 'shape must be [rows, cols]'],
  ['three sizes', ({ engine }) => engine.matrix(wrong([1, 2, 3])), 'SHAPE', 'shape must be [rows, cols]'],
  ['an empty array', ({ engine }) => engine.matrix([]), 'SHAPE', 'shape must be [rows, cols]'],
  ['65536 x 65536', ({ engine }) => engine.matrix([65536, 65536]), 'MEMORY', 'budgetBytes'],
  ['more bytes than 2^53', ({ engine }) => engine.matrix([2 ** 31 - 1, 2 ** 31 - 1]), 'MEMORY', 'cannot be allocated'],
]

const kinds: Row[] = [
  ['nothing', ({ engine }) => engine.matrix(wrong(undefined)), 'DTYPE', 'data must be a matrix'],
  ['null', ({ engine }) => engine.matrix(wrong(null)), 'DTYPE', 'data must be a matrix'],
  ['a number', ({ engine }) => engine.matrix(wrong(3)), 'DTYPE', 'data must be a matrix'],
  ['a string', ({ engine }) => engine.matrix(wrong('abcd')), 'DTYPE', '"abcd"'],
  ['{}', ({ engine }) => engine.matrix(wrong({})), 'DTYPE', 'data must be a matrix'],
  ['a function', ({ engine }) => engine.matrix(wrong(() => 1)), 'DTYPE', 'a function'],
  ['a transposed operand', ({ engine, a }) => engine.matrix(wrong(a.T)), 'DTYPE', 'data must be a matrix'],
  ['elements without a shape', ({ engine }) => engine.matrix(new Float64Array(4)), 'SHAPE', 'shape'],
  ['data null', ({ engine }) => engine.matrix([2, 2], wrong(null)), 'DTYPE', 'data'],
  ['data a string', ({ engine }) => engine.matrix([2, 2], wrong('1234')), 'DTYPE', 'data'],
  ['data {}', ({ engine }) => engine.matrix([2, 2], wrong({})), 'DTYPE', 'data'],
  ['data an ArrayBuffer', ({ engine }) => engine.matrix([2, 2], wrong(new ArrayBuffer(32))), 'DTYPE', 'ArrayBuffer'],
  ['data a DataView', ({ engine }) => engine.matrix([2, 2], wrong(new DataView(new ArrayBuffer(4)))), 'DTYPE', 'data'],
  ['data an Int32Array', ({ engine }) => engine.matrix([2, 2], wrong(new Int32Array(4))), 'DTYPE', 'Int32Array(4)'],
  ['data a Uint8Array', ({ engine }) => engine.matrix([2, 2], wrong(new Uint8Array(4))), 'DTYPE', 'Float64Array.from'],
  ['data a Buffer', ({ engine }) => engine.matrix([2, 2], wrong(Buffer.from('abcd'))), 'DTYPE', 'Buffer(4)'],
  ['data bigints', ({ engine }) => engine.matrix([2, 2], wrong(new BigInt64Array(4))), 'DTYPE', 'BigInt64Array'],
  ['data a detached buffer', ({ engine }) => engine.matrix([2, 2], detached()), 'DTYPE', 'its buffer was detached'],
  ['an element "2"', ({ engine }) => engine.matrix([2, 2], wrong([1, '2', 3, 4])), 'DTYPE', 'data[1]'],
  ['an element undefined', ({ engine }) => engine.matrix([2, 2], wrong([1, 2, 3, undefined])), 'DTYPE', 'data[3]'],
  ['an element 2n', ({ engine }) => engine.matrix([2, 2], wrong([1, 2n, 3, 4])), 'DTYPE', 'data[1]'],
  ['a hole', ({ engine }) => engine.matrix([2, 2], hole([1, 2, 3, 4], 1)), 'DTYPE', 'data[1]'],
  ['too few', ({ engine }) => engine.matrix([2, 2], [1, 2, 3]), 'SHAPE', 'data must have 4 elements for 2 x 2, got 3'],
  ['too many', ({ engine }) => engine.matrix([2, 2], new Float64Array(5)), 'SHAPE', 'got 5'],
  ['no elements', ({ engine }) => engine.matrix([2, 2], []), 'SHAPE', 'got 0'],
  ['nested of another shape', ({ engine }) => engine.matrix([2, 2], [[1, 2, 3]]), 'SHAPE', 'data must be 2 x 2'],
  ['a disposed matrix', ({ engine, gone }) => engine.matrix(gone), 'DISPOSED', 'is gone'],
  ['1e300 in float32', ({ engine }) => engine.matrix([[1e300]], { dtype: 'float32' }), 'RANGE', 'data[0] = 1e+300'],
]

const nested: Row[] = [
  ['ragged', ({ engine }) => engine.matrix([[1, 2], [3]]), 'SHAPE', 'data is ragged'],
  ['too deep', ({ engine }) => engine.matrix(wrong([[[1]]])), 'SHAPE', 'deeper than a matrix'],
  ['a row that is none', ({ engine }) => engine.matrix(wrong([[1], 2])), 'DTYPE', 'data[1] must be a row'],
  ['a row missing', ({ engine }) => engine.matrix(hole([[1], [2], [3]], 1)), 'DTYPE', 'data[1] must be a row'],
  ['a hole in a row', ({ engine }) => engine.matrix([hole([1, 2, 3], 1)]), 'DTYPE', 'data[0][1]'],
  ['a string in a row', ({ engine }) => engine.matrix(wrong([[1, 'x']])), 'DTYPE', 'data[0][1]'],
]

const foreignArrays: Row[] = [
  ['shape null', ({ engine }) => engine.matrix(strided({ shape: null })), 'DTYPE', 'data.shape'],
  ['shape a number', ({ engine }) => engine.matrix(strided({ shape: 4 })), 'DTYPE', 'data.shape'],
  ['one dimension', ({ engine }) => engine.matrix(strided({ shape: [4] })), 'SHAPE', 'data.shape'],
  ['rows -1', ({ engine }) => engine.matrix(strided({ shape: [-1, 2] })), 'RANGE', 'data.shape[0]'],
  ['strides null', ({ engine }) => engine.matrix(strided({ strides: null })), 'SHAPE', 'data.strides'],
  ['one stride', ({ engine }) => engine.matrix(strided({ strides: [1] })), 'SHAPE', 'data.strides'],
  ['a stride of 0.5', ({ engine }) => engine.matrix(strided({ strides: [2, 0.5] })), 'SHAPE', 'data.strides'],
  ['offset 0.5', ({ engine }) => engine.matrix(strided({ offset: 0.5 })), 'RANGE', 'data.offset'],
  ['offset -1', ({ engine }) => engine.matrix(strided({ offset: -1 })), 'RANGE', 'data.offset'],
  ['offset "1"', ({ engine }) => engine.matrix(strided({ offset: '1' })), 'DTYPE', 'data.offset'],
  ['past the end', ({ engine }) => engine.matrix(strided({ offset: 1 })), 'SHAPE', 'data.data has 4 elements'],
  ['before the start', ({ engine }) => engine.matrix(strided({ strides: [2, -1] })), 'SHAPE', 'data.data has 4'],
  ['data of bytes', ({ engine }) => engine.matrix(strided({ data: new Uint8Array(4) })), 'DTYPE', 'data.data'],
  ['a huge shape', ({ engine }) => engine.matrix(strided({ shape: [1e6, 1e6] })), 'MEMORY', 'data is 1000000 x'],
  [
    'a huge broadcast',
    ({ engine }) => engine.matrix(strided({ shape: [1e6, 1e6], strides: [0, 0] })),
    'MEMORY',
    'data is 1000000 x',
  ],
]

const handles: Row[] = [
  ['dtype float16', ({ engine }) => engine.matrix([2, 2], undefined, wrong({ dtype: 'float16' })), 'OPTION', 'dtype'],
  ['dtype 64', ({ engine }) => engine.matrix([[1]], wrong({ dtype: 64 })), 'OPTION', 'dtype'],
  ['unknown option', ({ engine }) => engine.matrix([[1]], wrong({ dtpye: 'float32' })), 'OPTION', "mean 'dtype'"],
  ['options a string', ({ engine }) => engine.matrix([2, 2], undefined, wrong('float32')), 'OPTION', 'options'],
  ['options null', ({ engine }) => engine.matrix([2, 2], undefined, wrong(null)), 'OPTION', 'options'],
  ['set: too few', ({ out }) => out.set([1, 2, 3]), 'SHAPE', 'data must have 4 elements'],
  ['set: another shape', ({ out, a }) => out.set(a), 'SHAPE', 'data must be 2 x 2, got 2 x 3'],
  ['set: one bad element', ({ out }) => out.set(wrong([1, 2, 3, null])), 'DTYPE', 'data[3]'],
  ['set: out of float32', ({ single }) => single.set([1, 2, 3, 4, 5, 1e39]), 'RANGE', 'data[5]'],
  ['set: a disposed one', ({ gone }) => gone.set([1, 2, 3, 4, 5, 6]), 'DISPOSED', '3 x 2 matrix is gone'],
  ['get: row 2 of 2', ({ a }) => a.get(2, 0), 'RANGE', 'row must be an integer from 0 to 1, got 2'],
  ['get: column -1', ({ a }) => a.get(0, -1), 'RANGE', 'column'],
  ['get: column missing', ({ a }) => wrong<{ get(i: number): number }>(a).get(0), 'DTYPE', 'column'],
  ['get: row 0.5', ({ a }) => a.get(0.5, 0), 'RANGE', 'row'],
]

badInputs('a shape', shapes)
badInputs('what is no matrix', kinds)
badInputs('nested arrays', nested)
badInputs('arrays of other libraries', foreignArrays)
badInputs('handles', handles)

test('an empty matrix has no element to get', () => {
  expect(() => createEngineSync().matrix([0, 2]).get(0, 0)).toThrow(/empty matrix/)
})

test('what only looks bad is read right', () => {
  const engine = createEngineSync()
  const buffer = new Float64Array([9, 9, 1, 2, 3, 4, 9])
  expect([...engine.matrix([2, 2], buffer.subarray(2, 6)).view()]).toEqual([1, 2, 3, 4])
  const column = { data: buffer, shape: [2, 2], strides: [1, 2], offset: 2 }
  expect(engine.matrix(column).toNested()).toEqual([
    [1, 3],
    [2, 4],
  ])
  const reversed = { data: [1, 2, 3, 4], shape: [2, 2], strides: [-2, -1], offset: 3 }
  expect([...engine.matrix(reversed).view()]).toEqual([4, 3, 2, 1])
  const broadcast = { data: new Float32Array([5]), shape: Int32Array.of(2, 3), strides: [0, 0] }
  expect([...engine.matrix(broadcast).view()]).toEqual([5, 5, 5, 5, 5, 5])
  const shared = new Float64Array(new SharedArrayBuffer(16))
  shared.set([1, 2])
  const copied = engine.matrix([1, 2], shared as unknown as Float64Array)
  shared[0] = 7
  expect([...copied.view()]).toEqual([1, 2])
  // NaN, infinities and -0 are elements like any other; so are float64 numbers in a float32 matrix.
  expect([...engine.matrix([1, 3], [Number.NaN, Number.NEGATIVE_INFINITY, -0]).view()]).toEqual([
    Number.NaN,
    Number.NEGATIVE_INFINITY,
    -0,
  ])
  expect(engine.matrix([1, 1], Float64Array.of(0.1), { dtype: 'float32' }).get(0, 0)).toBe(Math.fround(0.1))
  for (const shape of [
    [0, 0],
    [0, 5],
    [5, 0],
  ] as const) {
    expect(engine.matrix(shape).toArray().length).toBe(0)
    expect(engine.matrix(shape, []).shape).toEqual(shape)
  }
  expect(engine.matrix([[], []]).shape).toEqual([2, 0])
})

test('set from a view of itself, and from one that died, is right or refused', () => {
  const engine = createEngineSync({ initialBytes: 65536 })
  const a = engine.matrix([2, 2], [1, 2, 3, 4])
  a.set(a.view())
  const view = a.view()
  engine.matrix([200, 200])
  expect(() => a.set(view)).toThrow(expect.objectContaining({ code: 'DTYPE' }))
  expect([...a.view()]).toEqual([1, 2, 3, 4])
  expect(() => engine.matrix([2 ** 20, 2 ** 20])).toThrow(MemoryError)
})
