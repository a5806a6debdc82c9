// Kernels of linear networks against formed Jacobians, and against published trajectories of the kernel.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createGramNetwork,
  createNetwork,
  type DeepLinearNetwork,
  explicit,
  probes,
} from '../../src/index.js'
import {
  diagonal,
  difference,
  eye,
  formedKernel,
  householder,
  inner,
  noise,
  norm,
  observe,
  once,
  plus,
  type Rows,
  scale,
  times,
  transpose,
} from './observe.js'

const engine = createEngineSync()
const starts: Rows[][] = [
  [noise(2, 3, 1)],
  [noise(5, 3, 2), noise(2, 5, 3)],
  [noise(2, 4, 4), noise(5, 2, 5), noise(3, 5, 6)],
  [noise(4, 3, 7), noise(3, 4, 8), noise(6, 3, 9), noise(1, 6, 10)],
]
const sizesOf = (weights: readonly Rows[]) => [weights[0][0].length, ...weights.map((w) => w.length)]
const network = (weights: readonly Rows[], dtype: 'float64' | 'float32' = 'float64') =>
  createNetwork(engine, { sizes: sizesOf(weights), init: explicit(weights), dtype })
const gram = (weights: readonly Rows[]) =>
  createGramNetwork(engine, { sizes: sizesOf(weights), init: explicit(weights) })
const move = (net: DeepLinearNetwork, weights: readonly Rows[]) => () => {
  for (const [l, w] of net.weights.entries()) w.set(weights[l])
}

describe.each(starts.map((weights) => [weights.length, weights] as const))('depth %i', (depth, weights) => {
  const n = weights[0][0].length
  const outputs = weights[depth - 1].length
  const few = noise(n, 2, 20)
  const many = noise(n, 9, 21)
  const other = weights.map((w, l) => plus(w, noise(w.length, w[0].length, 30 + l), 0.7))

  test('ntk is J J', () => {
    using net = network(weights)
    for (const x of [undefined, few, many]) {
      const wanted = formedKernel(weights, x ?? eye(n))
      expect(difference(once(net, probes.ntk({ inputs: x })) as Float64Array, wanted.flat())).toBeLessThan(1e-13)
    }
  })

  test('distances are those of formed kernels', () => {
    for (const x of [undefined, few, many]) {
      const [k0, k] = [weights, other].map((at) => formedKernel(at, x ?? eye(n)))
      using net = network(weights)
      const list = [
        probes.kernelDistance({ inputs: x }),
        { ...probes.kernelDistance({ inputs: x, measure: 'relative' }), name: 'relative' },
      ]
      const { frames } = observe(net, list, [move(net, other)])
      expect(frames[0]).toEqual([0, 0])
      // Rounding of the formed kernels, relative to their norms.
      expect(Math.abs((frames[1][0] as number) - (1 - inner(k, k0) / (norm(k) * norm(k0))))).toBeLessThan(1e-14)
      expect(Math.abs((frames[1][1] as number) - norm(plus(k, k0, -1)) / norm(k0))).toBeLessThan(1e-13)
    }
  })

  test('alignment is that of the formed kernel', () => {
    using net = network(weights)
    for (const x of [undefined, few, many]) {
      const samples = x?.[0].length ?? n
      const y = noise(outputs, samples, 40)
      const k = formedKernel(weights, x ?? eye(n))
      const vector = transpose([transpose(y).flat()])
      const wanted = inner(vector, times(k, vector)) / (norm(k) * inner(y, y))
      expect(Math.abs((once(net, probes.kernelAlignment({ inputs: x, targets: y })) as number) - wanted)).toBeLessThan(
        1e-14,
      )
    }
  })

  test('tiny weights and their squares do not underflow', () => {
    // Deep kernels scale as the power 2 (L - 1) of the weights: 1e-120 here.
    const size = depth > 1 ? 1e-60 ** (1 / (depth - 1)) : 1
    const [a, b] = [weights, other].map((at) => at.map((w) => scale(w, size)))
    using net = network(a)
    const y = noise(outputs, n, 40)
    const list = [probes.kernelDistance(), probes.kernelAlignment({ targets: y })]
    const tiny = observe(net, list, [move(net, b)]).frames[1] as number[]
    using plain = network(weights)
    const usual = observe(plain, list, [move(plain, other)]).frames[1] as number[]
    for (const i of [0, 1]) expect(Math.abs(tiny[i] - usual[i])).toBeLessThan(1e-13)
  })
})

