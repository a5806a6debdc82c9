// What plans are fed: tables of scalars, matrices and indices, written for a stretch of steps at a time. Nothing of the
// stretches may show: not in the numbers, not after a replay, not after a fill function that threw.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  DisposedError,
  type DType,
  type Engine,
  type Matrix,
  MemoryError,
  type Plan,
  PlanBuilder,
  RangeArgError,
} from '../../src/index.js'
import type { FillRow } from '../../src/plan/feed.js'

const backends = ['wasm', 'typescript'] as const
const dtypes = ['float64', 'float32'] as const

/** Rows that a table of this many bytes a row holds: 256 KB, 4096 rows at most. */
const capacity = (rowBytes: number) => Math.max(1, Math.min(4096, Math.floor(2 ** 18 / rowBytes)))

/** A number in [-1, 1) that depends on the step and the place alone. */
const noise = (step: number, i: number) => ((step * 7919 + i * 104729 + 17) % 65537) / 32768.5 - 1

interface Fed {
  readonly plan: Plan
  readonly own: readonly Matrix[]
  /** The steps in the order in which their rows were written. */
  readonly filled: number[]
  bits(): number[]
  dispose(): void
}

/** A plan that is fed two scalars, a matrix and indices, and mixes them so that every step counts and their order too. */
function fed(engine: Engine, dtype: DType, [rows, cols]: [number, number], data = 11): Fed {
  const p = new PlanBuilder(engine, dtype)
  const filled: number[] = []
  const numbers = Array.from({ length: rows * data }, (_, i) => noise(3, i))
  const x = engine.matrix([rows, data], numbers, { dtype })
  const sum = engine.matrix([rows, cols], undefined, { dtype })
  const [rate, decay] = p.feed.scalars(2, (step, row) => {
    filled.push(step)
    row[0] = 0.1 / (1 + step)
    row[1] = 0.5 + noise(step, 5) / 4
  })
  const kick = p.feed.matrix(rows, cols, (step, row) => {
    for (let i = 0; i < row.length; i++) row[i] = noise(step, i)
  })
  const batch = p.feed.indices(cols, (step, row) => {
    for (let i = 0; i < row.length; i++) row[i] = (step * 3 + i * 5) % data
  })
  p.axpby(rate, kick, decay, sum)
  p.axpy(rate, p.gather(x, batch), sum)
  const plan = p.build()
  const own = [x, sum]
  return {
    ...{ plan, own, filled },
    bits: () => [...sum.view(), rate.value, decay.value],
    dispose() {
      plan.dispose()
      for (const matrix of own) matrix.dispose()
    },
  }
}

/** The same in plain numbers, rounded as the element type asks. */
function expected(dtype: DType, [rows, cols]: [number, number], from: number, to: number, data = 11): number[] {
  const round = dtype === 'float64' ? (x: number) => x : Math.fround
  const sum = new Array<number>(rows * cols).fill(0)
  let [rate, decay] = [0, 0]
  for (let step = from; step < to; step++) {
    rate = 0.1 / (1 + step)
    decay = 0.5 + noise(step, 5) / 4
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) {
        const at = i * cols + j
        const mixed = round(round(round(rate) * round(noise(step, at))) + round(round(decay) * sum[at]))
        const sample = round(noise(3, i * data + ((step * 3 + j * 5) % data)))
        sum[at] = round(mixed + round(round(rate) * sample))
      }
    }
  }
  return [...sum, rate, decay]
}

