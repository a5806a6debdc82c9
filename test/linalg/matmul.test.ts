// matmul on handles against three loops in float64. What the kernels do is tested in test/kernels; here it is what reaches them.
import { describe, expect, test } from 'vitest'
import { createEngineSync, type DType, type Engine, type Matrix, matmul } from '../../src/index.js'
import { prng } from '../kernels/helpers/prng.js'

const EPS = { float64: 2 ** -52, float32: 2 ** -23 }
/** Ratio |C - exact| / (eps (|alpha| |A||B| + |beta| |C|)) that LAPACK's testers allow. */
const THRESHOLD = 16

const engines: [string, Engine][] = [
  ['wasm', createEngineSync({ onLeak: () => {} })],
  ['typescript', createEngineSync({ backend: 'typescript', onLeak: () => {} })],
]

interface Case {
  m: number
  n: number
  k: number
  transposeA?: boolean
  transposeB?: boolean
  alpha?: number
  beta?: number
}

/** The worst ratio of a product with its options against the three loops. */
function worstRatio(engine: Engine, dtype: DType, given: Case, withOut: boolean): number {
  const { m, n, k, transposeA = false, transposeB = false, alpha = 1, beta = 0 } = given
  const random = prng(m * 7919 + n * 104729 + k)
  const fill = (rows: number, cols: number) => {
    const values = Array.from({ length: rows * cols }, () => random.uniform())
    return engine.matrix([rows, cols], values, { dtype })
  }
  const a = transposeA ? fill(k, m) : fill(m, k)
  const b = transposeB ? fill(n, k) : fill(k, n)
  const c = fill(m, n)
  const [x, y, start] = [a.toArray(), b.toArray(), c.toArray()]
  const { transposeA: ta, transposeB: tb, alpha: scale, beta: keep } = given
  const out = matmul(a, b, { transposeA: ta, transposeB: tb, alpha: scale, beta: keep, out: withOut ? c : undefined })
  if (withOut) expect(out).toBe(c)
  expect(out.shape).toEqual([m, n])
  expect(out.dtype).toBe(dtype)
  const actual = out.toArray()
  let worst = 0
  for (let i = 0; i < m; i++) {
    for (let j = 0; j < n; j++) {
      const before = withOut ? beta * start[i * n + j] : 0
      let [sum, size] = [0, 0]
      for (let p = 0; p < k; p++) {
        const term = x[transposeA ? p * m + i : i * k + p] * y[transposeB ? j * k + p : p * n + j]
        sum += term
        size += Math.abs(term)
      }
      const scale = EPS[dtype] * (Math.abs(alpha) * size + Math.abs(before))
      const error = Math.abs(actual[i * n + j] - (alpha * sum + before))
      const ratio = error === 0 ? 0 : error / scale
      // Written so that NaN counts as the worst.
      if (!(ratio <= worst)) worst = ratio
    }
  }
  expect([...a.view(), ...b.view()]).toEqual([...x, ...y])
  for (const matrix of new Set([a, b, c, out])) matrix.dispose()
  return worst
}

