// Plans: what the builder refuses, what a plan says of itself, and that both interpreters do the same with the same bits.
import fc from 'fast-check'
import { afterAll, describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createNetwork,
  DisposedError,
  type DType,
  DTypeError,
  type Engine,
  gradientDescent,
  type Matrix,
  MemoryError,
  OptionError,
  PlanBuilder,
  RangeArgError,
  ShapeError,
  trainSync,
  whitened,
} from '../../src/index.js'
import { disassemble } from '../../src/plan/disassemble.js'
import type { ScalarSlot } from '../../src/plan/slot.js'

const backends = ['wasm', 'typescript'] as const

/** Wraps every kernel of an engine so that calls from TypeScript are counted. */
function countCalls(engine: Engine): Map<string, number> {
  const counts = new Map<string, number>()
  const kernels = engine.kernels as unknown as Record<string, (...args: number[]) => number>
  for (const [name, kernel] of Object.entries(kernels)) {
    kernels[name] = (...args) => {
      counts.set(name, (counts.get(name) ?? 0) + 1)
      return kernel(...args)
    }
  }
  return counts
}

describe('PlanBuilder refuses', () => {
  const engine = createEngineSync()
  const other = createEngineSync()
  const a = engine.matrix([2, 3])
  const b = engine.matrix([3, 4])
  const c = engine.matrix([2, 4])
  const single = engine.matrix([3, 4], undefined, { dtype: 'float32' })
  const foreign = other.matrix([3, 4])
  const gone = engine.matrix([3, 4])
  gone.dispose()
  engine.workspace(1024)
  afterAll(() => {
    for (const matrix of [a, b, c, single, foreign]) matrix.dispose()
  })

  test.each([
    ['inner sizes of gemm', (p: PlanBuilder) => p.gemm({ a, b: b.T }), ShapeError, 'b is 4 x 3'],
    ['the shape of c in gemm', (p: PlanBuilder) => p.gemm({ a, b, c: b }), ShapeError, 'c must be 2 x 4'],
    ['another element type', (p: PlanBuilder) => p.gemm({ a, b: single }), OptionError, 'b is float32'],
    ['a foreign b', (p: PlanBuilder) => p.gemm({ a, b: foreign }), DisposedError, 'b is a foreign handle'],
    ['a foreign c', (p: PlanBuilder) => p.add(b, b, foreign), DisposedError, 'c is a foreign handle'],
    ['a disposed operand', (p: PlanBuilder) => p.gemm({ a, b: gone }), DisposedError, 'this 3 x 4 matrix is gone'],
    ['add of two shapes', (p: PlanBuilder) => p.add(a, b), ShapeError, 'b must be 2 x 3'],
    ['subtract of two shapes', (p: PlanBuilder) => p.subtract(a, b), ShapeError, 'b must be 2 x 3'],
    ['multiply into another shape', (p: PlanBuilder) => p.multiply(a, a, b), ShapeError, 'c must be 2 x 3'],
    ['axpy of two shapes', (p: PlanBuilder) => p.axpy(1, a, b), ShapeError, 'y must be 2 x 3'],
    ['copy into another shape', (p: PlanBuilder) => p.copy(a, b), ShapeError, 'y must be 2 x 3'],
    ['dot of two shapes', (p: PlanBuilder) => p.dot(a, b), ShapeError, 'b must be 2 x 3'],
    ['sumOfSquares of another type', (p: PlanBuilder) => p.sumOfSquares(single), OptionError, 'a is float32'],
    ['scale of a foreign handle', (p: PlanBuilder) => p.scale(2, foreign), DisposedError, 'x is a foreign handle'],
    ['a plain array', (p: PlanBuilder) => p.add([[1]] as unknown as Matrix, a), DTypeError, 'a must be a Matrix'],
    ['a temporary too large', (p: PlanBuilder) => p.temporary(2 ** 20, 2 ** 20), MemoryError, 'cannot allocate'],
  ])('%s, and discard() leaves nothing behind', (_, write, kind, text) => {
    const { liveBytes, liveBlocks } = engine.memory
    const p = new PlanBuilder(engine, 'float64')
    // Something to clean up: temporaries, slots and constants.
    p.gemm({ a, b, alpha: p.scalar(3), beta: 0.5, c })
    p.axpy(-1, p.add(a, a), a)
    p.sumOfSquares(p.gemm({ a, b }))
    expect(() => write(p)).toThrow(kind)
    expect(() => write(p)).toThrow(text)
    p.discard()
    p.discard()
    expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })
  })

  test('a product into one of its operands', () => {
    const square = engine.matrix([3, 3])
    const p = new PlanBuilder(engine, 'float64')
    expect(() => p.gemm({ a: square, b: square.T, c: square })).toThrow(/c must not be a or b/)
    expect(() => p.gemm({ a: square.T, b: p.temporary(3, 3), c: square })).toThrow(OptionError)
    p.discard()
    square.dispose()
  })

  test('being built twice', () => {
    const p = new PlanBuilder(engine, 'float64')
    p.scale(2, a)
    const plan = p.build()
    expect(() => p.build()).toThrow(/built already/)
    p.discard()
    plan.run()
    plan.dispose()
  })

  test('records for which no memory is left: discard() still frees the rest', () => {
    const small = createEngineSync({ budgetBytes: 65536 })
    const m = small.matrix([8, 8])
    const { liveBytes } = small.memory
    const p = new PlanBuilder(small, 'float64')
    for (let i = 0; i < 1100; i++) p.axpy(1, m, m)
    p.add(m, m)
    expect(small.memory.liveBytes).toBeGreaterThan(liveBytes)
    expect(() => p.build()).toThrow(MemoryError)
    p.discard()
    expect(small.memory.liveBytes).toBeLessThanOrEqual(liveBytes + 64) // the workspace stays
  })
})

