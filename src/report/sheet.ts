// The common ground of the panels of a training figure: the axis of steps, the plateaus, and how curves are drawn.
import * as Plot from '@observablehq/plot'
import { OptionError } from '../errors.js'
import { COLORS, MARGIN } from './figure.js'
import { formatNumber, linearTicks, logTicks } from './numbers.js'
import { thin } from './thin.js'
import type { Plateau, TrainingData } from './training-data.js'

/** Size of tick labels and direct labels in pixels. */
export const LABEL_SIZE = 12
const PADDING_TOP = 6
/** With fewer frames than this, each frame is marked. */
const FEW_FRAMES = 12

/** The axis of steps. */
export interface Steps {
  type: 'linear' | 'log'
  domain: [number, number]
  ticks: number[]
  /** The frames that lie on the axis, their steps, and where they are drawn. */
  frames: number[]
  values: number[]
  pixels: number[]
  /** Where a step is drawn; steps beyond the axis lie at its ends. */
  toPixel(step: number): number
}

/** What all panels need to know. */
export interface Sheet {
  document: Document
  width: number
  steps: Steps
  /** Those on the axis, from left to right. */
  plateaus: Plateau[]
  /** Most points a curve may have. */
  budget: number
}

/** A vertical axis. */
export interface VerticalAxis {
  type: 'linear' | 'log'
  domain: [number, number]
  ticks: number[]
  format(value: number): string
}

/** A curve: one value for each of `steps.frames`; values that are not finite are gaps. */
export interface Line {
  values: number[]
  color: string
}

/** A panel as Plot drew it. */
export interface Drawn {
  plot: Element
  plotHeight: number
  /** Where a value is drawn. */
  toPixel(value: number): number
}

/** The axis of steps of a run, `width` pixels for the whole figure. */
export function stepsAxis({ step }: TrainingData, width: number, logX: boolean): Steps {
  const all = Array.from(step, (_, frame) => frame)
  const frames = logX ? all.filter((frame) => step[frame] > 0) : all
  if (frames.length === 0) {
    throw new OptionError('a logarithmic axis needs a frame at a step above 0; leave logX out', { argument: 'logX' })
  }
  const values = frames.map((frame) => step[frame])
  const domain = withInside(values[0], values[values.length - 1], logX)
  const type = logX ? 'log' : 'linear'
  const range = [MARGIN.left, width - MARGIN.right]
  const scale = Plot.scale({ x: { type, domain, range } })
  const toPixel = (value: number): number => scale.apply(Math.min(domain[1], Math.max(domain[0], value)))
  const count = Math.round((range[1] - range[0]) / 95)
  const ticks = logX ? logTicks(domain[0], domain[1], count) : linearTicks(domain[0], domain[1], count, true)
  return { type, domain, ticks, frames, values, pixels: values.map(toPixel), toPixel }
}

/** An interval that is more than a point, for a run of one frame as well. */
function withInside(low: number, high: number, log: boolean): [number, number] {
  if (low < high) return [low, high]
  return log ? [low / 2, high * 2] : [low - 1, high + 1]
}

/** The plateaus that lie on the axis at least in part, from left to right. */
export function plateausOn(plateaus: readonly Plateau[], { domain }: Steps): Plateau[] {
  return plateaus
    .filter(({ from, to }) => to >= domain[0] && from <= domain[1])
    .sort((a, b) => a.step - b.step || a.rank - b.rank)
}

/**
 * Draws axes, grid, bands and curves.
 *
 * @param height of the plot frame in pixels
 * @param withSteps whether the axis of steps is written out below
 * @param extra marks on top of the curves
 */
export function drawPanel(
  sheet: Sheet,
  axis: VerticalAxis,
  lines: readonly Line[],
  { height, withSteps, extra = [] }: { height: number; withSteps: boolean; extra?: Plot.Markish[] },
): Drawn {
  const { document, width, steps, plateaus } = sheet
  const marginBottom = withSteps ? 26 : MARGIN.bottom
  const plotHeight = PADDING_TOP + height + marginBottom
  const range = [PADDING_TOP + height, PADDING_TOP]
  const scale = Plot.scale({ y: { type: axis.type, domain: axis.domain, range } })
  const toPixel = (value: number): number => scale.apply(value)
  // Tick labels go in as `text`: a `tickFormat` would leave out some of them on a logarithmic axis.
  const style = { fontSize: LABEL_SIZE, fill: COLORS.muted, label: null }
  const bands = plateaus.map(({ from, to }) => [Math.max(from, steps.domain[0]), Math.min(to, steps.domain[1])])
  const plot = Plot.plot({
    document,
    width,
    height: plotHeight,
    marginTop: PADDING_TOP,
    marginBottom,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    x: { type: steps.type, domain: steps.domain, axis: null },
    y: { type: axis.type, domain: axis.domain, range, axis: null },
    marks: [
      Plot.rect(bands, { x1: '0', x2: '1', fill: COLORS.band, fillOpacity: 0.16, insetRight: 0.5 }),
      Plot.gridY(axis.ticks, { stroke: COLORS.grid, strokeOpacity: 1 }),
      Plot.axisY(axis.ticks, { ...style, tickSize: 0, tickPadding: 8, text: (tick: number) => axis.format(tick) }),
      Plot.frame({ anchor: 'bottom', stroke: COLORS.frame }),
      withSteps ? stepsMark(steps, style) : null,
      ...lines.flatMap((line) => curve(sheet, line, toPixel)),
      ...extra,
    ],
  })
  return { plot, plotHeight, toPixel }
}

function stepsMark(steps: Steps, style: Plot.AxisXOptions): Plot.Markish {
  const text = (step: number): string => formatNumber(step)
  return Plot.axisX(steps.ticks, { ...style, stroke: COLORS.frame, tickSize: 5, text })
}

function curve({ steps, width, budget }: Sheet, { values, color }: Line, toPixel: Drawn['toPixel']): Plot.Markish[] {
  const y = values.map((value) => (Number.isFinite(value) ? toPixel(value) : Number.NaN))
  const columns = width - MARGIN.left - MARGIN.right
  // Plot leaves a gap at NaN, but would draw to an infinity.
  const points = thin({ x: steps.pixels, y }, columns, budget).map((i) => [
    steps.values[i],
    Number.isFinite(y[i]) ? values[i] : Number.NaN,
  ])
  const line = Plot.lineY(points, { x: '0', y: '1', stroke: color, strokeWidth: 1.8 })
  return values.length < FEW_FRAMES ? [line, Plot.dot(points, { x: '0', y: '1', fill: color, r: 3 })] : [line]
}

/** Smallest and largest of the finite values, or undefined where there is none. */
export function extent(values: Iterable<number>): [number, number] | undefined {
  let low = Infinity
  let high = -Infinity
  for (const value of values) {
    if (!Number.isFinite(value)) continue
    low = Math.min(low, value)
    high = Math.max(high, value)
  }
  return low <= high ? [low, high] : undefined
}
