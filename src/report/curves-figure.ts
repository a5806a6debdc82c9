// Figures of curves: panels one below the other, each with axes of its own, lines and dots for what was measured and dashes for what was
// predicted, and a legend above the panel.
import * as Plot from '@observablehq/plot'
import { RangeArgError } from '../errors.js'
import { COLORS, composeFigure, MARGIN, type Panel } from './figure.js'
import { figureDocument } from './figure-document.js'
import { type HeatMap, heatKey, heatMark, shadesOf } from './heat-map.js'
import { textWidth } from './labels.js'
import { formatNumber, linearTicks, logTicks } from './numbers.js'
import { extent, LABEL_SIZE } from './sheet.js'
import { element } from './svg.js'
import { thin } from './thin.js'

/** One curve or cloud of points. */
export interface Curve {
  readonly label: string
  readonly x: ArrayLike<number>
  readonly y: ArrayLike<number>
  readonly kind: 'line' | 'dots' | 'dashes'
  /** Curves of one group share a colour. Default: the label. */
  readonly group?: string
}

/** One axis: what it shows, with its unit. */
export interface CurvesAxis {
  readonly label: string
  readonly scale?: 'linear' | 'log'
}

export type { HeatMap } from './heat-map.js'

/** One panel: curves over two axes, and a heat map under them. */
export interface CurvesPanel {
  readonly title: string
  readonly x: CurvesAxis
  readonly y: CurvesAxis
  readonly series: readonly Curve[]
  readonly heat?: HeatMap
}

/** A figure: panels one below the other, and what a reader who cannot see it should know. */
export interface CurvesFigure {
  readonly title: string
  readonly description: string
  readonly panels: readonly CurvesPanel[]
  /** Lines below the panels. */
  readonly notes?: readonly string[]
  /** The document to draw with. Default: the page's own in a browser, elsewhere one of linkedom's. */
  readonly document?: Document
}

const WIDTH = 800
const HEIGHT = 250
const MAP_HEIGHT = 360
/** Below the frame: tick labels and the name of the axis. */
const BOTTOM = 48
const TOP = 6
/** Points that one curve may have. */
const BUDGET = 1500
/** More entries than these make a legend of groups instead of one of curves. */
const MOST_ENTRIES = 10
/** Colours that stay apart for colour-blind readers (after Okabe and Ito). */
const PALETTE = ['#0072b2', '#d55e00', '#009e73', '#cc79a7', '#e69f00', '#56b4e9', '#1f2328', '#7f7f7f']
const SWATCH = 24

/**
 * Draw panels of curves as one standalone SVG, 800 pixels wide. Numbers that are not finite, or not positive on a logarithmic axis, are gaps.
 *
 * @throws {RangeArgError} a curve whose x and y differ in length
 * @example
 * const line = { label: 'simulation', kind: 'line', x: [0, 1, 2], y: [0, 1, 4] }
 * const panel = { title: 'A parabola', x: { label: 'x' }, y: { label: 'y' }, series: [line] }
 * await writeFile('curves.svg', curvesFigure({ title: 'Curves', description: 'a parabola', panels: [panel] }))
 */
export function curvesFigure({
  title,
  description,
  panels,
  notes = [],
  document = figureDocument(),
}: CurvesFigure): string {
  return composeFigure(document, {
    width: WIDTH,
    title,
    description,
    panels: panels.map((panel) => drawCurves(document, panel)),
    xLabel: '',
    notes: [...notes],
  })
}

