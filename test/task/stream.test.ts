// Streams: the samples of every step as documented, the loss of the population by its formula.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createGramNetwork,
  createNetwork,
  type DType,
  explicit,
  foldIn,
  gaussian,
  gradientDescent,
  key,
  sgd,
  stream,
  trainSync,
} from '../../src/index.js'
import { normal } from '../../src/random/normal.js'

type M = number[][]

const wasm = createEngineSync({ reproducible: true })
const typescript = createEngineSync({ backend: 'typescript' })

const A = [
  [1, -2, 0.5],
  [0.3, 0, -1],
]
const W = [
  [0.2, 0.1, -0.4],
  [-0.6, 0.7, 0.9],
]
const EIGENVALUES = [4, 1, 0.25]
const [B, NOISE, SEED] = [5, 0.3, 2n ** 40n + 7n]

const rowsOf = (list: Float64Array, cols: number): M =>
  Array.from({ length: list.length / cols }, (_, i) => Array.from(list.slice(i * cols, (i + 1) * cols)))
const times = (a: M, b: M): M => a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)))

/** X and Y of a stream of the key; `from` is 0 for training steps. */
function samples(
  stepKey: (part: number) => ReturnType<typeof key>,
  count: number,
  eigenvalues: number[],
  noise: number,
) {
  const x = rowsOf(normal(stepKey(0), 3 * count), count).map((row, i) => row.map((z) => Math.sqrt(eigenvalues[i]) * z))
  const e = rowsOf(normal(stepKey(1), 2 * count), count)
  const y = times(A, x).map((row, i) => row.map((value, p) => value + noise * e[i][p]))
  return { x, y }
}

function population(w: M, eigenvalues: number[], noise: number): number {
  let sum = (noise * noise * 2) / 2
  for (const [i, row] of w.entries())
    for (const [j, value] of row.entries()) sum += (eigenvalues[j] * (value - A[i][j]) ** 2) / 2
  return sum
}

describe.each([
  ['white, clean', [1, 1, 1], 0],
  ['coloured', EIGENVALUES, 0],
  ['noisy', [1, 1, 1], NOISE],
  ['coloured, noisy, with a direction that is never seen', [4, 0, 0.25], NOISE],
] as [string, number[], number][])('%s', (_, eigenvalues, noise) => {
  const make = () => stream({ teacher: A, batchSize: B, eigenvalues, noise, seed: SEED })
  const train = (engine: typeof wasm, dtype: DType = 'float64') => {
    using net = createNetwork(engine, { sizes: [3, 2], init: explicit([W]), dtype })
    const result = trainSync(net, make(), {
      optimizer: gradientDescent({ learningRate: 0.1 }),
      steps: 20,
      record: { every: 1 },
    })
    return { w: net.weights[0].toNested(), losses: result.columns.loss.data }
  }

  test('every step descends on the samples of its number; recorded is the loss of the population', () => {
    let w = W
    const { w: end, losses } = train(wasm)
    for (let step = 0; step <= 20; step++) {
      expect(Math.abs(losses[step] / population(w, eigenvalues, noise) - 1)).toBeLessThan(1e-12)
      if (step === 20) break
      const { x, y } = samples((part) => foldIn(foldIn(key(SEED), part), step), B, eigenvalues, noise)
      const residual = times(w, x).map((row, i) => row.map((f, p) => f - y[i][p]))
      const slope = times(
        residual,
        x[0].map((_, p) => x.map((row) => row[p])),
      )
      w = w.map((row, i) => row.map((value, j) => value - (0.1 * slope[i][j]) / B))
    }
    for (const [i, row] of end.entries())
      for (const [j, value] of row.entries()) expect(Math.abs(value - w[i][j])).toBeLessThan(1e-13)
    // Float32 sees the same samples, rounded.
    for (const [i, row] of train(wasm, 'float32').w.entries())
      for (const [j, value] of row.entries()) expect(Math.abs(value - w[i][j])).toBeLessThan(1e-5)
  })

  test.each(['float64', 'float32'] as const)('both executors have the same bits: %s', (dtype) => {
    expect(train(wasm, dtype)).toEqual(train(typescript, dtype))
  })
})

test('a network without a map is judged on test samples of the documented keys', () => {
  using net = createNetwork(wasm, { sizes: [3, 4, 2], activation: 'relu', seed: 1 })
  const task = stream({ teacher: A, batchSize: B, eigenvalues: EIGENVALUES, noise: NOISE, seed: SEED, testSamples: 50 })
  const [w1, w2] = net.weights.map((w) => w.toNested())
  const { x, y } = samples((part) => foldIn(key(SEED), 2 + part), 50, EIGENVALUES, NOISE)
  const f = times(
    w2,
    times(w1, x).map((row) => row.map((z) => Math.max(0, z))),
  )
  let loss = 0
  for (const [i, row] of f.entries()) for (const [p, value] of row.entries()) loss += (value - y[i][p]) ** 2 / 100
  const { columns } = trainSync(net, task, {
    optimizer: gradientDescent({ learningRate: 0.01 }),
    steps: 3,
    record: { every: 1 },
  })
  expect(Math.abs(columns.loss.data[0] / loss - 1)).toBeLessThan(1e-13)
  // The same samples in every frame: the loss moves with the weights alone.
  expect(columns.loss.data[1]).not.toBe(columns.loss.data[0])
})