describe.each(backends)('a plan that is fed, on %s', (backend) => {
  const make = () => createEngineSync({ backend, reproducible: true })

  test.each(dtypes)('gives each step its own numbers, beyond what one table holds: %s', (dtype) => {
    const engine = make()
    // 64 x 16 elements a row: 32 or 64 steps a table.
    const shape: [number, number] = [64, 16]
    const most = capacity(64 * 16 * (dtype === 'float64' ? 8 : 4))
    const f = fed(engine, dtype, shape)
    const steps = 3 * most + 5
    f.plan.run(steps)
    expect(f.filled).toEqual(Array.from({ length: steps }, (_, i) => i))
    expect(f.bits()).toEqual(expected(dtype, shape, 0, steps))
    expect(f.plan.position).toBe(steps)
    f.dispose()
  })

  test.each([
    ['scalars', 8],
    ['indices', 4],
    ['matrix', 8],
  ] as const)('a table of %s holds 256 KB, 4096 rows at most and one at least', (kind, bytes) => {
    const engine = make()
    for (const count of [1, 16, 100, 70_000]) {
      const p = new PlanBuilder(engine, 'float64')
      let filled = 0
      const fill = (_: number, row: { fill(value: number): unknown }) => {
        filled++
        row.fill(0)
      }
      if (kind === 'matrix') p.feed.matrix(1, count, fill)
      else p.feed[kind](count, fill)
      const { feed } = p
      const plan = p.build()
      expect(feed.prepare(0, 10_000)).toBe(capacity(bytes * count))
      expect(feed.prepare(9, 1)).toBe(1)
      expect(filled).toBe(capacity(bytes * count) + 1)
      plan.dispose()
    }
  })

  test.each(dtypes)('runs cut anywhere are one run, and a replay from a position has the same bits: %s', (dtype) => {
    const engine = make()
    const shape: [number, number] = [64, 16]
    const whole = fed(engine, dtype, shape)
    whole.plan.run(200)
    const cut = fed(engine, dtype, shape)
    for (const steps of [0, 1, 30, 1, 70, 0, 64, 34]) cut.plan.run(steps)
    expect(cut.plan.position).toBe(200)
    expect(cut.bits()).toEqual(whole.bits())
    // Back to step 131 with the weights of then.
    const again = fed(engine, dtype, shape)
    again.plan.run(131)
    const saved = [...again.own[1].view()]
    again.plan.run(69)
    expect(again.bits()).toEqual(whole.bits())
    again.own[1].view().set(saved)
    again.plan.position = 131
    again.plan.run(69)
    expect(again.bits()).toEqual(whole.bits())
    // And in another plan that never saw the steps before.
    const late = fed(engine, dtype, shape)
    late.own[1].view().set(saved)
    late.plan.position = 131
    late.plan.run(69)
    expect(late.bits()).toEqual(whole.bits())
    expect(late.filled).toEqual(Array.from({ length: 69 }, (_, i) => 131 + i))
    for (const f of [whole, cut, again, late]) f.dispose()
  })

  test('a head that runs alone sees its step, and the tail ends it', () => {
    const engine = make()
    const p = new PlanBuilder(engine, 'float64')
    const [value] = p.feed.scalars(1, (step, row) => {
      row[0] = 10 ** step
    })
    const sum = p.temporary(1, 1)
    sum.view().fill(0)
    const one = p.temporary(1, 1)
    one.view().fill(1)
    p.publishEndToEnd(sum)
    p.axpy(value, one, sum)
    const plan = p.build()
    plan.run(1)
    plan.runHead()
    plan.runHead()
    expect([value.value, plan.position, sum.get(0, 0)]).toEqual([10, 1, 1])
    plan.runTail()
    expect([plan.position, sum.get(0, 0)]).toEqual([2, 11])
    plan.run(2)
    expect([plan.position, sum.get(0, 0)]).toEqual([4, 1111])
    plan.dispose()
  })

  test('the step slot holds the number of the step that runs, beyond a table and 2^31', () => {
    const engine = make()
    const p = new PlanBuilder(engine, 'float64')
    const { step } = p.feed
    const weighted = p.scalar(0)
    p.slotAxpy(step, step, weighted, weighted)
    const plan = p.build()
    plan.run(5000)
    expect(weighted.value).toBe((4999 * 5000 * 9999) / 6)
    weighted.value = 0
    plan.position = 2 ** 33
    plan.run(2)
    expect(weighted.value).toBe(2 ** 66 + (2 ** 33 + 1) ** 2)
    expect([plan.position, step.value]).toEqual([2 ** 33 + 2, 2 ** 33 + 2])
    expect(() => {
      plan.position = -1
    }).toThrow(RangeArgError)
    expect(() => {
      plan.position = 0.5
    }).toThrow(RangeArgError)
    expect(plan.position).toBe(2 ** 33 + 2)
    plan.dispose()
  })

  test('a fill function that throws stops before its stretch; what ran stays, and the plan goes on', () => {
    const engine = make()
    const p = new PlanBuilder(engine, 'float64')
    const calls: number[] = []
    let broken = true
    const size = 1024 // 32 steps a table
    const kick = p.feed.matrix(1, size, (step, row) => {
      calls.push(step)
      if (broken && step === 40) throw new Error('no samples left')
      row.fill(step)
    })
    const sum = engine.matrix([1, size])
    p.axpy(1, kick, sum)
    const plan = p.build()
    expect(() => plan.run(100)).toThrow('no samples left')
    expect(calls).toEqual(Array.from({ length: 41 }, (_, i) => i))
    expect([plan.position, sum.get(0, 7)]).toEqual([32, (31 * 32) / 2])
    broken = false
    plan.run(68)
    expect([plan.position, sum.get(0, 7)]).toEqual([100, (99 * 100) / 2])
    plan.dispose()
    sum.dispose()
  })

  test('a fill function that makes memory grow still writes where the plan reads', () => {
    const engine = make()
    const p = new PlanBuilder(engine, 'float64')
    const made: Matrix[] = []
    const before = engine.linearMemory.buffer
    const [value] = p.feed.scalars(1, (step, row) => {
      if (step === 3) made.push(engine.matrix([1024, 2048]))
      row[0] = step + 1
    })
    const total = p.scalar(0)
    p.slotAxpy(1, total, value, total)
    const plan = p.build()
    plan.run(10)
    expect(engine.linearMemory.buffer).not.toBe(before)
    // A row that was handed out before the growth is lost to its caller; those after it are not.
    plan.position = 4
    total.value = 0
    plan.run(6)
    expect(total.value).toBe(5 + 6 + 7 + 8 + 9 + 10)
    for (const matrix of made) matrix.dispose()
    plan.dispose()
  })

  test('disposal frees tables, slots and records; so does discard, and so it does after a fill that threw', () => {
    const engine = make()
    engine.workspace(1024)
    const { liveBytes, liveBlocks } = engine.memory
    const f = fed(engine, 'float64', [64, 16])
    expect(engine.memory.liveBytes).toBeGreaterThan(liveBytes + 2 ** 18)
    f.plan.run(100)
    f.dispose()
    expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })
    f.plan.dispose()
    expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })

    const p = new PlanBuilder(engine, 'float32')
    p.feed.matrix(3, 3, () => {})
    p.feed.scalars(2, () => {})
    p.feed.indices(9, () => {})
    p.discard()
    expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })

    const thrower = new PlanBuilder(engine, 'float32')
    thrower.feed.scalars(2, () => {
      throw new Error('no')
    })
    const plan = thrower.build()
    expect(() => plan.run()).toThrow('no')
    expect(plan.position).toBe(0)
    plan.dispose()
    expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })
  })

  test('a plan that is gone fills no table: its memory may be somebody else’s', () => {
    const engine = make()
    const f = fed(engine, 'float64', [2, 3])
    f.plan.run(2)
    const written = f.filled.length
    f.own[1].dispose()
    expect(() => f.plan.run(1)).toThrow(DisposedError)
    expect(f.filled.length).toBe(written)
    engine.reset()
    const filler = engine.matrix([512, 512])
    expect(() => f.plan.run(1)).toThrow(/this plan is gone/)
    expect(() => f.plan.runHead()).toThrow(/this plan is gone/)
    expect(f.filled.length).toBe(written)
    expect(filler.view().every((x) => x === 0)).toBe(true)
    const { liveBytes } = engine.memory
    f.plan.dispose()
    const p = new PlanBuilder(engine, 'float64')
    p.feed.scalars(2, () => {})
    engine.reset()
    const other = engine.matrix([64, 64])
    p.discard()
    expect(other.view().length).toBe(64 * 64)
    expect(engine.memory.liveBytes).toBeLessThan(liveBytes)
    expect(engine.memory.liveBlocks).toBe(1)
  })

  test('a build for which no memory was left may be tried again: a step still counts once', () => {
    const engine = createEngineSync({ backend, reproducible: true, budgetBytes: 2 ** 20 })
    const p = new PlanBuilder(engine, 'float64')
    const [value] = p.feed.scalars(1, (step, row) => {
      row[0] = step
    })
    const total = p.scalar(0)
    p.slotAxpy(1, total, value, total)
    const hog: Matrix[] = []
    for (const size of [512, 64, 8, 1]) {
      try {
        for (;;) hog.push(engine.matrix([size, 8]))
      } catch (error) {
        expect(error).toBeInstanceOf(MemoryError)
      }
    }
    expect(() => p.build()).toThrow(MemoryError)
    for (const matrix of hog) matrix.dispose()
    const plan = p.build()
    plan.run(100)
    expect(total.value).toBe((99 * 100) / 2)
    plan.dispose()
  })
})

