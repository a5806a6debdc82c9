// Sweeps of the learning rate: the parabola by its formula, the runs against single ones, and what is refused.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createNetwork,
  fanIn,
  gradientDescent,
  lrSweep,
  meanField,
  momentum,
  optimalLearningRate,
  stream,
  trainSync,
} from '../../src/index.js'

const engine = createEngineSync({ reproducible: true })
const powers = (from: number, to: number, step: number) =>
  Array.from({ length: Math.round((to - from) / step) + 1 }, (_, i) => 2 ** (from + i * step))

describe('optimalLearningRate', () => {
  test('finds the minimum of a parabola, on uneven grids too', () => {
    for (const grid of [powers(-6, 0, 0.25), powers(-5, -1, 0.5), [0.01, 0.02, 0.05, 0.2, 0.3, 1]]) {
      const losses = grid.map((rate) => Math.exp(0.3 * (Math.log2(rate) + 3.1) ** 2 - 2))
      const found = optimalLearningRate(grid, losses)
      expect(found.log2).toBeCloseTo(-3.1, 12)
      expect(found.learningRate).toBeCloseTo(2 ** -3.1, 12)
      expect(found.loss).toBeCloseTo(Math.exp(-2), 12)
      expect(found.atEdge).toBe(false)
    }
  })

  test('skips runs that diverged, and says when the optimum is at an edge', () => {
    expect(optimalLearningRate([1, 2, 4, 8], [4, 2, Number.NaN, Infinity])).toEqual({
      learningRate: 2,
      log2: 1,
      loss: 2,
      index: 1,
      atEdge: true,
    })
    expect(optimalLearningRate([1, 2, 3, 4, 8], [4, Infinity, 2, 4, Infinity]).atEdge).toBe(false)
    expect(optimalLearningRate([1, 2, 4], [1, 0, 1])).toMatchObject({ learningRate: 2, atEdge: false })
    expect(optimalLearningRate([1, 2, 4], [1, 1, 1]).learningRate).toBe(1)
  })

  test.each([
    ['no finite loss', [1, 2], [Number.NaN, Infinity], /diverged/],
    ['rates that do not ascend', [1, 1], [1, 2], /learningRates\[1\]/],
    ['a negative loss', [1, 2], [1, -2], /losses\[1\]/],
    ['another count', [1, 2], [1], /2 numbers/],
    ['text', 'x', [1], /learningRates/],
  ])('%s is refused', (_, rates, losses, message) => {
    expect(() => optimalLearningRate(rates as number[], losses)).toThrow(message)
  })
})

describe('lrSweep', () => {
  const network = { sizes: [4, 16, 1], parameterization: meanField({ gamma0: 1, normalizer: 4 }) }
  const teacher = [[0.5, 0.5, 0.5, 0.5]]
  const task = stream({ teacher, batchSize: 32, seed: 3 })

  test('every run is that of a network trained alone', async () => {
    const rates = powers(-4, 4, 2)
    const sweep = await lrSweep(engine, { network, task, learningRates: rates, steps: 30, seeds: [5, 6] })
    expect(sweep.losses.length).toBe(10)
    for (const [s, seed] of [5, 6].entries()) {
      using net = createNetwork(engine, { ...network, seed })
      const { columns } = trainSync(net, task, {
        optimizer: gradientDescent({ learningRate: rates[0] }),
        steps: 30,
        record: { every: 30 },
      })
      // Noise of member 0 is that of the key folded with 0, so samples differ: the loss is alike, not equal.
      expect(Math.abs(Math.log(columns.loss.data[1] / sweep.losses[s * 5]))).toBeLessThan(1)
    }
    expect(sweep.means[1]).toBeCloseTo((sweep.losses[1] + sweep.losses[6]) / 2, 15)
    expect(sweep.means[4]).toBe(Infinity)
    expect(sweep.optimum.log2).toBeLessThan(2)
    const again = await lrSweep(engine, { network, task, learningRates: rates, steps: 30, seeds: [5, 6] })
    expect(again.losses).toEqual(sweep.losses)
  })

  test('on data without noise the bits are those of single runs, however many run at once', async () => {
    const options = { network, learningRates: powers(-4, 0, 1), steps: 10, seeds: [1, 2] }
    const own = (seed: number) => stream({ teacher, batchSize: 8, seed }) // data of each seed
    const rule = (learningRate: number) => momentum({ learningRate, momentum: 0.5 })
    const all = await lrSweep(engine, { ...options, task: own, optimizer: rule })
    expect(all.losses.every((loss) => loss > 0)).toBe(true)
    const { regression } = await import('../../src/index.js')
    const fixed = regression(
      [
        [1, 0, 2, 1],
        [0, 1, 1, 2],
        [1, 1, 0, 0],
        [0, 2, 0, 1],
      ],
      [[1, 2, 1.5, 2]],
    )
    const [together, some] = [
      await lrSweep(engine, { ...options, task: fixed, optimizer: rule }),
      await lrSweep(engine, { ...options, task: fixed, optimizer: rule, runsAtOnce: 2 }),
    ]
    expect(some).toEqual(together)
    using net = createNetwork(engine, { ...network, seed: 2 })
    const { columns } = trainSync(net, fixed, { optimizer: rule(0.25), steps: 10, record: { every: 10 } })
    expect(together.losses[5 + 2]).toBe(columns.loss.data[1])
  })

  test('standard parameterisation: the best rate falls with the width', async () => {
    const best = async (width: number) => {
      const options = { network: { sizes: [8, width, 1], init: fanIn() }, learningRates: powers(-8, 2, 0.5) }
      const ones = stream({ teacher: [new Array(8).fill(8 ** -0.5)], batchSize: 64 })
      return (await lrSweep(engine, { ...options, task: ones, steps: 10, seeds: [1, 2, 3, 4] })).optimum
    }
    const [narrow, wide] = [await best(16), await best(256)]
    expect(wide.log2 - narrow.log2).toBeLessThan(-1)
  })

  test.each([
    ['rates', { learningRates: [] }, /learningRates/],
    ['rates that fall', { learningRates: [1, 0.5] }, /learningRates\[1\]/],
    ['no steps', { steps: 0 }, /steps/],
    ['no seeds', { seeds: [] }, /seeds/],
    ['a seed in the network', { network: { ...network, seed: 1 } }, /seed/],
    ['an optimizer that is none', { optimizer: 3 }, /optimizer/],
    ['only rates that diverge', { learningRates: [1e6], steps: 200 }, /diverged/],
  ])('%s are refused', async (_, bad, message) => {
    const good = { network, task, learningRates: [0.1], steps: 3 }
    await expect(lrSweep(engine, { ...good, ...bad } as never)).rejects.toThrow(message)
  })

  test('a signal ends it', async () => {
    const signal = AbortSignal.abort(new Error('enough'))
    await expect(lrSweep(engine, { network, task, learningRates: [0.1], steps: 3, signal })).rejects.toThrow('enough')
  })
})
