// Pruning scores against what they mean: flows with a weight left out, differences of losses on nested arrays; masks against counts and rankings.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createNetwork,
  criticalCompression,
  gaussian,
  gradientDescent,
  ntk,
  pruneAtInit,
  regression,
  type SaliencyKind,
  saliency,
  saliencyConservation,
  synflowScores,
  trainSync,
} from '../../src/index.js'
import { cutBound, maximalCompression } from '../../src/theory/index.js'
import {
  ACTIVATIONS,
  backward,
  forward,
  type Model,
  mapped,
  type Nested,
  product,
  random,
  squaredLoss,
} from './model.js'

const engine = createEngineSync({ reproducible: true })
const SIZES = [3, 5, 4, 2]
const weights = SIZES.slice(1).map((rows, l) => random(rows, SIZES[l], 30 + l))
const x = random(3, 6, 5)
const y = random(2, 6, 6)
const shares = [
  [1, 0, 0.25, 1, 0, 1],
  [0, 1, 0.75, 0, 1, 0],
]
const flatten = (layers: readonly Nested[]) => layers.map((w) => w.flat())
const worst = (found: readonly ArrayLike<number>[], wanted: readonly ArrayLike<number>[]) =>
  Math.max(...wanted.flatMap((layer, l) => Array.from(layer, (value, i) => Math.abs(value - found[l][i]))))
const largest = (layers: readonly ArrayLike<number>[]) =>
  Math.max(...layers.flatMap((layer) => Array.from(layer, Math.abs)))

const model = (phi: keyof typeof ACTIVATIONS, at = weights): Model => ({
  weights: at,
  biases: at.map(() => undefined),
  multipliers: at.map(() => 1),
  output: 1,
  ...ACTIVATIONS[phi],
  residual: undefined,
})

/** 1' |W_L| ... |W_1| 1, with |b| added on the way. */
function flow(at: Nested[], biases?: (number[] | undefined)[]): number {
  let a = at[0][0].map(() => [1])
  at.forEach((w, l) => {
    a = mapped(product(mapped(w, Math.abs), a), (value, i) => value + Math.abs(biases?.[l]?.[i] ?? 0))
  })
  return a.flat().reduce((sum, value) => sum + value, 0)
}

/** `at` with one entry replaced. */
const replaced = (at: Nested[], layer: number, r: number, c: number, change: (value: number) => number) =>
  at.map((w, l) => (l === layer ? mapped(w, (value, i, j) => (i === r && j === c ? change(value) : value)) : w))

