// The golden cases of the theory guides that are simulations, through the public face: numbers made elsewhere, by other code and other
// integrators, to their stated digits. Those of saddle-to-saddle and mixed dynamics are in test/flow/golden.test.ts, the tiny mean-field network
// in test/network/parameterization.test.ts.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  addWeightDecay,
  autoencoder,
  chain,
  classification,
  createDiagonalNetwork,
  createEngineSync,
  createNetwork,
  explicit,
  fromStatistics,
  gradientDescent,
  gradientFlowSync,
  momentum,
  probes,
  regression,
  trainSync,
  whitened,
} from '../../src/index.js'
import { type Nested, product, transpose } from '../network/model.js'

const engine = createEngineSync()
const read = <T>(name: string) =>
  JSON.parse(readFileSync(new URL(`../golden/${name}.json`, import.meta.url), 'utf8')) as T

const combine = (a: Nested, factor: number, b: Nested): Nested =>
  a.map((row, i) => row.map((value, j) => value + factor * b[i][j]))
const size = (a: Nested) => Math.hypot(...a.flat())
const inner = (a: Nested, b: Nested) => a.flat().reduce((sum, value, at) => sum + value * b.flat()[at], 0)

/** The largest distance, relative to numbers above 1. */
function expectClose(found: ArrayLike<number>, wanted: ArrayLike<number>, tolerance: number, what?: string): void {
  expect(found.length, what).toBe(wanted.length)
  for (let i = 0; i < wanted.length; i++) {
    expect(Math.abs(found[i] - wanted[i]), what).toBeLessThan(tolerance * Math.max(1, Math.abs(wanted[i])))
  }
}

const rows = (data: Float64Array, columns: number): Nested =>
  Array.from({ length: data.length / columns }, (_, i) => [...data.subarray(i * columns, (i + 1) * columns)])

describe('lambda-balanced: the flow of two layers from given weights', () => {
  interface Moment {
    t: number
    W2W1: Nested
    trW1tW1: number
    trW2W2t: number
    W1tW1_row0: number[]
    W2W2t_row0: number[]
    loss: number
    ntk_distance: number
  }
  interface Case {
    name: string
    desc: string
    Ni: number
    Nh: number
    No: number
    lam: number
    tau: number
    Sigma_yx: Nested
    W1_0: Nested
    W2_0: Nested
    expected: Moment[]
  }
  const cases = read<Case[]>('lambda-balanced')
  expect(cases).toHaveLength(6)

  test.each(cases)('$name: $desc', ({ Ni, Nh, No, lam, tau, Sigma_yx, W1_0, W2_0, expected }) => {
    using net = createNetwork(engine, { sizes: [Ni, Nh, No], init: explicit([W1_0, W2_0]) })
    const { status, columns } = gradientFlowSync(net, whitened(Sigma_yx), {
      // Time is in units of tau.
      time: expected.at(-1)!.t / tau,
      rtol: 1e-13,
      record: {
        at: expected.map(({ t }) => t / tau),
        probes: [probes.loss(), probes.weights(), probes.kernelDistance(), probes.lambda()],
      },
    })
    expect(status).toBe('completed')
    const weights = columns.weights.data
    const count = Nh * (Ni + No)
    expected.forEach((moment, i) => {
      const at = weights.subarray(i * count, (i + 1) * count)
      const [w1, w2] = [rows(at.slice(0, Nh * Ni), Ni), rows(at.slice(Nh * Ni), Nh)]
      const [gram1, gram2] = [product(transpose(w1), w1), product(w2, transpose(w2))]
      const what = `t = ${moment.t}`
      expectClose(product(w2, w1).flat(), moment.W2W1.flat(), 1e-9, what)
      expectClose(gram1[0], moment.W1tW1_row0, 1e-9, what)
      expectClose(gram2[0], moment.W2W2t_row0, 1e-9, what)
      const trace = (a: Nested) => a.reduce((sum, row, j) => sum + row[j], 0)
      expectClose([trace(gram1), trace(gram2)], [moment.trW1tW1, moment.trW2W2t], 1e-9, what)
      // What has few digits left is measured against them: losses are given to 12.
      expect(Math.abs(columns.loss.data[i] - moment.loss), what).toBeLessThan(1e-9 * Math.max(moment.loss, 1e-3))
      expectClose([columns.kernelDistance.data[i]], [moment.ntk_distance], 1e-9, what)
      // The start has lambda, and the flow keeps it: mean and spread of the eigenvalues of D.
      expectClose(columns.lambda.data.subarray(2 * i, 2 * i + 2), [lam, 0], 1e-9, what)
    })
  })
})

