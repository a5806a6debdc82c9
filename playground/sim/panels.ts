// What panels of several scenes have in common: the time of training along x, one curve over it, the loss above all.
import type { AxisView, PanelView } from './protocol.js'

export const fromZero = (label: string, max: number): AxisView => ({ label, scale: 'linear', min: 0, max })

/** Learning rate times step: curves stay where they are when the rate changes. */
export const timeAxis = (end: number): AxisView => fromZero('time = learning rate \u00d7 step', end)

/** One curve over time; it needs no name, since the title says what it is. */
export const curvePanel = (title: string, column: string, color: number, x: AxisView, y: AxisView): PanelView => ({
  title,
  along: 'time',
  x,
  y,
  series: [{ label: '', column, index: 0, color }],
  levels: [],
})

/** The loss: the panel whose scale can be changed. */
export const lossPanel = (x: AxisView, y: AxisView, rest: Partial<PanelView> = {}): PanelView => ({
  ...curvePanel('Loss', 'loss', -1, x, y),
  main: true,
  ...rest,
})
