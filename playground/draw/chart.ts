// A chart as geometry: the box of its curves within margins, and the scales that lead into it.
import type { AxisView, PanelView } from '../sim/protocol.js'
import { project } from './axis.js'

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
/** Size of most letters. */
export const LETTERS = 11.5

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