describe('a single neuron f(x) = a w.x', () => {
  interface Exact {
    kind: 'singleNeuronExact'
    input: { a0: number; w0: number[]; betaStar: number[]; etaA: number; etaW: number }
    delta: number
    expected: {
      t: number
      a: number
      w: number[]
      beta: number[]
      mu: number
      phi: number
      loss_excess: number
      kernel_distance_vs0: number
    }[]
  }
  interface Limit {
    kind: 'singleNeuronInterpolationLimit'
    input: { a0: number; w0: number[]; X: Nested; y: number[]; etaA: number; etaW: number }
    expected: { aInf: number; betaInf: number[] }
  }
  interface QuasiHomogeneous {
    kind: 'quasiHomogFlow'
    input: { depths: number[]; Z: Nested; theta0: number[]; stopLogInvLoss: number }
    expected: { theta: number[]; beta: number[]; minMargin: number; l2NormalizedMargin: number; logInvLoss: number }
  }
  const cases = read<(Exact | Limit | QuasiHomogeneous)[]>('single-neuron-noise-margin')
  const exact = cases.filter((entry): entry is Exact => entry.kind === 'singleNeuronExact')
  const limits = cases.filter((entry): entry is Limit => entry.kind === 'singleNeuronInterpolationLimit')
  const homogeneous = cases.filter((entry): entry is QuasiHomogeneous => entry.kind === 'quasiHomogFlow')
  expect([exact.length, limits.length, homogeneous.length]).toEqual([4, 1, 1])
  /** The golden numbers have 11 digits. */
  const DIGITS = 2e-10

  test.each(exact)('whitened, delta = $delta', ({ input, delta, expected }) => {
    const { a0, w0, betaStar, etaA, etaW } = input
    using net = createNetwork(engine, { sizes: [w0.length, 1, 1], init: explicit([[w0], [[a0]]]) })
    const { columns } = gradientFlowSync(net, whitened([betaStar]), {
      time: expected.at(-1)!.t,
      rtol: 1e-13,
      layerRates: [etaW, etaA],
      record: { at: expected.map(({ t }) => t), probes: [probes.loss(), probes.weights()] },
    })
    const norm = (v: readonly number[]) => Math.hypot(...v)
    const dot = (u: readonly number[], v: readonly number[]) => u.reduce((sum, value, i) => sum + value * v[i], 0)
    // The kernel of functions: eta_w a^2 I + eta_a w w'.
    const kernel = (a: number, w: readonly number[]) =>
      w.map((wi, i) => w.map((wj, j) => etaA * wi * wj + (i === j ? etaW * a * a : 0)))
    const k0 = kernel(a0, w0)
    expected.forEach((moment, i) => {
      const all = columns.weights.data.slice(i * (w0.length + 1), (i + 1) * (w0.length + 1))
      const [w, a] = [[...all.slice(0, -1)], all[w0.length]]
      const k = kernel(a, w)
      const what = `t = ${moment.t}`
      expectClose([a, ...w], [moment.a, ...moment.w], DIGITS, what)
      expectClose(
        w.map((value) => a * value),
        moment.beta,
        DIGITS,
        what,
      )
      expectClose([a * norm(w)], [moment.mu], DIGITS, what)
      expectClose([dot(w, betaStar) / (norm(w) * norm(betaStar))], [moment.phi], DIGITS, what)
      expectClose([columns.loss.data[i]], [moment.loss_excess], DIGITS, what)
      expectClose([1 - inner(k, k0) / (size(k) * size(k0))], [moment.kernel_distance_vs0], DIGITS, what)
      expectClose([etaW * a * a - etaA * dot(w, w)], [delta], 1e-11, what)
    })
  })

  test.each(limits)('where regression ends, from samples that do not span the inputs', ({ input, expected }) => {
    const { a0, w0, X, y, etaA, etaW } = input
    using net = createNetwork(engine, { sizes: [w0.length, 1, 1], init: explicit([[w0], [[a0]]]) })
    const { status, columns } = gradientFlowSync(net, regression(transpose(X), [y]), {
      time: 200,
      rtol: 1e-13,
      layerRates: [etaW, etaA],
    })
    expect(status).toBe('completed')
    expect(columns.loss.data.at(-1)!).toBeLessThan(1e-20)
    expectClose([net.weights[1].get(0, 0)], [expected.aInf], DIGITS)
    using map = net.endToEnd()
    expectClose(map.toArray(), expected.betaInf, DIGITS)
  })

  test.each(homogeneous)('coordinates of two depths, by the loss clock', ({ input, expected }) => {
    const { depths, Z, theta0, stopLogInvLoss } = input
    const [shallow, deep1, deep2] = theta0
    using net = createDiagonalNetwork(engine, {
      depths,
      start: [
        [shallow, deep1],
        [0, deep2],
      ],
    })
    // z = y x, so that the signs are all 1.
    const task = classification(
      transpose(Z),
      Z.map(() => 1),
      { loss: 'log-sum-exp' },
    )
    const initial = -trainSync(net, task, { optimizer: gradientDescent({ learningRate: 1 }), steps: 0 }).columns.loss
      .data[0]
    const { status, columns } = gradientFlowSync(net, task, {
      time: stopLogInvLoss - initial,
      clock: 'loss',
      rtol: 1e-13,
    })
    expect(status).toBe('completed')
    const theta = [net.factors[0].get(0, 0), net.factors[0].get(0, 1), net.factors[1].get(0, 1)]
    expectClose(theta, expected.theta, 1e-8)
    using map = net.endToEnd()
    const beta = [...map.toArray()]
    expectClose(beta, expected.beta, 1e-8)
    expectClose([-columns.loss.data.at(-1)!], [expected.logInvLoss], 1e-10)
    const margins = Z.map((row) => row.reduce((sum, value, i) => sum + value * beta[i], 0))
    expectClose([Math.min(...margins)], [expected.minMargin], 1e-8)
    expectClose([Math.min(...margins) / Math.hypot(...beta)], [expected.l2NormalizedMargin], 1e-8)
    expect(Math.abs(theta[1] ** 2 - theta[2] ** 2 + 0.09)).toBeLessThan(1e-9)
  })
})