describe('SynFlow', () => {
  const { input, expected } = JSON.parse(
    readFileSync(new URL('../golden/symmetry-and-structure.json', import.meta.url), 'utf8'),
  ).find((entry: { input: { id: string } }) => entry.input.id === 'G3-synflow')

  test('the golden network', () => {
    const { scores, flow: total, exponent } = synflowScores(input.W)
    expect(Math.abs(total / expected.R - 1)).toBeLessThan(1e-9)
    expect(worst(scores, flatten(expected.S)) / largest(scores)).toBeLessThan(1e-9)
    expect(exponent).toBe(0)
    const { masks, kept, emptyLayers } = pruneAtInit(input.W, { compression: input.rho, iterations: input.iters })
    expect(masks.map(({ data }) => [...data])).toEqual(flatten(expected.mask))
    expect([kept, emptyLayers]).toEqual([3, []])
    expect(Math.abs(synflowScores(input.W, { masks }).flow / expected.R_pruned - 1)).toBeLessThan(1e-9)
  })

  test.each([false, true])('what is lost by leaving a weight out, biases %s', (biased) => {
    // R is linear in the size of every single weight, so no derivative is needed.
    const biases = biased ? [random(5, 1, 1), undefined, random(2, 1, 2)] : undefined
    const flat = biases?.map((b) => b?.flat())
    const { scores, biasScores, flow: total } = synflowScores(weights, { biases })
    const all = flow(weights, flat)
    const wanted = weights.map((w, l) =>
      w.flatMap((row, r) =>
        row.map(
          (_, c) =>
            all -
            flow(
              replaced(weights, l, r, c, () => 0),
              flat,
            ),
        ),
      ),
    )
    expect(Math.abs(total / all - 1)).toBeLessThan(1e-14)
    // The differences lose the digits.
    expect(worst(scores, wanted) / all).toBeLessThan(1e-14)
    const { layerSpread, largestDefect } = saliencyConservation(
      scores.map((data, l) => ({ data, shape: [SIZES[l + 1], SIZES[l]] })),
      biasScores.map((data) => data && { data, shape: [data.length, 1] }),
    )
    expect(largestDefect).toBeLessThan(1e-15)
    if (!biased) expect(layerSpread).toBeLessThan(1e-15)
    else expect(layerSpread).toBeGreaterThan(0.01)
  })

  test.each([1e-5, 1e5])('600 layers of weights of %d neither vanish nor overflow', (scale) => {
    const deep = Array.from({ length: 600 }, (_, l) => mapped(random(3, 3, l), (value) => scale * value))
    const { scores, flow: total, exponent } = synflowScores(deep)
    expect(Math.sign(exponent)).toBe(Math.sign(scale - 1))
    const layers = scores.map((data) => ({ data, shape: [3, 3] as const }))
    const { layerSums, layerSpread, largestDefect } = saliencyConservation(layers)
    expect(total).toBeGreaterThan(0.1)
    expect(Math.abs(layerSums[300] / total - 1)).toBeLessThan(1e-12)
    expect(Math.max(layerSpread, largestDefect)).toBeLessThan(1e-12)
  })
})

/** Softmax cross-entropy as targets of the squared loss: the same error at the outputs. */
function errorsAs(loss: 'squared' | 'softmax-cross-entropy', m: Model): Nested {
  if (loss === 'squared') return y
  const { outputs } = forward(m, x)
  const sums = outputs[0].map((_, p) => outputs.reduce((sum, row) => sum + Math.exp(row[p]), 0))
  return mapped(outputs, (value, k, p) => value - (Math.exp(value) / sums[p] - shares[k][p]))
}
function lossOf(loss: 'squared' | 'softmax-cross-entropy', m: Model): number {
  const { outputs } = forward(m, x)
  if (loss === 'squared') return squaredLoss(outputs, y)
  return outputs[0].reduce((sum, _, p) => {
    const total = Math.log(outputs.reduce((all, row) => all + Math.exp(row[p]), 0))
    return sum - outputs.reduce((part, row, k) => part + shares[k][p] * (row[p] - total), 0) / 6
  }, 0)
}
const halfSquare = (loss: 'squared' | 'softmax-cross-entropy', m: Model) =>
  backward(m, x, errorsAs(loss, m)).reduce((sum, { weight }) => sum + weight.flat().reduce((s, g) => s + g * g, 0), 0) /
  2

/** W o df/dW by five-point differences, step relative to 1: truncation and rounding both below 1e-9 of these numbers of order 1 to 100. */
function productWithSlope(f: (at: Nested[]) => number, h: number): number[][] {
  return weights.map((w, l) =>
    w.flatMap((row, r) =>
      row.map((value, c) => {
        const at = (shift: number) => f(replaced(weights, l, r, c, (old) => old + shift * h))
        return (value * (8 * (at(1) - at(-1)) - (at(2) - at(-2)))) / (12 * h)
      }),
    ),
  )
}

