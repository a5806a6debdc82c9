// Classification losses against plain formulas with a log-sum-exp of their own; gradients against central differences of those, through one
// step of gradient descent.
import { describe, expect, test } from 'vitest'
import {
  type ClassificationLoss,
  classification,
  createEngineSync,
  createNetwork,
  type DType,
  type Engine,
  explicit,
  gradientDescent,
  minibatches,
  sgd,
  type Task,
  trainSync,
} from '../../src/index.js'

type M = number[][]

const wasm = createEngineSync({ reproducible: true })
const typescript = createEngineSync({ backend: 'typescript' })

function entries(rows: number, cols: number, seed: number): M {
  let state = (seed * 7919 + 13) % 2147483647
  const next = () => {
    state = (state * 48271) % 2147483647
    return (2 * state) / 2147483647 - 1
  }
  return Array.from({ length: rows }, () => Array.from({ length: cols }, next))
}

const P = 7
const X = entries(3, P, 1)
const LABELS = [0, 2, 1, 1, 0, 2, 2]
const SHARES = entries(3, P, 2).map((row) => row.map(Math.abs))
for (let p = 0; p < P; p++) {
  const sum = SHARES.reduce((total, row) => total + row[p], 0)
  for (const row of SHARES) row[p] /= sum
}
const SIGNS = [1, -1, -1, 1, 1, -1, 1]
const TWO_ROWS = [SIGNS, SIGNS.map((s) => -0.5 * s)]

const times = (a: M, b: M): M => a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)))

/** log sum e^z, by the largest. */
function logSum(z: number[]): number {
  const top = Math.max(...z)
  return top + Math.log(z.reduce((sum, x) => sum + Math.exp(x - top), 0))
}
const margins = (f: M, y: M) => f.flatMap((row, k) => row.map((out, p) => -y[k][p] * out))

const plain: Record<ClassificationLoss, (f: M, y: M) => number> = {
  'softmax-cross-entropy': (f, y) => {
    let sum = 0
    for (let p = 0; p < f[0].length; p++) {
      const total = logSum(f.map((row) => row[p]))
      for (let k = 0; k < f.length; k++) sum += y[k][p] * (total - f[k][p])
    }
    return sum / f[0].length
  },
  logistic: (f, y) => margins(f, y).reduce((sum, z) => sum + logSum([0, z]), 0) / f[0].length,
  exponential: (f, y) => margins(f, y).reduce((sum, z) => sum + Math.exp(z), 0) / f[0].length,
  'log-sum-exp': (f, y) => logSum(margins(f, y)),
}

const oneHot = [0, 1, 2].map((k) => LABELS.map((label) => (label === k ? 1 : 0)))
const cases: { name: string; loss: ClassificationLoss; y: M | number[]; targets: M; task: () => Task }[] = (
  [
    ['labels', 'softmax-cross-entropy', LABELS, oneHot],
    ['shares', 'softmax-cross-entropy', SHARES, SHARES],
    ['signs', 'logistic', SIGNS, [SIGNS]],
    ['rows of signs', 'logistic', TWO_ROWS, TWO_ROWS],
    ['signs', 'exponential', SIGNS, [SIGNS]],
    ['rows of signs', 'exponential', TWO_ROWS, TWO_ROWS],
    ['signs', 'log-sum-exp', SIGNS, [SIGNS]],
    ['rows of signs', 'log-sum-exp', TWO_ROWS, TWO_ROWS],
  ] as [string, ClassificationLoss, M | number[], M][]
).map(([name, loss, y, targets]) => ({
  name: `${loss} of ${name}`,
  loss,
  y,
  targets,
  task: () => classification(X, y, { loss }),
}))

/** Loss at the weights, and the slope that one step of rate 1 subtracts. */
function measure(
  engine: Engine,
  task: Task,
  weights: M[],
  dtype: DType = 'float64',
  batch?: Parameters<typeof minibatches>[1],
) {
  const sizes = [weights[0][0].length, ...weights.map((w) => w.length)]
  const net = createNetwork(engine, { sizes, init: explicit(weights), dtype })
  const optimizer = batch === undefined ? gradientDescent({ learningRate: 1 }) : sgd({ learningRate: 1, ...batch })
  const { columns } = trainSync(net, task, { optimizer, steps: 1 })
  const after = net.weights.map((w) => w.toNested())
  net.dispose()
  return {
    losses: columns.loss.data,
    after,
    slope: after.map((w, l) => w.map((row, i) => row.map((x, j) => weights[l][i][j] - x))),
  }
}