describe('a plan describes itself', () => {
  const engine = createEngineSync()

  test.each(['float64', 'float32'] as const)('ops, shapes, flops and bytes in %s', (dtype) => {
    const size = dtype === 'float64' ? 8 : 4
    const a = engine.matrix([10, 32], undefined, { dtype })
    const b = engine.matrix([64, 32], undefined, { dtype })
    const p = new PlanBuilder(engine, dtype)
    const c = p.note('product').gemm({ a, b: b.T })
    p.note('the other way').gemm({ a: a.T, b: c, c: p.temporary(32, 64) })
    p.note('vectors').add(c, c)
    p.subtract(c, c, c)
    p.multiply(c, c, c)
    p.axpy(0.5, c, c)
    p.copy(c)
    p.scale(2, c)
    const sum = p.sumOfSquares(c)
    p.dot(c, c)
    p.note('scalars').slotAxpy(0.5, sum, 1)
    const plan = p.build()
    const n = 640
    const ops = plan.ops.map(({ name, shape, flops, bytes, note }) => [name, shape, flops, bytes / size, note])
    expect(ops).toEqual([
      [expect.stringMatching('^gemm'), "10 x 64 = (10 x 32)(64 x 32)'", 40_960, 320 + 2048 + 1280, 'product'],
      [expect.stringMatching('^gemm'), "32 x 64 = (10 x 32)'(10 x 64)", 40_960, 320 + 640 + 4096, 'the other way'],
      ['add', '640', n, 3 * n, 'vectors'],
      ['sub', '640', n, 3 * n, 'vectors'],
      ['mul', '640', n, 3 * n, 'vectors'],
      ['axpy', '640', 2 * n, 3 * n, 'vectors'],
      ['copy', '640', 0, 2 * n, 'vectors'],
      ['scal', '640', n, 2 * n, 'vectors'],
      ['sumsq', '640', 2 * n, n, 'vectors'],
      ['dot', '640', 2 * n, 2 * n, 'vectors'],
      ['slotAxpy', 'scalar', 2, 32 / size, 'scalars'],
    ])
    expect(plan.ops.every((op) => op.dtype === dtype)).toBe(true)
    expect(plan.flops).toBe(2 * 40_960 + 10 * n + 2)
    expect(plan.bytes).toBe(plan.ops.reduce((total, op) => total + op.bytes, 0))
    const text = plan.toString()
    expect(text.split('\n')).toHaveLength(ops.length + 2)
    expect(text).toContain("10 x 64 = (10 x 32)(64 x 32)'")
    expect(text).toContain(`11 ops, ${plan.flops.toLocaleString('en-US')} flops`)
    plan.dispose()
    a.dispose()
    b.dispose()
  })

  test('from the records in linear memory, not from what the builder was told', () => {
    expect(() => disassemble(Int32Array.from({ length: 16 }, () => 98))).toThrow(/no known op code/)
    expect(disassemble(new Int32Array(0))).toEqual([])
  })

  test('an empty plan runs and prints', () => {
    const plan = new PlanBuilder(engine, 'float64').build()
    plan.run(1000)
    expect(plan.toString()).toContain('0 ops')
    plan.dispose()
  })
})

