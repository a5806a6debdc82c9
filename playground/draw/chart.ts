// One chart: bands, grid and axes below, the simulation as a broad line, the theory as dashes over it, names at the ends.
import type { AxisView, PanelView, TheorySeries } from '../sim/protocol.js'
import type { Recording } from '../state/recording.js'
import { project, ticks } from './axis.js'
import { colorOf, type Palette } from './palette.js'
import type { Surface } from './surface.js'

/** A plateau as it is marked. */
export interface Band {
  readonly from: number
  readonly to: number
  readonly label: string
  /** Where the curve runs: the label keeps away from it. */
  readonly loss: number
}

export interface Chart {
  readonly panel: PanelView
  /** Scale of y as the visitor wants it. */
  readonly y: AxisView
  /** The lowest of charts that share their axis: it says what the axis is. */
  readonly last: boolean
  readonly width: number
  readonly height: number
}

export const MARGIN = { left: 50, right: 46, top: 10, bottom: 22 }
/** Room for the words under the lowest axis. */
const WORDS = 14
const LETTERS = 11.5

/** The box of the curves. */
export function boxOf({ width, height, panel, last }: Chart) {
  const bottom = MARGIN.bottom + (last || panel.square === true ? WORDS : 0)
  const [w, h] = [Math.max(20, width - MARGIN.left - MARGIN.right), Math.max(20, height - MARGIN.top - bottom)]
  if (panel.square !== true) return { left: MARGIN.left, top: MARGIN.top, width: w, height: h }
  // Both axes in the same unit.
  const [dx, dy] = [panel.x.max - panel.x.min, panel.y.max - panel.y.min]
  const unit = Math.min(w / dx, h / dy)
  const [fitW, fitH] = [unit * dx, unit * dy]
  return { left: MARGIN.left + (w - fitW) / 2, top: MARGIN.top + (h - fitH) / 2, width: fitW, height: fitH }
}

export function scalesOf(chart: Chart) {
  const { left, top, width, height } = boxOf(chart)
  return { x: project(chart.panel.x, left, left + width), y: project(chart.y, top + height, top) }
}

/** Everything that stays while the curves grow. */
export function paintBase(surface: Surface, chart: Chart, palette: Palette, bands: readonly Band[]): void {
  const box = boxOf(chart)
  const { x, y } = scalesOf(chart)
  const { panel } = chart
  const bottom = box.top + box.height
  surface.within(box.left, 0, box.width, chart.height, () => {
    for (const { from, to, label, loss } of bands) {
      const [left, right] = [x(from), x(to)]
      surface.rect(left, box.top, Math.max(1, right - left), box.height, palette.band)
      if (right - left > 6.2 * label.length) {
        const above = y(loss) > box.top + box.height / 2
        surface.text((left + right) / 2, above ? box.top + 13 : bottom - 6, label, {
          color: palette.muted,
          size: 10.5,
          anchor: 'middle',
        })
      }
    }
  })
  for (const { value, label } of ticks(chart.y, box.height / 34)) {
    surface.line([box.left, box.left + box.width], [y(value), y(value)], { color: palette.grid, width: 1 })
    surface.text(box.left - 7, y(value) + 4, label, { color: palette.muted, size: LETTERS, anchor: 'end' })
  }
  for (const { value, label } of ticks(panel.x, box.width / 90)) {
    surface.line([x(value), x(value)], [bottom, bottom + 4], { color: palette.muted, width: 1 })
    surface.text(x(value), bottom + 16, label, { color: palette.muted, size: LETTERS, anchor: 'middle' })
  }
  surface.line([box.left, box.left + box.width], [bottom, bottom], { color: palette.muted, width: 1 })
  if (chart.last || panel.square === true) {
    surface.text(box.left + box.width, bottom + 30, panel.x.label, {
      color: palette.muted,
      size: LETTERS,
      anchor: 'end',
    })
  }
  surface.text(panel.square === true ? box.left - 36 : 12, box.top + box.height / 2, chart.y.label, {
    color: palette.muted,
    size: LETTERS,
    anchor: 'middle',
    upward: true,
  })
  paintLevels(surface, chart, palette)
  paintMarks(surface, chart, palette)
  if (panel.legend !== undefined) paintLegend(surface, chart, palette)
}

/** Points of a plane with their words. */
function paintMarks(surface: Surface, chart: Chart, palette: Palette): void {
  const { x, y } = scalesOf(chart)
  for (const { x: at, y: up, label, cross } of chart.panel.marks ?? []) {
    const [px, py] = [x(at), y(up)]
    if (cross === true) {
      for (const turn of [-1, 1]) {
        surface.line([px - 6, px + 6], [py - 6 * turn, py + 6 * turn], { color: palette.ink, width: 2 })
      }
    } else surface.dot(px, py, 4.5, palette.ink)
    surface.text(px + 10, py - 7, label, { color: palette.muted, size: LETTERS })
  }
}

