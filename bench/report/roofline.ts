// The roofline: rate over arithmetic intensity (flop for a byte of operand or result moved once), one panel an element type. No work can be
// above the arithmetic of the machine, nor, out of a level of memory, above what reads from there deliver.
import * as Plot from '@observablehq/plot'
import { COLORS, composeFigure, MARGIN, type Panel } from '../../src/report/figure.js'
import { element } from '../../src/report/svg.js'
import { OURS } from '../peers/deeplinear.js'
import { ALLOWANCE } from './calm.js'
import { LIMITS, READS } from './limits.js'
import { NATIVE } from './native.js'
import type { DType } from './problems.js'
import { countable, type Entry, type Row, rivals } from './race.js'
import type { Measurement } from './results.js'

const WIDTH = 880
const HEIGHT = 330
const INTENSITY: [number, number] = [0.1, 500]
const RATE: [number, number] = [0.05, 200]
const GREEN = '#007a5e'
/** Roofs nearer to each other than this factor have their names above and below. */
const NEAR = 2
/** Rates nearer to each other than this factor are drawn as one. */
const SAME = 1.1

/** A kind of dot. */
interface Series {
  readonly text: string
  readonly color: string
  readonly filled: boolean
  readonly pick: (row: Row) => Entry | undefined
}

const SERIES: readonly Series[] = [
  { text: 'deeplinear', color: COLORS.accent, filled: true, pick: named(OURS) },
  { text: 'reproducible build', color: COLORS.blue, filled: true, pick: named('deeplinear, reproducible') },
  { text: 'fastest other in JavaScript', color: COLORS.muted, filled: false, pick: fastestOther },
  { text: 'NumPy, AVX2', color: GREEN, filled: false, pick: named('NumPy, AVX2') },
]

/** The text of a standalone SVG file. */
export function roofline(document: Document, run: Measurement): string {
  return composeFigure(document, {
    width: WIDTH,
    title: 'How close to the limits of the machine',
    subtitle: `${run.machine.cpu}, ${run.host}, one thread, 128-bit vectors; medians`,
    description:
      'Rate of arithmetic over arithmetic intensity on logarithmic axes, for float32 and float64: products and training steps below the roofs of the machine.',
    panels: (['float32', 'float64'] as const).map((dtype) => panel(document, run, dtype)),
    xLabel: 'flop for a byte moved once',
    notes: [
      `Circles are products of several sizes and shapes, training steps on whitened tasks, and ensembles; numbers are the orders of square products. Roofs are measured by kernels of their own, the flat ones in every row: rows are drawn in which they had ${Math.round(100 * ALLOWANCE)} % of their best height.`,
    ],
  })
}

