// The curves of a chart: the simulation as a broad line that grows, the theory as dashes over it.
import type { PanelView, TheorySeries } from '../sim/protocol.js'
import type { Recording } from '../state/recording.js'
import { boxOf, type Chart, scalesOf } from './chart.js'
import { colorOf, type Palette } from './palette.js'
import type { Surface } from './surface.js'

/** How broad the simulation is drawn; broader, to be paled by half, where a theory lies over it. */
export const breadth = (theory: readonly TheorySeries[]): number => (theory.length > 0 ? 5 : 2.4)

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