test('two layers in Gram form have the same kernels', () => {
  const weights = starts[1]
  const x = noise(3, 7, 50)
  const y = noise(2, 7, 51)
  using layers = network(weights)
  using form = gram(weights)
  for (const probe of [
    probes.ntk({ inputs: x }),
    probes.ntk(),
    probes.kernelAlignment({ inputs: x, targets: y }),
    probes.cka({ layer: 1, to: y, inputs: x }),
    probes.representationalSimilarity({ layer: 1, inputs: x }),
    probes.representationalSimilarity({ layer: 2, inputs: x }),
    probes.representationalSimilarity({ layer: 1, side: 'output', targets: y }),
    probes.weightNorms(),
    probes.noetherCharges({ rates: [0.5, 2] }),
  ]) {
    const [got, wanted] = [form, layers]
      .map((net) => once(net, probe))
      .map((value) => (typeof value === 'number' ? [value] : [...value]))
    expect(difference(got, wanted), probe.name).toBeLessThan(1e-12)
  }
  const moved = () => {
    const { frames } = observe(
      form,
      [probes.kernelDistance({ inputs: x })],
      [
        () => {
          form.c1.set(times(weights[1], transpose(weights[1])).map((row) => row.map((value) => 2 * value)))
        },
      ],
    )
    return frames[1][0] as number
  }
  const factors = (c1: number) => {
    const h = times(weights[0], x)
    const b = scale(times(weights[1], transpose(weights[1])), c1)
    const [a, s] = [times(transpose(h), h), times(transpose(x), x)]
    return s.flatMap((row, p) =>
      b.map((out, i) => row.flatMap((v, q) => out.map((u, j) => v * u + a[p][q] * (i === j ? 1 : 0)))),
    )
  }
  const [k0, k] = [factors(1), factors(2)]
  expect(Math.abs(moved() - (1 - inner(k, k0) / (norm(k) * norm(k0))))).toBeLessThan(1e-14)
})

test('a distance far below eps is right: it falls as the square of the displacement', () => {
  const weights = starts[2]
  const direction = weights.map((w, l) => noise(w.length, w[0].length, 60 + l))
  for (const [dtype, small, tolerance] of [
    ['float64', 1e-10, 1e-3],
    ['float32', 2 ** -14, 0.05],
  ] as const) {
    const at = (h: number) => {
      using net = network(weights, dtype)
      // Both sides of the start: odd powers of the step leave.
      const sides = [h, -h].map((step) =>
        move(
          net,
          weights.map((w, l) => plus(w, direction[l], step)),
        ),
      )
      const { frames } = observe(net, [probes.kernelDistance()], sides)
      return ((frames[1][0] as number) + (frames[2][0] as number)) / 2
    }
    const large = dtype === 'float64' ? 1e-4 : 2 ** -7
    expect(Math.abs(at(small) / at(large) / (small / large) ** 2 - 1), dtype).toBeLessThan(tolerance)
  }
})

test('zero kernels and lost weights read as NaN', () => {
  using net = network(starts[2].map((w) => scale(w, 0)))
  expect(once(net, probes.kernelDistance())).toBeNaN()
  expect(once(net, probes.kernelAlignment({ targets: noise(3, 4, 1) }))).toBeNaN()
  using lost = network(starts[1])
  const poison = () => lost.weights[0].view().fill(Number.NaN)
  const list = [
    probes.kernelDistance(),
    probes.kernelAlignment({ targets: noise(2, 3, 1) }),
    probes.cka({ layer: 1 }),
    probes.representationalAlignment({ layer: 1 }),
  ]
  expect(observe(lost, list, [poison]).frames[1].every(Number.isNaN)).toBe(true)
})

// lambda-balanced starts W_1 = R S_1 V', W_2 = U S_2 R' and the kernel distance along the flow, published to 10 digits.
const published = [
  {
    // (3, 3, 3), lambda = 0
    m: [0.1, 0.05, 0.02],
    lambda: 0,
    u: householder([1, 2, 3]),
    r: householder([1, 1, -1]),
    v: householder([2, -1, 1]),
    target: times(times(householder([1, 0, 2]), diagonal(3, 3, [2, 1, 0.5])), householder([1, -2, 2])),
    tau: 1,
    distances: [
      [0.5, 0.1188831325],
      [1, 0.1991257129],
      [4, 0.136114358],
    ],
  },
  {
    // (4, 2, 2), lambda = -6
    m: [0.1, 0.05],
    lambda: -6,
    u: householder([1, 2]),
    r: eye(2),
    v: householder([1, 2, 3, 4]),
    target: times(times(householder([2, 1]), diagonal(2, 4, [2, 1])), householder([1, -1, 1, 1])),
    tau: 1,
    distances: [
      [0.25, 0.001949569576],
      [1, 0.005350885973],
      [4, 0.0233270501],
    ],
  },
]

