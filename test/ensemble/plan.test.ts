// Plans of an ensemble against plans of single networks: for every member the same bits, on both executors, for every number of members, every
// edge of a tile, every transpose, and scalars and data of every kind.
import { describe, expect, test } from 'vitest'
import { EnsembleMatrix } from '../../src/engine/ensemble-matrix.js'
import type { Matrix } from '../../src/engine/matrix.js'
import {
  createEngineSync,
  type DType,
  foldIn,
  key,
  OptionError,
  ShapeError,
  UnsupportedError,
} from '../../src/index.js'
import { PlanBuilder } from '../../src/plan/builder.js'
import { EnsembleBuilder } from '../../src/plan/ensemble-builder.js'
import type { MemberSlot } from '../../src/plan/member-slot.js'
import type { ScalarSlot } from '../../src/plan/slot.js'
import { type DataClass, sample } from '../kernels/helpers/data.js'
import { prng } from '../kernels/helpers/prng.js'

const engines = {
  wasm: createEngineSync({ backend: 'wasm', reproducible: true }),
  typescript: createEngineSync({ backend: 'typescript' }),
}
type Backend = keyof typeof engines
const DTYPES = ['float32', 'float64'] as const
const combinations = (['wasm', 'typescript'] as const).flatMap((backend) =>
  DTYPES.map((dtype) => [backend, dtype] as const),
)

/** What a test says of an operand: each member has its own, or all have one. */
interface Given {
  readonly rows: number
  readonly cols: number
  readonly shared?: boolean
}

type Emit = (
  p: PlanBuilder,
  matrices: readonly Matrix[],
  slots: readonly ScalarSlot[],
) => readonly (Matrix | ScalarSlot)[]

const SCALARS = [1, -0.37, 0, -0, 1e-60, 2]

/** Emit the same ops for an ensemble and for every member alone, and compare all operands and results. */
function compare(
  backend: Backend,
  dtype: DType,
  members: number,
  operands: readonly Given[],
  emit: Emit,
  { seed = 1, data = 'uniform' as DataClass, slots = 0, steps = 1 } = {},
): void {
  const engine = engines[backend]
  const random = prng(seed)
  const values = operands.map(({ rows, cols, shared }) =>
    Array.from({ length: shared ? 1 : members }, () =>
      Float64Array.from({ length: rows * cols }, () => sample(dtype, data, random)),
    ),
  )
  const scalars = Array.from({ length: slots }, () =>
    Float64Array.from({ length: members }, () => random.pick(SCALARS)),
  )
  const make = (of: Given, data: Float64Array) => {
    const matrix = engine.matrix([of.rows, of.cols], undefined, { dtype })
    matrix.view().set(data)
    return matrix
  }
  const all = operands.map((of, i) => {
    if (of.shared) return make(of, values[i][0])
    const matrix = new EnsembleMatrix(engine, of.rows, of.cols, dtype, members)
    values[i].forEach((data, member) => void matrix.writeMember(member, data))
    return matrix
  })
  const p = new EnsembleBuilder(engine, dtype, members)
  const results = emit(
    p,
    all,
    scalars.map((each) => p.memberScalar(each)),
  )
  const plan = p.build()
  plan.run(steps)
  for (let member = 0; member < members; member++) {
    const own = operands.map((of, i) => make(of, values[i][of.shared ? 0 : member]))
    const single = new PlanBuilder(engine, dtype)
    const expected = emit(
      single,
      own,
      scalars.map((each) => single.scalar(each[member])),
    )
    const alone = single.build()
    alone.run(steps)
    const pairs: [Matrix | ScalarSlot, Matrix | ScalarSlot][] = [...all.entries()].map(([i, matrix]) => [
      matrix,
      own[i],
    ])
    results.forEach((result, i) => void pairs.push([result, expected[i]]))
    for (const [i, [actual, wanted]] of pairs.entries()) {
      const [x, y] =
        'pointer' in wanted && !('rows' in wanted)
          ? [[(actual as MemberSlot).values[member]], [(wanted as ScalarSlot).value]]
          : [
              actual instanceof EnsembleMatrix ? actual.readMember(member) : (actual as Matrix).view(),
              (wanted as Matrix).view(),
            ]
      for (let e = 0; e < y.length; e++) {
        if (!Object.is(x[e], y[e])) {
          expect.fail(`member ${member} of ${members}, matrix ${i}, element ${e}: ${x[e]}, alone it is ${y[e]}`)
        }
      }
    }
    alone.dispose()
    for (const matrix of own) matrix.dispose()
  }
  plan.dispose()
  for (const matrix of all) matrix.dispose()
}

