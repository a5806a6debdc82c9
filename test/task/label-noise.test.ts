// Label noise: the golden case of the theory, the documented law, clean records, refusals.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  autoencoder,
  classification,
  createDiagonalNetwork,
  createEngineSync,
  createGramNetwork,
  createNetwork,
  type Engine,
  explicit,
  foldIn,
  gradientDescent,
  key,
  labelNoise,
  matrixCompletion,
  minibatches,
  regression,
  sgd,
  stream,
  type Task,
  taskSequence,
  trainSync,
  whitened,
} from '../../src/index.js'
import { normal } from '../../src/random/normal.js'

type M = number[][]

const wasm = createEngineSync({ reproducible: true })
const typescript = createEngineSync({ backend: 'typescript' })

const W = [
  [0.2, 0.1, -0.4],
  [-0.6, 0.7, 0.9],
]
const S = [
  [1, -2, 0.5],
  [0.3, 0, -1],
]
const X = [
  [1, -0.5, 0.3, 0.8, -1.2],
  [0.2, 0.9, -0.7, 0.1, 0.4],
  [-0.3, 0.6, 1.1, -0.9, 0.5],
]
const Y = [
  [0.5, -0.2, 0.9, 0.1, -0.6],
  [1, 0.3, -0.4, 0.7, 0.2],
]
const learningRate = 0.1
const optimizer = gradientDescent({ learningRate })
const times = (a: M, b: M): M => a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)))
const turned = (a: M): M => a[0].map((_, j) => a.map((row) => row[j]))

/** One layer through some steps: the weights, and the losses before each and at the end. */
function run(
  engine: Engine,
  task: Task,
  { steps = 10, rule = optimizer, dtype = 'float64' as 'float64' | 'float32' } = {},
) {
  using net = createNetwork(engine, { sizes: [3, 2], init: explicit([W]), dtype })
  const { columns } = trainSync(net, task, { optimizer: rule, steps, record: { every: 1 } })
  return { w: net.weights[0].toNested(), losses: columns.loss.data }
}

/** The same in plain numbers: slope(w, step) of the noisy loss, loss(w) of the clean one. */
function expectPlain(actual: ReturnType<typeof run>, slope: (w: M, step: number) => M, loss: (w: M) => number) {
  let w = W
  const steps = actual.losses.length - 1
  for (let step = 0; step <= steps; step++) {
    expect(Math.abs(actual.losses[step] / loss(w) - 1)).toBeLessThan(1e-12)
    if (step === steps) break
    const g = slope(w, step)
    w = w.map((row, i) => row.map((value, j) => value - learningRate * g[i][j]))
  }
  for (const [i, row] of actual.w.entries()) {
    for (const [j, value] of row.entries()) expect(Math.abs(value - w[i][j])).toBeLessThan(1e-13)
  }
}

const halfSquare = (a: M) => a.flat().reduce((sum, x) => sum + x * x, 0) / 2
const mapLoss = (w: M) => halfSquare(w.map((row, i) => row.map((x, j) => x - S[i][j])))
const residual = (w: M, x: M, y: M) => times(w, x).map((row, i) => row.map((f, p) => f - y[i][p]))
const sampleLoss = (w: M) => halfSquare(residual(w, X, Y)) / 5
/** Standard normal numbers of a step, (2, cols). */
const noiseOf = (seed: number, step: number, cols: number): M => {
  const z = normal(foldIn(key(seed), step), 2 * cols)
  return [0, 1].map((i) => Array.from(z.slice(i * cols, (i + 1) * cols)))
}

describe('the golden case: one mode of a diagonal network', () => {
  interface Golden {
    kind: string
    input: { sStar: number; lr: number; sigma: number; xi: number[]; u0: number; v0: number }
    expected: { u: number; v: number; imbalance: number }
  }
  const cases = JSON.parse(
    readFileSync(new URL('../golden/single-neuron-noise-margin.json', import.meta.url), 'utf8'),
  ) as Golden[]
  const { input, expected } = cases.find(({ kind }) => kind === 'uvLabelNoise')!

  test.each([wasm, typescript])('$info.build', (engine) => {
    using net = createDiagonalNetwork(engine, { depths: [2], start: [[input.u0], [input.v0]] })
    // The file has u v - s* + sigma xi where the target s* + sigma xi gives u v - s* - sigma xi.
    const noise = (step: number, row: Float64Array | Float32Array) => {
      row[0] = -input.xi[step]
    }
    trainSync(net, labelNoise(whitened([[input.sStar]]), { sigma: input.sigma, noise }), {
      optimizer: gradientDescent({ learningRate: input.lr }),
      steps: input.xi.length,
    })
    const [u, v] = net.factors.map((factor) => factor.get(0, 0))
    // The file has eleven digits.
    expect(Math.abs(u - expected.u)).toBeLessThan(1e-11)
    expect(Math.abs(v - expected.v)).toBeLessThan(1e-11)
    expect(Math.abs(u * u - v * v - expected.imbalance)).toBeLessThan(2e-11)
  })
})

