// The frame that all figures share: title, panels one below the other on a common horizontal axis, notes.

import { wrapText } from './labels.js'
import { element, FONTS, marksOf, serialize } from './svg.js'

/** Space around the plot frame of every panel, in pixels. The right side holds the labels of curves. */
export const MARGIN = { left: 72, right: 64, bottom: 8 }

/** Colours that stay apart for colour-blind readers (after Okabe and Ito), and greys. */
export const COLORS = {
  ink: '#1f2328',
  muted: '#57606a',
  grid: '#e4e7eb',
  frame: '#8c959f',
  accent: '#d55e00',
  /** The accent, dark enough for small text. */
  accentText: '#9a4500',
  band: '#e69f00',
  blue: '#0072b2',
}

/** One panel, drawn. */
export interface Panel {
  heading: string
  /** Pixels between the heading and the plot frame. */
  above: number
  /** What Plot made of it: as wide as the figure. */
  plot: Element
  /** Height of `plot`. */
  plotHeight: number
  /** Labels placed by hand; the origin is the top left corner of `plot`. */
  labels: SVGElement[]
}

/** A whole figure. */
export interface Figure {
  width: number
  title: string
  subtitle?: string
  /** What a reader who cannot see the figure should know. */
  description: string
  panels: Panel[]
  xLabel: string
  notes: string[]
}

/** Stacks the panels and returns the text of a standalone SVG file. */
export function composeFigure(document: Document, figure: Figure): string {
  const { width, panels } = figure
  const children: SVGElement[] = []
  const text = (line: string, x: number, y: number, attributes: Record<string, string | number>): void => {
    children.push(element(document, 'text', { x, y, ...attributes }, line))
  }
  let y = 18
  // Wrapped as if it were larger than it is set, because bold letters are wider.
  for (const line of wrapText(figure.title, width - 48, 20, 2)) {
    text(line, 24, (y += 18), { 'font-size': 18, 'font-weight': 600 })
    y += 6
  }
  for (const line of wrapText(figure.subtitle ?? '', width - 48, 13, 3)) {
    text(line, 24, (y += 14), { 'font-size': 13, fill: COLORS.muted })
    y += 4
  }
  y += 12
  for (const panel of panels) {
    text(panel.heading, 24, (y += 14), { 'font-size': 13, 'font-weight': 600 })
    y += panel.above
    children.push(
      element(document, 'g', { transform: `translate(0,${y})` }, marksOf(document, panel.plot), ...panel.labels),
    )
    y += panel.plotHeight + 8
  }
  text(figure.xLabel, (MARGIN.left + width - MARGIN.right) / 2, (y += 6), {
    'font-size': 13,
    'font-weight': 600,
    'text-anchor': 'middle',
  })
  y += 10
  for (const line of figure.notes.flatMap((note) => wrapText(note, width - 48, 12, 3))) {
    text(line, 24, (y += 13), { 'font-size': 12, fill: COLORS.muted })
    y += 4
  }
  const height = Math.ceil(y + 14)
  const svg = element(
    document,
    'svg',
    {
      xmlns: 'http://www.w3.org/2000/svg',
      viewBox: `0 0 ${width} ${height}`,
      width,
      height,
      role: 'img',
      fill: COLORS.ink,
      'font-family': FONTS,
      'font-size': 12,
    },
    element(document, 'title', {}, figure.title),
    element(document, 'desc', {}, figure.description),
    element(document, 'rect', { width, height, fill: '#ffffff' }),
    ...children,
  )
  return serialize(svg)
}
