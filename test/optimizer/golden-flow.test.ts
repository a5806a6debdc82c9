// Gradient descent tends to gradient flow as the learning rate tends to zero, with an error that is a power series in the
// learning rate. Runs at halved learning rates, extrapolated (Romberg), must therefore meet the golden flow: every term of the
// series that is wrong by an O(learningRate) bug, a missing term, or a wrong layer order would show.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createGramNetwork,
  createNetwork,
  explicit,
  gradientDescent,
  type Network,
  regression,
  type Task,
  trainSync,
  whitened,
} from '../../src/index.js'
import { golden } from '../golden.js'

const TOLERANCE = 1e-9
const engine = createEngineSync()

/** End-to-end map at time t by gradient descent with `2^level * base` steps for each level, extrapolated to infinitely many. */
function flow(make: () => Network, task: Task, t: number, base: number, levels: number): Float64Array {
  const table: Float64Array[] = []
  for (let level = 0; level < levels; level++) {
    const steps = base * 2 ** level
    using net = make()
    trainSync(net, task, {
      optimizer: gradientDescent({ learningRate: t / steps }),
      steps,
      record: { every: steps, probes: [] },
    })
    using map = net.endToEnd()
    let current = Float64Array.from(map.view())
    for (let order = 1; order <= level; order++) {
      const factor = 2 ** order
      const previous = table[order - 1]
      const better = current.map((value, i) => value + (value - previous[i]) / (factor - 1))
      table[order - 1] = current
      current = better
    }
    table[level] = current
  }
  return table[levels - 1]
}

function expectClose(actual: ArrayLike<number>, expected: readonly number[]): void {
  expect(actual.length).toBe(expected.length)
  const worst = Math.max(...expected.map((value, i) => Math.abs(actual[i] - value) / Math.max(1, Math.abs(value))))
  expect(worst).toBeLessThan(TOLERANCE)
}

const diagonal = (values: readonly number[]) => values.map((value, i) => values.map((_, j) => (i === j ? value : 0)))

/** W_2 = sqrt(c) [I_m 0], W_1 = sqrt(c) [0; I_n]: orthogonal layers that start at A = 0. */
function mixedStart(m: number, n: number, c: number) {
  const root = Math.sqrt(c)
  const w2 = Array.from({ length: m }, (_, i) => Array.from({ length: m + n }, (_, j) => (i === j ? root : 0)))
  const w1 = Array.from({ length: m + n }, (_, i) => Array.from({ length: n }, (_, j) => (i === m + j ? root : 0)))
  return explicit([w1, w2])
}

describe('gradient descent, extrapolated to the flow', () => {
  describe.each(golden('general'))('general start $#', (entry) => {
    const sizes = [entry.W[0][0].length, ...entry.W.map((layer) => layer.length)]
    test.each(entry.t.map((t, i) => ({ t, i })))('t = $t', ({ t, i }) => {
      const make = () => createNetwork(engine, { sizes, init: explicit(entry.W) })
      expectClose(flow(make, whitened(entry.Y), t, 32, 9), entry.A[i])
    })
  })

  describe.each(golden('balanced_modes'))('balanced start, depth $L', (entry) => {
    const init = explicit(
      Array.from({ length: entry.L }, () => diagonal(entry.Yd.map(() => entry.a0 ** (1 / entry.L)))),
    )
    const sizes = new Array(entry.L + 1).fill(entry.Yd.length)
    test.each(entry.t.map((t, i) => ({ t, i })))('t = $t', ({ t, i }) => {
      const map = flow(() => createNetwork(engine, { sizes, init }), whitened(diagonal(entry.Yd)), t, 128, 10)
      expectClose([map[0], map[3]], entry.sv[i])
      expectClose([map[1], map[2]], [0, 0])
    })
  })

  describe.each(golden('mixed_white'))('Gram form, c = $c', (entry) => {
    const n = entry.Yd.length
    test.each(entry.t.map((t, i) => ({ t, i })))('t = $t', ({ t, i }) => {
      const make = () => createGramNetwork(engine, { sizes: [n, 2 * n, n], init: mixedStart(n, n, entry.c) })
      const map = flow(make, whitened(diagonal(entry.Yd)), t, 128, 9)
      expectClose(
        entry.Yd.map((_, mode) => map[mode * (n + 1)]),
        entry.sv[i],
      )
    })
  })

  describe.each(golden('mixed_aniso'))('regression on data, c = $c', (entry) => {
    const [m, n] = [entry.Y.length, entry.Y[0].length]
    const targets = entry.Y.map((row) =>
      entry.X[0].map((_, p) => row.reduce((sum, y, j) => sum + y * entry.X[j][p], 0)),
    )
    const task = regression(entry.X, targets)
    test.each(entry.t.flatMap((t, i) => (['layers', 'gram'] as const).map((kind) => ({ t, i, kind }))))(
      't = $t, $kind',
      ({ t, i, kind }) => {
        const create = kind === 'gram' ? createGramNetwork : createNetwork
        const make = () => create(engine, { sizes: [n, m + n, m], init: mixedStart(m, n, entry.c) })
        expectClose(flow(make, task, t, 32, 9), entry.A[i])
      },
    )
  })
})