function drawCurves(document: Document, panel: CurvesPanel): Panel {
  for (const { label, x, y } of panel.series) {
    if (x.length !== y.length) {
      throw new RangeArgError(`the curve '${label}' has ${x.length} x and ${y.length} y`, { argument: 'series' })
    }
  }
  const groups = [...new Set(panel.series.map(groupOf))]
  const colorOf = (curve: Curve) => PALETTE[groups.indexOf(groupOf(curve)) % PALETTE.length]
  const [x, y] = [axisOf(panel, 'x'), axisOf(panel, 'y')]
  const left = MARGIN.left + 16
  const isMap = panel.heat?.palette === 'bold'
  const height = isMap ? MAP_HEIGHT : HEIGHT
  const range = { x: [left, WIDTH - MARGIN.right], y: [TOP + height, TOP] }
  const toPixel = {
    x: Plot.scale({ x: { type: x.type, domain: x.domain, range: range.x } }),
    y: Plot.scale({ y: { type: y.type, domain: y.domain, range: range.y } }),
  }
  const style = { fontSize: LABEL_SIZE, fill: COLORS.muted, label: null }
  const plot = Plot.plot({
    document,
    width: WIDTH,
    height: TOP + height + BOTTOM,
    marginTop: TOP,
    marginBottom: BOTTOM,
    marginLeft: left,
    marginRight: MARGIN.right,
    x: { type: x.type, domain: x.domain, axis: null },
    y: { type: y.type, domain: y.domain, axis: null },
    marks: [
      ...(panel.heat === undefined ? [] : [heatMark(document, panel.heat)]),
      ...(isMap ? [] : [Plot.gridY(y.ticks, { stroke: COLORS.grid, strokeOpacity: 1 })]),
      Plot.axisY(y.ticks, { ...style, tickSize: 0, tickPadding: 8, text: (tick: number) => formatNumber(tick) }),
      Plot.axisX(x.ticks, { ...style, stroke: COLORS.frame, tickSize: 5, text: (tick: number) => formatNumber(tick) }),
      Plot.frame({ anchor: 'bottom', stroke: COLORS.frame }),
      // Theory on top.
      ...[...panel.series]
        .sort((a, b) => Number(a.kind === 'dashes') - Number(b.kind === 'dashes'))
        .map((curve) => markOf(curve, x, y, toPixel, colorOf(curve))),
    ],
  }) as Element
  const middle = (range.x[0] + range.x[1]) / 2
  const name = { 'font-size': 13, 'text-anchor': 'middle', fill: COLORS.ink }
  const legend = legendOf(document, panel.series, colorOf)
  const labels = [
    element(document, 'text', { ...name, x: middle, y: TOP + height + BOTTOM - 6 }, panel.x.label),
    element(
      document,
      'text',
      { ...name, x: 0, y: 0, transform: `translate(20,${TOP + height / 2}) rotate(-90)` },
      panel.y.label,
    ),
    ...legend.marks,
    ...(panel.heat !== undefined && isMap ? heatKey(document, panel.heat, range.x[1]) : []),
  ]
  return { heading: headingOf(panel), above: legend.height + 10, plot, plotHeight: TOP + height + BOTTOM, labels }
}

/** The title, with what the shades of a heat map mean. */
function headingOf({ title, heat }: CurvesPanel): string {
  if (heat === undefined) return title
  if (heat.palette === 'bold') return title === heat.label ? title : `${title} - ${heat.label}`
  const { low, high } = shadesOf(heat)
  return `${title} - ${heat.label} ${formatNumber(Number(low.toPrecision(3)))} (pale) to ${formatNumber(Number(high.toPrecision(3)))} (dark)`
}

function groupOf({ group, label }: Curve): string {
  return group ?? label
}

interface Axis {
  readonly type: 'linear' | 'log'
  readonly domain: [number, number]
  readonly ticks: number[]
}

/** Whether an axis can show a number. */
function shows({ type }: Pick<Axis, 'type'>, value: number): boolean {
  return Number.isFinite(value) && (type === 'linear' || value > 0)
}

function axisOf({ series, heat, ...axes }: CurvesPanel, which: 'x' | 'y'): Axis {
  const type = axes[which].scale ?? 'linear'
  const all = heat === undefined ? [...series] : [...series, heat]
  const values = all.flatMap((curve) => Array.from(curve[which]).filter((value) => shows({ type }, value)))
  const [low, high] = extent(values) ?? [1, 1]
  const count = which === 'x' ? 7 : 5
  if (type === 'log') {
    // A share of the height, as long as that is a number.
    const margin = which === 'x' ? 1 : Math.max(Math.min(high / low, 1e50) ** 0.04, 1.05)
    const [below, above] = low < high ? [low / margin, high * margin] : [low / 2, high * 2]
    const domain: [number, number] = [Math.max(below, Number.MIN_VALUE), Math.min(above, Number.MAX_VALUE)]
    return { type, domain, ticks: logTicks(domain[0], domain[1], count) }
  }
  // Layers and modes have no halves.
  const whole = which === 'x' && heat === undefined && values.every(Number.isInteger)
  const margin = which === 'x' || heat !== undefined ? 0 : 0.04 * (high - low)
  const domain: [number, number] = low < high ? [low - margin, high + margin] : [low - 1, high + 1]
  return { type, domain, ticks: linearTicks(domain[0], domain[1], count, whole) }
}

