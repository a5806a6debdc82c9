// Figures of curves: well-formed whatever the numbers, every name in them, gaps where numbers are missing.
import { describe, expect, test } from 'vitest'
import { type Curve, type CurvesPanel, curvesFigure } from '../../src/report/curves-figure.js'
import { readXml } from './xml.js'

const draw = (panel: Partial<CurvesPanel>) =>
  readXml(
    curvesFigure({
      title: 'A & B <c>',
      description: 'what it shows',
      panels: [{ title: 'Panel', x: { label: 'time' }, y: { label: 'loss' }, series: [], ...panel }],
    }),
  )
const texts = (panel: Partial<CurvesPanel>) => draw(panel).texts.map(({ text }) => text)
const line = (y: ArrayLike<number>, rest: Partial<Curve> = {}): Curve => ({
  label: 'flow',
  kind: 'line',
  x: Array.from(y, (_, i) => i),
  y,
  ...rest,
})

describe('curvesFigure', () => {
  test('has its title, the names of axes and of all curves', () => {
    const series = [line([1, 2, 3]), line([1, 2, 3], { label: 'theory', kind: 'dashes', group: 'flow' })]
    const found = texts({ series })
    for (const word of ['A & B <c>', 'Panel', 'time', 'loss', 'flow', 'theory']) expect(found).toContain(word)
  })

  test('curves of one group share a colour, theory is dashed, dots are circles', () => {
    const { elements } = draw({
      series: [
        line([1, 2, 3], { kind: 'dots', group: 'a' }),
        line([1, 2, 3], { label: 'theory', kind: 'dashes', group: 'a' }),
        line([3, 2, 1], { label: 'other' }),
      ],
    })
    const dashed = elements.filter(({ attributes }) => attributes['stroke-dasharray'] === '5 4')
    const dots = elements.filter(({ name }) => name === 'circle')
    expect(dots).toHaveLength(4)
    // The path of a curve, or the group that Plot puts around it, and the sample of the legend.
    expect(dashed.length).toBeGreaterThanOrEqual(2)
    expect(new Set(dashed.map(({ attributes }) => attributes.stroke))).toEqual(new Set(['#0072b2']))
    expect(elements.some(({ attributes }) => attributes.stroke === '#d55e00')).toBe(true)
  })

  test('more curves than a legend can hold are named by their groups', () => {
    const series = Array.from({ length: 12 }, (_, i) =>
      line([i, i + 1], { label: `curve ${i}`, group: `group ${i % 3}` }),
    )
    const found = texts({ series })
    expect(found.filter((text) => /^group/.test(text))).toEqual(['group 0', 'group 1', 'group 2'])
    expect(found.some((text) => /^curve/.test(text))).toBe(false)
  })

  test.each([
    ['no curves', []],
    ['an empty curve', [line([])]],
    ['one point', [line([1])]],
    ['a constant', [line([2, 2, 2])]],
    ['nothing finite', [line([Number.NaN, Infinity, -Infinity])]],
    ['gaps', [line([1, Number.NaN, 3, Infinity, 5])]],
    ['a path that turns back', [line([0, 1, 0, -1], { x: [1, 0, -1, 0] })]],
    ['tiny and huge numbers', [line([1e-300, 1e300])]],
    ['a long curve', [line(Float64Array.from({ length: 50_000 }, (_, i) => (i * 7919) % 1000))]],
  ])('%s is drawn, on either kind of axis', (_name, series) => {
    for (const scale of ['linear', 'log'] as const) {
      const svg = curvesFigure({
        title: 't',
        description: 'd',
        panels: [{ title: 'p', x: { label: 'x', scale }, y: { label: 'y', scale }, series }],
      })
      readXml(svg)
      expect(svg).not.toMatch(/NaN|Infinity|undefined/)
      expect(svg.length).toBeLessThan(200_000)
    }
  })

  test('x and y of different length are refused', () => {
    expect(() => draw({ series: [line([1, 2], { x: [1] })] })).toThrow(expect.objectContaining({ code: 'RANGE' }))
  })
})
