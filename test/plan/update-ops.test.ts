// Ops of update rules and activations in plans: what the builder refuses, what a plan says of them, and that both
// interpreters do the same with the same bits.
import { afterAll, describe, expect, test } from 'vitest'
import {
  createEngineSync,
  DisposedError,
  type DType,
  DTypeError,
  type Engine,
  type Matrix,
  OptionError,
  PlanBuilder,
  ShapeError,
} from '../../src/index.js'

/** Values that are no round numbers, the same on every engine. */
function entries(count: number, seed: number): number[] {
  return Array.from({ length: count }, (_, i) => (((i + 1) * 2654435761 + seed * 40503) % 10007) / 5003.5 - 1)
}

/** Some steps through every op; everything that they leave, as numbers. */
function mixed(engine: Engine, dtype: DType, rows: number, cols: number, data: readonly number[]) {
  const p = new PlanBuilder(engine, dtype)
  const matrix = (seed: number, f = (x: number) => x) =>
    p.own(
      engine.matrix(
        [rows, cols],
        entries(rows * cols, seed).map((x, i) => f(x * data[i % data.length])),
        { dtype },
      ),
    )
  const [x, g, m, buffer] = [matrix(1), matrix(2), matrix(3), matrix(4)]
  const [v, mean] = [matrix(5, Math.abs), matrix(6, Math.abs)]
  const batch = p.feed.indices(3, (step, row) => {
    for (let i = 0; i < 3; i++) row[i] = (7 * step + i) % cols
  })
  const corrections = p.feed.scalars(2, (step, row) => {
    row[0] = 1 / (1 - 0.9 ** (step + 1))
    row[1] = 1 / (1 - 0.99 ** (step + 1))
  })
  const cells = p.scalars([0.9, 0.1, 0.99, 0.01, 1e-8, 0, 0])
  p.slotAxpy(1, corrections[0], 0, cells[5])
  p.slotAxpy(1, corrections[1], 0, cells[6])
  const columns = p.gather(x, batch)
  const z = p.leakyRelu(0.01, x)
  const slope = p.leakyReluGradient(0.01, z, p.copy(g))
  const through = p.tanhGradient(z, slope)
  const square = p.sumOfSquares(through)
  p.scale(p.clipFactor(0.75, square), through)
  p.adam(cells, m, v, through)
  p.axpby(0.25, through, 0.9, buffer)
  p.rmsprop(p.scalars([0.9, 0.1, 1e-6]), mean, slope)
  p.clamp(0.125, slope)
  p.axpy(-0.01, slope, x)
  const plan = p.build()
  plan.run(20)
  const values = [x, m, v, mean, buffer, columns, z, slope].flatMap((each) => [...each.view()])
  values.push(square.value)
  const text = plan.toString()
  plan.dispose()
  return { values, text }
}

describe.each(['float64', 'float32'] as const)('%s', (dtype) => {
  test.each([
    ['numbers', [1, 0.3, -2]],
    ['NaN, infinities and zeros among them', [1, -0, Number.NaN, 0.3, Infinity, 0, 1e-30]],
  ])('WebAssembly and TypeScript give the same bits for %s', (_, data) => {
    const wasm = createEngineSync({ reproducible: true })
    const reference = createEngineSync({ backend: 'typescript' })
    expect(wasm.info.build).toBe('simd')
    for (const [rows, cols] of [
      [1, 1],
      [2, 3],
      [3, 5],
      [7, 9],
    ]) {
      const [actual, expected] = [wasm, reference].map((engine) => mixed(engine, dtype, rows, cols, data))
      expect(actual.text).toBe(expected.text)
      expect(actual.values).toEqual(expected.values)
    }
  })

  test('a plan tells their shapes, flops and bytes', () => {
    const engine = createEngineSync()
    const size = dtype === 'float64' ? 8 : 4
    const p = new PlanBuilder(engine, dtype)
    const a = p.temporary(4, 6)
    const b = p.temporary(4, 6)
    const c = p.temporary(4, 6)
    const batch = p.feed.indices(3, () => {})
    p.feed.scalars(2, () => {})
    p.feed.matrix(2, 5, () => {})
    p.gather(a, batch)
    p.axpby(1, a, 2, b)
    p.clamp(1, a)
    p.clipFactor(1, p.scalar(4))
    p.adam(p.scalars(7), a, b, c)
    p.rmsprop(p.scalars(3), b, c)
    p.leakyRelu(0, a)
    p.leakyReluGradient(0, a, b)
    p.tanhGradient(a, b)
    const plan = p.build()
    expect(plan.ops.map(({ name, shape, flops, bytes }) => [name, shape, flops, bytes])).toEqual([
      ['row', '2', 0, 2 * 8 * 2],
      ['row', '10', 0, 2 * size * 10],
      ['gather', '4 x 3 of 4 x 6', 0, 2 * size * 12 + 4 * 3],
      ['axpby', '24', 3 * 24, 3 * size * 24],
      ['clamp', '24', 0, 2 * size * 24],
      ['clipFactor', 'scalar', 2, 24],
      ['adam', '24', 12 * 24, 6 * size * 24],
      ['rmsprop', '24', 7 * 24, 4 * size * 24],
      ['leakyRelu', '24', 24, 2 * size * 24],
      ['leakyReluGradient', '24', 24, 3 * size * 24],
      ['tanhGradient', '24', 3 * 24, 3 * size * 24],
      ['slotAxpy', 'scalar', 2, 32],
      ['slotAxpy', 'scalar', 2, 32],
    ])
    // The rows of scalars are float64 whatever the plan is.
    expect(plan.ops.map((op) => op.dtype).slice(0, 2)).toEqual(['float64', dtype])
    plan.dispose()
  })
})

