// Taking a run home: the figure as SVG, the numbers as CSV.
import { paintBase } from '../draw/base.js'
import { MARGIN } from '../draw/chart.js'
import { breadth, paintCurves, paintTheory } from '../draw/curves.js'
import { paintNames } from '../draw/labels.js'
import type { Palette } from '../draw/palette.js'
import { SvgSurface } from '../draw/svg-surface.js'
import type { Recording } from '../state/recording.js'
import type { Panel } from './panel.js'

const WIDTH = 800
const HEIGHT = 260
const HEAD = 30

/** The charts of a run, one below the other. */
export function figureOf(
  panels: readonly Panel[],
  record: Recording,
  palette: Palette,
  title: string,
  words: string,
): string {
  const surface = new SvgSurface()
  for (const [i, panel] of panels.entries()) {
    const { bands, theory, ...chart } = panel.chartOf(WIDTH, HEIGHT)
    surface.below(i * (HEIGHT + HEAD) + HEAD, () => {
      surface.text(MARGIN.left, -8, chart.panel.title, { color: palette.ink, size: 14, weight: 600 })
      paintBase(surface, chart, palette, bands)
      paintCurves(surface, chart, palette, record, 0, breadth(theory), theory.length > 0 ? 0.5 : 1)
      paintTheory(surface, chart, palette, theory)
      paintNames(surface, chart, palette, theory)
    })
  }
  return surface.toString(WIDTH, panels.length * (HEIGHT + HEAD), title, words, palette.paper)
}

/** All recorded columns: one frame a line, numbers as they are. */
export function tableOf(record: Recording): string {
  const names = Object.entries(record.view.columns)
  const head = names.flatMap(([name, width]) =>
    width === 1 ? [name] : Array.from({ length: width }, (_, i) => `${name}_${i + 1}`),
  )
  const lines = [head.join(',')]
  for (let frame = 0; frame < record.length; frame++) {
    lines.push(
      names.flatMap(([name, width]) => Array.from({ length: width }, (_, i) => record.at(name, frame, i))).join(','),
    )
  }
  return `${lines.join('\n')}\n`
}

/** Hand a file to the visitor. */
export function save(name: string, type: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