test.each(published)(
  'published distances along the flow, lambda $lambda',
  ({ m, lambda, u, r, v, target, tau, distances }) => {
    const [inputs, hidden, outputs] = [v.length, r.length, u.length]
    const split = m.map((value) => {
      const large = Math.sqrt((Math.sqrt(lambda * lambda + 4 * value * value) + Math.abs(lambda)) / 2)
      return lambda >= 0 ? [value / large, large] : [large, value / large]
    })
    let w1 = times(
      times(
        r,
        diagonal(
          hidden,
          inputs,
          split.map(([s]) => s),
        ),
      ),
      transpose(v),
    )
    let w2 = times(
      times(
        u,
        diagonal(
          outputs,
          hidden,
          split.map(([, s]) => s),
        ),
      ),
      transpose(r),
    )
    using net = network([w1, w2])
    const slopes = (a: Rows, b: Rows) => {
      const error = plus(target, times(b, a), -1)
      return [times(transpose(b), error), times(error, transpose(a))].map((slope) => scale(slope, 1 / tau))
    }
    let time = 0
    const moves = distances.map(([until]) => () => {
      // Runge-Kutta of order 4 with steps of 1/400: errors of about 1e-11.
      const steps = Math.round((until - time) * 400)
      const h = (until - time) / steps
      for (let step = 0; step < steps; step++) {
        const k1 = slopes(w1, w2)
        const k2 = slopes(plus(w1, k1[0], h / 2), plus(w2, k1[1], h / 2))
        const k3 = slopes(plus(w1, k2[0], h / 2), plus(w2, k2[1], h / 2))
        const k4 = slopes(plus(w1, k3[0], h), plus(w2, k3[1], h))
        const sum = (i: number) => plus(plus(k1[i], k2[i], 2), plus(scale(k3[i], 2), k4[i]))
        w1 = plus(w1, sum(0), h / 6)
        w2 = plus(w2, sum(1), h / 6)
      }
      time = until
      move(net, [w1, w2])()
    })
    const { frames } = observe(net, [probes.kernelDistance(), probes.lambda()], moves)
    for (const [i, [, wanted]] of distances.entries()) {
      expect(Math.abs((frames[i + 1][0] as number) / wanted - 1)).toBeLessThan(2e-9)
      const [mean, spread] = frames[i + 1][1] as Float64Array
      expect(Math.abs(mean - lambda)).toBeLessThan(1e-9)
      expect(spread).toBeLessThan(1e-9)
    }
  },
)

test('no product is formed twice', () => {
  const weights = starts[3]
  const targets = noise(1, 3, 70)
  const all = [
    probes.ntk(),
    probes.kernelDistance(),
    probes.kernelAlignment({ targets }),
    probes.representationalSimilarity({ layer: 2 }),
    probes.representationalSimilarity({ layer: 4 }),
    probes.singularValues(),
    probes.loss(),
  ]
  using net = network(weights)
  const count = (list: Parameters<typeof observe>[1]) => observe(net, list).ops
  const kernel = count([probes.ntk()])
  // F_2, F_3 and T_2, T_1, and three products with their transposes of either.
  expect(kernel).toBe(10)
  expect(count([probes.ntk(), probes.kernelDistance()])).toBe(kernel)
  expect(count([probes.ntk(), probes.representationalSimilarity({ layer: 2 })])).toBe(kernel)
  // Three products on either side of the targets and four sums of products.
  expect(count([probes.ntk(), probes.kernelAlignment({ targets })])).toBe(kernel + 10)
  // One more product for W = T_1 W_1, and two ops of the loss's own sum of squares and its difference and factor.
  expect(count([probes.ntk(), probes.singularValues()])).toBe(kernel + 1)
  expect(count([probes.singularValues(), probes.ntk()])).toBe(kernel + 1)
  expect(count(all)).toBe(kernel + 10 + 1 + 1 + count([probes.loss()]) - count([probes.singularValues()]))
})