describe('symmetry and structure', () => {
  interface Input {
    id: string
    W1: Nested
    W2: Nested
    B: Nested
    C: Nested
    Sxx: Nested
    Syx: Nested
    eta: number
    beta: number
    lambda: number
    steps: number
  }
  interface Expected {
    W2W1: Nested
    D_direct: Nested
    N_charge_direct: Nested
    loss_minus_const: number
    B: Nested
    weight_angle_deg: number
    W2_minus_BT_fro: number
    Q: Nested
    W1: Nested
    W2: Nested
    loss: number
    loss_min_closed_form: number
    sv_closed_form: number[]
    W2W1_minus_closed_form_max: number
  }
  const cases = read<{ input: Input; expected: Expected }[]>('symmetry-and-structure')
  const named = (id: string) => cases.find(({ input }) => input.id === id)!
  /** The golden numbers have 12 digits. */
  const DIGITS = 1e-11

  test('G1: a heavy ball with weight decay, its balance and its charge', () => {
    const { input, expected } = named('G1-mechanics')
    const { W1, W2, Sxx, Syx, eta, beta, lambda, steps } = input
    const task = fromStatistics({ sigmaXX: Sxx, sigmaYX: Syx })
    using net = createNetwork(engine, { sizes: [3, 2, 2], init: explicit([W1, W2]) })
    const { checkpoint, columns } = trainSync(net, task, {
      optimizer: momentum({ learningRate: eta, momentum: beta, weightDecay: lambda }),
      steps,
      record: {
        every: steps,
        probes: [probes.loss(), probes.noetherCharges({ form: 'matrix', of: 'velocities', layer: 1 })],
      },
    })
    const [w1, w2] = net.weights.map((w) => w.toNested())
    const [v1, v2] = ['velocity W_1', 'velocity W_2'].map((name) => {
      const { data, shape } = checkpoint().tensors.find((tensor) => tensor.name === name)!
      return rows(Float64Array.from(data), shape[1])
    })
    const charge = combine(product(transpose(w2), v2), -1, product(v1, transpose(w1)))
    expectClose(product(w2, w1).flat(), expected.W2W1.flat(), DIGITS)
    expectClose(
      combine(product(transpose(w2), w2), -1, product(w1, transpose(w1))).flat(),
      expected.D_direct.flat(),
      DIGITS,
    )
    expectClose(charge.flat(), expected.N_charge_direct.flat(), DIGITS)
    expectClose(columns.noetherCharges.data.slice(-4), expected.N_charge_direct.flat(), DIGITS)
    // The task counts the loss from its least value, the golden one leaves the constant out.
    const w = product(w2, w1)
    const bare = inner(product(w, Sxx), w) / 2 - inner(w, Syx)
    expectClose([bare], [expected.loss_minus_const], DIGITS)
    const least = (p: Nested) => inner(product(p, Sxx), p) / 2 - inner(p, Syx)
    const best = transpose(solve(Sxx, transpose(Syx)))
    expectClose([columns.loss.data.at(-1)!], [bare - least(best)], DIGITS)
  })

  test.each([
    { id: 'G4a-FA', rule: 'fixed' },
    { id: 'G4b-KP', rule: 'kolen-pollack' },
  ] as const)('$id: feedback, $rule', ({ id, rule }) => {
    const { input, expected } = named(id)
    const { W1, W2, B, Sxx, Syx, eta, lambda, steps } = input
    using net = createNetwork(engine, {
      sizes: [3, 2, 2],
      init: explicit([W1, W2]),
      feedback: { matrices: [B], rule },
    })
    trainSync(net, fromStatistics({ sigmaXX: Sxx, sigmaYX: Syx }), {
      optimizer: chain(lambda === 0 ? [] : [addWeightDecay(lambda)], { learningRate: eta }),
      steps,
      record: { probes: [] },
    })
    const [w1, w2] = net.weights.map((w) => w.toNested())
    const b = net.layers[1].feedback!.toNested()
    expectClose(product(w2, w1).flat(), expected.W2W1.flat(), DIGITS)
    expectClose(b.flat(), expected.B.flat(), DIGITS)
    const [u, v] = [w2, transpose(b)]
    expectClose([(180 / Math.PI) * Math.acos(inner(u, v) / (size(u) * size(v)))], [expected.weight_angle_deg], DIGITS)
    expectClose([size(combine(u, -1, v))], [expected.W2_minus_BT_fro], DIGITS)
    if (rule === 'fixed') {
      // What the flow conserves: W_1 W_1' - B W_2 - (B W_2)'.
      const half = product(b, w2)
      const charge = combine(combine(product(w1, transpose(w1)), -1, half), -1, transpose(half))
      expectClose(charge.flat(), expected.Q.flat(), DIGITS)
    }
  })

  describe('G5: a linear autoencoder', () => {
    const { input, expected } = named('G5-lae-sum')
    const { W1, W2, C, eta, lambda, steps } = input

    /** All penalties in one loop, on nested arrays. */
    function descend(penalty: 'none' | 'product' | 'sum') {
      let [w1, w2] = [W1, W2]
      const identity = C.map((row, i) => row.map((_, j) => (i === j ? 1 : 0)))
      for (let step = 0; step < steps; step++) {
        const w = product(w2, w1)
        let g = product(combine(w, -1, identity), C)
        if (penalty === 'product') g = combine(g, lambda, w)
        const [g1, g2] = [product(transpose(w2), g), product(g, transpose(w1))]
        const decay = penalty === 'sum' ? lambda : 0
        ;[w1, w2] = [combine(combine(w1, -eta, g1), -eta * decay, w1), combine(combine(w2, -eta, g2), -eta * decay, w2)]
      }
      const rest = combine(identity, -1, product(w2, w1))
      const size2 = (a: Nested) => inner(a, a)
      const added = penalty === 'sum' ? size2(w1) + size2(w2) : penalty === 'product' ? size2(product(w2, w1)) : 0
      return { w1, w2, loss: inner(product(rest, C), rest) / 2 + (lambda / 2) * added }
    }

    function run(penalty: 'none' | 'product' | 'sum', more = 0) {
      using net = createNetwork(engine, { sizes: [4, 2, 4], init: explicit([W1, W2]) })
      const task = autoencoder(C, penalty === 'none' ? {} : { penalty, lambda })
      const { columns } = trainSync(net, task, {
        optimizer: gradientDescent({ learningRate: eta }),
        steps: steps + more,
        record: { every: steps + more, probes: [probes.loss(), probes.singularValues({ rank: 2 })] },
      })
      const [w1, w2] = net.weights.map((w) => w.toNested())
      return { w1, w2, loss: columns.loss.data.at(-1)!, values: columns.singularValues.data.slice(-2) }
    }

    test('sum, by the golden numbers', () => {
      const found = run('sum')
      expectClose(found.w1.flat(), expected.W1.flat(), DIGITS)
      expectClose(found.w2.flat(), expected.W2.flat(), DIGITS)
      // The golden loss is in the scale of the sums: |X - W X|^2 + lambda (...), twice this one.
      expectClose([2 * found.loss], [expected.loss], DIGITS)
    })

    test('and to its minimum', () => {
      const found = run('sum', 4000)
      expectClose(found.values, expected.sv_closed_form, DIGITS)
      expectClose([2 * found.loss], [expected.loss_min_closed_form], DIGITS)
    })

    test.each(['none', 'product', 'sum'] as const)('%s, by a loop of our own', (penalty) => {
      const [found, wanted] = [run(penalty), descend(penalty)]
      expectClose(found.w1.flat(), wanted.w1.flat(), 1e-13)
      expectClose(found.w2.flat(), wanted.w2.flat(), 1e-13)
      expectClose([found.loss], [wanted.loss], 1e-13)
    })
  })
})

/** A X = B by elimination, for small A that need no pivots. */
function solve(a: Nested, b: Nested): Nested {
  const n = a.length
  const rows = a.map((row, i) => [...row, ...b[i]])
  for (let k = 0; k < n; k++) {
    for (let i = 0; i < n; i++) {
      if (i === k) continue
      const factor = rows[i][k] / rows[k][k]
      rows[i] = rows[i].map((value, j) => value - factor * rows[k][j])
    }
  }
  return rows.map((row, i) => row.slice(n).map((value) => value / row[i]))
}
