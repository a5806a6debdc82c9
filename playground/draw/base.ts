// The ground of a chart, which stays while the curves grow: bands of plateaus, grid and axes, and the words that belong to them.
import { ticks } from './axis.js'
import { boxOf, type Chart, LETTERS, scalesOf } from './chart.js'
import { paintLegend, paintLevels, paintMarks } from './labels.js'
import type { Palette } from './palette.js'
import type { Surface } from './surface.js'

/** A plateau as it is marked. */
export interface Band {
  readonly from: number
  readonly to: number
  readonly label: string
  /** Where the curve runs: the label keeps away from it. */
  readonly loss: number
}

/** Pixels between ticks, about. */
const APART = { x: 90, y: 34 }

export function paintBase(surface: Surface, chart: Chart, palette: Palette, bands: readonly Band[]): void {
  paintBands(surface, chart, palette, bands)
  paintAxes(surface, chart, palette)
  paintTitles(surface, chart, palette)
  paintLevels(surface, chart, palette)
  paintMarks(surface, chart, palette)
  paintLegend(surface, chart, palette)
}

function paintBands(surface: Surface, chart: Chart, palette: Palette, bands: readonly Band[]): void {
  const { left, top, width, height } = boxOf(chart)
  const { x, y } = scalesOf(chart)
  const lettering = { color: palette.muted, size: 10.5, anchor: 'middle' } as const
  surface.within(left, 0, width, chart.height, () => {
    for (const { from, to, label, loss } of bands) {
      const [start, end] = [x(from), x(to)]
      surface.rect(start, top, Math.max(1, end - start), height, palette.band)
      if (end - start <= 6.2 * label.length) continue
      const above = y(loss) > top + height / 2
      surface.text((start + end) / 2, above ? top + 13 : top + height - 6, label, lettering)
    }
  })
}

function paintAxes(surface: Surface, chart: Chart, palette: Palette): void {
  const { left, top, width, height } = boxOf(chart)
  const { x, y } = scalesOf(chart)
  const [right, bottom] = [left + width, top + height]
  const lettering = { color: palette.muted, size: LETTERS }
  for (const { value, label } of ticks(chart.y, height / APART.y)) {
    surface.line([left, right], [y(value), y(value)], { color: palette.grid, width: 1 })
    surface.text(left - 7, y(value) + 4, label, { ...lettering, anchor: 'end' })
  }
  for (const { value, label } of ticks(chart.panel.x, width / APART.x)) {
    surface.line([x(value), x(value)], [bottom, bottom + 4], { color: palette.muted, width: 1 })
    surface.text(x(value), bottom + 16, label, { ...lettering, anchor: 'middle' })
  }
  surface.line([left, right], [bottom, bottom], { color: palette.muted, width: 1 })
}

/** What the axes are: that of x only under the lowest of charts that share it. */
function paintTitles(surface: Surface, chart: Chart, palette: Palette): void {
  const { left, top, width, height } = boxOf(chart)
  const square = chart.panel.square === true
  const lettering = { color: palette.muted, size: LETTERS }
  if (chart.last || square)
    surface.text(left + width, top + height + 30, chart.panel.x.label, { ...lettering, anchor: 'end' })
  surface.text(square ? left - 36 : 12, top + height / 2, chart.y.label, {
    ...lettering,
    anchor: 'middle',
    upward: true,
  })
}
