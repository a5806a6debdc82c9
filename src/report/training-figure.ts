// The figure of one training run: loss with its plateaus, singular values, and test accuracy where there is one, over
// a common axis of training steps. Plot draws axes and curves; labels are placed here, so that none covers another.
import * as Plot from '@observablehq/plot'
import { checkNumber, checkOptions } from '../check.js'
import { OptionError } from '../errors.js'
import { COLORS, composeFigure, MARGIN, type Panel } from './figure.js'
import { shortened, spread, textWidth } from './labels.js'
import { formatNumber, linearTicks, logTicks, subscript } from './numbers.js'
import { element } from './svg.js'
import { thinAll } from './thin.js'
import { checkTrainingData, type Plateau, type TrainingData } from './training-data.js'

/** How a figure is drawn. */
export interface FigureOptions {
  /** The document to draw with: `document` in a browser. */
  document: Document
  /** Logarithmic axis of steps; frames at step 0 are left out of it. Default false. */
  logX?: boolean
  /** Width in pixels, 480 to 2000. Default 800. */
  width?: number
}

/** Points in all curves together; at about 11 characters each they take two thirds of the 300 kB a figure may have. */
const MAX_POINTS = 18_000
/** With fewer frames than this, each frame is marked. */
const FEW_FRAMES = 12
const LABEL_SIZE = 12

/**
 * Draws a training run with a given document; `trainingFigure` of `./index.js` brings one along.
 *
 * @returns the text of a standalone SVG file
 * @throws {ShapeError | RangeArgError | DTypeError | OptionError} data or options that do not fit, by name
 */
export function drawTrainingFigure(data: TrainingData, options: FigureOptions): string {
  const { document, logX, width } = readOptions(options)
  const run = checkTrainingData(data)
  const steps = horizontalScale(run, width, logX)
  const { frames } = steps
  const at = (values: ArrayLike<number>, stride = 1, offset = 0): number[] =>
    frames.map((frame) => Number(values[frame * stride + offset]))
  const loss = at(run.loss).map((value) => (value > 0 ? value : Number.NaN))
  const modes = Array.from({ length: run.rank }, (_, mode) => at(run.singularValues, run.rank, mode))
  const accuracy = run.testAccuracy === undefined ? undefined : at(run.testAccuracy)
  const curves = [loss, ...modes, ...(accuracy === undefined ? [] : [accuracy])]
  const kept = thinAll(
    curves.map((y) => ({ x: steps.pixels, y })),
    width - MARGIN.left - MARGIN.right,
    MAX_POINTS,
  )
  const points = curves.map((y, c) => kept[c].map((i) => ({ step: steps.values[i], value: finite(y[i]) })))
  const plateaus = visiblePlateaus(run.plateaus, steps)
  const sheet: Sheet = { document, width, steps, plateaus, dots: frames.length <= FEW_FRAMES }
  const panels = [lossPanel(sheet, points[0]), modesPanel(sheet, points.slice(1, 1 + run.rank), accuracy === undefined)]
  if (accuracy !== undefined) panels.push(accuracyPanel(sheet, points[points.length - 1]))
  return composeFigure(document, {
    width,
    title: run.title,
    subtitle: run.subtitle,
    description: describeRun(run),
    panels,
    xLabel: logX ? 'Training step (log scale)' : 'Training step',
    notes: notesOf(run, plateaus, steps),
  })
}

type Point = { step: number; value: number }

interface Steps {
  type: 'linear' | 'log'
  domain: [number, number]
  ticks: number[]
  /** The frames on the axis, their steps, and where those lie. */
  frames: number[]
  values: number[]
  pixels: number[]
  toPixel(step: number): number
}

interface Sheet {
  document: Document
  width: number
  steps: Steps
  plateaus: Plateau[]
  dots: boolean
}

function readOptions(options: FigureOptions): { document: Document; logX: boolean; width: number } {
  const given = checkOptions(options, 'options', ['document', 'logX', 'width'])
  const document = given.document as Document | undefined
  if (typeof document?.createElementNS !== 'function') {
    throw new OptionError('options.document must be a DOM document', { argument: 'document' })
  }
  if (given.logX !== undefined && typeof given.logX !== 'boolean') {
    throw new OptionError('options.logX must be true or false', { argument: 'logX' })
  }
  const width = checkNumber(given.width ?? 800, 'width', { min: 480, max: 2000 })
  return { document, logX: given.logX ?? false, width }
}

