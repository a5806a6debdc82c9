// The figure of whatever a run recorded: a panel for each column, with the theory of the run dashed over it.
import { checkOptions, describe } from '../check.js'
import { DTypeError, OptionError } from '../errors.js'
import { type Curve, type CurvesPanel, curvesFigure } from './curves-figure.js'

/** A recorded quantity: `data` holds `length` values of `shape`, one after the other. */
export interface RecordedColumn {
  readonly length: number
  /** Shape of one value: `[]` for a number. */
  readonly shape: readonly number[]
  readonly data: ArrayLike<number>
}

/** What `train` or `gradientFlow` gives at the end; more than these fields may be there. */
export interface RecordedRun {
  /** By name, with `step` and `time`. */
  readonly columns: Readonly<Record<string, RecordedColumn>>
  /** What a theory said of the run, at the same frames. */
  readonly theory?: { readonly name: string; readonly columns: Readonly<Record<string, RecordedColumn>> }
}

/** How the figure of a run is drawn. */
export interface HistoryFigureOptions {
  /** Default: 'A training run'. */
  title?: string
  /** The horizontal axis: training steps, or their time `learningRate * step`. Default 'step'. */
  x?: 'step' | 'time'
  /** Columns to draw, in this order. Default: all numbers and lists of at most 24 numbers. */
  columns?: readonly string[]
  /** The document to draw with. Default: the page's own in a browser, elsewhere one of linkedom's. */
  document?: Document
}

/** Entries of a list that are drawn as lines of one panel. */
const MOST_LINES = 24
/** A positive quantity that spans more than this is drawn on a logarithmic axis. */
const WIDE_SPAN = 100

/**
 * Draws what a run recorded, a panel a column, as one standalone SVG file 800 pixels wide: broad pale lines for the run, dashes for its theory.
 * Positive quantities that span more than two decades have a logarithmic axis; numbers that are not finite are gaps.
 *
 * @param run the result of `train`, `gradientFlow` or `runConfig`, or `{ columns }` of one
 * @returns the text of an SVG file
 * @throws {OptionError} a column that was not recorded, or one whose values are too large to draw
 * @throws {DTypeError} not the result of a run
 * @example
 * const record = { every: 10, probes: [probes.loss(), probes.singularValues()] }
 * const result = trainSync(net, task, { optimizer, steps: 200, record })
 * await writeFile('run.svg', historyFigure(result, { title: 'Two modes, one after the other' }))
 */
export function historyFigure(run: RecordedRun, options: HistoryFigureOptions = {}): string {
  const given = checkOptions(options, 'options', ['title', 'x', 'columns', 'document'])
  if (typeof run !== 'object' || run === null || run.columns?.step === undefined || run.columns.time === undefined) {
    throw new DTypeError(`run must be the result of a run, with its columns, got ${describe(run)}`, { argument: 'run' })
  }
  const x = given.x ?? 'step'
  if (x !== 'step' && x !== 'time') {
    throw new OptionError(`options.x must be 'step' or 'time', got ${describe(x)}`, { argument: 'x' })
  }
  const names = namesOf(run, given.columns as readonly string[] | undefined)
  const title = String(given.title ?? 'A training run')
  return curvesFigure({
    title,
    description: `${title}: ${names.join(', ')} over ${run.columns[x].length} frames.`,
    panels: names.map((name) => panelOf(run, name, x)),
    ...(run.theory === undefined ? {} : { notes: [`Dashed: the theory '${run.theory.name}'.`] }),
    ...(given.document === undefined ? {} : { document: given.document as Document }),
  })
}

function widthOf({ shape }: RecordedColumn): number {
  return shape.reduce((product, size) => product * size, 1)
}

/** The columns to draw: those asked for, or all that are curves. */
function namesOf({ columns }: RecordedRun, asked: readonly string[] | undefined): readonly string[] {
  const recorded = Object.keys(columns).filter((name) => name !== 'step' && name !== 'time')
  const isDrawn = (name: string) => columns[name].shape.length <= 1 && widthOf(columns[name]) <= MOST_LINES
  for (const name of asked ?? []) {
    if (!recorded.includes(name)) {
      throw new OptionError(`there is no column '${name}'; recorded are: ${recorded.join(', ') || 'none'}`, {
        argument: 'columns',
      })
    }
    if (!isDrawn(name)) {
      throw new OptionError(
        `the column '${name}' has values of shape (${columns[name].shape}); drawn are numbers and lists of at most ${MOST_LINES}`,
        { argument: 'columns' },
      )
    }
  }
  const drawn = asked ?? recorded.filter(isDrawn)
  if (drawn.length > 0) return drawn
  throw new OptionError('nothing was recorded that can be drawn; record probes.loss() or another number', {
    argument: 'columns',
  })
}

function panelOf({ columns, theory }: RecordedRun, name: string, x: 'step' | 'time'): CurvesPanel {
  const column = columns[name]
  const predicted = theory?.columns[name]
  const abscissa = Array.from(columns[x].data)
  const series = [
    ...curvesOf(name, column, abscissa, 'line'),
    ...(predicted === undefined ? [] : curvesOf(name, predicted, abscissa, 'dashes')),
  ]
  return {
    title: name,
    x: { label: x === 'step' ? 'training step' : 'time = learning rate x step' },
    y: { label: name, scale: isWide(column) ? 'log' : 'linear' },
    series,
  }
}

/** One curve for a number, one an entry for a list; a curve and its theory share a colour. */
function curvesOf(name: string, column: RecordedColumn, x: number[], kind: 'line' | 'dashes'): Curve[] {
  const width = widthOf(column)
  return Array.from({ length: width }, (_, entry) => {
    const group = width === 1 ? name : `${name} ${entry + 1}`
    const y = Array.from({ length: column.length }, (_, frame) => column.data[frame * width + entry])
    return { label: kind === 'dashes' ? `${group}, theory` : group, group, x, y, kind }
  })
}

function isWide({ shape, data }: RecordedColumn): boolean {
  if (shape.length > 0) return false
  const values = Array.from(data).filter(Number.isFinite)
  const [low, high] = values.reduce(
    ([least, most], value) => [Math.min(least, value), Math.max(most, value)],
    [Number.POSITIVE_INFINITY, Number.NEGATIVE_INFINITY],
  )
  return low > 0 && high > WIDE_SPAN * low
}
