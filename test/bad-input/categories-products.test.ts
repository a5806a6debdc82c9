// Categories 41 to 65: options of products, BLAS and decompositions.
import { expect } from 'vitest'
import { dgemm, dgemv } from '../../src/blas/index.js'
import { matmul, powerIteration, powerSvd, svd } from '../../src/index.js'
import { accepts, type Refused, refuses } from './categories.js'
import { type Bench, wrong } from './table.js'

const N = 'no-transpose'
const d = (n: number) => new Float64Array(n).fill(7)
const transposed = (word: string) => () => dgemm('row-major', wrong(word), N, 1, 1, 1, 1, d(1), 1, d(1), 1, 0, d(1), 1)
const strided = (parts: object) => (bench: Bench) =>
  bench.engine.matrix(wrong({ data: [1, 2, 3, 4], shape: [2, 2], ...parts }))

const ROWS: readonly Refused[] = [
  ['B41', ({ a, out }) => matmul(a, a, { out }), 'op(a) is 2 x 3', 'op(b) is 2 x 3'],
  ['B42', ({ a, b }) => matmul(a, b, { out: b }), 'out must be 2 x 2', 'got 3 x 2'],
  [
    'B43',
    transposed('X'),
    'dgemm: argument 2 (transA)',
    "'no-transpose', 'transpose' or 'conjugate-transpose'",
    'got "X"',
  ],
  [
    'B44',
    transposed('t'),
    'dgemm: argument 2 (transA)',
    "'no-transpose', 'transpose' or 'conjugate-transpose'",
    'got "t"',
  ],
  ['B45', ({ a, b, out }) => matmul(a, b, { alpha: Number.NaN, out }), 'alpha', 'a finite number', 'got NaN'],
  [
    'B46',
    ({ a, b, out }) => matmul(a, b, { beta: Number.POSITIVE_INFINITY, out }),
    'beta',
    'a finite number',
    'got Infinity',
  ],
  ['B47', ({ a, b, out }) => matmul(a, b, { alpha: wrong('2'), out }), 'alpha', 'a number', 'got "2"'],
  ['B48', strided({ offset: -1 }), 'data.offset', 'at least 0', 'got -1'],
  ['B49', strided({ offset: 4 }), 'data.data has 4 elements', 'the last of 2 x 2 is at 7'],
  [
    'B50',
    () => dgemv('row-major', N, 2, 2, 1, d(4), 2, d(2), 0, 0, d(2), 1),
    'dgemv: argument 9 (incx)',
    'must not be 0',
  ],
  [
    'B54',
    ({ engine }) => svd(engine.matrix(wrong(d(4)))),
    'elements without a shape',
    'matrix([rows, cols], elements)',
  ],
  ['B55', ({ a }) => svd(a, { rank: 0 }), 'options.rank', 'from 1 to 2', 'got 0'],
  ['B56', ({ a }) => svd(a, { rank: 3 }), 'options.rank', 'from 1 to 2', 'got 3'],
  ['B57', ({ a }) => svd(a, { rank: 2.5 }), 'options.rank', 'an integer', 'got 2.5'],
  ['B58', ({ a }) => powerSvd(a, { tolerance: 0 }), 'tolerance', 'above 0', 'got 0'],
  ['B59', ({ a }) => powerSvd(a, { tolerance: -1e-8 }), 'tolerance', 'above 0', 'got -1e-8'],
  ['B60', ({ a }) => powerSvd(a, { tolerance: Number.NaN }), 'tolerance', 'a finite number', 'got NaN'],
  ['B61', ({ a }) => svd(a, { maxIterations: 0 }), 'options.maxIterations', 'from 1 to 100000000', 'got 0'],
  ['B62', ({ a }) => svd(a, { maxIterations: 1e9 }), 'options.maxIterations', 'from 1 to 100000000', 'got 1000000000'],
  [
    'B63',
    ({ a, b }) => matmul(a, b, wrong({ trasposeA: true })),
    "no option 'trasposeA'",
    "did you mean 'transposeA'?",
  ],
  ['B64', ({ a }) => svd(a, wrong([['rank', 1]])), 'options must be an object of options', 'got Array(1)'],
  ['B65', ({ a }) => powerIteration(a, { start: wrong([0, 0, 0]) }), 'start', 'zero'],
]

refuses('categories 41 to 65', ROWS)

accepts('categories 41 to 65 that only look bad', [
  [
    'B51',
    () => {
      const c = Float64Array.of(1, 2, 3, 4)
      dgemm('row-major', N, N, 2, 2, 0, 1, d(0), 1, d(0), 2, 0.5, c, 2)
      expect([...c]).toEqual([0.5, 1, 1.5, 2])
    },
  ],
  [
    'B52',
    () => {
      const c = d(4)
      dgemm('row-major', N, N, 0, 2, 2, 1, d(0), 2, d(4), 2, 0, c, 2)
      expect(c).toEqual(d(4))
    },
  ],
  [
    'B53',
    ({ engine }) => {
      const mark = engine.mark()
      const { u, s, v } = svd(engine.matrix([0, 3]))
      expect([u.shape, s.length, v.shape]).toEqual([[0, 0], 0, [3, 0]])
      engine.release(mark)
    },
  ],
])