test.each([0, -1, 1.5, Number.NaN])('%s numbers a step are refused, with nothing left behind', (count) => {
  const engine = createEngineSync()
  const { liveBytes } = engine.memory
  const p = new PlanBuilder(engine, 'float64')
  const fill: FillRow<unknown> = () => {}
  expect(() => p.feed.scalars(count, fill)).toThrow(RangeArgError)
  expect(() => p.feed.indices(count, fill)).toThrow(RangeArgError)
  expect(() => p.feed.matrix(count, 1, fill)).toThrow(RangeArgError)
  expect(() => p.feed.matrix(1, count, fill)).toThrow(RangeArgError)
  p.discard()
  expect(engine.memory.liveBytes).toBe(liveBytes)
})

test('WebAssembly and TypeScript are fed the same bits', () => {
  for (const dtype of dtypes) {
    const results = backends.map((backend) => {
      const f = fed(createEngineSync({ backend, reproducible: true }), dtype, [7, 5])
      f.plan.run(9000)
      return f.bits()
    })
    expect(results[0]).toEqual(results[1])
  }
})

test('an index outside the columns that it picks is refused before anything is read', () => {
  using engine = createEngineSync()
  const p = new PlanBuilder(engine, 'float64')
  const a = p.own(engine.matrix([1, 4], [10, 20, 30, 40]))
  let wild = 3
  const out = p.gather(
    a,
    p.feed.indices(2, (_step, row) => row.set([0, wild])),
  )
  using plan = p.build()
  plan.run(1)
  expect(Array.from(out.view())).toEqual([10, 40])
  for (wild of [4, -1]) {
    expect(() => plan.run(1)).toThrow(`must be from 0 to 3, got ${wild}`)
    expect(Array.from(out.view())).toEqual([10, 40])
  }
})