function horizontalScale({ step }: TrainingData, width: number, logX: boolean): Steps {
  const all = Array.from(step, (_, frame) => frame)
  const frames = logX ? all.filter((frame) => step[frame] > 0) : all
  if (frames.length === 0) {
    throw new OptionError('a logarithmic axis needs a frame at a step above 0; leave logX out', { argument: 'logX' })
  }
  const values = frames.map((frame) => step[frame])
  const domain = widened(values[0], values[values.length - 1], logX)
  const type = logX ? 'log' : 'linear'
  const range = [MARGIN.left, width - MARGIN.right]
  const scale = Plot.scale({ x: { type, domain, range } })
  const toPixel = (value: number): number => scale.apply(Math.min(domain[1], Math.max(domain[0], value)))
  const count = Math.round((range[1] - range[0]) / 95)
  const ticks = logX ? logTicks(domain[0], domain[1], count) : linearTicks(domain[0], domain[1], count, true)
  return { type, domain, ticks, frames, values, pixels: values.map(toPixel), toPixel }
}

/** An interval with an inside, for a run of one frame as well. */
function widened(low: number, high: number, log: boolean): [number, number] {
  if (low < high) return [low, high]
  return log ? [low / 2, high * 2] : [low - 1, high + 1]
}

/** Plot takes `null` and NaN for gaps, but an infinity for a point. */
function finite(value: number): number {
  return Number.isFinite(value) ? value : Number.NaN
}

function visiblePlateaus(plateaus: readonly Plateau[], { domain, toPixel }: Steps): Plateau[] {
  return plateaus
    .filter(({ from, to }) => to >= domain[0] && from <= domain[1])
    .sort((a, b) => toPixel(a.step) - toPixel(b.step))
}

interface PanelScale {
  type: 'linear' | 'log'
  domain: [number, number]
  ticks: number[]
  format(value: number): string
}

/** Axes, grid and bands that all panels share, below the marks of one. */
function drawPanel(sheet: Sheet, y: PanelScale, height: number, axis: boolean, marks: Plot.Markish[]): PlotOf {
  const { document, width, steps, plateaus } = sheet
  const marginBottom = axis ? 26 : MARGIN.bottom
  const marginTop = 6
  const text = { fontSize: LABEL_SIZE, fill: COLORS.muted, label: null }
  const bands = plateaus.map(({ from, to }) => ({
    from: Math.max(from, steps.domain[0]),
    to: Math.min(to, steps.domain[1]),
  }))
  const plot = Plot.plot({
    document,
    width,
    height: height + marginTop + marginBottom,
    marginTop,
    marginBottom,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    x: { type: steps.type, domain: steps.domain },
    y: { type: y.type, domain: y.domain },
    marks: [
      Plot.rect(bands, { x1: 'from', x2: 'to', fill: COLORS.band, fillOpacity: 0.16, inset: 0, insetRight: 0.5 }),
      Plot.gridY(y.ticks, { stroke: COLORS.grid, strokeOpacity: 1 }),
      Plot.axisY(y.ticks, { ...text, tickSize: 0, tickPadding: 8, tickFormat: y.format }),
      Plot.frame({ anchor: 'bottom', stroke: COLORS.frame }),
      ...(axis
        ? [
            Plot.axisX(steps.ticks, {
              ...text,
              stroke: COLORS.frame,
              tickSize: 5,
              tickFormat: (x: number) => formatNumber(x),
            }),
          ]
        : []),
      ...marks,
    ],
  })
  const scale = plot.scale('y') as { apply(value: number): number }
  return { plot, plotHeight: height + marginTop + marginBottom, height, toPixel: (value) => scale.apply(value) }
}

interface PlotOf {
  plot: Element
  plotHeight: number
  height: number
  toPixel(value: number): number
}

function curve(points: Point[], stroke: string, width: number, dots: boolean): Plot.Markish[] {
  const line = Plot.lineY(points, { x: 'step', y: 'value', stroke, strokeWidth: width })
  return dots ? [line, Plot.dot(points, { x: 'step', y: 'value', fill: stroke, r: 3 })] : [line]
}