/** One random op: picks are reduced modulo the number of fitting operands. */
interface RandomOp {
  kind: 'gemm' | 'add' | 'subtract' | 'multiply' | 'axpy' | 'copy' | 'scale' | 'sumOfSquares' | 'dot' | 'slotAxpy'
  picks: [number, number, number]
  transpose: [boolean, boolean]
  scalars: [number, number]
  fresh: boolean
}

const scalar = fc.constantFrom(0, -0, 1, -1, 0.5, -0.375, 1 / 3, 1e-3)
const randomOp: fc.Arbitrary<RandomOp> = fc.record({
  kind: fc.constantFrom(
    ...(['gemm', 'gemm', 'gemm', 'add', 'subtract', 'multiply', 'axpy'] as const),
    ...(['copy', 'scale', 'sumOfSquares', 'dot', 'slotAxpy'] as const),
  ),
  picks: fc.tuple(fc.nat(1000), fc.nat(1000), fc.nat(1000)),
  transpose: fc.tuple(fc.boolean(), fc.boolean()),
  scalars: fc.tuple(scalar, scalar),
  fresh: fc.boolean(),
})

const randomPlan = fc.record({
  dtype: fc.constantFrom<DType>('float64', 'float32'),
  sizes: fc.tuple(fc.integer({ min: 1, max: 9 }), fc.integer({ min: 1, max: 70 }), fc.integer({ min: 1, max: 40 })),
  ops: fc.array(randomOp, { minLength: 1, maxLength: 14 }),
  steps: fc.integer({ min: 1, max: 4 }),
  seed: fc.nat(1000),
})

/** Values that are no round numbers, the same on every engine. */
function entries(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => (((i + 1) * 2654435761 + seed * 40503) % 10007) / 5003.5 - 1)
}

/** Build and run a random plan on an engine; everything that it leaves, as numbers. */
function runRandom(
  engine: Engine,
  { dtype, sizes, ops, steps, seed }: typeof randomPlan extends fc.Arbitrary<infer T> ? T : never,
) {
  const p = new PlanBuilder(engine, dtype)
  const [x, y, z] = sizes
  const own = [
    [x, y],
    [y, z],
    [z, x],
    [x, x],
    [y, y],
  ].map(([rows, cols], i) => engine.matrix([rows, cols], entries(rows * cols, seed + i), { dtype }))
  const pool: Matrix[] = [...own]
  const slots: ScalarSlot[] = [p.scalar(0.25), p.scalar(-0.5)]
  slots.push(slots[0].map((value) => 1 - value))
  const pick = <T>(list: readonly T[], at: number): T | undefined =>
    list.length > 0 ? list[at % list.length] : undefined
  const alike = (m: Matrix) => pool.filter(({ rows, cols }) => rows === m.rows && cols === m.cols)
  for (const { kind, picks, transpose, scalars, fresh } of ops) {
    const a = pick(pool, picks[0])!
    const alpha = fresh ? scalars[0] : pick(slots, picks[2])!
    switch (kind) {
      case 'gemm': {
        const left = transpose[0] ? a.T : a
        const b = pick(
          pool.filter((m) => (transpose[1] ? m.cols : m.rows) === left.cols),
          picks[1],
        )
        if (b === undefined) break
        const right = transpose[1] ? b.T : b
        const c = pick(
          pool.filter((m) => m !== a && m !== b && m.rows === left.rows && m.cols === right.cols),
          picks[2],
        )
        const into = fresh ? undefined : c
        const made = p.gemm({ a: left, b: right, alpha, beta: into === undefined ? 0 : scalars[1], c: into })
        if (into === undefined) pool.push(made)
        break
      }
      case 'add':
      case 'subtract':
      case 'multiply': {
        const c = fresh ? undefined : pick(alike(a), picks[2])
        const made = p[kind](a, pick(alike(a), picks[1])!, c)
        if (c === undefined) pool.push(made)
        break
      }
      case 'axpy': {
        const y = alike(a).filter((m) => m !== a)
        if (y.length > 0) p.axpy(alpha, a, pick(y, picks[1])!)
        break
      }
      case 'copy':
        pool.push(p.copy(a))
        break
      case 'scale':
        p.scale(scalars[0], a)
        break
      case 'sumOfSquares':
        slots.push(p.sumOfSquares(a))
        break
      case 'dot':
        slots.push(p.dot(a, pick(alike(a), picks[1])!))
        break
      case 'slotAxpy':
        slots.push(p.slotAxpy(alpha, pick(slots, picks[0])!, pick(slots, picks[1])!))
        break
    }
  }
  const plan = p.build()
  plan.run(steps)
  const values = [...pool.flatMap((m) => [...m.view()]), ...slots.map(({ value }) => value)]
  const text = plan.toString()
  plan.dispose()
  for (const matrix of own) matrix.dispose()
  return { values, text }
}