function markOf(
  curve: Curve,
  x: Axis,
  y: Axis,
  toPixel: { x: Plot.Scale; y: Plot.Scale },
  stroke: string,
): Plot.Markish {
  const points = Array.from(curve.x, (value, i): [number, number] => {
    const ordinate = curve.y[i]
    return [value, shows(x, value) && shows(y, ordinate) ? ordinate : Number.NaN]
  }).filter(([value]) => shows(x, value))
  if (curve.kind === 'dots') {
    return Plot.dot(
      points.filter(([, ordinate]) => !Number.isNaN(ordinate)),
      { x: '0', y: '1', fill: stroke, r: 3.2 },
    )
  }
  const pixels = {
    x: points.map(([value]) => toPixel.x.apply(value) as number),
    y: points.map(([, ordinate]) => (Number.isNaN(ordinate) ? Number.NaN : (toPixel.y.apply(ordinate) as number))),
  }
  // A path that turns back has no columns to thin by, and one of few points, such as a staircase, needs them all.
  const ascending = pixels.x.every((value, i) => i === 0 || value >= pixels.x[i - 1])
  const shown = ascending && points.length > BUDGET ? thin(pixels, WIDTH, BUDGET).map((i) => points[i]) : points
  return Plot.lineY(shown, { x: '0', y: '1', stroke, ...strokeOf(curve) })
}

/** Theory is a thin dashed line over the broad, pale one of the simulation: where they agree both are seen. */
function strokeOf({ kind }: Curve) {
  return kind === 'dashes' ? { strokeDasharray: '5 4', strokeWidth: 1.8 } : { strokeWidth: 4, strokeOpacity: 0.4 }
}

/** Samples of the curves with their names, in rows that end at the edge; the origin is that of the plot. */
function legendOf(document: Document, series: readonly Curve[], colorOf: (curve: Curve) => string) {
  const groups = new Map<string, Curve>()
  for (const curve of series) if (!groups.has(groupOf(curve))) groups.set(groupOf(curve), curve)
  const entries =
    series.length <= MOST_ENTRIES
      ? series.map((curve) => ({ curve, text: curve.label }))
      : [...groups].map(([text, curve]) => ({ curve, text }))
  const rows: { curve: Curve; text: string; x: number }[][] = [[]]
  let x = 24
  for (const entry of entries) {
    const width = SWATCH + 8 + textWidth(entry.text, LABEL_SIZE) + 20
    if (x + width > WIDTH - 12 && rows[rows.length - 1].length > 0) {
      rows.push([])
      x = 24
    }
    rows[rows.length - 1].push({ ...entry, x })
    x += width
  }
  const marks = rows.flatMap((row, r) => {
    const y = -8 - 18 * (rows.length - 1 - r)
    return row.flatMap(({ curve, text, x }) => {
      const color = colorOf(curve)
      const sample =
        curve.kind === 'dots'
          ? element(document, 'circle', { cx: x + SWATCH / 2, cy: y - 4, r: 3.2, fill: color })
          : element(document, 'path', {
              d: `M${x},${y - 4}h${SWATCH}`,
              fill: 'none',
              stroke: color,
              ...(curve.kind === 'dashes'
                ? { 'stroke-width': 1.8, 'stroke-dasharray': '5 4' }
                : { 'stroke-width': 4, 'stroke-opacity': '0.4' }),
            })
      const label = { x: x + SWATCH + 8, y, 'font-size': LABEL_SIZE, fill: COLORS.ink }
      return [sample, element(document, 'text', label, text)]
    })
  })
  return { marks, height: 18 * rows.length }
}
