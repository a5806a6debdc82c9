// What a job found, as a file: everything recorded and the weights at the end; or a figure, or a page.
import type { Reproduction } from '../experiment/index.js'
import { encodeNpz, encodeSafetensors } from '../io/index.js'
import type { ConfiguredResult } from '../worker/index.js'

/** The forms that a run's result comes in besides JSON. */
export const FORMATS = {
  npz: 'application/x-npz',
  safetensors: 'application/octet-stream',
} as const

/**
 * Columns as `step`, `time`, `loss`, ... with time as their first axis, weights as `W_1`, `W_2`, ... under the names of the network.
 */
export function encodeResult(
  { columns, weights }: ConfiguredResult,
  format: keyof typeof FORMATS,
): Uint8Array<ArrayBuffer> {
  const arrays = Object.fromEntries([
    ...Object.entries(columns).map(([name, { length, shape, data }]) => [name, { shape: [length, ...shape], data }]),
    ...weights.map(({ name, shape, data }) => [name, { shape: [...shape], data }]),
  ])
  return (format === 'npz' ? encodeNpz(arrays) : encodeSafetensors(arrays)) as Uint8Array<ArrayBuffer>
}

/**
 * The figures of a result as one SVG file, or a page with its data. What draws is loaded at the first figure.
 *
 * @throws {OptionError} a run of which nothing was recorded that can be drawn
 */
export async function drawResult(
  result: ConfiguredResult | Reproduction,
  title: string,
  format: 'svg' | 'html',
): Promise<string> {
  const { curvesFigure, historyFigure, reproductionReport, runReport, stackFigures } = await import(
    '../report/index.js'
  )
  if (!('columns' in result)) {
    return format === 'html'
      ? reproductionReport(result)
      : stackFigures(result.figures.map((each) => curvesFigure(each)))
  }
  return format === 'html' ? runReport(result, { title }) : historyFigure(result, { title })
}
