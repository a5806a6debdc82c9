// The page of a run: its figure, its outcome, its configuration, and what it recorded as data.
import { historyFigure, type RecordedRun } from './history-figure.js'
import { htmlReport } from './html.js'

/** A finished run, as `train` and `runConfig` give it; more than these fields may be there. */
export interface FinishedRun extends RecordedRun {
  readonly status: string
  readonly steps: number
  readonly time: number
  readonly seconds: number
}

/** How the page of a run is written. */
export interface RunReportOptions {
  /** Default: 'A training run'. */
  title?: string
  /** What the run was made from, such as its configuration. */
  parameters?: Readonly<Record<string, unknown>>
}

/**
 * Writes a run as one self-contained HTML page: the figure of `historyFigure`, how it ended, its parameters, and every recorded column as data.
 *
 * @param run the result of `train`, `gradientFlow` or `runConfig`
 * @returns the text of the page
 * @throws {OptionError} nothing was recorded that can be drawn
 * @example
 * const result = trainSync(net, task, { optimizer, steps: 200 })
 * await writeFile('run.html', runReport(result, { title: 'Two modes', parameters: { learningRate: 0.05 } }))
 */
export function runReport(
  run: FinishedRun,
  { title = 'A training run', parameters = {} }: RunReportOptions = {},
): string {
  const { columns, status, steps, time, seconds } = run
  const outcome = { status, steps, time, seconds: Number(seconds.toPrecision(3)) }
  return htmlReport({
    title,
    figures: [historyFigure(run, { title })],
    tables: [{ caption: 'Result', head: ['quantity', 'value'], rows: Object.entries(outcome) }],
    parameters,
    data: Object.fromEntries(Object.entries(columns).map(([name, { shape, data }]) => [name, { shape, data }])),
  })
}