describe('PlanBuilder refuses', () => {
  const engine = createEngineSync()
  const [a, b] = [engine.matrix([2, 3]), engine.matrix([2, 3])]
  const other = engine.matrix([3, 2])
  const single = engine.matrix([2, 3], undefined, { dtype: 'float32' })
  const gone = engine.matrix([2, 3])
  gone.dispose()
  const elsewhere = new PlanBuilder(engine, 'float64')
  const foreign = elsewhere.scalar(1)
  afterAll(() => {
    elsewhere.discard()
    for (const matrix of [a, b, other, single]) matrix.dispose()
  })

  test.each<[string, (p: PlanBuilder) => unknown, new (...args: never[]) => Error, string]>([
    ['axpby of two shapes', (p) => p.axpby(1, a, 1, other), ShapeError, 'y must be 2 x 3'],
    ['a scalar of another builder', (p) => p.clamp(foreign, a), OptionError, 'made by its builder'],
    ['clamp of another type', (p) => p.clamp(1, single), OptionError, 'x is float32'],
    [
      'a gather from what is gone',
      (p) =>
        p.gather(
          gone,
          p.feed.indices(1, () => {}),
        ),
      DisposedError,
      'is gone',
    ],
    ['leakyRelu of an array', (p) => p.leakyRelu(0, [[1]] as unknown as Matrix), DTypeError, 'z must be a Matrix'],
    ['leakyRelu into another shape', (p) => p.leakyRelu(0, a, other), ShapeError, 'c must be 2 x 3'],
    ['tanh of an array', (p) => p.tanh([[1]] as unknown as Matrix), DTypeError, 'z must be a Matrix'],
    ['a gradient of another shape', (p) => p.leakyReluGradient(0, a, other), ShapeError, 'g must be 2 x 3'],
    ['tanhGradient of another shape', (p) => p.tanhGradient(a, other), ShapeError, 'g must be 2 x 3'],
    ['adam with six cells', (p) => p.adam(p.scalars(6), a, b, p.temporary(2, 3)), OptionError, 'the 7 scalars'],
    ['cells out of order', (p) => p.rmsprop([...p.scalars(3)].reverse(), a, b), OptionError, 'in order'],
    ['no cells', (p) => p.rmsprop([], a, b), OptionError, 'a scalar of a plan must be'],
    ['m that is v', (p) => p.adam(p.scalars(7), a, a, b), OptionError, 'three matrices'],
    ['m of another shape', (p) => p.adam(p.scalars(7), other, a, b), ShapeError, 'm must be 2 x 3'],
    ['v that is g', (p) => p.rmsprop(p.scalars(3), a, a), OptionError, 'two matrices'],
  ])('%s, and discard() leaves nothing behind', (_, write, kind, text) => {
    const { liveBytes, liveBlocks } = engine.memory
    const p = new PlanBuilder(engine, 'float64')
    expect(() => write(p)).toThrow(kind)
    expect(() => write(p)).toThrow(text)
    p.discard()
    expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })
  })
})
