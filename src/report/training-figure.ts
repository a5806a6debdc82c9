// The figure of one training run: loss with its plateaus, singular values, and test accuracy where there is one, over
// a common axis of training steps. Plot draws axes and curves; labels are placed by hand, so that none covers another.
import { checkNumber, checkOptions } from '../check.js'
import { OptionError } from '../errors.js'
import { accuracyPanel } from './accuracy-panel.js'
import { composeFigure } from './figure.js'
import { lossPanel } from './loss-panel.js'
import { modesPanel } from './modes-panel.js'
import { formatNumber } from './numbers.js'
import { plateausOn, type Sheet, type Steps, stepsAxis } from './sheet.js'
import { checkTrainingData, type TrainingData } from './training-data.js'

/** How a figure is drawn. */
export interface FigureOptions {
  /** The document to draw with: `document` in a browser. */
  document: Document
  /** Logarithmic axis of steps; frames at step 0 are left out of it. Default false. */
  logX?: boolean
  /** Width in pixels, 480 to 2000. Default 800. */
  width?: number
}

/** Points of all curves together; at about 11 characters each they take two thirds of the 300 kB a figure may have. */
const MAX_POINTS = 18_000

/**
 * Draws a training run with a given document. `trainingFigure` in `./index.js` is the same with a document of its own;
 * this one is free of it, for pages.
 *
 * @returns the text of a standalone SVG file
 * @throws {ShapeError | RangeArgError | DTypeError | OptionError} data or options that do not fit, by name
 */
export function drawTrainingFigure(data: TrainingData, options: FigureOptions): string {
  const { document, logX, width } = readOptions(options)
  const run = checkTrainingData(data)
  const steps = stepsAxis(run, width, logX)
  const column = (values: ArrayLike<number>, stride = 1, offset = 0): number[] =>
    steps.frames.map((frame) => values[frame * stride + offset])
  const modes = Array.from({ length: run.rank }, (_, mode) => column(run.singularValues, run.rank, mode))
  const budget = Math.floor(MAX_POINTS / (modes.length + 2))
  const sheet: Sheet = { document, width, steps, plateaus: plateausOn(run.plateaus, steps), budget }
  const panels = [lossPanel(sheet, column(run.loss)), modesPanel(sheet, modes, run.testAccuracy === undefined)]
  if (run.testAccuracy !== undefined) panels.push(accuracyPanel(sheet, column(run.testAccuracy)))
  return composeFigure(document, {
    width,
    title: run.title,
    subtitle: run.subtitle,
    description: describeRun(run),
    panels,
    xLabel: logX ? 'Training step (log scale)' : 'Training step',
    notes: notesOf(run, sheet.plateaus.length > 0, steps),
  })
}

function readOptions(options: FigureOptions): { document: Document; logX: boolean; width: number } {
  const given = checkOptions(options, 'options', ['document', 'logX', 'width'])
  const document = given.document as Document | undefined
  if (typeof document?.createElementNS !== 'function') {
    throw new OptionError('options.document must be a DOM document', { argument: 'document' })
  }
  const logX = given.logX ?? false
  if (typeof logX !== 'boolean') throw new OptionError('options.logX must be true or false', { argument: 'logX' })
  return { document, logX, width: checkNumber(given.width ?? 800, 'width', { min: 480, max: 2000 }) }
}

function notesOf({ loss }: TrainingData, hasPlateaus: boolean, { frames }: Steps): string[] {
  const notes: string[] = []
  if (hasPlateaus) notes.push('Shaded: plateaus of the loss, with the numerical rank of the end-to-end map on each.')
  const missing = frames.filter((frame) => !(loss[frame] > 0 && loss[frame] < Infinity)).length
  if (missing > 0) {
    const counts = `${formatNumber(missing)} of ${formatNumber(frames.length)} frames`
    notes.push(`Not drawn: the loss of ${counts}, where it is not positive and finite.`)
  }
  return notes
}

function describeRun({ step, loss, rank, plateaus }: TrainingData): string {
  const last = step.length - 1
  const course = `Loss from ${formatNumber(loss[0])} to ${formatNumber(loss[last])}`
  const range = `steps ${formatNumber(step[0])} to ${formatNumber(step[last])}`
  const modes = rank === 1 ? '1 singular value' : `${rank} singular values`
  const saddles = plateaus.map((plateau) => `rank ${plateau.rank} at loss ${formatNumber(plateau.loss)}`).join(', ')
  return `${course} over ${range}; ${modes}; plateaus: ${saddles === '' ? 'none' : saddles}.`
}
