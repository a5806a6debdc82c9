import { describe, expect, test } from 'vitest'
import { DTypeError, OptionError } from '../../src/errors.js'
import {
  createEngineSync,
  createNetwork,
  gaussian,
  gradientDescent,
  overlays,
  probes,
  trainSync,
  whitened,
} from '../../src/index.js'
import { historyFigure } from '../../src/report/index.js'
import { readXml } from './xml.js'

const column = (data: number[], shape: number[] = []) => ({
  length: data.length / shape.reduce((product, size) => product * size, 1),
  shape,
  data,
})
const columns = {
  step: column([0, 10, 20]),
  time: column([0, 1, 2]),
  loss: column([1, 0.1, 1e-3]),
  singularValues: column([0, 0, 1, 0, 2, 1], [2]),
  weights: column(Array(12).fill(0), [2, 2]),
}
const paths = (svg: string) => [...svg.matchAll(/<path[^>]*\sd="([^"]+)"/g)].map(([, d]) => d)

describe('historyFigure', () => {
  test('a panel for each number and list, none for matrices; theory in dashes', () => {
    const theory = { name: 'exact', columns: { loss: column([1, 0.1, 1e-3]) } }
    const svg = historyFigure({ columns, theory }, { title: 'A <run>' })
    readXml(svg)
    expect(svg).toContain('A &lt;run&gt;')
    for (const text of [
      'loss',
      'loss, theory',
      'singularValues 1',
      'singularValues 2',
      "Dashed: the theory 'exact'.",
    ]) {
      expect(svg).toContain(`>${text}<`)
    }
    expect(svg).not.toContain('>weights<')
    const without = historyFigure({ columns })
    expect(svg.split('stroke-dasharray').length).toBeGreaterThan(without.split('stroke-dasharray').length)
  })

  test('the horizontal axis is steps or time', () => {
    expect(historyFigure({ columns })).toContain('>training step<')
    const timed = historyFigure({ columns }, { x: 'time', columns: ['loss'] })
    expect(timed).toContain('>time = learning rate x step<')
    expect(timed).not.toContain('singularValues')
  })

  test('a quantity over more than two decades has a logarithmic axis', () => {
    const linear = historyFigure({ columns: { ...columns, loss: column([1, 0.5, 0.25]) } }, { columns: ['loss'] })
    const log = historyFigure({ columns: { ...columns, loss: column([100, 1, 0.01]) } }, { columns: ['loss'] })
    const middles = [linear, log].map((svg) => paths(svg).find((d) => d.split(/[ML]/).length === 4))
    const heights = middles.map((d) =>
      d!
        .split(/[ML]/)
        .slice(1)
        .map((point) => Number(point.split(',')[1])),
    )
    const bend = ([a, b, c]: number[]) => Math.abs(b - (a + c) / 2) / Math.abs(a - c)
    expect(bend(heights[0])).toBeGreaterThan(0.1)
    expect(bend(heights[1])).toBeLessThan(0.01)
  })

  test('draws a real run with its theory', () => {
    const engine = createEngineSync()
    const net = createNetwork(engine, { sizes: [2, 4, 2], init: gaussian({ gamma: 4 }), seed: 1 })
    const result = trainSync(
      net,
      whitened([
        [3, 0],
        [0, 1],
      ]),
      {
        optimizer: gradientDescent({ learningRate: 0.01 }),
        steps: 100,
        record: { every: 10, probes: [probes.loss(), probes.singularValues()] },
        theory: overlays.mixed({ tolerance: 1 }),
      },
    )
    expect(historyFigure(result)).toContain('theory')
    engine.dispose()
  })

  test('says what is wrong', () => {
    expect(() => historyFigure({} as never)).toThrow(DTypeError)
    expect(() => historyFigure({ columns }, { columns: ['los'] })).toThrow(/no column 'los'.*loss, singularValues/)
    expect(() => historyFigure({ columns }, { columns: ['weights'] })).toThrow(/shape \(2,2\)/)
    expect(() => historyFigure({ columns }, { x: 'epoch' as never })).toThrow(OptionError)
    const { step, time, weights } = columns
    expect(() => historyFigure({ columns: { step, time, weights } })).toThrow(/nothing was recorded that can be drawn/)
  })
})
