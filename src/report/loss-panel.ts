// The loss on a logarithmic axis, each plateau marked on the curve and labelled with its rank above it.
import * as Plot from '@observablehq/plot'
import { COLORS, MARGIN, type Panel } from './figure.js'
import { spread, textWidth } from './labels.js'
import { formatNumber, logTicks } from './numbers.js'
import { type Drawn, drawPanel, extent, LABEL_SIZE, type Sheet, type VerticalAxis } from './sheet.js'
import { element } from './svg.js'
import type { Plateau } from './training-data.js'

const HEIGHT = 190
/** From the line of rank labels to the top of the panel. */
const STRIP = 24
/** A label further than this from its plateau gives up the word "rank" to come closer. */
const FAR = 14

/** @param loss one value for each frame on the axis */
export function lossPanel(sheet: Sheet, loss: number[]): Panel {
  const { document, plateaus, steps } = sheet
  const values = loss.map((value) => (value > 0 ? value : Number.NaN))
  const range = extent(values)
  const axis: VerticalAxis = range === undefined ? { ...lossAxis([1, 1]), ticks: [] } : lossAxis(range)
  const inRange = ({ loss }: Plateau): boolean => loss >= axis.domain[0] && loss <= axis.domain[1]
  const marked = range === undefined ? [] : plateaus.filter(inRange)
  const onAxis = ({ step }: Plateau): number => Math.min(steps.domain[1], Math.max(steps.domain[0], step))
  const dot = { r: plateaus.length > 20 ? 2.5 : 4, fill: '#ffffff', stroke: COLORS.accent, strokeWidth: 2 }
  const drawn = drawPanel(sheet, axis, [{ values, color: COLORS.ink }], {
    height: HEIGHT,
    withSteps: false,
    extra: [Plot.dot(marked, { x: onAxis, y: 'loss', ...dot })],
  })
  const labels = rankLabels(sheet, drawn, marked)
  if (range === undefined) {
    const x = (MARGIN.left + sheet.width - MARGIN.right) / 2
    const attributes = { x, y: HEIGHT / 2, 'text-anchor': 'middle', 'font-size': 13, fill: COLORS.muted }
    labels.push(element(document, 'text', attributes, 'No frame has a positive, finite loss.'))
  }
  return { heading: 'Loss (log scale)', above: plateaus.length > 0 ? STRIP + 18 : 8, labels, ...drawn }
}

function lossAxis([low, high]: [number, number]): VerticalAxis {
  // A twentieth of the height as margin; at least a tenth of the value, for a loss that does not change.
  const margin = Math.max((high / low) ** 0.05, 1.1)
  const domain: [number, number] = [Math.max(low / margin, Number.MIN_VALUE), Math.min(high * margin, Number.MAX_VALUE)]
  return { type: 'log', domain, ticks: logTicks(domain[0], domain[1], 6), format: formatNumber }
}

/** "rank 0", "rank 1", ... moved apart, with a line from each down to its place on the curve. */
function rankLabels(sheet: Sheet, { toPixel }: Drawn, marked: Plateau[]): SVGElement[] {
  const { document, plateaus, steps } = sheet
  const { texts, places, word } = placeRanks(sheet)
  const style = { 'font-size': LABEL_SIZE, fill: COLORS.accentText }
  const labels = plateaus.flatMap((plateau, i) => {
    if (texts[i] === '') return []
    const x = steps.toPixel(plateau.step).toFixed(1)
    const end = marked.includes(plateau) ? Math.max(6, toPixel(plateau.loss) - 5) : 6
    const path = `M${places[i].toFixed(1)},${4 - STRIP}L${x},4V${end.toFixed(1)}`
    return [
      element(document, 'path', { d: path, fill: 'none', stroke: COLORS.accent, 'stroke-opacity': '0.55' }),
      element(document, 'text', { x: places[i], y: -STRIP, 'text-anchor': 'middle', ...style }, texts[i]),
    ]
  })
  if (word !== undefined) {
    labels.push(element(document, 'text', { x: word, y: -STRIP, 'text-anchor': 'end', ...style }, 'rank'))
  }
  return labels
}

/** What to write where; `word` is where the word "rank" ends if it stands once for all. An empty text is left out. */
function placeRanks({ plateaus, steps, width }: Sheet): { texts: string[]; places: number[]; word?: number } {
  const wanted = plateaus.map(({ step }) => steps.toPixel(step))
  const place = (texts: string[], gap: number, low: number): number[] => {
    const sizes = texts.map((text) => (text === '' ? 0 : textWidth(text, LABEL_SIZE) + gap))
    return spread(wanted, sizes, low, width - MARGIN.right + 24)
  }
  const long = plateaus.map(({ rank }) => `rank ${rank}`)
  const longPlaces = place(long, 8, MARGIN.left - 24)
  const off = longPlaces.reduce((most, x, i) => Math.max(most, Math.abs(x - wanted[i])), 0)
  if (plateaus.length < 2 || off <= FAR) return { texts: long, places: longPlaces }
  const short = plateaus.map(({ rank }) => String(rank))
  const left = 24 + textWidth('rank ', LABEL_SIZE)
  const total = short.reduce((sum, text) => sum + textWidth(text, LABEL_SIZE) + 7, 0)
  const every = Math.ceil(total / (width - MARGIN.right + 24 - left))
  const texts = short.map((text, i) => (i % every === 0 ? text : ''))
  const places = place(texts, 7, left)
  return { texts, places, word: places[0] - textWidth(texts[0], LABEL_SIZE) / 2 - 6 }
}