test('WebAssembly and TypeScript give the same bits for any plan', () => {
  const wasm = createEngineSync({ reproducible: true })
  const reference = createEngineSync({ backend: 'typescript' })
  expect(wasm.info.build).toBe('simd')
  // The shared workspace grows to what the largest product needs, and stays.
  const floor = (engine: Engine) => engine.memory.liveBlocks
  fc.assert(
    fc.property(randomPlan, (given) => {
      const [actual, expected] = [runRandom(wasm, given), runRandom(reference, given)]
      expect(actual.text).toBe(expected.text)
      const at = actual.values.findIndex((value, i) => !Object.is(value, expected.values[i]))
      if (at >= 0) expect.fail(`value ${at} is ${actual.values[at]}, the reference has ${expected.values[at]}`)
      expect([floor(wasm), floor(reference)]).toEqual([1, 1])
    }),
    { numRuns: 300, seed: 20260102 },
  )
})

describe.each(backends)('running on %s', (backend) => {
  test('steps repeat the ops, and 0 steps do nothing', () => {
    const engine = createEngineSync({ backend })
    const a = engine.matrix([[1]])
    const p = new PlanBuilder(engine, 'float64')
    p.scale(2, a)
    const plan = p.build()
    plan.run()
    expect(a.get(0, 0)).toBe(2)
    plan.run(9)
    expect(a.get(0, 0)).toBe(1024)
    plan.run(0)
    expect(a.get(0, 0)).toBe(1024)
  })

  test.each([-1, 1.5, Number.NaN, 2 ** 31, 2 ** 32 + 1])('%s steps are refused before any runs', (steps) => {
    const engine = createEngineSync({ backend })
    const a = engine.matrix([[1]])
    const p = new PlanBuilder(engine, 'float64')
    p.scale(2, a)
    const plan = p.build()
    expect(() => plan.run(steps)).toThrow(RangeArgError)
    expect(a.get(0, 0)).toBe(1)
  })

  test('thousands of steps are one call into the executor', () => {
    const engine = createEngineSync({ backend })
    const a = engine.matrix([4, 4], entries(16, 1))
    const p = new PlanBuilder(engine, 'float64')
    const square = p.gemm({ a, b: a })
    p.axpy(-1e-3, square, a)
    p.sumOfSquares(a)
    const plan = p.build()
    const counts = countCalls(engine)
    plan.run(5000)
    expect(Object.fromEntries(counts)).toEqual({ planRun: 1 })
  })

  test('training never calls a kernel of its own: slices, frames and scans for NaN only', () => {
    const engine = createEngineSync({ backend })
    const net = createNetwork(engine, { sizes: [3, 4, 3], seed: 1 })
    const counts = countCalls(engine)
    const { steps } = trainSync(
      net,
      whitened([
        [1, 0, 0],
        [0, 2, 0],
        [0, 0, 3],
      ]),
      { optimizer: gradientDescent({ learningRate: 1e-3 }), steps: 20_000, record: { every: 20_000 }, sliceMs: 1000 },
    )
    expect(steps).toBe(20_000)
    expect([...counts.keys()].sort()).toEqual(['dnonfinite', 'planRun'])
    expect(counts.get('planRun')).toBeLessThan(20)
  })

  test('slots are read and written between runs; derived ones follow', () => {
    const engine = createEngineSync({ backend })
    const a = engine.matrix([1, 2], [3, 4])
    const out = engine.matrix([1, 2])
    const p = new PlanBuilder(engine, 'float64')
    const rate = p.scalar(2)
    const minus = rate.map((value) => -value)
    const square = minus.map((value) => value * value)
    p.axpy(minus, a, out)
    const norm = p.sumOfSquares(out)
    const plan = p.build()
    expect([rate.value, minus.value, square.value]).toEqual([2, -2, 4])
    plan.run()
    expect([...out.view()]).toEqual([-6, -8])
    expect(norm.value).toBe(100)
    rate.value = 0.5
    expect([minus.value, square.value]).toEqual([-0.5, 0.25])
    plan.run()
    expect([...out.view()]).toEqual([-7.5, -10])
    // Constants of equal value share a cell; 0 and -0 do not.
    rate.value = -0
    expect(Object.is(minus.value, 0)).toBe(true)
    plan.dispose()
    expect(() => rate.value).toThrow(DisposedError)
    expect(() => {
      rate.value = 1
    }).toThrow(/its plan was disposed/)
  })

  test('a disposed operand, plan or engine is a DisposedError, and nothing runs', () => {
    const engine = createEngineSync({ backend })
    const [a, b] = [engine.matrix([[1]]), engine.matrix([[2]])]
    const p = new PlanBuilder(engine, 'float64')
    const sum = p.scalar(7)
    p.scale(2, a)
    p.sumOfSquares(b, sum)
    const plan = p.build()
    b.dispose()
    expect(() => plan.run()).toThrow(DisposedError)
    expect([a.get(0, 0), sum.value]).toEqual([1, 7])
    plan.dispose()
    plan.dispose()
    expect(() => plan.run()).toThrow(/this plan is gone/)
    a.dispose()
    expect(engine.memory.liveBytes).toBeLessThanOrEqual(64) // the workspace
  })

  test('a plan and its builder of before a reset are gone, and leave the new memory alone', () => {
    const engine = createEngineSync({ backend })
    const p = new PlanBuilder(engine, 'float64')
    const slot = p.scalar(1)
    p.scale(slot, p.temporary(2, 2))
    const plan = p.build()
    const unbuilt = new PlanBuilder(engine, 'float64')
    unbuilt.scale(unbuilt.scalar(2), unbuilt.temporary(2, 2))
    engine.reset()
    const fresh = [1, 2, 3, 4, 5, 6].map((value) => engine.matrix([[value]]))
    expect(() => plan.run()).toThrow(DisposedError)
    expect(() => {
      slot.value = 9
    }).toThrow(DisposedError)
    plan.dispose()
    unbuilt.discard()
    expect(fresh.map((m) => m.get(0, 0))).toEqual([1, 2, 3, 4, 5, 6])
    expect(engine.memory.liveBlocks).toBe(6)
  })

  test('memory that grows after the plan was made does not disturb it', () => {
    const engine = createEngineSync({ backend, initialBytes: 65536 })
    const a = engine.matrix([8, 8], entries(64, 3))
    const p = new PlanBuilder(engine, 'float64')
    const product = p.gemm({ a, b: a.T })
    const plan = p.build()
    plan.run()
    const before = product.toArray()
    engine.matrix([300, 300])
    plan.run()
    expect(product.toArray()).toEqual(before)
  })
})