const shapeOf = (transposed: boolean, rows: number, cols: number, shared = false): Given =>
  transposed ? { rows: cols, cols: rows, shared } : { rows, cols, shared }

describe.each(combinations)('%s %s: a product of an ensemble has the bits of single ones', (backend, dtype) => {
  test.each([0, 1, 2, 3])('transposes %i: shapes around every tile, members 1 to 20', (trans) => {
    const random = prng(trans + 1)
    const [ta, tb] = [(trans & 1) !== 0, (trans & 2) !== 0]
    for (let members = 1; members <= 20; members++) {
      const [m, n, k] = [0, 0, 0].map(() => random.integer(1, 17))
      for (const [sharedA, sharedB] of [
        [false, false],
        [true, false],
        [false, true],
        [true, true],
      ]) {
        const operands = [shapeOf(ta, m, k, sharedA), shapeOf(tb, k, n, sharedB)]
        compare(backend, dtype, members, operands, (p, [a, b]) => [p.gemm({ a: ta ? a.T : a, b: tb ? b.T : b })], {
          seed: members,
        })
      }
    }
  })

  test('every alpha and beta, constants and scalars a member, on ordinary, special and extreme data', () => {
    const choices: (number | undefined)[] = [undefined, ...SCALARS]
    let seed = 0
    for (const data of ['uniform', 'special', 'extreme'] as const) {
      for (const alpha of choices) {
        for (const beta of choices) {
          const [sharedA, sharedB] = [seed % 4 === 1, seed % 4 === 2]
          const operands = [shapeOf(false, 5, 3, sharedA), shapeOf(true, 3, 7, sharedB), { rows: 5, cols: 7 }]
          compare(
            backend,
            dtype,
            11,
            operands,
            (p, [a, b, c], [x, y]) => [p.gemm({ a, b: b.T, c, alpha: alpha ?? x, beta: beta ?? y })],
            { seed: ++seed, data, slots: 2 },
          )
        }
      }
    }
  })

  test('sums over k are cut where those of a single product are', () => {
    for (const [alpha, beta] of [
      [1, 0],
      [-0.5, 0],
      [0.25, 1],
      [0.3, 0.7],
    ]) {
      for (const shared of [false, true]) {
        const operands = [
          { rows: 3, cols: 601, shared },
          { rows: 601, cols: 5 },
          { rows: 3, cols: 5 },
        ]
        compare(backend, dtype, 5, operands, (p, [a, b, c]) => [p.gemm({ a, b, c, alpha, beta })])
      }
    }
  })
})