test('the loss of the population is the mean loss of fresh samples', () => {
  using net = createNetwork(wasm, { sizes: [3, 2], init: explicit([W]) })
  let sum = 0
  const count = 4000
  for (let step = 0; step < count; step++) {
    const { x, y } = samples((part) => foldIn(foldIn(key(SEED), part), step), 1, EIGENVALUES, NOISE)
    const f = times(W, x)
    for (const i of [0, 1]) sum += (f[i][0] - y[i][0]) ** 2 / 2
  }
  const task = stream({ teacher: A, batchSize: 1, eigenvalues: EIGENVALUES, noise: NOISE, seed: SEED })
  const { columns } = trainSync(net, task, { optimizer: gradientDescent({ learningRate: 1 }), steps: 0 })
  // The loss of a sample has a deviation of about its mean.
  expect(Math.abs(sum / count / columns.loss.data[0] - 1)).toBeLessThan(5 / Math.sqrt(count))
})

test('a deep network learns the teacher from samples that it never sees again', () => {
  using net = createNetwork(wasm, { sizes: [3, 8, 2], init: gaussian({ variance: 0.1 }), seed: 2 })
  const { columns } = trainSync(net, stream({ teacher: A, batchSize: 16, seed: 3 }), {
    optimizer: gradientDescent({ learningRate: 0.05 }),
    steps: 3000,
  })
  expect(columns.loss.data.at(-1)).toBeLessThan(1e-20)
})

test('streams tell each other apart', () => {
  const options = { teacher: A, batchSize: B, seed: 1 }
  const prints = [
    options,
    { ...options, seed: 2 },
    { ...options, batchSize: 6 },
    { ...options, noise: 0.1 },
    { ...options, eigenvalues: [1, 1, 2] },
    { ...options, testSamples: 10 },
    { ...options, teacher: W },
  ].map((given) => stream(given).fingerprint!())
  expect(new Set(prints).size).toBe(prints.length)
  expect(stream(options).fingerprint!()).toBe(prints[0])
})

const wrong = <T>(value: unknown) => value as T
const given = { teacher: A, batchSize: 2 }
test.each([
  ['nothing', () => stream(wrong(undefined)), 'DTYPE', 'teacher', 'teacher'],
  ['no teacher', () => stream(wrong({ batchSize: 2 })), 'DTYPE', 'teacher', 'teacher'],
  ['a teacher with NaN', () => stream({ ...given, teacher: [[Number.NaN]] }), 'RANGE', 'teacher', 'finite'],
  ['a teacher without inputs', () => stream({ ...given, teacher: [[]] }), 'SHAPE', 'teacher', 'columns (inputs)'],
  ['no batchSize', () => stream(wrong({ teacher: A })), 'DTYPE', 'batchSize', 'integer'],
  ['batchSize 0', () => stream({ ...given, batchSize: 0 }), 'RANGE', 'batchSize', 'from 1'],
  ['batchSize 2.5', () => stream({ ...given, batchSize: 2.5 }), 'RANGE', 'batchSize', 'integer'],
  ['noise -1', () => stream({ ...given, noise: -1 }), 'RANGE', 'noise', 'at least 0'],
  ['noise 1e200', () => stream({ ...given, noise: 1e200 }), 'RANGE', 'noise', 'at most 1e+150'],
  ['noise "1"', () => stream({ ...given, noise: wrong('1') }), 'DTYPE', 'noise', 'a number'],
  ['seed -1', () => stream({ ...given, seed: -1 }), 'RANGE', 'seed', 'seed'],
  ['testSamples 0', () => stream({ ...given, testSamples: 0 }), 'RANGE', 'testSamples', 'from 1'],
  ['eigenvalues 1', () => stream({ ...given, eigenvalues: wrong(1) }), 'OPTION', 'eigenvalues', 'one an input'],
  [
    'two eigenvalues',
    () => stream({ ...given, eigenvalues: [1, 1] }),
    'SHAPE',
    'eigenvalues',
    'one a column of the teacher',
  ],
  ['an eigenvalue -1', () => stream({ ...given, eigenvalues: [1, -1, 1] }), 'RANGE', 'eigenvalues[1]', 'at least 0'],
  [
    'an eigenvalue NaN',
    () => stream({ ...given, eigenvalues: [1, 1, Number.NaN] }),
    'RANGE',
    'eigenvalues[2]',
    'finite',
  ],
  ['eigenvalues of 0', () => stream({ ...given, eigenvalues: [0, 0, 0] }), 'RANGE', 'eigenvalues', 'nothing to see'],
  [
    'an unknown option',
    () => stream(wrong({ ...given, batchsize: 2 })),
    'OPTION',
    'stream.batchsize',
    "did you mean 'batchSize'?",
  ],
  [
    'minibatches of a stream',
    () => {
      using net = createNetwork(typescript, { sizes: [3, 2], seed: 1 })
      trainSync(net, stream(given), { optimizer: sgd({ learningRate: 1, batchSize: 2 }), steps: 1 })
    },
    'UNSUPPORTED',
    'batchSize',
    'give batchSize to the stream alone',
  ],
  [
    'a Gram network',
    () => {
      using net = createGramNetwork(typescript, { sizes: [3, 4, 2], seed: 1 })
      trainSync(net, stream(given), { optimizer: gradientDescent({ learningRate: 1 }), steps: 1 })
    },
    'UNSUPPORTED',
    'net',
    'use createNetwork',
  ],
])('%s is refused', (_, call, code, argument, text) => {
  expect(call).toThrow(expect.objectContaining({ code, argument, message: expect.stringContaining(text) }))
})
