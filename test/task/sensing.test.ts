// Matrix sensing: steps of gradient descent and losses against plain loops, the theory's objective against the same, and refusals.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createNetwork,
  explicit,
  gradientDescent,
  matrixSensing,
  trainSync,
} from '../../src/index.js'
import { sensingError } from '../../src/theory/index.js'

const [ROWS, COLS, COUNT, RATE] = [3, 5, 11, 0.05]
const wave = (count: number, shift: number) =>
  Float64Array.from({ length: count }, (_, i) => ((i * 37 + shift) % 29) / 14 - 1)
const operator = wave(COUNT * ROWS * COLS, 5)
const values = wave(COUNT, 11)
const start = wave(ROWS * COLS, 17)

/** The loss and its gradient, by loops. */
function plain(w: Float64Array) {
  const gradient = new Float64Array(ROWS * COLS)
  let loss = 0
  for (let k = 0; k < COUNT; k++) {
    let error = -values[k]
    for (let i = 0; i < ROWS * COLS; i++) error += operator[k * ROWS * COLS + i] * w[i]
    loss += (error * error) / (2 * COUNT)
    for (let i = 0; i < ROWS * COLS; i++) gradient[i] += (error * operator[k * ROWS * COLS + i]) / COUNT
  }
  return { loss, gradient }
}

function train(backend: 'wasm' | 'typescript', dtype: 'float32' | 'float64') {
  const engine = createEngineSync({ backend, reproducible: true })
  const init = explicit([{ data: start, shape: [ROWS, COLS] }])
  const net = createNetwork(engine, { sizes: [COLS, ROWS], init, dtype })
  const task = matrixSensing({ data: operator, shape: [COUNT, ROWS * COLS] }, values, [ROWS, COLS])
  const optimizer = gradientDescent({ learningRate: RATE })
  const { columns } = trainSync(net, task, { optimizer, steps: 5, record: { every: 1 } })
  return { losses: columns.loss.data, weights: net.weights[0].toArray() }
}

describe.each([
  ['float64', 1e-13],
  ['float32', 1e-5],
] as const)('%s', (dtype, tolerance) => {
  test('five steps are those of plain loops, with the same bits on both executors', () => {
    const { losses, weights } = train('wasm', dtype)
    const w = start.slice()
    for (let step = 0; step <= 5; step++) {
      const { loss, gradient } = plain(w)
      expect(Math.abs(losses[step] - loss)).toBeLessThan(tolerance * loss)
      if (step < 5) for (const [i, slope] of gradient.entries()) w[i] -= RATE * slope
    }
    for (const [i, weight] of weights.entries()) expect(Math.abs(weight - w[i])).toBeLessThan(10 * tolerance)
    expect(train('typescript', dtype)).toEqual({ losses, weights })
  })
})

test("the theory's objective is the same loss", () => {
  const objective = sensingError(operator, values, ROWS, COLS)
  const { loss, gradient } = plain(start)
  const out = new Float64Array(ROWS * COLS)
  objective.gradient(start, out)
  expect(Math.abs(objective.loss(start) - loss)).toBeLessThan(1e-14)
  for (const [i, slope] of gradient.entries()) expect(Math.abs(out[i] - slope)).toBeLessThan(1e-14)
})

test.each([
  ['another length of measurements', () => matrixSensing([[1, 2, 3]], [1], [2, 2]), 'SHAPE', 'measurements'],
  ['another number of values', () => matrixSensing([[1, 2, 3, 4]], [1, 2], [2, 2]), 'SHAPE', 'values'],
  ['NaN among the values', () => matrixSensing([[1, 2, 3, 4]], [Number.NaN], [2, 2]), 'RANGE', 'values'],
  ['NaN among the measurements', () => matrixSensing([[1, Number.NaN, 3, 4]], [1], [2, 2]), 'RANGE', 'measurements'],
  ['a shape of one number', () => matrixSensing([[1, 2]], [1], [2] as never), 'SHAPE', 'shape'],
  ['a shape of zero', () => matrixSensing([[1, 2]], [1], [0, 2]), 'SHAPE', 'shape'],
  ['values of the theory', () => sensingError([1, 2, 3], [1], 2, 2), 'SHAPE', 'measurements'],
] as const)('%s is refused', (_what, call, code, argument) => {
  expect(call).toThrow(expect.objectContaining({ code, argument }))
})
