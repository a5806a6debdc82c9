// The figure and the page of a sweep.
import { axisLabels } from '../sweep/axes.js'
import { phaseDiagram } from '../sweep/phase-diagram.js'
import type { SweepTable } from '../sweep/table.js'
import type { Drawing } from './drawing.js'
import type { OutputFlags } from './sweep-output.js'
import { LISTED, statusOf } from './sweep-status.js'

/** The figure, as SVG. */
export function figureOf(
  { curvesFigure }: Drawing,
  table: SweepTable,
  { x, y, curves, metric: metrics }: OutputFlags,
): string {
  return curvesFigure(phaseDiagram(table, { x, y: curves === true ? null : y, metrics }))
}

/** The page, as HTML. */
export function pageOf(drawing: Drawing, table: SweepTable, flags: OutputFlags): string {
  const { manifest, failures } = table
  const { counts, ...status } = statusOf(table)
  return drawing.htmlReport({
    title: manifest.title ?? 'Sweep',
    figures: [figureOf(drawing, table, flags)],
    tables: [
      { caption: 'Runs', head: ['status', 'runs'], rows: Object.entries(counts).filter(([, count]) => count > 0) },
      {
        caption: 'Axes',
        head: ['axis', 'values', 'from', 'to'],
        rows: manifest.axes.map((axis) => {
          const labels = axisLabels(axis)
          return [axis.name, labels.length, labels[0], labels[labels.length - 1]]
        }),
      },
      ...(failures.length === 0
        ? []
        : [
            {
              caption: 'Runs that could not be made',
              head: ['run', 'why'],
              rows: failures.slice(0, LISTED).map(({ run, message }) => [run, message]),
            },
          ]),
    ],
    parameters: { replicates: manifest.replicates, key: manifest.key, engine: manifest.engine, code: manifest.code },
    notes: [`${status.done} of ${status.total} runs. Maps and curves are means over replicates.`],
    data: { manifest },
  })
}