/** Names of the curves, one below the other, where they leave room. */
function paintLegend(surface: Surface, chart: Chart, palette: Palette): void {
  const box = boxOf(chart)
  for (const [i, { label, color }] of chart.panel.series.entries()) {
    const left = chart.panel.legend === 'right' ? box.left + box.width - 70 : box.left + 14
    const top =
      chart.panel.legend === 'right'
        ? box.top + 10 + 16 * i
        : box.top + box.height - 16 * (chart.panel.series.length - i) - 2
    surface.line([left, left + 18], [top, top], { color: colorOf(palette, color), width: 4 })
    surface.text(left + 25, top + 4, label, { color: palette.ink, size: LETTERS })
  }
}

/** Horizontal lines at saddles and bounds, with their words at the right. */
function paintLevels(surface: Surface, chart: Chart, palette: Palette): void {
  const box = boxOf(chart)
  const { y } = scalesOf(chart)
  let last = Number.NEGATIVE_INFINITY
  for (const { value, label } of chart.panel.levels) {
    const at = y(value)
    if (!(at >= box.top - 1 && at <= box.top + box.height + 1)) continue
    surface.line([box.left, box.left + box.width], [at, at], {
      color: palette.theory,
      width: 1,
      alpha: 0.35,
      dash: [1, 4],
    })
    if (at - last < 12) continue
    last = at
    surface.text(box.left + box.width + 5, at + 4, label, { color: palette.muted, size: 10.5 })
  }
}

/** The simulation from one frame on: the curves grow at their ends. */
export function paintCurves(
  surface: Surface,
  chart: Chart,
  palette: Palette,
  record: Recording,
  from: number,
  width: number,
  alpha = 1,
): void {
  const box = boxOf(chart)
  const { x, y } = scalesOf(chart)
  const first = Math.max(0, from - 1)
  const count = record.length - first
  if (count < 1) return
  const along = new Float64Array(count)
  const up = new Float64Array(count)
  surface.within(box.left - 3, box.top - 3, box.width + 6, box.height + 6, () => {
    for (let s = chart.panel.series.length - 1; s >= 0; s--) {
      const { column, index, color } = chart.panel.series[s]
      for (let i = 0; i < count; i++) {
        along[i] = x(alongAt(chart.panel, record, first + i, s))
        up[i] = clampTo(y(record.at(column, first + i, index)), box)
      }
      surface.line(along, up, { color: colorOf(palette, color), width, alpha })
    }
  })
}

/** A column along x may hold one entry for all curves, or one for each. */
function alongAt(panel: PanelView, record: Recording, frame: number, series: number): number {
  const width = record.view.columns[panel.along]
  return record.at(panel.along, frame, width > 1 ? panel.series[series].index : 0)
}

/** Far outside the box lines need not be exact, but must stay finite. */
function clampTo(pixel: number, { top, height }: { top: number; height: number }): number {
  return Math.min(top + 3 * height, Math.max(top - 3 * height, pixel))
}

export function paintTheory(surface: Surface, chart: Chart, palette: Palette, theory: readonly TheorySeries[]): void {
  const box = boxOf(chart)
  const { x, y } = scalesOf(chart)
  surface.within(box.left - 1, box.top - 2, box.width + 2, box.height + 4, () => {
    for (const series of theory) {
      const up = Array.from(series.y, (value) => clampTo(y(value), box))
      surface.line(Array.from(series.x, x), up, { color: palette.theory, width: 1.4, dash: [5, 3] })
    }
  })
}

/** Names of the curves at the right, where they are expected to end, moved apart. */
export function paintNames(surface: Surface, chart: Chart, palette: Palette, theory: readonly TheorySeries[]): void {
  if (chart.panel.legend !== undefined) return
  const box = boxOf(chart)
  const { y } = scalesOf(chart)
  const names = chart.panel.series
    .filter(({ label }) => label !== '')
    .flatMap(({ label, color, end }) => {
      const expected = end ?? theory.find((each) => each.color === color)?.y.at(-1)
      return expected === undefined || chart.panel.series.length === 1
        ? []
        : [{ label, color, at: Math.min(box.top + box.height, y(expected)) }]
    })
    .sort((a, b) => b.at - a.at)
  let last = Number.POSITIVE_INFINITY
  for (const { label, color, at } of names) {
    const place = Math.min(at, last - 13)
    if (place < box.top - 4) break
    last = place
    surface.text(box.left + box.width + 6, place + 4, label, { color: colorOf(palette, color), size: 12, weight: 600 })
  }
}