function lossPanel(sheet: Sheet, points: Point[]): Panel {
  const { document, steps, plateaus } = sheet
  const y = lossScale(points)
  const dots = plateaus.filter(({ loss }) => loss >= y.domain[0] && loss <= y.domain[1])
  const at = (step: number): number => Math.min(steps.domain[1], Math.max(steps.domain[0], step))
  const drawn = drawPanel(sheet, y, 190, false, [
    ...curve(points, COLORS.ink, 1.8, sheet.dots),
    Plot.dot(dots, {
      x: ({ step }: Plateau) => at(step),
      y: 'loss',
      r: 4,
      fill: '#ffffff',
      stroke: COLORS.accent,
      strokeWidth: 2,
    }),
  ])
  const labels = rankLabels(sheet, drawn, dots)
  if (!points.some(({ value }) => value > 0)) {
    const x = (MARGIN.left + sheet.width - MARGIN.right) / 2
    const attributes = { x, y: drawn.height / 2, 'text-anchor': 'middle', fill: COLORS.muted, 'font-size': 13 }
    labels.push(element(document, 'text', attributes, 'No frame has a loss above 0.'))
  }
  return { heading: 'Loss (log scale)', above: plateaus.length > 0 ? 34 : 6, labels, ...drawn }
}

function lossScale(points: Point[]): PanelScale {
  const values = points.map(({ value }) => value).filter((value) => value > 0)
  const low = values.reduce((least, value) => Math.min(least, value), values[0] ?? 1)
  const high = values.reduce((most, value) => Math.max(most, value), values[0] ?? 1)
  // A margin of a twentieth of the height; at least a tenth of the value, for a loss that does not change.
  const margin = Math.max((high / low) ** 0.05, 1.1)
  const domain: [number, number] = [Math.max(low / margin, Number.MIN_VALUE), Math.min(high * margin, Number.MAX_VALUE)]
  return { type: 'log', domain, ticks: logTicks(domain[0], domain[1], 6), format: formatNumber }
}

/** "rank k" above the panel, a line down to its place on the curve. */
function rankLabels(sheet: Sheet, panel: PlotOf, dots: Plateau[]): SVGElement[] {
  const { document, width, steps, plateaus } = sheet
  const left = MARGIN.left
  const right = width - MARGIN.right
  const full = plateaus.map(({ rank }) => `rank ${rank}`)
  const gap = 10
  const widthOf = (text: string): number => textWidth(text, LABEL_SIZE) + gap
  const fits = full.reduce((sum, text) => sum + widthOf(text), 0) <= right - left
  const texts = fits ? full : plateaus.map(({ rank }) => String(rank))
  const wanted = plateaus.map(({ step }) => steps.toPixel(step))
  const places = spread(wanted, texts.map(widthOf), left - 20, right + 20)
  const labels: SVGElement[] = []
  plateaus.forEach((plateau, i) => {
    const x = wanted[i]
    const bottom = dots.includes(plateau) ? Math.max(6, panel.toPixel(plateau.loss) - 5) : 6
    const path = `M${places[i].toFixed(1)},-12L${x.toFixed(1)},2V${bottom.toFixed(1)}`
    labels.push(
      element(document, 'path', { d: path, fill: 'none', stroke: COLORS.accent, 'stroke-opacity': '0.55' }),
      element(
        document,
        'text',
        { x: places[i], y: -17, 'text-anchor': 'middle', 'font-size': LABEL_SIZE, fill: '#9a4500' },
        texts[i],
      ),
    )
  })
  return labels
}

function modesPanel(sheet: Sheet, modes: Point[][], last: boolean): Panel {
  const most = modes.flat().reduce((high, { value }) => (value > high ? value : high), 0)
  const domain: [number, number] = [0, most > 0 ? Math.min(most * 1.06, Number.MAX_VALUE) : 1]
  const y: PanelScale = { type: 'linear', domain, ticks: linearTicks(0, domain[1], 5), format: formatNumber }
  const colors = modeColors(modes.length)
  // The first mode last, so that it lies on top.
  const marks = modes.flatMap((points, mode) => curve(points, colors[mode], 1.8, sheet.dots)).reverse()
  const drawn = drawPanel(sheet, y, 190, last, marks)
  return {
    heading: 'Singular values of the end-to-end map',
    above: 4,
    labels: modeLabels(sheet, drawn, modes, colors),
    ...drawn,
  }
}

