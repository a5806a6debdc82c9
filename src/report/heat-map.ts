// A number over the plane, as shades or colours: cells of one colour are one path, so that a map of ten thousand cells stays a small file.
import * as Plot from '@observablehq/plot'
import { RangeArgError } from '../errors.js'
import { COLORS } from './figure.js'
import { formatNumber } from './numbers.js'
import { extent, LABEL_SIZE } from './sheet.js'
import { element } from './svg.js'

/** A number over the plane, drawn under the curves. */
export interface HeatMap {
  /** Edges of the cells, rising, shapes (columns + 1) and (rows + 1). */
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
  /** Shape (rows, columns), row by row from the lowest y; not finite: no cell. */
  readonly values: ArrayLike<number>
  readonly label: string
  /** Shades that curves can be read on, dark where the number is large (the default), or colours with a key beside them. */
  readonly palette?: 'pale' | 'bold'
  /** Of the shades. On a logarithmic one what is not positive has no cell. Default `'linear'`. */
  readonly scale?: 'linear' | 'log'
}

/** Shades that are told apart. */
const LEVELS = 128
/** Where there is no number, among colours. */
const NONE = '#e9ecef'
const KEY = { width: 160, height: 10 }

/** @returns the mark of a map. @throws {RangeArgError} values that are not one a cell */
export function heatMark(document: Document, heat: HeatMap): Plot.Markish {
  const { x, y, values, label } = heat
  const columns = x.length - 1
  if (values.length !== columns * (y.length - 1)) {
    throw new RangeArgError(
      `the heat map '${label}' has ${values.length} values for ${columns} x ${y.length - 1} cells`,
      {
        argument: 'heat',
      },
    )
  }
  const shade = shadesOf(heat)
  return (_index, scales) => {
    const [toX, toY] = [scales.x, scales.y] as unknown as ((value: number) => number)[]
    const paths = new Map<string, string>()
    for (let i = 0; i < values.length; i++) {
      const fill = shade.of(values[i])
      if (fill === undefined) continue
      const [column, row] = [i % columns, Math.floor(i / columns)]
      const [left, right] = [toX(x[column]), toX(x[column + 1])].map(tenth)
      const [bottom, top] = [toY(y[row]), toY(y[row + 1])].map(tenth)
      paths.set(fill, `${paths.get(fill) ?? ''}M${left},${top}H${right}V${bottom}H${left}z`)
    }
    const marks = [...paths].map(([fill, d]) => element(document, 'path', { fill, d }))
    return element(document, 'g', { 'shape-rendering': 'crispEdges' }, ...marks)
  }
}

/** What the colours of a map mean, above its frame: a bar from the least to the largest number, its right end at `right`. */
export function heatKey(document: Document, heat: HeatMap, right: number): SVGElement[] {
  const { low, high, of, middle } = shadesOf(heat)
  const isWhole = Array.from(heat.values).every((value) => of(value) !== NONE)
  const left = right - KEY.width - 64
  const y = -22
  const bars = Array.from({ length: LEVELS }, (_, i) => {
    // Each reaches to the end of the bar, under the next: no seams.
    const x = tenth(left + (KEY.width * i) / LEVELS)
    const at = { x, y, width: tenth(left + KEY.width - x), height: KEY.height }
    return element(document, 'rect', { ...at, fill: of(middle(i / (LEVELS - 1)))! })
  })
  const text = (value: number, x: number, anchor: string) =>
    element(
      document,
      'text',
      { x, y: y + 9, 'font-size': LABEL_SIZE, fill: COLORS.muted, 'text-anchor': anchor },
      formatNumber(Number(value.toPrecision(3))),
    )
  const ends = [text(low, left - 6, 'end'), text(high, left + KEY.width + 6, 'start')]
  if (isWhole) return [...bars, ...ends]
  const swatch = { x: left - 150, y, width: KEY.height, height: KEY.height, fill: NONE, stroke: COLORS.frame }
  const none = { x: left - 134, y: y + 9, 'font-size': LABEL_SIZE, fill: COLORS.muted }
  return [...bars, ...ends, element(document, 'rect', swatch), element(document, 'text', none, 'none')]
}

/** Where the shades of a map begin and end, and the one of a number. */
export function shadesOf({ values, scale = 'linear', palette = 'pale' }: HeatMap) {
  const isShown = (value: number) => Number.isFinite(value) && (scale === 'linear' || value > 0)
  const [low, high] = extent(Array.from(values).filter(isShown)) ?? [1, 1]
  const on = scale === 'log' ? Math.log : (value: number) => value
  const off = scale === 'log' ? Math.exp : (value: number) => value
  const color = Plot.scale({ color: { type: 'linear', scheme: 'viridis', domain: [0, 1] } })
  const ramp = Array.from({ length: LEVELS }, (_, i) => {
    const part = i / (LEVELS - 1)
    const channel = (dark: number) => Math.round(255 - part * (255 - dark))
    return palette === 'bold' ? String(color.apply(part)) : `rgb(${channel(110)},${channel(125)},${channel(145)})`
  })
  return {
    low,
    high,
    of(value: number): string | undefined {
      if (!isShown(value)) return palette === 'bold' ? NONE : undefined
      const part = high > low ? (on(value) - on(low)) / (on(high) - on(low)) : 0
      return ramp[Math.max(0, Math.min(LEVELS - 1, Math.round(part * (LEVELS - 1))))]
    },
    /** The number at a part of the way from the least to the largest. */
    middle: (part: number) => Math.max(low, Math.min(high, off(on(low) + part * (on(high) - on(low))))),
  }
}

function tenth(value: number): number {
  return Math.round(10 * value) / 10
}
