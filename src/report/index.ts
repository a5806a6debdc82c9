// `deeplinear/report`: figures and pages. Everything here is a leaf: data in, text out, nothing else in the library needs it.
import { figureDocument } from './figure-document.js'
import type { TrainingData } from './training-data.js'
import { drawTrainingFigure } from './training-figure.js'

export {
  type Curve,
  type CurvesAxis,
  type CurvesFigure,
  type CurvesPanel,
  curvesFigure,
  type HeatMap,
} from './curves-figure.js'
export {
  type HistoryFigureOptions,
  historyFigure,
  type RecordedColumn,
  type RecordedRun,
} from './history-figure.js'
export { type HtmlReport, htmlReport, type ReportTable } from './html.js'
export { type ReproducedExperiment, reproductionReport } from './reproduction-report.js'
export { type FinishedRun, type RunReportOptions, runReport } from './run-report.js'
export { stackFigures } from './stack-figures.js'
export type { Plateau, TrainingData } from './training-data.js'

/** How a figure is drawn; all of it has defaults. */
export interface TrainingFigureOptions {
  /** The document to draw with. Default: the page's own in a browser, elsewhere one of linkedom's. */
  document?: Document
  /** Logarithmic axis of steps; frames at step 0 are left out of it. Default false. */
  logX?: boolean
  /** Width in pixels, 480 to 2000. Default 800. */
  width?: number
}

/**
 * Draws a training run: the loss on a logarithmic axis with its plateaus marked, the singular values of the end-to-end
 * map, and the test accuracy where it was recorded, over a common axis of steps.
 *
 * Long runs are thinned to what the pixels can show; the lowest and the highest value of every pixel column stay.
 *
 * @param data the recording; see `TrainingData` for shapes and units
 * @returns the text of a standalone SVG file, under 300 kB
 * @throws {ShapeError} lengths that do not fit together, or no frames
 * @throws {RangeArgError | DTypeError | OptionError} steps that do not ascend, a bad plateau, a bad option
 * @example
 * const recorded = { step: [0, 10, 20], loss: [2, 1, 0.1], singularValues: [0, 1, 2], rank: 1, plateaus: [] }
 * await writeFile('run.svg', trainingFigure({ title: 'Run 1', ...recorded }))
 */
export function trainingFigure(data: TrainingData, options: TrainingFigureOptions = {}): string {
  const document = options.document ?? figureDocument()
  return drawTrainingFigure(data, { ...options, document })
}