/** Central differences of a loss of the weights. */
function differences(loss: (weights: M[]) => number, weights: M[]): M[] {
  const h = 2 ** -17
  return weights.map((w, l) =>
    w.map((row, i) =>
      row.map((x, j) => {
        const at = (value: number) =>
          loss(
            weights.map((v, m) =>
              m === l ? v.map((r, a) => (a === i ? r.map((z, b) => (b === j ? value : z)) : r)) : v,
            ),
          )
        return (at(x + h) - at(x - h)) / (2 * h)
      }),
    ),
  )
}

describe.each(cases)('$name', ({ loss, targets, task }) => {
  const weights = [entries(4, 3, 5), entries(targets.length, 4, 6)]
  const lossOf = (w: M[], x = X, y = targets) => plain[loss](times(w[1], times(w[0], x)), y)

  test('is the plain formula', () => {
    const { losses, after } = measure(wasm, task(), weights)
    expect(Math.abs(losses[0] / lossOf(weights) - 1)).toBeLessThan(1e-14)
    expect(Math.abs(losses[1] / lossOf(after) - 1)).toBeLessThan(1e-14)
  })

  test('its gradient is that of central differences', () => {
    const { slope } = measure(wasm, task(), weights)
    const expected = differences((w) => lossOf(w), weights)
    // h^2 times a third derivative, and 1e-16 / h.
    for (const [l, w] of slope.entries())
      for (const [i, row] of w.entries())
        for (const [j, g] of row.entries()) expect(Math.abs(g - expected[l][i][j])).toBeLessThan(2e-9)
  })

  test('the gradient of a minibatch is that of its samples', () => {
    const batch = { batchSize: 3, seed: 8 }
    const chosen = new Int32Array(3)
    minibatches(P, batch)(0, chosen)
    const pick = (m: M) => m.map((row) => Array.from(chosen, (p) => row[p]))
    const { slope, losses } = measure(wasm, task(), weights, 'float64', batch)
    const expected = differences((w) => lossOf(w, pick(X), pick(targets)), weights)
    for (const [l, w] of slope.entries())
      for (const [i, row] of w.entries())
        for (const [j, g] of row.entries()) expect(Math.abs(g - expected[l][i][j])).toBeLessThan(2e-9)
    // What is recorded is the loss of all samples.
    expect(Math.abs(losses[0] / lossOf(weights) - 1)).toBeLessThan(1e-14)
  })

  test('has the same bits on both executors, and float32 the digits it has', () => {
    for (const dtype of ['float64', 'float32'] as const) {
      const [one, two] = [wasm, typescript].map((engine) => measure(engine, task(), weights, dtype))
      expect(one).toEqual(two)
      if (dtype === 'float32') expect(Math.abs(one.losses[0] / lossOf(weights) - 1)).toBeLessThan(1e-5)
    }
  })

  test('outputs of a thousand neither overflow nor lose the loss', () => {
    if (loss === 'exponential')
      return expect(
        measure(
          wasm,
          task(),
          weights.map((w) => w.map((row) => row.map((x) => 10 * x))),
        ).losses[0],
      ).toBeGreaterThan(0)
    const large = weights.map((w) => w.map((row) => row.map((x) => 40 * x)))
    const { losses, slope } = measure(wasm, task(), large)
    expect(Math.abs(losses[0] / lossOf(large) - 1)).toBeLessThan(1e-13)
    expect(slope.flat(2).every(Number.isFinite)).toBe(true)
  })
})

test('a network with ReLU and biases: loss and gradient', () => {
  const task = classification(X, LABELS)
  using net = createNetwork(wasm, { sizes: [3, 5, 3], activation: 'relu', biases: { variance: 1 }, seed: 3 })
  const start = net.parameters.map(({ matrix }) => matrix.toNested())
  const lossOf = ([w1, b1, w2, b2]: M[]) => {
    const hidden = times(w1, X).map((row, i) => row.map((z) => Math.max(0, z + b1[i][0])))
    return plain['softmax-cross-entropy'](
      times(w2, hidden).map((row, i) => row.map((z) => z + b2[i][0])),
      oneHot,
    )
  }
  const { columns } = trainSync(net, task, { optimizer: gradientDescent({ learningRate: 1 }), steps: 1 })
  expect(Math.abs(columns.loss.data[0] / lossOf(start) - 1)).toBeLessThan(1e-14)
  const expected = differences(lossOf, start)
  for (const [k, { matrix }] of net.parameters.entries()) {
    for (const [i, row] of matrix.toNested().entries()) {
      for (const [j, x] of row.entries()) expect(Math.abs(start[k][i][j] - x - expected[k][i][j])).toBeLessThan(2e-9)
    }
  }
})

