// Parameterisations against the compact simulator of the theory guide, written down here on plain arrays: the golden run of a tiny
// network, residual branches, rates of layers; and what the scales are for: how the first step depends on the width.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createNetwork,
  explicit,
  type FeedforwardNetwork,
  gaussian,
  gradientDescent,
  type Initializer,
  meanField,
  ntk,
  OptionError,
  type Parameterization,
  probes,
  RangeArgError,
  regression,
  standard,
  trainSync,
} from '../../src/index.js'
import { key } from '../../src/random/key.js'
import { normal } from '../../src/random/normal.js'
import { slope } from '../flow/problems.js'

const engine = createEngineSync()

interface Tiny {
  /** Hidden layers. */
  readonly L: number
  readonly N: number
  readonly D: number
  readonly T: number
  readonly eta: number
  readonly gh: number
  readonly P: number
  readonly sigma: number
}

const golden = JSON.parse(readFileSync(new URL('../golden/large-width.json', import.meta.url), 'utf8')) as {
  kind: string
  params: Tiny
  expected: { test: number[]; train: number[] }
}[]

const z = (i: number, j: number, s: number) => Math.SQRT2 * Math.sin(1 + 1.7 * i + 2.3 * j + 0.9 * s)
const table = (rows: number, cols: number, entry: (i: number, j: number) => number) =>
  Array.from({ length: rows }, (_, i) => Array.from({ length: cols }, (_, j) => entry(i, j)))

/** Weights and samples of the golden recipe; the teacher is all ones. */
function recipe({ L, N, D, P, sigma }: Tiny) {
  const inner = Array.from({ length: L - 1 }, (_, l) => table(N, N, (i, j) => z(i, j, l + 1)))
  const weights = [table(N, D, (i, j) => z(i, j, 0)), ...inner, table(1, N, (_, j) => z(j, 0, 50))]
  const samples = table(P, D, (mu, i) => z(mu, i, 100))
  const noise = Array.from({ length: P }, (_, mu) => sigma * z(mu, 0, 101))
  const labels = samples.map((row, mu) => row.reduce((sum, x) => sum + x, 0) / Math.sqrt(D) + noise[mu])
  return { weights, samples, noise, labels }
}

const times = (a: number[][], v: number[]) => a.map((row) => row.reduce((sum, value, j) => sum + value * v[j], 0))
const back = (a: number[][], v: number[]) => a[0].map((_, j) => a.reduce((sum, row, i) => sum + row[j] * v[i], 0))
const square = (v: number[]) => v.reduce((sum, value) => sum + value * value, 0)

/** The simulator in compact form, on repeated data: `b` scales residual branches, `mult` the rates of the layers. */
function simulate(setup: Tiny, b?: number, mult?: readonly number[]) {
  const { L, N, D, P, T, eta, gh } = setup
  const { weights, samples, noise } = recipe(setup)
  const inner = weights.slice(1, L)
  const [w0, w] = [weights[0], [...weights[L][0]]]
  const [root, scale] = [Math.sqrt(N), Math.sqrt(D)]
  const rates = mult ?? new Array<number>(L + 1).fill(1)
  const test: number[] = []
  const train: number[] = []
  for (let t = 0; ; t++) {
    // g[l] and h[l], l = 1 .. L.
    const g: number[][] = []
    g[L] = [...w]
    for (let l = L - 1; l >= 1; l--) {
      const through = back(inner[l - 1], g[l + 1]).map((value) => value / root)
      g[l] = b === undefined ? through : through.map((value, i) => g[l + 1][i] + b * value)
    }
    const v = back(w0, g[1]).map((value) => 1 - (scale / (gh * N)) * value)
    const delta = times(samples, v).map((value, mu) => value / scale + noise[mu])
    test.push(square(v) / D)
    train.push(square(delta) / P)
    if (t === T - 1) return { test, train, weights: [w0, ...inner, [w]] }
    const q = back(samples, delta).map((value) => (scale / P) * value)
    const h: number[][] = []
    h[1] = times(w0, q).map((value) => value / scale)
    for (let l = 1; l < L; l++) {
      const through = times(inner[l - 1], h[l]).map((value) => value / root)
      h[l + 1] = b === undefined ? through : through.map((value, i) => h[l][i] + b * value)
    }
    const add = (a: number[][], factor: number, left: number[], right: number[]) => {
      a.forEach((row, i) => {
        for (const j of row.keys()) row[j] += factor * left[i] * right[j]
      })
    }
    add(w0, (rates[0] * eta * gh) / scale, g[1], q)
    for (let l = 1; l < L; l++) add(inner[l - 1], ((b ?? 1) * rates[l] * eta * gh) / root, g[l + 1], h[l])
    for (const i of w.keys()) w[i] += rates[L] * eta * gh * h[L][i]
  }
}