/** Dark violet to green: viridis without the yellow that white paper swallows. */
function modeColors(count: number): string[] {
  const scale = Plot.scale({ color: { type: 'linear', scheme: 'viridis', domain: [0, 1] } })
  return Array.from({ length: count }, (_, mode) => String(scale.apply(count > 1 ? (0.78 * mode) / (count - 1) : 0.25)))
}

/** s1, s2, ... at the right ends of their curves. Of very many, those with the largest last values are labelled. */
function modeLabels(sheet: Sheet, panel: PlotOf, modes: Point[][], colors: string[]): SVGElement[] {
  const { document, width } = sheet
  const ends = modes
    .map((points, mode) => ({ mode, end: points.filter(({ value }) => Number.isFinite(value)).at(-1) }))
    .flatMap(({ mode, end }) => (end === undefined ? [] : [{ mode, y: panel.toPixel(end.value), step: end.step }]))
    .sort((a, b) => a.y - b.y || a.mode - b.mode)
  const lineHeight = 14
  const capacity = Math.floor((panel.height + 20) / lineHeight)
  const shown = ends.length > capacity ? ends.slice(0, capacity - 1) : ends
  const texts = shown.map(({ mode }) => `s${subscript(mode + 1)}`)
  const wanted = shown.map(({ y }) => y)
  if (shown.length < ends.length) {
    texts.push(`+${ends.length - shown.length} more`)
    wanted.push(ends[ends.length - 1].y)
  }
  const places = spread(
    wanted,
    texts.map(() => lineHeight),
    -4,
    panel.height + 16,
  )
  const right = width - MARGIN.right
  return texts.flatMap((text, i) => {
    const color = shown[i] === undefined ? COLORS.muted : colors[shown[i].mode]
    const lead = `M${right + 3},${wanted[i].toFixed(1)}L${right + 13},${places[i].toFixed(1)}`
    const attributes = { x: right + 16, y: places[i] + 4, 'font-size': LABEL_SIZE, fill: color, 'font-weight': 600 }
    return [
      element(document, 'path', { d: lead, fill: 'none', stroke: color, 'stroke-opacity': '0.6' }),
      element(document, 'text', attributes, shortened(text, MARGIN.right - 16, LABEL_SIZE)),
    ]
  })
}

function accuracyPanel(sheet: Sheet, points: Point[]): Panel {
  const values = points.map(({ value }) => value).filter((value) => Number.isFinite(value))
  const low = values.reduce((least, value) => Math.min(least, value), 0)
  const high = values.reduce((most, value) => Math.max(most, value), 1)
  const format = (value: number): string => `${formatNumber(100 * value)} %`
  const y: PanelScale = { type: 'linear', domain: [low, high], ticks: linearTicks(low, high, 4), format }
  const drawn = drawPanel(sheet, y, 100, true, curve(points, COLORS.blue, 1.8, sheet.dots))
  return { heading: 'Test accuracy', above: 4, labels: [], ...drawn }
}

function notesOf(run: TrainingData, plateaus: Plateau[], { frames }: Steps): string[] {
  const notes: string[] = []
  if (plateaus.length > 0) {
    notes.push('Shaded: plateaus of the loss, with the numerical rank of the end-to-end map on each.')
  }
  const gaps = frames.filter((frame) => !(run.loss[frame] > 0 && run.loss[frame] < Infinity)).length
  if (gaps > 0) {
    notes.push(
      `${formatNumber(gaps)} of ${formatNumber(frames.length)} frames have a loss that is not positive and finite: not drawn.`,
    )
  }
  return notes
}

function describeRun({ step, loss, rank, plateaus }: TrainingData): string {
  const last = step.length - 1
  const course = `Loss from ${formatNumber(loss[0])} to ${formatNumber(loss[last])}`
  const range = `steps ${formatNumber(step[0])} to ${formatNumber(step[last])}`
  const saddles = plateaus.map((plateau) => `rank ${plateau.rank} at loss ${formatNumber(plateau.loss)}`).join(', ')
  const modes = rank === 1 ? '1 singular value' : `${rank} singular values`
  return `${course} over ${range}; ${modes}; plateaus: ${saddles === '' ? 'none' : saddles}.`
}
