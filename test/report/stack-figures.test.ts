import { expect, test } from 'vitest'
import { FormatError } from '../../src/errors.js'
import { curvesFigure, stackFigures } from '../../src/report/index.js'
import { readXml } from './xml.js'

const figure = (title: string) =>
  curvesFigure({
    title,
    description: title,
    panels: [
      { title, x: { label: 'x' }, y: { label: 'y' }, series: [{ label: 'a', kind: 'line', x: [0, 1], y: [0, 1] }] },
    ],
  })

test('figures stand below one another in one file, and a single one is left as it is', () => {
  const [first, second] = [figure('first'), figure('second')]
  expect(stackFigures([first])).toBe(first)
  const svg = stackFigures([first, second])
  readXml(svg)
  const height = Number(/viewBox="0 0 \d+ (\d+)"/.exec(first)![1])
  expect(svg).toContain('<svg y="0"')
  expect(svg).toContain(`<svg y="${height}"`)
  expect(svg).toMatch(new RegExp(`viewBox="0 0 800 ${2 * height}"`))
})

test('what is no figure is refused', () => {
  expect(() => stackFigures(['<svg/>', '<svg/>'])).toThrow(FormatError)
})