/** The same through the public face. */
function train(setup: Tiny, residual?: { scale: number | 'depth' }, layerRates?: readonly number[]) {
  const { L, N, D, T, eta, gh } = setup
  const { weights, samples, labels } = recipe(setup)
  const sizes = [D, ...new Array<number>(L).fill(N), 1]
  const parameterization = meanField({ gamma0: gh, normalizer: D })
  using net = createNetwork(engine, {
    sizes,
    init: explicit(weights),
    parameterization,
    ...(residual === undefined ? {} : { residual }),
  }) as FeedforwardNetwork
  const x = table(D, samples.length, (i, mu) => samples[mu][i])
  const { columns } = trainSync(net, regression(x, [labels]), {
    optimizer: gradientDescent({ learningRate: eta, ...(layerRates === undefined ? {} : { layerRates }) }),
    steps: T - 1,
    record: {
      every: 1,
      probes: [
        probes.loss(),
        // beta = sqrt(D) W.
        probes.custom({
          name: 'distance',
          read: ({ endToEnd }) => square([...endToEnd.data].map((w) => 1 - Math.sqrt(D) * w)) / D,
        }),
      ],
    },
  })
  return {
    test: [...columns.distance.data],
    train: [...columns.loss.data].map((loss) => 2 * loss),
    weights: net.weights.map((w) => w.toNested()),
  }
}

const relative = (a: readonly number[], b: readonly number[]) =>
  Math.max(...a.map((value, i) => Math.abs(value / b[i] - 1)))
const apart = (a: number[][][], b: number[][][]) =>
  Math.max(...a.flat(2).map((value, i) => Math.abs(value - b.flat(2)[i])))

describe('the tiny network of the golden file', () => {
  const { params, expected } = golden.find(({ kind }) => kind === 'dnet')!

  test('through createNetwork', () => {
    const found = train(params)
    expect(found.test).toHaveLength(params.T)
    expect(relative(found.test, expected.test)).toBeLessThan(1e-9)
    expect(relative(found.train, expected.train)).toBeLessThan(1e-9)
  })

  test('by the simulator, which is then trusted below', () => {
    const found = simulate(params)
    expect(relative(found.test, expected.test)).toBeLessThan(1e-9)
    expect(relative(found.train, expected.train)).toBeLessThan(1e-9)
  })
})

describe('networks against the simulator', () => {
  const setup: Tiny = { L: 4, N: 5, D: 3, T: 8, eta: 0.02, gh: 0.8, P: 4, sigma: 0.2 }
  test.each<{ name: string; setup: Tiny; residual?: { scale: number | 'depth' }; b?: number; mult?: number[] }>([
    { name: 'plain', setup },
    { name: 'one hidden layer, rich', setup: { ...setup, L: 1, N: 8, gh: 3, eta: 0.01 } },
    { name: 'rates of layers', setup, mult: [1, 0.5, 0, 2, 1.5] },
    { name: 'residual, 1/sqrt(L - 1)', setup, residual: { scale: 'depth' }, b: 1 / Math.sqrt(3) },
    { name: 'residual, 1/sqrt(L)', setup, residual: { scale: 0.5 }, b: 0.5 },
    {
      name: 'residual with rates',
      setup: { ...setup, L: 3 },
      residual: { scale: 'depth' },
      b: Math.SQRT1_2,
      mult: [1, 2, 0.3, 1],
    },
  ])('$name', ({ setup, residual, b, mult }) => {
    const found = train(setup, residual, mult)
    const wanted = simulate(setup, b, mult)
    expect(relative(found.test, wanted.test)).toBeLessThan(1e-12)
    expect(relative(found.train, wanted.train)).toBeLessThan(1e-12)
    expect(apart(found.weights, wanted.weights)).toBeLessThan(1e-12)
    // It moved.
    expect(wanted.train[7] / wanted.train[0]).toBeLessThan(0.9)
  })
})

