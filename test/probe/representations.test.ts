// Similarity of hidden representations against plain arithmetic on samples.
import { describe, expect, test } from 'vitest'
import { createEngineSync, createNetwork, type DeepLinearNetwork, explicit, probes } from '../../src/index.js'
import {
  diagonal,
  difference,
  eye,
  forward,
  householder,
  inner,
  noise,
  norm,
  observe,
  once,
  plus,
  type Rows,
  scale,
  solveRows,
  times,
  transpose,
} from './observe.js'

const engine = createEngineSync()
const weights = [noise(5, 3, 1), noise(4, 5, 2), noise(2, 4, 3)]
const other = weights.map((w, l) => plus(w, noise(w.length, w[0].length, 30 + l), 0.7))
const network = (at: readonly Rows[], dtype: 'float64' | 'float32' = 'float64') =>
  createNetwork(engine, { sizes: [at[0][0].length, ...at.map((w) => w.length)], init: explicit(at), dtype })
const move = (net: DeepLinearNetwork, at: readonly Rows[]) => () => {
  for (const [l, w] of net.weights.entries()) w.set(at[l])
}
const inputs = [undefined, noise(3, 2, 10), noise(3, 8, 11)]
const hidden = (at: readonly Rows[], layer: number, x: Rows) => forward(at.slice(0, layer), x)
const square = (h: Rows) => times(transpose(h), h)

/** Rows without their means. */
const centre = (a: Rows): Rows =>
  a.map((row) => row.map((x) => x - row.reduce((sum, value) => sum + value, 0) / row.length))
const ckaOf = (h: Rows, r: Rows, center: boolean): number => {
  const [a, b] = [h, r].map((rows) => square(center ? centre(rows) : rows))
  return inner(a, b) / (norm(a) * norm(b))
}
const pearson = (a: Rows, b: Rows): number => {
  const above = (m: Rows) => m.flatMap((row, i) => row.slice(i + 1))
  const [x, y] = [above(a), above(b)].map((values) => centre([values]))
  return inner(x, y) / (norm(x) * norm(y))
}

describe('cka', () => {
  test.each([1, 2, 3])('layer %i: with the start and with given representations', (layer) => {
    for (const x of inputs) {
      for (const center of [true, false]) {
        const samples = x ?? eye(3)
        const r = noise(6, samples[0].length, 20)
        using net = network(weights)
        const list = [
          probes.cka({ layer, inputs: x, center }),
          { ...probes.cka({ layer, inputs: x, center, to: r }), name: 'given' },
        ]
        const { frames } = observe(net, list, [move(net, other)])
        expect(Math.abs((frames[0][0] as number) - 1)).toBeLessThan(1e-14)
        const [before, after] = [weights, other].map((at) => hidden(at, layer, samples))
        const got = [...frames[1], frames[0][1]] as number[]
        const wanted = [ckaOf(after, before, center), ckaOf(after, r, center), ckaOf(before, r, center)]
        got.forEach((value, i) => {
          expect(Math.abs(value - wanted[i])).toBeLessThan(1e-13)
        })
      }
    }
  })

  test('published value of two 3 x 3 kernels', () => {
    // Factors H'H = K and R'R = L by hand: elimination of the rows.
    const factor = (k: Rows): Rows => {
      const lower = eye(3, 0)
      for (let i = 0; i < 3; i++) {
        for (let j = 0; j <= i; j++) {
          const rest = k[i][j] - lower[i].slice(0, j).reduce((sum, v, t) => sum + v * lower[j][t], 0)
          lower[i][j] = i === j ? Math.sqrt(rest) : rest / lower[j][j]
        }
      }
      return transpose(lower)
    }
    const k = factor([
      [2, 1, 0],
      [1, 3, 1],
      [0, 1, 1],
    ])
    const l = factor([
      [1, 0, 1],
      [0, 2, 0],
      [1, 0, 2],
    ])
    using net = network([k, eye(3)])
    expect(Math.abs((once(net, probes.cka({ layer: 1, to: l })) as number) - 0.708010432394)).toBeLessThan(1e-12)
  })

  test('tiny and huge weights neither underflow nor overflow', () => {
    for (const size of [1e-100, 1e100]) {
      const turn = (at: readonly Rows[]) => [scale(at[0], size), ...at.slice(1)]
      using net = network(turn(weights))
      const { frames } = observe(net, [probes.cka({ layer: 2 })], [move(net, turn(other))])
      const [before, after] = [weights, other].map((at) => hidden(at, 2, eye(3)))
      expect(Math.abs((frames[1][0] as number) - ckaOf(after, before, true))).toBeLessThan(1e-13)
    }
  })

  test('rotations and factors of a layer change nothing', () => {
    using net = network(weights)
    const turned = [times(householder([1, 2, -1, 3, 0.5]), scale(weights[0], 3)), ...weights.slice(1)]
    const { frames } = observe(net, [probes.cka({ layer: 1 })], [move(net, turned)])
    expect(Math.abs((frames[1][0] as number) - 1)).toBeLessThan(1e-14)
  })
})