function panel(document: Document, run: Measurement, dtype: DType): Panel {
  const all = run.rows.filter((row) => row.dtype === dtype && countable(row))
  // Of whichever occasion: where the roof itself was low, the machine was not free.
  const heights = all.map((row) => Math.max(0, ...limitsOf(row).map((entry) => rate(row, entry))))
  const rows = all.filter((_, i) => heights[i] >= ALLOWANCE * Math.max(...heights))
  const peaks = Object.values(LIMITS).flatMap((name) => {
    const rates = rows.flatMap((row) =>
      row.entries.filter((entry) => entry.name === name).map((entry) => rate(row, entry)),
    )
    return rates.length === 0
      ? []
      : [{ name: name.replace('limit, ', '').replace('multiply and add', 'mul + add'), rate: Math.max(...rates) }]
  })
  const roof = Math.max(...peaks.map((peak) => peak.rate), 1)
  const slopes = slopesOf(run)
  const series = SERIES.filter(({ pick }) => rows.some(pick))
  const dots = series.flatMap(({ color, filled, pick }) => {
    const points = rows.flatMap((row) => {
      const entry = pick(row)
      return entry === undefined ? [] : [[intensity(row), clamp(rate(row, entry), RATE)]]
    })
    const style = { stroke: color, fill: filled ? color : '#ffffff', fillOpacity: filled ? 0.85 : 1, r: filled ? 4 : 3 }
    return Plot.dot(points, { x: '0', y: '1', strokeWidth: 1.4, ...style })
  })
  const squares = rows.flatMap((row) => {
    const [, n] = row.name.match(/^gemm (\d+)$/) ?? []
    const entry = row.entries.find(({ name }) => name === OURS)
    return n === undefined || entry === undefined ? [] : [{ x: intensity(row), y: rate(row, entry), n }]
  })
  const axis = { fontSize: 12, fill: COLORS.muted, label: null, tickSize: 0 }
  const text = { fontSize: 11, fill: COLORS.muted }
  const plot = Plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginTop: 6,
    marginBottom: 26,
    marginLeft: MARGIN.left,
    marginRight: MARGIN.right,
    x: { type: 'log', domain: INTENSITY, axis: null },
    y: { type: 'log', domain: RATE, axis: null },
    marks: [
      Plot.gridY([0.1, 1, 10, 100], { stroke: COLORS.grid, strokeOpacity: 1 }),
      Plot.axisY([0.1, 1, 10, 100], { ...axis, tickPadding: 8, text: String }),
      Plot.axisX([0.1, 1, 10, 100], { ...axis, tickPadding: 8, text: String }),
      Plot.frame({ anchor: 'bottom', stroke: COLORS.frame }),
      ...slopes.flatMap(({ level, rate: bandwidth }, i) => {
        const from = Math.max(INTENSITY[0], RATE[0] / bandwidth)
        const ends = [
          [from, from * bandwidth],
          [roof / bandwidth, roof],
        ]
        // Upright enough to read along the line: the angle of slope one in this drawing.
        const decadesX = Math.log10(INTENSITY[1] / INTENSITY[0]) / (WIDTH - MARGIN.left - MARGIN.right)
        const decadesY = Math.log10(RATE[1] / RATE[0]) / (HEIGHT - 32)
        const rotate = (-180 / Math.PI) * Math.atan(decadesX / decadesY)
        const at = from * 1.25
        return [
          Plot.line(ends, { x: '0', y: '1', stroke: COLORS.frame, strokeDasharray: '4 3' }),
          Plot.text([[at, at * bandwidth]], {
            ...text,
            x: '0',
            y: '1',
            dy: i === 0 ? -7 : 9,
            text: () => `${level}, ${bandwidth.toFixed(0)} GB/s`,
            textAnchor: 'start',
            rotate,
          }),
        ]
      }),
      ...peaks.flatMap(({ name, rate: height }) => {
        const near = peaks.find((peak) => peak.name !== name && Math.abs(Math.log(peak.rate / height)) < Math.log(NEAR))
        const left =
          slopes.length === 0
            ? INTENSITY[0]
            : Math.max(INTENSITY[0], height / Math.max(...slopes.map((slope) => slope.rate)))
        return [
          Plot.line(
            [
              [left, height],
              [INTENSITY[1], height],
            ],
            { x: '0', y: '1', stroke: COLORS.ink, strokeWidth: 1.5 },
          ),
          Plot.text([[INTENSITY[1], height]], {
            ...text,
            x: '0',
            y: '1',
            dx: 6,
            dy: near === undefined ? 0 : near.rate > height ? 14 : -14,
            textAnchor: 'start',
            text: () => `${name}\n${height.toFixed(1)}`,
          }),
        ]
      }),
      ...dots,
      // Below the dot where the roof is close above it.
      ...[true, false].map((close) =>
        Plot.text(
          squares.filter(({ y }) => y > roof / 3 === close),
          { x: 'x', y: 'y', text: 'n', dy: close ? 13 : -11, fontSize: 11, fill: COLORS.accentText },
        ),
      ),
    ],
  })
  return { heading: `GFLOP/s, ${dtype}`, above: 24, plot, plotHeight: HEIGHT, labels: legend(document, series) }
}

/** Reads from every level, the fastest first; levels of one rate are one. */
function slopesOf({ reads }: Measurement): { level: string; rate: number }[] {
  const slopes: { level: string; rate: number }[] = []
  for (const [level, name] of Object.entries(READS)) {
    if (reads[name] === undefined) continue
    const same = slopes.find((slope) => Math.abs(Math.log(slope.rate / reads[name])) < Math.log(SAME))
    if (same === undefined) slopes.push({ level, rate: reads[name] })
    else same.level = `${same.level.replace(' cache', '')} and ${level}`
  }
  return slopes.sort((a, b) => b.rate - a.rate)
}

/** One line above the panel. */
function legend(document: Document, series: readonly Series[]): SVGElement[] {
  let x = MARGIN.left
  return series.flatMap(({ text, color, filled }) => {
    const dot = element(document, 'circle', {
      cx: x + 5,
      cy: -7,
      r: 4,
      fill: filled ? color : '#ffffff',
      stroke: color,
    })
    const label = element(document, 'text', { x: x + 15, y: -3, 'font-size': 12, fill: color }, text)
    x += 40 + 6.6 * text.length
    return [dot, label]
  })
}

function limitsOf({ entries }: Row): Entry[] {
  return entries.filter(({ name }) => Object.values<string>(LIMITS).includes(name))
}

function intensity({ flops, bytes }: Row): number {
  return flops / bytes
}

/** GFLOP/s. */
export function rate({ flops }: Row, { median }: Entry): number {
  return flops / median / 1000
}

function named(name: string): Series['pick'] {
  return (row) => row.entries.find((entry) => entry.name === name)
}

/** The fastest of those that run in the same engine and are not of this library. */
export function fastestOther(row: Row): Entry | undefined {
  const others = rivals(row).filter(({ name }) => !name.startsWith('deeplinear') && !(name in NATIVE))
  return others.sort((a, b) => a.median - b.median)[0]
}

function clamp(value: number, [low, high]: [number, number]): number {
  return Math.min(high, Math.max(low, value))
}