describe('what a builder refuses', () => {
  const made = () => {
    const engine = createEngineSync()
    return {
      engine,
      a: engine.matrix([
        [1, 2],
        [3, 4],
      ]),
      p: new PlanBuilder(engine, 'float64'),
    }
  }

  test.each([
    [
      'a slot of another builder',
      'OPTION',
      ({ engine, a, p }: ReturnType<typeof made>) => p.sumOfSquares(a, new PlanBuilder(engine, 'float64').scalar(7)),
    ],
    [
      'a slot made by hand',
      'OPTION',
      ({ a, p }: ReturnType<typeof made>) => p.axpy({ pointer: 64, value: 1 } as never, a, a),
    ],
    ['a text for a scalar', 'OPTION', ({ a, p }: ReturnType<typeof made>) => p.scale('2' as never, a)],
    ['a negative temporary', 'RANGE', ({ p }: ReturnType<typeof made>) => p.temporary(-1, 2)],
    ['half a row', 'RANGE', ({ p }: ReturnType<typeof made>) => p.temporary(1.5, 2)],
    [
      'an op after build',
      'OPTION',
      ({ a, p }: ReturnType<typeof made>) => {
        p.build()
        p.scale(2, a)
      },
    ],
    ['no engine', 'DTYPE', () => new PlanBuilder({} as never, 'float64')],
    [
      'an element type that is none',
      'OPTION',
      ({ engine }: ReturnType<typeof made>) => new PlanBuilder(engine, 'f64' as never),
    ],
  ] as const)('%s', (_, code, act) => {
    expect(() => act(made())).toThrow(expect.objectContaining({ code }))
  })

  test('an operand made by hand is read at the size of its matrix', () => {
    const { engine, a, p } = made()
    const claimed = { matrix: a, rows: 1000, cols: 1000, transposed: false, T: a.T }
    const product = p.gemm({ a: claimed, b: claimed })
    p.build().run(1)
    expect(product.toNested()).toEqual([
      [7, 10],
      [15, 22],
    ])
    engine.dispose()
  })
})