describe.each([
  ['linear', 'linear'],
  ['relu', 'relu'],
  ['leaky', { leakyRelu: 0.2 }],
  ['tanh', 'tanh'],
] as const)('scores of data, %s', (phi, activation) => {
  test.each(['squared', 'softmax-cross-entropy'] as const)('%s', (loss) => {
    const data = { x, y: loss === 'squared' ? y : shares, loss, activation }
    const connection = productWithSlope((at) => lossOf(loss, model(phi, at)), 1e-4).map((layer) => layer.map(Math.abs))
    const sum = connection.flat().reduce((all, value) => all + value, 0)
    expect(
      worst(
        saliency('snip', weights, data),
        connection.map((layer) => layer.map((value) => value / sum)),
      ),
    ).toBeLessThan(1e-9)
    const preserved = productWithSlope((at) => halfSquare(loss, model(phi, at)), 1e-4)
    expect(worst(saliency('grasp', weights, data), preserved) / largest(preserved)).toBeLessThan(1e-8)
  })
})

test('GraSP is conserved up to the squares of the gradients', () => {
  const m = model('relu')
  const g = backward(m, x, y).map(({ weight }) => weight)
  const scores = saliency('grasp', weights, { x, y, activation: 'relu' })
  const { neuronDefects } = saliencyConservation(scores.map((data, l) => ({ data, shape: [SIZES[l + 1], SIZES[l]] })))
  const scale = largest(scores)
  neuronDefects.forEach((defects, l) => {
    defects.forEach((defect, j) => {
      const into = g[l][j].reduce((sum, value) => sum + value * value, 0)
      const out = g[l + 1].reduce((sum, row) => sum + row[j] * row[j], 0)
      expect(Math.abs(defect + into - out) / scale).toBeLessThan(1e-13)
    })
  })
})

