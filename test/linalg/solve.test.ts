// solve and solveTriangular against |B - A X| / (|A| |X| n eps), the residual in double-double for float64.
import { afterAll, describe, expect, test } from 'vitest'
import {
  createEngine,
  createEngineSync,
  DisposedError,
  type DType,
  type Matrix,
  OptionError,
  RangeArgError,
  ShapeError,
  solve,
} from '../../src/index.js'
import { addProduct, minus } from '../kernels/helpers/double-double.js'
import { prng } from '../kernels/helpers/prng.js'
import { CLASSES as LAPACK } from './dense/lapack-matrices.js'
import { EPS, norm1, withSpectrum } from './symmetric-matrices.js'

const THRESHOLD = 5
const TYPES = ['float64', 'float32'] as const
const SIZES = [1, 2, 3, 10, 31, 33, 64, 100]

const engines = [createEngineSync(), createEngineSync({ backend: 'typescript' }), await createEngine()]
afterAll(() => {
  for (const engine of engines) engine.dispose()
})

/** |B - A X| / (|A| |X| n eps) in the 1-norm. */
function ratio(a: ArrayLike<number>, x: ArrayLike<number>, b: ArrayLike<number>, n: number, k: number, dtype: DType) {
  const residual = new Float64Array(n * k)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < k; j++) {
      let sum = { high: 0, low: 0 }
      for (let p = 0; p < n; p++) sum = addProduct(sum, a[i * n + p], x[p * k + j])
      residual[i * k + j] = minus(sum, b[i * k + j])
    }
  }
  return norm1(residual, n, k) / (norm1(a, n, n) * norm1(x, n, k) * n * EPS[dtype])
}

/** Regular matrices of LAPACK's testers, by the start of their names; without scalings that only one element type has. */
const REGULAR = [
  '2 ',
  '3 ',
  '8 ',
  '13 ',
  '20 ',
  '21 ',
  '25 ',
  '29 SLATM1 mode 1',
  '29 SLATM1 mode 3',
  '31 ',
  '35 Grcar',
  '35 Kahan',
]
const GENERAL = LAPACK.filter(([name]) => REGULAR.some((start) => name.startsWith(start)))

const worst = {
  float64: { general: 0, positive: 0, triangular: 0 },
  float32: { general: 0, positive: 0, triangular: 0 },
}