describe('the law', () => {
  test('of a map: every entry of S has noise of its own, new in every step; the record is clean', () => {
    const actual = run(wasm, labelNoise(whitened(S), { sigma: 0.7, seed: 6 }))
    expectPlain(
      actual,
      (w, step) => {
        const xi = noiseOf(6, step, 3)
        return w.map((row, i) => row.map((x, j) => x - S[i][j] - 0.7 * xi[i][j]))
      },
      mapLoss,
    )
  })

  test('of samples: every target', () => {
    const actual = run(wasm, labelNoise(regression(X, Y), { sigma: 0.7 }))
    expectPlain(
      actual,
      (w, step) => {
        const xi = noiseOf(0, step, 5)
        const noisy = residual(w, X, Y).map((row, i) => row.map((r, p) => (r - 0.7 * xi[i][p]) / 5))
        return times(noisy, turned(X))
      },
      sampleLoss,
    )
  })

  test('of minibatches: every target of the batch', () => {
    const batch = { batchSize: 3, seed: 2 }
    const actual = run(wasm, labelNoise(regression(X, Y), { sigma: 0.7, seed: 9 }), {
      rule: sgd({ learningRate, ...batch }),
    })
    const draw = minibatches(5, batch)
    expectPlain(
      actual,
      (w, step) => {
        const chosen = new Int32Array(3)
        draw(step, chosen)
        const [x, y] = [X, Y].map((m) => m.map((row) => Array.from(chosen, (p) => row[p])))
        const xi = noiseOf(9, step, 3)
        const noisy = residual(w, x, y).map((row, i) => row.map((r, p) => (r - 0.7 * xi[i][p]) / 3))
        return times(noisy, turned(x))
      },
      sampleLoss,
    )
  })

  test('noise of its own is injected as it is, times sigma', () => {
    const given = (step: number, at: number) => Math.sqrt(step + 1) * ((at % 3) - 1)
    const noise = (step: number, row: Float64Array | Float32Array) => {
      for (let at = 0; at < row.length; at++) row[at] = given(step, at)
    }
    const actual = run(wasm, labelNoise(regression(X, Y), { sigma: 0.2, noise }))
    expectPlain(
      actual,
      (w, step) => {
        const noisy = residual(w, X, Y).map((row, i) => row.map((r, p) => (r - 0.2 * given(step, 5 * i + p)) / 5))
        return times(noisy, turned(X))
      },
      sampleLoss,
    )
  })

  test('noise around noise is the sum of both', () => {
    const twice = labelNoise(labelNoise(whitened(S), { sigma: 0.7, seed: 6 }), { sigma: 0.3, seed: 7 })
    expectPlain(
      run(wasm, twice),
      (w, step) => {
        const [a, b] = [noiseOf(6, step, 3), noiseOf(7, step, 3)]
        return w.map((row, i) => row.map((x, j) => x - S[i][j] - 0.7 * a[i][j] - 0.3 * b[i][j]))
      },
      mapLoss,
    )
  })

  test('sigma 0 is the task itself, bit for bit', () => {
    expect(run(wasm, labelNoise(whitened(S), { sigma: 0 }))).toEqual(run(wasm, whitened(S)))
  })

  test.each(['float64', 'float32'] as const)('both executors have the same bits: %s', (dtype) => {
    for (const task of [whitened(S), regression(X, Y)]) {
      const [one, two] = [wasm, typescript].map((engine) => run(engine, labelNoise(task, { sigma: 0.5 }), { dtype }))
      expect(one).toEqual(two)
    }
  })

  test('a Gram network takes noise of the map', () => {
    using gram = createGramNetwork(wasm, { sizes: [3, 6, 2], seed: 1 })
    const noisy = labelNoise(whitened(S), { sigma: 0.1 })
    expect(trainSync(gram, noisy, { optimizer, steps: 50 }).status).toBe('completed')
  })
})