describe('how the first step depends on the width', () => {
  const widths = [32, 128, 512]
  const SEEDS = 6
  const x = [0.9, -1.1, 1.2, 0.7]
  const n0 = x.length
  const LEARNING_RATE = 1e-3

  /**
   * One step on one sample with label 1, per unit of residual and of learning rate: the change of the output, and the root mean square
   * of the change of the last hidden layer.
   */
  function firstStep(width: number, seed: number, parameterization: Parameterization, init: Initializer) {
    using net = createNetwork(engine, {
      sizes: [n0, width, width, 1],
      parameterization,
      init,
      seed,
    }) as FeedforwardNetwork
    const look = () => {
      let h = x
      const layers = net.weights.map((w, l) => {
        h = times(w.toNested(), h).map((value) => net.layers[l].multiplier * value)
        return h
      })
      return { hidden: layers[1], output: layers[2][0] }
    }
    const before = look()
    trainSync(
      net,
      regression(
        x.map((value) => [value]),
        [[1]],
      ),
      {
        optimizer: gradientDescent({ learningRate: LEARNING_RATE }),
        steps: 1,
        record: { probes: [] },
      },
    )
    const after = look()
    const unit = LEARNING_RATE * (1 - before.output)
    return {
      output: (after.output - before.output) / unit,
      hidden: Math.sqrt(square(after.hidden.map((value, i) => value - before.hidden[i])) / width) / Math.abs(unit),
    }
  }

  function averages(parameterization: Parameterization, init = gaussian({ variance: 1 })) {
    const seeds = Array.from({ length: SEEDS }, (_, seed) => seed)
    return widths.map((width) => {
      const found = seeds.map((seed) => firstStep(width, seed, parameterization, init))
      const mean = (name: 'output' | 'hidden') => found.reduce((sum, step) => sum + step[name], 0) / SEEDS
      return { output: mean('output'), hidden: mean('hidden') }
    })
  }
  const exponent = (values: number[]) => slope(widths, values)
  // Three layers, each with a kernel of |x|^2 / n_0, up to fluctuations of a few percent at width 512.
  const kernel = (3 * square(x)) / n0

  test('mean field: output and features move at rates of their own, whatever the width', () => {
    const steps = averages(meanField())
    expect(Math.abs(exponent(steps.map(({ output }) => output)))).toBeLessThan(0.1)
    expect(Math.abs(exponent(steps.map(({ hidden }) => hidden)))).toBeLessThan(0.1)
    expect(Math.abs(steps[2].output / kernel - 1)).toBeLessThan(0.1)
  })

  test('NTK: the output moves as fast, the features by one over the root of the width', () => {
    const steps = averages(ntk())
    expect(Math.abs(exponent(steps.map(({ output }) => output)))).toBeLessThan(0.1)
    expect(Math.abs(exponent(steps.map(({ hidden }) => hidden)) + 0.5)).toBeLessThan(0.1)
    expect(Math.abs(steps[2].output / kernel - 1)).toBeLessThan(0.1)
  })

  test('standard, at one learning rate: the step grows with the width', () => {
    // Variance 1 / n_{l-1}, as most code starts.
    const unit = gaussian({ variance: 1 })
    const fanIn: Initializer = {
      name: 'fan in',
      weights: (sizes, seed) => unit.weights(sizes, seed).map((w, l) => w.map((entry) => entry / Math.sqrt(sizes[l]))),
    }
    const steps = averages(standard(), fanIn)
    expect(exponent(steps.map(({ output }) => output))).toBeGreaterThan(0.9)
  })

  test('a bias of the output moves at the rate of its layer, not with the width', () => {
    const moves = widths.map((width) => {
      using net = createNetwork(engine, { sizes: [n0, width, 1], parameterization: meanField(), biases: true, seed: 1 })
      const f = () => {
        using inputs = engine.matrix([[0], [0], [0], [0]])
        using outputs = net.predict(inputs)
        return outputs.get(0, 0)
      }
      const before = f()
      trainSync(net, regression([[0], [0], [0], [0]], [[1]]), {
        optimizer: gradientDescent({ learningRate: LEARNING_RATE }),
        steps: 1,
      })
      return (f() - before) / LEARNING_RATE
    })
    // c^2 rate = 1, and w . b_1 moves too: its kernel is |w|^2 / N, 1 up to fluctuations.
    for (const move of moves) expect(Math.abs(move - 2)).toBeLessThan(0.5)
    expect(Math.abs(moves[2] - 2)).toBeLessThan(0.15)
  })

  test('a large factor of the outputs is lazy', () => {
    const move = (alpha: number) => {
      using net = createNetwork(engine, {
        sizes: [2, 8, 1],
        outputMultiplier: alpha,
        init: explicit([first, [[...last]]]),
      })
      const optimizer = gradientDescent({ learningRate: 0.01 / alpha ** 2 })
      const { columns } = trainSync(net, regression([[1], [0.5]], [[1]]), {
        optimizer,
        steps: 400,
        record: { every: 400, probes: [probes.distance(), probes.loss()] },
      })
      expect(columns.loss.data[1]).toBeLessThan(0.05)
      return columns.distance.data[1]
    }
    // Units in pairs of opposite sign: f is 0 at the start, so that every alpha learns the same residual.
    const drawn = normal(key(3), 8)
    const first = table(8, 2, (i, j) => drawn[2 * (i >> 1) + j])
    const last = first.map((_, i) => (i % 2 === 0 ? 1 : -1))
    const [near, far] = [move(10), move(100)]
    expect(Math.abs(near / far - 10)).toBeLessThan(0.5)
  })
})