describe.each(engines.map((engine) => [engine.info.build, engine] as const))('solve on %s', (_, engine) => {
  const random = (rows: number, cols: number, seed: number) => {
    const numbers = prng(seed)
    return Float64Array.from({ length: rows * cols }, () => Math.fround(numbers.uniform()))
  }

  test.each(TYPES)('ratios of general systems, %s', (dtype) => {
    const round = dtype === 'float32' ? Math.fround : (x: number) => x
    for (const [name, generate] of GENERAL) {
      // Diagonals down to eps of float64 are singular in float32; nothing is learned from them.
      for (const n of SIZES) {
        const k = 1 + (n % 4)
        const a = generate(n, n, n).map(round)
        const b = random(n, k, n)
        const [handleA, handleB] = [engine.matrix([n, n], a, { dtype }), engine.matrix([n, k], b, { dtype })]
        let x: Matrix
        try {
          x = solve(handleA, handleB)
        } catch (error) {
          // Singular to working precision in float32 is no fault; in float64 every one of these is regular.
          expect(dtype, `${name}, n = ${n}: ${error}`).toBe('float32')
          continue
        }
        const value = ratio(a, x.toArray(), b, n, k, dtype)
        expect(value, `${name}, n = ${n}`).toBeLessThan(THRESHOLD)
        worst[dtype].general = Math.max(worst[dtype].general, value)
        for (const matrix of [handleA, handleB, x]) matrix.dispose()
      }
    }
  })

  test.each(TYPES)('ratios of positive systems, %s', (dtype) => {
    const round = dtype === 'float32' ? Math.fround : (x: number) => x
    for (const least of [1, 0.01, 1000 * EPS[dtype]]) {
      for (const n of SIZES) {
        const k = 3
        const a = withSpectrum(n, n, (i) => least ** (i / Math.max(1, n - 1))).map(round)
        const b = random(n, k, n)
        const x = solve(engine.matrix([n, n], a, { dtype }), engine.matrix([n, k], b, { dtype }), {
          assume: 'symmetric positive',
        })
        const value = ratio(a, x.toArray(), b, n, k, dtype)
        expect(value).toBeLessThan(THRESHOLD)
        worst[dtype].positive = Math.max(worst[dtype].positive, value)
      }
    }
  })

  test.each(TYPES)('ratios of triangular systems, all variants, %s', (dtype) => {
    for (const n of SIZES) {
      const k = 1 + (n % 5)
      const a = random(n, n, n).map((x, t) => (t % (n + 1) === 0 ? 2 + x : x / Math.sqrt(n)))
      for (let variant = 0; variant < 16; variant++) {
        const [upper, transposeA, unitDiagonal, right] = [1, 2, 4, 8].map((bit) => (variant & bit) !== 0)
        const stored = dtype === 'float32' ? a.map(Math.fround) : a
        const entry = (i: number, j: number): number => {
          const [row, column] = transposeA ? [j, i] : [i, j]
          if (row === column) return unitDiagonal ? 1 : stored[row * n + column]
          return row < column === upper ? stored[row * n + column] : 0
        }
        const b = random(n, k, 7)
        const operand = right ? transposed(b, n, k) : b
        const [rows, cols] = right ? [k, n] : [n, k]
        // What is on the other side must not be read.
        const rogue = stored.map((x, t) => {
          const [i, j] = [Math.floor(t / n), t % n]
          return i === j ? (unitDiagonal ? Number.NaN : x) : i < j === upper ? x : Number.NaN
        })
        const x = engine.solveTriangular(
          engine.matrix([n, n], rogue, { dtype }),
          engine.matrix([rows, cols], operand, { dtype }),
          {
            triangle: upper ? 'upper' : 'lower',
            transposeA,
            unitDiagonal,
            side: right ? 'right' : 'left',
          },
        )
        // X op(A) = B is op(A)' X' = B'.
        const full = Float64Array.from({ length: n * n }, (_, t) => {
          const [i, j] = [Math.floor(t / n), t % n]
          return right ? entry(j, i) : entry(i, j)
        })
        const solution = right ? transposed(x.toArray(), k, n) : x.toArray()
        const value = ratio(full, solution, b, n, k, dtype)
        expect(value, `n = ${n}, variant ${variant}`).toBeLessThan(THRESHOLD)
        worst[dtype].triangular = Math.max(worst[dtype].triangular, value)
      }
    }
  })

  test('permutations and small integers are solved exactly', () => {
    const n = 70
    const permutation = new Float64Array(n * n)
    for (let i = 0; i < n; i++) permutation[i * n + ((i * 13 + 5) % n)] = 1
    const b = random(n, 2, 1)
    const x = engine.solve(engine.matrix([n, n], permutation), engine.matrix([n, 2], b)).toArray()
    for (let i = 0; i < n; i++) expect(x[((i * 13 + 5) % n) * 2 + 1]).toBe(b[i * 2 + 1])
  })

  test('a singular matrix names its pivot', () => {
    const n = 40
    for (const pivot of [0, 20, 39]) {
      const a = withSpectrum(n, 1, () => 1)
      for (let i = 0; i < n; i++) a[i * n + pivot] = 0
      const [handle, b] = [engine.matrix([n, n], a), engine.matrix([n, 1])]
      const { liveBytes } = engine.memory
      expect(() => solve(handle, b)).toThrow(expect.objectContaining({ code: 'RANGE', data: { pivot } }))
      expect(engine.memory.liveBytes).toBe(liveBytes)
    }
    expect(() =>
      solve(
        engine.matrix([
          [1, 2],
          [2, 1],
        ]),
        engine.matrix([2, 1]),
        { assume: 'symmetric positive' },
      ),
    ).toThrow(expect.objectContaining({ data: { pivot: 1 } }))
    expect(() =>
      engine.solveTriangular(
        engine.matrix([
          [1, 0],
          [2, 0],
        ]),
        engine.matrix([2, 1]),
      ),
    ).toThrow(/diagonal is zero at 1/)
  })

  test('operands are checked before anything is made', () => {
    const [a, b] = [
      engine.matrix([
        [2, 1],
        [1, 3],
      ]),
      engine.matrix([[3], [5]]),
    ]
    const { liveBytes } = engine.memory
    const single = createEngineSync().matrix([2, 1])
    expect(() => solve(engine.matrix([2, 3]), b)).toThrow(ShapeError)
    expect(() => solve(a, engine.matrix([3, 1]))).toThrow(ShapeError)
    expect(() => solve(a, single)).toThrow(DisposedError)
    expect(() => solve(a, engine.matrix([2, 1], undefined, { dtype: 'float32' }))).toThrow(OptionError)
    expect(() => solve(a, b, { assume: 'symmetrical' } as never)).toThrow(/assume/)
    expect(() => solve(a, engine.matrix([[1], [Number.NaN]]))).toThrow(/row 1, column 0/)
    expect(() => solve(engine.matrix([[1e-300]]), engine.matrix([[1e300]]))).toThrow(RangeArgError)
    expect(solve(engine.matrix([0, 0]), engine.matrix([0, 3])).shape).toEqual([0, 3])
    expect(solve(a, engine.matrix([2, 0])).shape).toEqual([2, 0])
    expect(a.toNested()).toEqual([
      [2, 1],
      [1, 3],
    ])
    expect(liveBytes).toBeGreaterThan(0)
  })
})

function transposed(a: ArrayLike<number>, m: number, n: number): Float64Array {
  return Float64Array.from({ length: m * n }, (_, t) => a[(t % m) * n + Math.floor(t / m)])
}

test('worst ratios', () => {
  console.info('solve, worst |B - A X| / (|A| |X| n eps):', JSON.stringify(worst))
  expect(worst.float64.general).toBeGreaterThan(0)
})