describe.each(combinations)('%s %s: other ops of an ensemble have the bits of single ones', (backend, dtype) => {
  const four: Given[] = [
    { rows: 3, cols: 7 },
    { rows: 3, cols: 7 },
    { rows: 3, cols: 7, shared: true },
    { rows: 1, cols: 5 },
  ]
  const cases: [string, Emit][] = [
    ['add', (p, [a, b, s]) => [p.add(a, b), p.add(a, s), p.add(s, a, a)]],
    ['subtract', (p, [a, b, s]) => [p.subtract(a, b), p.subtract(a, s), p.subtract(s, a, a)]],
    ['multiply', (p, [a, b, s]) => [p.multiply(a, b), p.multiply(s, b, b)]],
    ['axpy', (p, [a, b, s], [x, y]) => [p.axpy(x, a, b), p.axpy(y, s, a), p.axpy(-0.5, a, b)].map(() => a)],
    ['scale', (p, [a, b], [x]) => [p.scale(x, a), p.scale(3, b)].map(() => a)],
    ['axpby', (p, [a, b]) => [p.axpby(0.3, a, -2, b)].map(() => b)],
    ['clamp', (p, [a]) => [p.clamp(0.4, a)].map(() => a)],
    ['copy', (p, [a, b, s]) => [p.copy(a), p.copy(s), p.copy(s, b)]],
    ['sums', (p, [a, b, s, d]) => [p.sumOfSquares(a), p.dot(a, b), p.dot(s, b), p.sumOfSquares(d), p.sumOfSquares(s)]],
    ['slotAxpy', (p, [a], [x, y]) => [p.slotAxpy(x, p.sumOfSquares(a), y), p.slotAxpy(2, x, 1), p.slotAxpy(x, y, y)]],
    ['clipFactor', (p, [a], [x]) => [p.clipFactor(0.5, p.sumOfSquares(a)), p.clipFactor(x, p.sumOfSquares(a))]],
    ['leakyRelu', (p, [a, b, s]) => [p.leakyRelu(0.1, a), p.leakyRelu(0, s), p.leakyReluGradient(0.2, a, b)]],
    ['tanh', (p, [a, b]) => [p.tanh(a), p.tanhGradient(a, b)]],
    [
      'derived scalars',
      (p, [a, b], [x]) =>
        [
          p.axpy(
            x.map((value) => -2 * value),
            a,
            b,
          ),
        ].map(() => b),
    ],
    [
      'adam',
      (p, [a, b]) => {
        const [m, v] = [p.multiply(b, b), p.multiply(a, a)]
        p.adam(p.scalars([0.9, 0.1, 0.99, 0.01, 1e-8, 1.5, 1.2]), m, v, a)
        return [m, v]
      },
    ],
  ]
  test.each(cases)('%s', (_name, emit) => {
    for (const [i, members] of [1, 3, 4, 7, 8, 9, 16, 19].entries()) {
      compare(backend, dtype, members, four, emit, { seed: i + 1, slots: 2, data: i % 2 ? 'uniform' : 'special' })
    }
  })

  test.each(['softmaxCrossEntropy', 'logistic', 'exponential', 'logSumExp'] as const)('%s', (name) => {
    for (const target of [1, 2]) {
      compare(
        backend,
        dtype,
        9,
        four,
        (p, matrices) => {
          const [gradient, loss] = [p.temporary(3, 7), p.scalar()]
          p.sampleLoss(name, matrices[0], matrices[target], { scale: 0.5, gradient, loss })
          return [gradient, loss]
        },
        { seed: target },
      )
    }
  })

  test('many steps of a step with a schedule and minibatches that all members share', () => {
    const samples: Given = { rows: 4, cols: 12, shared: true }
    compare(
      backend,
      dtype,
      21,
      [{ rows: 4, cols: 4 }, samples],
      (p, [w, x]) => {
        const rate = p.feed.scalars(1, (step, row) => void (row[0] = 0.1 / (1 + step)))[0]
        const batch = p.gather(
          x,
          p.feed.indices(3, (step, row) => row.forEach((_, i) => void (row[i] = (5 * step + i) % 12))),
        )
        const added = p.feed.matrix(4, 3, (step, row) => row.forEach((_, i) => void (row[i] = (step - i) / 64)))
        const error = p.subtract(p.gemm({ a: w, b: batch }), p.add(batch, added))
        const minus = p.slotAxpy(-1, rate, 0)
        p.axpy(minus, p.gemm({ a: error, b: batch.T }), w)
        return [p.sumOfSquares(error)]
      },
      { steps: 7 },
    )
  })
})