describe.each(engines)('matmul on %s', (_, engine) => {
  const shapes = [
    { m: 1, n: 1, k: 1 },
    { m: 2, n: 3, k: 4 },
    { m: 5, n: 1, k: 7 },
    { m: 1, n: 9, k: 5 },
    { m: 17, n: 9, k: 33 },
    { m: 8, n: 65, k: 31 },
    { m: 9, n: 70, k: 100 },
    { m: 65, n: 66, k: 67 },
    { m: 13, n: 40, k: 257 },
    { m: 70, n: 1030, k: 3 },
  ]

  test.each(['float64', 'float32'] as const)('agrees with three loops, every way of transposing, in %s', (dtype) => {
    for (const shape of shapes) {
      for (const transposeA of [false, true]) {
        for (const transposeB of [false, true]) {
          const given = { ...shape, transposeA, transposeB }
          const ratio = worstRatio(engine, dtype, given, false)
          if (!(ratio < THRESHOLD)) expect.fail(`${JSON.stringify(given)} has ratio ${ratio}`)
        }
      }
    }
  })

  test.each(['float64', 'float32'] as const)('alpha and beta in %s', (dtype) => {
    for (const alpha of [0, 1, -1, 0.7]) {
      for (const beta of [0, 1, -1, 1.3]) {
        for (const shape of [shapes[1], shapes[4], shapes[7]]) {
          const ratio = worstRatio(engine, dtype, { ...shape, alpha, beta }, true)
          if (!(ratio < THRESHOLD)) expect.fail(`${JSON.stringify({ ...shape, alpha, beta })} has ratio ${ratio}`)
        }
      }
    }
  })

  test('beta = 0 overwrites whatever out holds; alpha = 0 does not read the operands', () => {
    const bad = engine.matrix([2, 2], new Array(4).fill(Number.NaN))
    const one = engine.matrix([
      [1, 0],
      [0, 1],
    ])
    expect(engine.matmul(one, one, { out: bad }).toNested()).toEqual([
      [1, 0],
      [0, 1],
    ])
    const infinite = engine.matrix([2, 2], new Array(4).fill(Number.POSITIVE_INFINITY))
    const out = engine.matrix([2, 2], [1, 2, 3, 4])
    engine.matmul(infinite, infinite, { alpha: 0, beta: 2, out })
    expect([...out.view()]).toEqual([2, 4, 6, 8])
  })

  test('beta without out has nothing to scale', () => {
    const a = engine.matrix([[3]])
    expect(engine.matmul(a, a, { beta: 5 }).get(0, 0)).toBe(9)
  })

  test('the same matrix may be both operands', () => {
    const a = engine.matrix([
      [1, 2, 3],
      [4, 5, 6],
    ])
    expect(engine.matmul(a, a, { transposeB: true }).toNested()).toEqual([
      [14, 32],
      [32, 77],
    ])
    expect(engine.matmul(a, a, { transposeA: true }).toNested()).toEqual([
      [17, 22, 27],
      [22, 29, 36],
      [27, 36, 45],
    ])
  })

  test('empty shapes: nothing to sum leaves beta C, nothing to write writes nothing', () => {
    const empty = (rows: number, cols: number): Matrix => engine.matrix([rows, cols])
    expect(engine.matmul(empty(2, 0), empty(0, 3)).toNested()).toEqual([
      [0, 0, 0],
      [0, 0, 0],
    ])
    const out = engine.matrix([2, 2], [1, 2, 3, 4])
    engine.matmul(empty(2, 0), empty(0, 2), { beta: 0.5, out })
    expect([...out.view()]).toEqual([0.5, 1, 1.5, 2])
    engine.matmul(empty(2, 0), empty(0, 2), { out })
    expect([...out.view()]).toEqual([0, 0, 0, 0])
    expect(engine.matmul(empty(0, 4), empty(4, 3)).shape).toEqual([0, 3])
    expect(engine.matmul(empty(4, 0), empty(3, 4), { transposeA: true, transposeB: true }).shape).toEqual([0, 3])
    expect(engine.matmul(empty(0, 0), empty(0, 0)).size).toBe(0)
  })

  test('a product with out allocates nothing', () => {
    const a = engine.matrix([20, 20])
    const out = engine.matrix([20, 20])
    engine.matmul(a, a, { out })
    const { liveBytes } = engine.memory
    for (let i = 0; i < 10; i++) engine.matmul(a, a, { out })
    expect(engine.memory.liveBytes).toBe(liveBytes)
  })

  test('no room for the result: MemoryError, and nothing is kept', () => {
    const small = createEngineSync({ backend: engine.info.backend, budgetBytes: 65536 })
    const [row, column] = [small.matrix([100, 1]), small.matrix([1, 100])]
    small.matmul(column, row).dispose()
    const { liveBytes } = small.memory
    expect(() => small.matmul(row, column)).toThrow(expect.objectContaining({ code: 'MEMORY' }))
    expect(small.memory.liveBytes).toBe(liveBytes)
  })
})

test('the reproducible build and TypeScript give the same bits', () => {
  const [wasm, reference] = [createEngineSync({ reproducible: true }), engines[1][1]]
  for (const dtype of ['float64', 'float32'] as const) {
    const random = prng(5)
    const a = Array.from({ length: 33 * 300 }, () => random.uniform())
    const [x, y] = [wasm, reference].map((engine) => {
      const m = engine.matrix([33, 300], a, { dtype })
      return engine.matmul(m, m, { transposeB: true, alpha: 0.3 }).toArray()
    })
    expect(x).toEqual(y)
  }
})

