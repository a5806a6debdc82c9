// The singular values of the end-to-end map, one curve a mode, labelled where the curves end.
import * as Plot from '@observablehq/plot'
import { COLORS, MARGIN, type Panel } from './figure.js'
import { spread } from './labels.js'
import { formatNumber, linearTicks, subscript } from './numbers.js'
import { type Drawn, drawPanel, extent, LABEL_SIZE, type Sheet } from './sheet.js'
import { element } from './svg.js'

const HEIGHT = 190
const LINE_HEIGHT = 14

/** @param modes for each mode one value for each frame on the axis */
export function modesPanel(sheet: Sheet, modes: number[][], withSteps: boolean): Panel {
  const most = modes.reduce((high, values) => Math.max(high, extent(values)?.[1] ?? 0), 0)
  const top = most > 0 ? Math.min(most * 1.06, Number.MAX_VALUE) : 1
  const axis = { type: 'linear' as const, domain: [0, top] as [number, number], ticks: linearTicks(0, top, 5) }
  const colors = modeColors(modes.length)
  // The first mode last, so that it lies on top.
  const lines = modes.map((values, mode) => ({ values, color: colors[mode] })).reverse()
  const drawn = drawPanel(sheet, { ...axis, format: formatNumber }, lines, { height: HEIGHT, withSteps })
  const labels = modeLabels(sheet, drawn, modes, colors)
  return { heading: 'Singular values of the end-to-end map', above: 8, labels, ...drawn }
}

/** Dark violet to green: viridis without the yellow that white paper swallows. */
function modeColors(count: number): string[] {
  const scale = Plot.scale({ color: { type: 'linear', scheme: 'viridis', domain: [0, 1] } })
  return Array.from({ length: count }, (_, mode) => String(scale.apply(count > 1 ? (0.74 * mode) / (count - 1) : 0.25)))
}

/** s1, s2, ... Where they are too many, those with the largest last values, and how many more there are. */
function modeLabels(sheet: Sheet, { toPixel }: Drawn, modes: number[][], colors: string[]): SVGElement[] {
  const { document, width } = sheet
  const ends = modes
    .map((values, mode) => ({ mode, last: values.filter(Number.isFinite).at(-1) }))
    .flatMap(({ mode, last }) => (last === undefined ? [] : [{ y: toPixel(last), mode }]))
    .sort((a, b) => a.y - b.y || a.mode - b.mode)
  const room = Math.floor((HEIGHT + 2 * LINE_HEIGHT) / LINE_HEIGHT)
  const shown = ends.length > room ? ends.slice(0, room - 1) : ends
  const labels = shown.map(({ mode, y }) => ({ y, text: `s${subscript(mode + 1)}`, color: colors[mode] }))
  if (shown.length < ends.length) {
    labels.push({ y: ends[ends.length - 1].y, text: `+${ends.length - shown.length}`, color: COLORS.muted })
  }
  const wanted = labels.map(({ y }) => y)
  const sizes = labels.map(() => LINE_HEIGHT)
  const places = spread(wanted, sizes, 6 - LINE_HEIGHT / 2, 6 + HEIGHT + LINE_HEIGHT / 2)
  const right = width - MARGIN.right
  return labels.flatMap(({ y, text, color }, i) => [
    element(document, 'path', {
      d: `M${right + 3},${y.toFixed(1)}L${right + 12},${places[i].toFixed(1)}h5`,
      fill: 'none',
      stroke: color,
      'stroke-width': '2',
    }),
    element(document, 'text', { x: right + 21, y: places[i] + 4, 'font-size': LABEL_SIZE }, text),
  ])
}