describe('similarity', () => {
  test.each([1, 2, 3])('layer %i from the inputs', (layer) => {
    for (const x of inputs) {
      using net = network(weights)
      const got = once(net, probes.representationalSimilarity({ layer, inputs: x })) as Float64Array
      expect(difference(got, square(hidden(weights, layer, x ?? eye(3))).flat())).toBeLessThan(1e-14)
    }
  })

  test('two sets of inputs of one shape are two', () => {
    using net = network(weights)
    const [x, y] = [noise(3, 4, 90), noise(3, 4, 91)]
    const at = (given: Rows, name: string) => ({
      ...probes.representationalSimilarity({ layer: 1, inputs: given }),
      name,
    })
    const [first, second] = observe(net, [at(x, 'x'), at(y, 'y')]).frames[0] as Float64Array[]
    expect(difference(first, square(hidden(weights, 1, x)).flat())).toBeLessThan(1e-14)
    expect(difference(second, square(hidden(weights, 1, y)).flat())).toBeLessThan(1e-14)
  })

  test.each(['float64', 'float32'] as const)(
    '%s: from the outputs, for layers wider and narrower than them',
    (dtype) => {
      // T^+ = T' (T T')^-1 for full row rank, (T' T)^-1 T' for full column rank.
      for (const sizes of [
        [3, 5, 4, 2],
        [3, 2, 3, 6],
      ]) {
        const at = sizes.slice(1).map((rows, l) => noise(rows, sizes[l], 50 + l + rows))
        const y = noise(sizes[3], 7, 60)
        for (const layer of [1, 2]) {
          const t = forward(at.slice(layer), eye(sizes[layer]))
          const wide = sizes[layer] >= sizes[3]
          const shortest = wide
            ? times(transpose(t), solveRows(times(t, transpose(t)), y))
            : solveRows(times(transpose(t), t), times(transpose(t), y))
          using net = network(at, dtype)
          const got = once(
            net,
            probes.representationalSimilarity({ layer, side: 'output', targets: y }),
          ) as Float64Array
          // Errors grow with the square of the condition number of T, which is below 30 here.
          const tolerance = dtype === 'float64' ? 1e-11 : 2e-3
          expect(difference(got, square(shortest).flat()), `${sizes} ${layer}`).toBeLessThan(tolerance)
        }
      }
    },
  )

  test('directions that the layers above do not see count as zero', () => {
    using net = network([
      eye(2),
      [
        [2, 0],
        [0, 0],
      ] as Rows,
    ])
    const targets = [
      [4, 6],
      [1, 1],
    ]
    const got = once(net, probes.representationalSimilarity({ layer: 1, side: 'output', targets })) as Float64Array
    expect(difference(got, [4, 6, 6, 9])).toBeLessThan(1e-15)
  })

  test('at a lambda-balanced minimum both sides agree', () => {
    const [u, r, v] = [householder([1, 2, 3]), householder([1, 1, -1]), householder([2, -1, 1])]
    const values = [2, 1, 0.5]
    for (const lambda of [0, 0.5, -5]) {
      const part = (sign: number) =>
        values.map((s) => Math.sqrt((Math.sqrt(lambda * lambda + 4 * s * s) + sign * lambda) / 2))
      const w1 = times(times(r, diagonal(3, 3, part(-1))), v)
      const w2 = times(times(u, diagonal(3, 3, part(1))), transpose(r))
      using net = network([w1, w2])
      const targets = times(w2, w1)
      const { frames } = observe(net, [
        probes.representationalSimilarity({ layer: 1 }),
        { ...probes.representationalSimilarity({ layer: 1, side: 'output', targets }), name: 'other' },
      ])
      const [from, to] = frames[0] as Float64Array[]
      expect(difference(to, [...from])).toBeLessThan(1e-12)
    }
  })
})

describe('alignment of similarities', () => {
  test('Pearson correlation of what stands above the diagonals', () => {
    for (const x of [undefined, inputs[2]]) {
      const samples = x ?? eye(3)
      const to = square(noise(4, samples[0].length, 80))
      using net = network(weights)
      const list = [
        probes.representationalAlignment({ layer: 2, inputs: x }),
        { ...probes.representationalAlignment({ layer: 2, inputs: x, to }), name: 'given' },
      ]
      const { frames } = observe(net, list, [move(net, other)])
      const [before, after] = [weights, other].map((at) => square(hidden(at, 2, samples)))
      expect(Math.abs((frames[0][0] as number) - 1)).toBeLessThan(1e-14)
      expect(Math.abs((frames[1][0] as number) - pearson(after, before))).toBeLessThan(1e-13)
      expect(Math.abs((frames[1][1] as number) - pearson(after, to))).toBeLessThan(1e-13)
    }
  })

  test('orthogonal representations have nothing to correlate', () => {
    const turn = householder([1, 2, -1])
    using net = network([turn, eye(3)])
    expect(once(net, probes.representationalAlignment({ layer: 1 }))).toBeNaN()
  })
})