describe('where it starts, and errors', () => {
  const spread = (parameterization: Parameterization) => {
    using net = createNetwork(engine, { sizes: [20, 100, 20], parameterization, seed: 3 })
    return square(net.weights.flatMap((w) => [...w.toArray()])) / net.parameterCount
  }

  test('variance 1 unless something else is said', () => {
    // 4000 numbers: the standard deviation of the mean square is 0.022.
    expect(Math.abs(spread(ntk()) - 1)).toBeLessThan(0.1)
    expect(Math.abs(spread(meanField()) - 1)).toBeLessThan(0.1)
    expect(Math.abs(spread(standard()) - 0.01)).toBeLessThan(0.001)
    using net = createNetwork(engine, { sizes: [2, 1], parameterization: ntk(), init: explicit([[[3, 4]]]) })
    expect(net.weights[0].toNested()).toEqual([[3, 4]])
  })

  test.each([
    ['gamma 0', () => ntk({ gamma: 0 }), RangeArgError, 'gamma'],
    ['gamma NaN', () => ntk({ gamma: NaN }), RangeArgError, 'gamma'],
    ['gamma by another name', () => ntk({ gamma0: 1 } as object), OptionError, 'ntk.gamma0'],
    ['gamma0 below 0', () => meanField({ gamma0: -1 }), RangeArgError, 'gamma0'],
    ['normalizer 0', () => meanField({ normalizer: 0 }), RangeArgError, 'normalizer'],
    ['infinite normalizer', () => meanField({ normalizer: Infinity }), RangeArgError, 'normalizer'],
  ])('%s', (_name, call, kind, argument) => {
    expect(call).toThrow(kind)
    expect(call).toThrow(expect.objectContaining({ argument }))
  })
})
