// The page of an experiment: its figure, its checks, its parameters and formulas.
import { type CurvesFigure, curvesFigure } from './curves-figure.js'
import { htmlReport } from './html.js'

/** What `reproduce` gives; more than these fields may be there. */
export interface ReproducedExperiment {
  readonly title: string
  readonly paper: string
  readonly seed: number
  readonly parameters: Readonly<Record<string, unknown>>
  readonly formulas: readonly string[]
  readonly notes?: readonly string[]
  readonly figures: readonly CurvesFigure[]
  readonly checks: readonly {
    readonly name: string
    readonly measured: number
    readonly relation: string
    readonly expected: number
    readonly tolerance: number
    readonly pass: boolean
  }[]
}

/**
 * Writes an experiment as one self-contained HTML page: figures, checks, parameters, formulas, and the curves as data.
 *
 * @param result of `reproduce` of `deeplinear/experiment`
 * @returns the text of the page
 * @example
 * const result = { title: 'None', paper: 'unwritten', seed: 1, parameters: {}, formulas: [], figures: [], checks: [] }
 * await writeFile('page.html', reproductionReport(result))
 */
export function reproductionReport(result: ReproducedExperiment): string {
  const { title, paper, figures, checks, parameters, seed, formulas, notes = [] } = result
  return htmlReport({
    title,
    figures: figures.map(curvesFigure),
    tables: [
      {
        caption: 'Checks',
        head: ['check', 'measured', 'relation', 'expected', 'tolerance', 'holds'],
        rows: checks.map(({ name, measured, relation, expected, tolerance, pass }) => {
          return [name, measured, relation, expected, tolerance, pass]
        }),
      },
    ],
    parameters: { ...parameters, seed },
    notes: [paper, ...formulas, ...notes],
    data: { checks, figures },
  })
}