test.each(combinations)('%s %s: noise of a member is that of its own key', (backend, dtype) => {
  const engine = engines[backend]
  const draw = (members: number) => {
    const p = new EnsembleBuilder(engine, dtype, members)
    const out = p.normal(key(5), p.temporary(2, 3), 0.5) as EnsembleMatrix
    const plan = p.build()
    plan.run(3)
    const values = Array.from({ length: members }, (_, i) => [...out.readMember(i)])
    plan.dispose()
    return values
  }
  const alone = (member: number) => {
    const p = new PlanBuilder(engine, dtype)
    const out = p.normal(foldIn(key(5), member), p.temporary(2, 3), 0.5)
    const plan = p.build()
    plan.run(3)
    const values = [...out.view()]
    plan.dispose()
    return values
  }
  expect(draw(11)).toEqual(Array.from({ length: 11 }, (_, i) => alone(i)))
  expect(draw(3)).toEqual(draw(11).slice(0, 3))
})

describe('an ensemble plan', () => {
  const engine = engines.wasm
  test('gives all memory back, built or discarded', () => {
    engine.workspace(2 ** 20)
    const before = engine.memory.liveBytes
    const w = new EnsembleMatrix(engine, 3, 3, 'float64', 10)
    const s = engine.matrix([3, 3])
    for (const finish of ['build', 'discard'] as const) {
      const p = new EnsembleBuilder(engine, 'float64', 10)
      p.sumOfSquares(p.subtract(p.gemm({ a: w, b: s }), s))
      p.normal(key(1), p.temporary(3, 3))
      if (finish === 'build') p.build().dispose()
      else p.discard()
    }
    w.dispose()
    s.dispose()
    expect(engine.memory.liveBytes).toBe(before)
  })

  test('says what it does once for all members, whatever the order in which parts of them run', () => {
    const w = new EnsembleMatrix(engine, 16, 16, 'float32', 1000)
    const p = new EnsembleBuilder(engine, 'float32', 1000)
    p.sumOfSquares(p.gemm({ a: w, b: w.T }))
    const plan = p.build()
    expect(plan.ops.map(({ name }) => name)).toEqual(['ensembleGemm', 'ensembleDot'])
    expect(plan.flops).toBe(1000 * (2 * 16 ** 3 + 2 * 16 ** 2))
    expect(String(plan)).toContain("1000 members: 16 x 16 = (16 x 16)(16 x 16)'")
    plan.dispose()
    w.dispose()
  })

  test('refuses what it cannot do', () => {
    const w = new EnsembleMatrix(engine, 2, 2, 'float64', 4)
    const [s, other] = [engine.matrix([2, 2]), engine.matrix([3, 2])]
    const p = new EnsembleBuilder(engine, 'float64', 4)
    const each = p.scalar(1)
    expect(() => p.add(w, w, s)).toThrow(OptionError)
    expect(() => p.axpy(1, w, s)).toThrow('cannot write')
    expect(() => p.gemm({ a: w, b: w, c: w })).toThrow(OptionError)
    expect(() => p.gemm({ a: w, b: other })).toThrow(ShapeError)
    expect(() => p.add(w, other)).toThrow(ShapeError)
    expect(() => p.clamp(each, w)).toThrow(UnsupportedError)
    expect(() => p.memberScalar([1, 2])).toThrow(ShapeError)
    expect(() => p.sumOfSquares(w, p.scalars(1)[0])).toThrow(OptionError)
    expect(() => new EnsembleBuilder(engine, 'float64', 5).add(w, w)).toThrow(ShapeError)
    expect(() => new PlanBuilder(engine, 'float64').add(w, w)).toThrow(ShapeError)
    expect(() => new EnsembleBuilder(engine, 'float64', 4, [1, 2])).toThrow(ShapeError)
    expect(() => w.toNested()).toThrow(OptionError)
    expect(() => w.readMember(4)).toThrow('member')
    p.discard()
    for (const matrix of [w, s, other]) matrix.dispose()
  })
})
