// What a plan says of the time of its ops: sums, places, and that asking changes nothing. No time is asserted.
import { describe, expect, test } from 'vitest'
import {
  adam,
  createEngineSync,
  createNetwork,
  gaussian,
  gradientDescent,
  momentum,
  PlanBuilder,
  ramp,
  whitened,
} from '../../src/index.js'

const target = [
  [3, 0, 0],
  [0, 1, 0],
]

describe.each(['wasm', 'typescript'] as const)('%s', (backend) => {
  test.each([
    ['gradient descent', gradientDescent({ learningRate: 0.01 })],
    ['momentum on a ramp', momentum({ learningRate: ramp({ from: 0, to: 0.01, steps: 100 }) })],
    ['adam', adam({ learningRate: 0.01 })],
  ])('%s: every op, and the same run afterwards', (_name, rule) => {
    using engine = createEngineSync({ backend })
    const make = () => {
      const net = createNetwork(engine, { sizes: [3, 8, 2], init: gaussian({ variance: 0.1 }), seed: 1 })
      const p = new PlanBuilder(engine, 'float64')
      const bound = rule.bind(net)
      bound.emitStep(p, whitened(target).bind(engine, 'float64'))
      return { net, plan: p.build() }
    }
    const [asked, silent] = [make(), make()]
    for (const { plan } of [asked, silent]) plan.run(7)
    const { liveBytes } = engine.memory
    const timing = asked.plan.explain({ milliseconds: 1 })
    expect(engine.memory.liveBytes).toBeGreaterThanOrEqual(liveBytes) // the workspace may have grown, and nothing else
    expect(timing.ops.map(({ name, shape, note }) => [name, shape, note])).toEqual(
      asked.plan.ops.map(({ name, shape, note }) => [name, shape, note]),
    )
    expect(timing.ops.every(({ seconds }) => seconds >= 0 && Number.isFinite(seconds))).toBe(true)
    expect(timing.seconds).toBeCloseTo(
      timing.ops.reduce((sum, { seconds }) => sum + seconds, 0),
      12,
    )
    expect(timing.peakGflops).toBeGreaterThan(0)
    const text = String(timing)
    expect(text).toMatch(/flops +bytes +flops\/byte/)
    for (const { bytes } of timing.ops) expect(text).toContain(bytes.toLocaleString('en-US'))
    expect(text.split('\n')).toHaveLength(asked.plan.ops.length + 2)
    expect(text).not.toMatch(/NaN|Infinity|undefined/)
    expect(asked.plan.position).toBe(7)
    for (const { plan } of [asked, silent]) plan.run(5)
    expect(asked.net.weights.map((w) => w.toArray())).toEqual(silent.net.weights.map((w) => w.toArray()))
  })
})

test('bad options, and a plan that is gone', () => {
  using engine = createEngineSync()
  const p = new PlanBuilder(engine, 'float64')
  p.copy(p.own(engine.matrix([[1]])))
  const plan = p.build()
  expect(() => plan.explain({ milliseconds: 0 })).toThrow(expect.objectContaining({ code: 'RANGE' }))
  expect(() => plan.explain({ seconds: 1 } as never)).toThrow(expect.objectContaining({ code: 'OPTION' }))
  plan.dispose()
  expect(() => plan.explain()).toThrow(expect.objectContaining({ code: 'DISPOSED' }))
})
