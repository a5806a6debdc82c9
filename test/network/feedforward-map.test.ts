// The map of a linear feedforward network from the output side: the same map and the same gradients as layer by layer from the inputs.
import { expect, test } from 'vitest'
import { createEngineSync, createNetwork, fanIn, meanField, PlanBuilder } from '../../src/index.js'
import { fromOutputSide } from '../../src/network/feedforward-map.js'

const engine = createEngineSync({ reproducible: true })

type Options = Parameters<typeof createNetwork>[1]
const MASK = [
  [1, 0, 1],
  [0, 1, 1],
]

test.each([
  ['muP', { sizes: [6, 5, 4, 1], parameterization: meanField({ gamma0: 2 }) }],
  ['branches', { sizes: [6, 5, 5, 5, 2], residual: { scale: 0.7 }, parameterization: meanField({ normalizer: 3 }) }],
  ['masks', { sizes: [3, 2, 2, 1], masks: [MASK, undefined, undefined], outputMultiplier: 3 }],
] as [string, Options][])('%s', (_, options) => {
  using net = createNetwork(engine, { ...options, seed: 4 } as Options)
  if (net.kind !== 'feedforward') throw new Error('another kind of network')
  expect(fromOutputSide(net)).toBe(true)
  const p = new PlanBuilder(engine, 'float64')
  const [outputs, inputs] = [net.sizes[net.depth], net.sizes[0]]
  const slope = Float64Array.from({ length: outputs * inputs }, (_, i) => Math.sin(1 + 2 * i))
  const found = [net.emitPass(p), net.emitLayers(p)].map((pass) => {
    const g = p.own(engine.matrix([outputs, inputs], slope))
    return [pass.outputs, ...pass.emitGradients(p.copy(g))].map((matrix) => p.copy(matrix))
  })
  const kept = found.map((list) => list.map((matrix) => p.own(engine.matrix([matrix.rows, matrix.cols]))))
  found.forEach((list, i) => {
    list.forEach((matrix, j) => {
      p.axpy(1, matrix, kept[i][j])
    })
  })
  const plan = p.build()
  plan.run(1)
  const [fromOutputs, fromInputs] = kept.map((list) => list.map((matrix) => Array.from(matrix.view())))
  expect(fromOutputs.length).toBe(net.depth + 1)
  fromOutputs.forEach((values, j) => {
    const size = Math.max(...fromInputs[j].map(Math.abs))
    expect(size).toBeGreaterThan(0)
    values.forEach((value, i) => {
      expect(Math.abs(value - fromInputs[j][i])).toBeLessThanOrEqual(1e-14 * size)
    })
  })
  plan.dispose()
})

test('networks with feedback, or with more outputs than inputs, keep to the input side', () => {
  using fed = createNetwork(engine, { sizes: [6, 5, 1], feedback: { variance: 1 } })
  using wide = createNetwork(engine, { sizes: [1, 5, 6], outputMultiplier: 2 })
  expect([fed, wide].map((net) => fromOutputSide(net))).toEqual([false, false])
})

test('fanIn: the variance of a layer is gain^2 over its inputs', () => {
  const sizes = [400, 100, 300]
  const layers = fanIn({ gain: 2 }).weights(sizes, [1, 2] as never)
  layers.forEach((entries, l) => {
    const variance = entries.reduce((sum, value) => sum + value * value, 0) / entries.length
    // Relative deviation sqrt(2 / n) of at most 0.9%.
    expect(Math.abs((variance * sizes[l]) / 4 - 1)).toBeLessThan(0.04)
  })
  expect(() => fanIn({ gain: 0 })).toThrow(/gain/)
})