test('noisy tasks tell each other apart, and from the clean one', () => {
  const prints = [
    whitened(S),
    labelNoise(whitened(S), { sigma: 0.1 }),
    labelNoise(whitened(S), { sigma: 0.2 }),
    labelNoise(whitened(S), { sigma: 0.1, seed: 1 }),
    labelNoise(whitened(S), { sigma: 0.1, noise: () => {} }),
    labelNoise(whitened(W), { sigma: 0.1 }),
  ].map((task) => task.fingerprint!())
  expect(new Set(prints).size).toBe(prints.length)
})

const wrong = <T>(value: unknown) => value as T
const noisy = (task: Task, options: unknown = { sigma: 1 }) => labelNoise(task, wrong(options))
const learn = (task: Task, rule = optimizer, hidden: number[] = []) => {
  using net = createNetwork(typescript, { sizes: [task.inputs, ...hidden, task.outputs], seed: 1 })
  const before = typescript.memory.liveBytes
  try {
    trainSync(net, task, { optimizer: rule, steps: 1 })
  } finally {
    expect(typescript.memory.liveBytes).toBe(before)
  }
}
const eye = [
  [1, 0],
  [0, 1],
]
test.each([
  ['no task', () => noisy(wrong(undefined)), 'DTYPE', 'task', 'such as whitened'],
  ['a task that was not called', () => noisy(wrong(whitened)), 'DTYPE', 'task', 'such as whitened'],
  ['a matrix for a task', () => noisy(wrong(S)), 'DTYPE', 'task', 'such as whitened'],
  [
    'a sequence',
    () => noisy(taskSequence([{ task: whitened(S), steps: 1 }])),
    'UNSUPPORTED',
    'task',
    'those of the stages',
  ],
  ['no options', () => labelNoise(whitened(S), wrong(undefined)), 'DTYPE', 'sigma', 'a number'],
  ['no sigma', () => noisy(whitened(S), {}), 'DTYPE', 'sigma', 'a number'],
  ['sigma -1', () => noisy(whitened(S), { sigma: -1 }), 'RANGE', 'sigma', 'at least 0'],
  ['sigma NaN', () => noisy(whitened(S), { sigma: Number.NaN }), 'RANGE', 'sigma', 'finite'],
  ['seed 0.5', () => noisy(whitened(S), { sigma: 1, seed: 0.5 }), 'RANGE', 'seed', 'seed'],
  ['noise a list', () => noisy(whitened(S), { sigma: 1, noise: [1] }), 'DTYPE', 'noise', 'a function'],
  [
    'noise and a seed',
    () => noisy(whitened(S), { sigma: 1, seed: 1, noise: () => {} }),
    'OPTION',
    'noise',
    'either a seed or',
  ],
  ['an unknown option', () => noisy(whitened(S), { std: 1 }), 'OPTION', 'labelNoise.std', "'sigma'"],
  [
    'cross-entropy',
    () => learn(noisy(classification(X, [0, 1, 0, 1, 1]))),
    'UNSUPPORTED',
    'task',
    'use whitened or regression',
  ],
  [
    'a masked loss',
    () => learn(noisy(matrixCompletion(eye, eye))),
    'UNSUPPORTED',
    'task',
    'use whitened or regression',
  ],
  [
    'a stream',
    () => learn(noisy(stream({ teacher: S, batchSize: 2 }))),
    'UNSUPPORTED',
    'task',
    'the noise of a stream',
  ],
  [
    'an autoencoder of a covariance',
    () => learn(noisy(autoencoder(eye)), optimizer, [2]),
    'UNSUPPORTED',
    'task',
    'use whitened or regression',
  ],
  [
    'minibatches of a map',
    () => learn(noisy(whitened(S)), sgd({ learningRate, batchSize: 1 })),
    'UNSUPPORTED',
    'batchSize',
    'use regression(x, y)',
  ],
])('%s is refused', (_, call, code, argument, text) => {
  expect(call).toThrow(expect.objectContaining({ code, argument, message: expect.stringContaining(text) }))
})