describe('targets', () => {
  test('labels may be any list of numbers, and classes more than the largest', () => {
    for (const y of [LABELS, Uint8Array.from(LABELS), Float32Array.from(LABELS)])
      expect(classification(X, y).outputs).toBe(3)
    const task = classification(X, LABELS, { classes: 5 })
    expect([task.inputs, task.outputs, task.forms]).toEqual([3, 5, ['samples']])
    const w = [entries(5, 3, 9)]
    const { losses } = measure(wasm, task, w)
    const padded = [...oneHot, LABELS.map(() => 0), LABELS.map(() => 0)]
    expect(Math.abs(losses[0] / plain['softmax-cross-entropy'](times(w[0], X), padded) - 1)).toBeLessThan(1e-14)
  })

  test('what was given may change afterwards', () => {
    const x = X.map((row) => [...row])
    const y = [...LABELS]
    const task = classification(x, y)
    const before = task.fingerprint!()
    x[0][0] = 99
    y[0] = 1
    expect(task.fingerprint!()).toBe(before)
    expect(classification(x, LABELS).fingerprint!()).not.toBe(before)
    expect(classification(X, y).fingerprint!()).not.toBe(before)
    expect(classification(X, LABELS).fingerprint!()).toBe(before)
  })
})

const wrong = <T>(value: unknown) => value as T
test.each([
  ['no x', () => classification(wrong(undefined), [0, 1]), 'DTYPE', 'x', 'x'],
  ['x with NaN', () => classification([[1, Number.NaN]], [0, 1]), 'RANGE', 'x', 'finite'],
  ['x without samples', () => classification([[]], []), 'SHAPE', 'x', 'no samples'],
  ['no y', () => classification([[1, 2]], wrong(undefined)), 'DTYPE', 'y', 'such as [0, 1, 1]'],
  ['y a text', () => classification([[1, 2]], wrong('01')), 'DTYPE', 'y', 'labels or targets'],
  ['labels of text', () => classification([[1, 2]], wrong(['a', 'b'])), 'RANGE', 'y', 'finite numbers'],
  ['labels 0.5', () => classification([[1, 2]], [0.5, 1]), 'RANGE', 'y', "use loss: 'logistic'"],
  ['labels of signs', () => classification([[1, 2]], [-1, 1]), 'RANGE', 'y', "use loss: 'logistic'"],
  ['labels 2^20', () => classification([[1, 2]], [0, 2 ** 20]), 'RANGE', 'y', 'from 0 to 1048575'],
  ['one class', () => classification([[1, 2]], [0, 0]), 'RANGE', 'y', 'give classes: 2'],
  ['too few labels', () => classification([[1, 2]], [1]), 'SHAPE', 'y', 'y has 1 labels'],
  ['too few targets', () => classification([[1, 2]], [[1], [0]]), 'SHAPE', 'y', 'y has 1'],
  ['too few signs', () => classification([[1, 2]], [1], { loss: 'logistic' }), 'SHAPE', 'y', 'y has 1'],
  ['shares that sum to 2', () => classification([[1]], [[1], [1]]), 'RANGE', 'y', 'must sum to 1, got 2'],
  ['shares below 0', () => classification([[1]], [[1.5], [-0.5]]), 'RANGE', 'y', 'at least 0'],
  ['one row of shares', () => classification([[1]], [[1]]), 'SHAPE', 'y', "for one output use loss: 'logistic'"],
  ['sign 0', () => classification([[1, 2]], [1, 0], { loss: 'exponential' }), 'RANGE', 'y', 'such as 1 and -1'],
  ['sign NaN', () => classification([[1, 2]], [1, Number.NaN], { loss: 'log-sum-exp' }), 'RANGE', 'y', 'finite'],
  ['loss "hinge"', () => classification([[1]], [0], { loss: wrong('hinge') }), 'OPTION', 'loss', "'logistic'"],
  ['classes 2 of labels to 2', () => classification(X, LABELS, { classes: 2 }), 'RANGE', 'classes', 'from 3'],
  ['classes "4"', () => classification(X, LABELS, { classes: wrong('4') }), 'DTYPE', 'classes', 'integer'],
  ['classes of targets', () => classification(X, oneHot, { classes: 3 }), 'OPTION', 'classes', 'leave it out'],
  [
    'classes of signs',
    () => classification(X, SIGNS, { loss: 'logistic', classes: 2 }),
    'OPTION',
    'classes',
    'leave it out',
  ],
  [
    'a million classes',
    () => classification([new Array<number>(1000).fill(1)], new Uint8Array(1000), { classes: 2 ** 20 }),
    'MEMORY',
    'classes',
    'fewer',
  ],
  [
    'an unknown option',
    () => classification(X, LABELS, wrong({ los: 'logistic' })),
    'OPTION',
    'classification.los',
    "did you mean 'loss'?",
  ],
])('%s is refused', (_, call, code, argument, text) => {
  expect(call).toThrow(expect.objectContaining({ code, argument, message: expect.stringContaining(text) }))
})