describe('small products into out, which go a shorter way', () => {
  const engine = createEngineSync({ onLeak: () => {} })

  test.each(['float64', 'float32'] as const)('the bits of the long way, up to its size and beyond: %s', (dtype) => {
    const random = prng(7)
    for (const [m, n, k] of [
      [1, 1, 1],
      [4, 4, 4],
      [3, 10, 5],
      [32, 32, 32],
      [33, 32, 32],
      [32, 33, 32],
      [32, 32, 33],
      [2, 3, 0],
    ]) {
      const values = (length: number) => Array.from({ length }, () => random.uniform())
      const [out, long] = [0, 1].map(() => engine.matrix([m, n], values(m * n), { dtype }))
      for (const given of [
        {},
        { transposeA: false, transposeB: true },
        { transposeA: true },
        { transposeA: true, transposeB: true },
      ]) {
        const a = engine.matrix(given.transposeA ? [k, m] : [m, k], values(m * k), { dtype })
        const b = engine.matrix(given.transposeB ? [n, k] : [k, n], values(k * n), { dtype })
        expect(engine.matmul(a, b, { ...given, out })).toBe(out)
        engine.matmul(a, b, { ...given, out: long, alpha: 1 })
        expect(out.toArray()).toEqual(long.toArray())
      }
    }
  })

  test('what is wrong is refused as on the long way', () => {
    const of = (rows: number, cols: number, dtype: DType = 'float64', on = engine) =>
      on.matrix([rows, cols], undefined, { dtype })
    const [a, b, out] = [of(2, 3), of(3, 4), of(2, 4)]
    const gone = of(2, 4)
    gone.dispose()
    const codeOf = (x: Matrix, y: Matrix, options: object) => {
      try {
        matmul(x, y, options)
        return 'none'
      } catch (error) {
        return (error as { code?: string }).code
      }
    }
    const other = createEngineSync({ onLeak: () => {} })
    const { rows, cols, dtype, pointer } = a
    const alike = { engine, rows, cols, dtype, pointer }
    const unreadable = {
      get engine() {
        throw new Error('mine')
      },
    }
    const strangers = [null, undefined, 3, 'a', alike, unreadable] as unknown as Matrix[]
    for (const [x, y, options] of [
      ...strangers.flatMap((stranger) => [
        [stranger, b, { out }],
        [of(2, 2), stranger, { out: of(2, 3) }],
        ...(stranger === undefined ? [] : [[of(2, 2), of(2, 3), { out: stranger }]]),
      ]),
      [a, b, { out: gone }],
      [a, b, { out: of(4, 2) }],
      [a, of(4, 3), { out }],
      [a, b, { out: of(2, 4, 'float32') }],
      [a, of(3, 4, 'float32'), { out }],
      [a, b, { out: of(2, 4, 'float64', other) }],
      [a, of(3, 4, 'float64', other), { out }],
      [of(3, 3), of(3, 3), { out: {} }],
      [a, b, { out, transposeA: true }],
      [a, b, { out, transposeB: true }],
      [a, b, { out, transposeA: 0 }],
      [of(3, 2), b, { out: gone, transposeA: true }],
      [a, of(4, 3), { out: of(4, 2), transposeB: true }],
      [
        a,
        b,
        Object.defineProperty({}, 'out', {
          enumerable: true,
          get: () => {
            throw new Error('mine')
          },
        }),
      ],
    ] as [Matrix, Matrix, { out: unknown }][]) {
      // A property that is spelled out sends the same call the long way.
      const long = Object.defineProperties({ alpha: 1 }, Object.getOwnPropertyDescriptors(options))
      const code = codeOf(x, y, options)
      expect(code).not.toBe('none')
      expect(code).toBeDefined()
      expect(code).toBe(codeOf(x, y, long))
    }
    const square = of(3, 3)
    expect(codeOf(square, of(3, 3), { out: square })).toBe('OPTION')
  })

  test('a flag that somebody put on Object.prototype is not taken', () => {
    const square = [
      [1, 2],
      [3, 4],
    ]
    const [a, b, out] = [engine.matrix(square), engine.matrix(square), engine.matrix([2, 2])]
    const prototype = Object.prototype as { transposeA?: boolean; transposeB?: boolean }
    for (const flag of ['transposeA', 'transposeB'] as const) {
      prototype[flag] = true
      try {
        expect(Array.from(engine.matmul(a, b, { out }).toArray())).toEqual([7, 10, 15, 22])
      } finally {
        delete prototype[flag]
      }
    }
  })

  test('an out that somebody put on Object.prototype is not taken', () => {
    const [a, out] = [engine.matrix([[2]]), engine.matrix([[7]])]
    const prototype = Object.prototype as { out?: Matrix }
    prototype.out = out
    try {
      expect(engine.matmul(a, a, {})).not.toBe(out)
    } finally {
      delete prototype.out
    }
    expect(out.toNested()).toEqual([[7]])
  })
})