describe('pruning', () => {
  const sizes = [20, 30, 25, 15, 10]
  const total = 1875
  const net = createNetwork(engine, { sizes, seed: 1, activation: 'relu' })

  test.each(['synflow', 'magnitude', 'random'] as const)(
    '%s: exactly as many as asked for, and never back',
    (score) => {
      for (const compression of [1, 1.37, 10, 100, 468.75, 1875]) {
        for (const iterations of [1, 7]) {
          const found = pruneAtInit(net, { score, compression, iterations })
          const counts = found.masks.map(({ data }) => data.reduce((sum, entry) => sum + entry, 0))
          expect(counts.reduce((sum, count) => sum + count, 0)).toBe(Math.round(total / compression))
          expect(found.kept).toBe(Math.round(total / compression))
          expect(found.layers.map(({ kept }) => kept)).toEqual(counts)
          found.keptCounts.forEach((kept, i) => {
            expect(kept).toBe(
              i + 1 === iterations ? found.kept : Math.round(total * compression ** (-(i + 1) / iterations)),
            )
          })
        }
      }
      const linear = pruneAtInit(net, { score, compression: 5, iterations: 4, schedule: 'linear' })
      expect(linear.keptCounts).toEqual([1500, 1125, 750, 375])
      const local = pruneAtInit(net, { score, compression: 5, iterations: 4, scope: 'layer' })
      expect(local.layers.map(({ kept }) => kept)).toEqual([120, 150, 75, 30])
    },
  )

  test('ties: the earlier layer, row and column stay', () => {
    const equal = [
      [
        [1, 1],
        [1, 1],
      ],
      [[1, -1]],
    ]
    const { masks } = pruneAtInit(equal, { score: 'magnitude', compression: 2 })
    expect(masks.map(({ data }) => [...data])).toEqual([
      [1, 1, 1, 0],
      [0, 0],
    ])
  })

  test('what is masked stays so, and counts as not there', () => {
    const first = pruneAtInit(net, { score: 'random', compression: 3 })
    const second = pruneAtInit(net, { score: 'random', compression: 2, masks: first.masks, seed: 9 })
    expect([first.kept, second.prunable, second.kept]).toEqual([625, 625, 313])
    second.masks.forEach(({ data }, l) => {
      for (const [i, entry] of data.entries()) expect(entry <= first.masks[l].data[i]).toBe(true)
    })
    const masked = createNetwork(engine, { sizes, seed: 1, activation: 'relu', masks: first.masks })
    expect(pruneAtInit(masked, { score: 'random', compression: 2, seed: 9 })).toEqual(second)
  })

  test('iterated SynFlow ends at one weight a layer with a flow, within the bound of its cuts', () => {
    for (let seed = 0; seed < 12; seed++) {
      const depth = 3 + (seed % 4)
      const shape = Array.from({ length: depth + 1 }, (_, l) => 4 + ((7 * seed + 5 * l * l + 3 * l) % 16))
      using one = createNetwork(engine, { sizes: shape, init: gaussian({ variance: 1 }), seed })
      const layers = shape.slice(1).map((rows, l) => rows * shape[l])
      const found = pruneAtInit(one, { compression: maximalCompression(layers), iterations: 300 })
      expect(found.layers.map(({ kept }) => kept)).toEqual(layers.map(() => 1))
      expect(synflowScores(one, { masks: found.masks }).flow).toBeGreaterThan(0)
      found.cutRatios.forEach((cut, i) => {
        const before = i === 0 ? found.prunable : found.keptCounts[i - 1]
        expect(cut).toBeLessThanOrEqual(cutBound(depth, before, found.keptCounts[i]) * (1 + 1e-12))
      })
    }
  })

  test('critical compression of a ranking is that of trying every count', () => {
    for (const score of ['random', 'magnitude', 'synflow'] as const) {
      const { kept, compression, maximal } = criticalCompression(net, { score, iterations: 1 })
      const empty = (count: number) =>
        pruneAtInit(net, { score, iterations: 1, compression: total / count }).emptyLayers.length
      expect([empty(kept), empty(kept - 1)]).toEqual([0, 1])
      expect([compression, maximal]).toEqual([total / kept, 468.75])
    }
  })

  test('critical compression of iterations that are too few is found between', () => {
    const options = { score: 'synflow', iterations: 3 } as const
    const { kept } = criticalCompression(net, options)
    expect(kept).toBeGreaterThan(4)
    const empty = (count: number) => pruneAtInit(net, { ...options, compression: total / count }).emptyLayers.length
    expect([empty(kept), empty(kept - 1) > 0]).toEqual([0, true])
  })

  test('a pruned network starts from the same weights, without those, and trains without them', () => {
    const { masks } = pruneAtInit(net, { compression: 10 })
    using pruned = createNetwork(engine, { sizes, seed: 1, activation: 'relu', masks })
    const start = pruned.weights.map((w) => w.toArray())
    start.forEach((w, l) => {
      expect(w).toEqual(net.weights[l].toArray().map((value, i) => value * masks[l].data[i] + 0))
    })
    trainSync(pruned, regression(random(20, 8, 1), random(10, 8, 2)), {
      optimizer: gradientDescent({ learningRate: 0.1 }),
      steps: 20,
    })
    pruned.weights.forEach((w, l) => {
      for (const [i, value] of w.toArray().entries()) if (masks[l].data[i] === 0) expect(value).toBe(0)
    })
  })

  test('a network is its effective weights', () => {
    const options = {
      sizes: SIZES,
      activation: 'tanh',
      biases: { variance: 1 },
      parameterization: ntk({ gamma: 2 }),
      seed: 3,
    } as const
    using one = createNetwork(engine, options)
    const plain = one.layers.map(({ weight, multiplier }) => mapped(weight.toNested(), (value) => multiplier * value))
    const biases = one.layers.map(({ bias, biasMultiplier }) =>
      mapped(bias!.toNested(), (value) => biasMultiplier * value),
    )
    for (const kind of ['snip', 'grasp'] as const) {
      expect(saliency(kind, one, { x, y })).toEqual(saliency(kind, plain, { x, y, biases, activation: 'tanh' }))
    }
    expect(synflowScores(one)).toEqual(synflowScores(plain, { biases }))
  })
})

