// Gradients by ops against central differences of the loss, h = eps^(1/3): every task, both sides of the chain, depths 1 to 5.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createNetwork,
  gaussian,
  gradientDescent,
  matrixCompletion,
  regression,
  type Task,
  trainSync,
  whitened,
} from '../../src/index.js'
import { key } from '../../src/random/key.js'
import { normal } from '../../src/random/normal.js'

const H = Math.cbrt(2 ** -52)
/** Relative to the largest entry of the gradient; truncation is O(h^2), rounding O(eps / h). */
const TOLERANCE = 1e-6

const engine = createEngineSync()

function random(rows: number, cols: number, seed: number): number[][] {
  const entries = normal(key(seed), rows * cols)
  return Array.from({ length: rows }, (_, i) => Array.from(entries.subarray(i * cols, (i + 1) * cols)))
}

const multiply = (a: number[][], b: number[][]) =>
  a.map((row) => b[0].map((_, j) => row.reduce((sum, value, k) => sum + value * b[k][j], 0)))

/** Losses written down as the definitions read, with no library code. */
function tasks(inputs: number, outputs: number): { name: string; task: Task; loss: (w: number[][]) => number }[] {
  const sigma = random(outputs, inputs, 1)
  const samples = 2 * inputs + 3
  const x = random(inputs, samples, 2)
  const y = random(outputs, samples, 3)
  const mask = random(outputs, inputs, 4).map((row) => row.map((value) => (value > -0.3 ? 1 : 0)))
  const squares = (a: number[][]) => a.flat().reduce((sum, value) => sum + value * value, 0)
  const minus = (a: number[][], b: number[][]) => a.map((row, i) => row.map((value, j) => value - b[i][j]))
  return [
    { name: 'whitened', task: whitened(sigma), loss: (w) => squares(minus(w, sigma)) / 2 },
    { name: 'regression', task: regression(x, y), loss: (w) => squares(minus(y, multiply(w, x))) / (2 * samples) },
    {
      name: 'completion',
      task: matrixCompletion(mask, sigma),
      loss: (w) => squares(minus(w, sigma).map((row, i) => row.map((value, j) => value * mask[i][j]))) / 2,
    },
  ]
}

describe.each([
  { sizes: [4, 3] },
  { sizes: [3, 5, 4] },
  { sizes: [6, 4, 5, 2] },
  { sizes: [2, 5, 3, 4, 6] },
  { sizes: [5, 4, 6, 3, 4, 2] },
])('network $sizes', ({ sizes }) => {
  test.each(tasks(sizes[0], sizes[sizes.length - 1]))('$name', ({ task, loss }) => {
    const init = gaussian({ variance: 0.3 })
    const start = (() => {
      using net = createNetwork(engine, { sizes, init, seed: 7 })
      return net.weights.map((w) => w.toNested())
    })()
    const endToEnd = (weights: number[][][]) =>
      weights.reduce(
        (product, w) => (product === undefined ? w : multiply(w, product)),
        undefined as unknown as number[][],
      )
    // One step of gradient descent with rate 1 moves the weights by exactly minus the gradient.
    using net = createNetwork(engine, { sizes, init, seed: 7 })
    trainSync(net, task, { optimizer: gradientDescent({ learningRate: 1 }), steps: 1, record: { probes: [] } })
    const gradient = net.weights.map((w, l) =>
      w.toNested().map((row, i) => row.map((value, j) => start[l][i][j] - value)),
    )
    const scale = Math.max(...gradient.flat(2).map(Math.abs))
    let worst = 0
    start.forEach((layer, l) => {
      layer.forEach((row, i) => {
        row.forEach((value, j) => {
          const at = (shift: number) => {
            const moved = start.map((w) => w.map((r) => [...r]))
            moved[l][i][j] = value + shift
            return loss(endToEnd(moved))
          }
          worst = Math.max(worst, Math.abs((at(H) - at(-H)) / (2 * H) - gradient[l][i][j]) / scale)
        })
      })
    })
    expect(worst).toBeLessThan(TOLERANCE)
  })
})
