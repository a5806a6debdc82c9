// Words in a chart: levels at saddles and bounds, marked points, and the names of the curves.
import type { TheorySeries } from '../sim/protocol.js'
import { boxOf, type Chart, LETTERS, scalesOf } from './chart.js'
import { colorOf, type Palette } from './palette.js'
import type { Surface } from './surface.js'

/** Horizontal lines at saddles and bounds, with their words at the right. */
export function paintLevels(surface: Surface, chart: Chart, palette: Palette): void {
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

/** Points of a plane with their words. */
export function paintMarks(surface: Surface, chart: Chart, palette: Palette): void {
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
export function paintLegend(surface: Surface, chart: Chart, palette: Palette): void {
  const { legend, series } = chart.panel
  if (legend === undefined) return
  const box = boxOf(chart)
  const left = legend === 'right' ? box.left + box.width - 70 : box.left + 14
  const width = Math.max(...series.map(({ label }) => 7 * label.length))
  const first = legend === 'right' ? box.top + 10 : box.top + box.height - 16 * series.length - 2
  // Levels and grid end where the names begin.
  surface.rect(left - 5, first - 8, width + 34, 16 * series.length, palette.paper)
  for (const [i, { label, color }] of series.entries()) {
    const top = first + 16 * i
    surface.line([left, left + 18], [top, top], { color: colorOf(palette, color), width: 4 })
    surface.text(left + 25, top + 4, label, { color: palette.ink, size: LETTERS })
  }
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