describe('refused', () => {
  const w = [[[1, 2]], [[3]]]
  test.each([
    ['compression', () => pruneAtInit(w, { compression: 0.5 }), 'RANGE'],
    ['compression', () => pruneAtInit(w, { compression: 4 }), 'RANGE'],
    ['compression', () => pruneAtInit(w, {} as never), 'DTYPE'],
    ['iterations', () => pruneAtInit(w, { compression: 2, iterations: 0 }), 'RANGE'],
    ['schedule', () => pruneAtInit(w, { compression: 2, iterations: 1, schedule: 'linear' }), 'OPTION'],
    ['scope', () => pruneAtInit(w, { compression: 2, scope: 'local' as never }), 'OPTION'],
    ['score', () => pruneAtInit(w, { compression: 2, score: 'gradient' as never }), 'OPTION'],
    ['x', () => pruneAtInit(w, { compression: 2, score: 'snip' }), 'OPTION'],
    ['x', () => pruneAtInit(w, { compression: 2, x: [[1], [1]], y: [[1]] }), 'OPTION'],
    ['seed', () => pruneAtInit(w, { compression: 2, seed: 1 }), 'OPTION'],
    ['masks', () => pruneAtInit(w, { compression: 2, masks: [[[0, 0]], [[0]]] }), 'RANGE'],
    ['masks', () => pruneAtInit(w, { compression: 2, masks: [] }), 'SHAPE'],
    ['masks[0]', () => pruneAtInit(w, { compression: 2, masks: [[[0, 2]], [[0]]] }), 'RANGE'],
    ['masks', () => criticalCompression(w, { masks: [[[0, 0]], [[1]]] }), 'OPTION'],
    ['criticalCompression.compression', () => criticalCompression(w, { compression: 2 } as never), 'OPTION'],
    ['source', () => synflowScores([]), 'SHAPE'],
    ['source', () => synflowScores([[[1, 2]], [[1, 2]]]), 'SHAPE'],
    ['W_2', () => synflowScores([[[1]], [[Number.NaN]]]), 'RANGE'],
    ['source', () => synflowScores(3 as never), 'OPTION'],
    [
      'source',
      () => synflowScores(createNetwork(engine, { sizes: [2, 3, 3, 1], residual: { scale: 1 } })),
      'UNSUPPORTED',
    ],
    [
      'activation',
      () => saliency('magnitude', createNetwork(engine, { sizes: [2, 2] }), { activation: 'relu' }),
      'OPTION',
    ],
    ['x', () => saliency('snip', w, { x: [[1]], y: [[1]] }), 'SHAPE'],
    ['y', () => saliency('snip', w, { x: [[1], [1]], y: [[1, 1]] }), 'SHAPE'],
    ['y', () => saliency('snip', w, { x: [[1], [1]], y: [[2]], loss: 'softmax-cross-entropy' }), 'RANGE'],
    ['biases[0]', () => synflowScores(w, { biases: [[[1, 2]], undefined] }), 'SHAPE'],
    ['scores', () => saliencyConservation([]), 'SHAPE'],
    ['scores[1]', () => saliencyConservation([[[1]], [[1, 2]]]), 'SHAPE'],
    [
      'source',
      () =>
        saliency('grasp', [[[1e200]], [[1e200]]], { x: [[1]], y: [[1]] }) &&
        pruneAtInit([[[1e200]], [[1e200]]], { compression: 2, score: 'grasp', x: [[1]], y: [[1]] }),
      'RANGE',
    ],
  ] as [string, () => unknown, string][])('%s', (argument, call, code) => {
    expect(call).toThrow(expect.objectContaining({ argument, code }))
  })

  test('every kind is known by its name', () => {
    const kinds: SaliencyKind[] = ['synflow', 'magnitude', 'random', 'snip', 'grasp']
    for (const kind of kinds) {
      const data = kind === 'snip' || kind === 'grasp' ? { x: [[1], [1]], y: [[1]] } : {}
      expect(
        saliency(kind, w, data)
          .flatMap((layer) => [...layer])
          .every(Number.isFinite),
      ).toBe(true)
    }
  })
})
