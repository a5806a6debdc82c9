import { describe, expect, it } from 'vitest'
import { reproduce } from '../../src/experiment/reproduce.js'
import { curvesFigure } from '../../src/report/curves-figure.js'

const CASES: [string, Record<string, unknown>, number, number][] = [
  ['autoencoder-minima', { inputs: 8, hidden: 4, lambda: 2, learningRate: 2e-3, steps: 20_000 }, 9, 3],
  ['autoencoder-shrinkage', { inputs: 8, hidden: 4, lambdas: '2,30', learningRate: 2e-3, steps: 8000 }, 4, 1],
  ['autoencoder-alternating', {}, 4, 2],
]

describe('autoencoder', () => {
  it.each(CASES)('%s holds with %j', async (id, set, checks, panels) => {
    const found = await reproduce(id, { set })
    expect(found.checks.filter(({ pass }) => !pass)).toEqual([])
    expect(found.checks).toHaveLength(checks)
    expect(found.figures).toHaveLength(1)
    expect(found.figures[0].panels).toHaveLength(panels)
    for (const { series } of found.figures[0].panels) {
      for (const { x, y } of series) expect(x.length).toBe(y.length)
    }
    expect(curvesFigure(found.figures[0])).toContain('<svg')
  })
})

it('a heat map has as many values as cells', () => {
  const panel = (values: number[]) => ({
    title: 'shades',
    x: { label: 'x' },
    y: { label: 'y' },
    series: [],
    heat: { x: [0, 1, 2], y: [0, 1], values, label: 'height' },
  })
  const draw = (values: number[]) => curvesFigure({ title: 'Map', description: 'shades', panels: [panel(values)] })
  expect(draw([0, 5])).toContain('rgb(110,125,145)')
  expect(draw([0, 5]).match(/fill="rgb\(/g)).toHaveLength(2)
  expect(draw([0, Number.NaN]).match(/fill="rgb\(/g)).toHaveLength(1)
  expect(() => draw([1])).toThrow(expect.objectContaining({ code: 'RANGE', argument: 'heat' }))
})
