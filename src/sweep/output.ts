// Tables as files: .npz for programs, CSV for everything else. The same results give the same bytes.
import { encodeNpz } from '../io/npz.js'
import { axisLabels, axisNumbers, axisValues, coordinates, shapeOf } from './axes.js'
import type { SweepTable } from './table.js'

/**
 * A table as a .npz file. Every metric is an array with one extent an axis and a last one for replicates, NaN where a run is missing; so is `status`
 * (0 completed, 1 converged, 2 diverged, 3 failed, 255 missing). `axis.NAME` has the numbers of an axis, or 0, 1, ... of values that are none.
 *
 * @returns the bytes of the file, which `np.load` and `parseNpz` of `deeplinear/io` read
 * @example
 * const { table } = await sweep(parseManifest({ schema: 1, base, replicates: 3 }), { executor: inline() })
 * parseNpz(tableToNpz(table)).get('loss').shape // -> [3]
 */
export function tableToNpz({ manifest, status, values }: SweepTable): Uint8Array {
  const shape = shapeOf(manifest)
  const width = manifest.metrics.length
  const arrays = new Map<string, { shape: number[]; data: Float64Array }>()
  for (const axis of manifest.axes) {
    const data = axisNumbers(axis)
    arrays.set(`axis.${axis.name}`, { shape: [data.length], data })
  }
  manifest.metrics.forEach(({ name }, m) => {
    arrays.set(name, { shape, data: Float64Array.from(status, (_, i) => values[i * width + m]) })
  })
  arrays.set('status', { shape, data: Float64Array.from(status) })
  return encodeNpz(arrays)
}

/**
 * A table as CSV, one line a run that is there: its number, the values of the axes, the replicate, the status and the metrics. Numbers have all
 * their digits; what is no number is empty.
 *
 * @example
 * const { table } = await sweep(parseManifest({ schema: 1, base, replicates: 3 }), { executor: inline() })
 * tableToCsv(table).split('\n')[0] // -> 'run,replicate,status,loss'
 */
export function tableToCsv({ manifest, total, status, values }: SweepTable): string {
  const { axes, metrics } = manifest
  const columns = axes.map((axis) => {
    const labels = axisLabels(axis)
    return axisValues(axis).map((value, i) => (typeof value === 'number' ? numberText(value) : cell(labels[i])))
  })
  const names = ['run', ...axes.map(({ name }) => name), 'replicate', 'status', ...metrics.map(({ name }) => name)]
  const lines = [names.map(cell).join()]
  for (let i = 0; i < total; i++) {
    if (status[i] === 255) continue
    const { at, replicate } = coordinates(manifest, i)
    const numbers = metrics.map((_, m) => numberText(values[i * metrics.length + m]))
    lines.push([i, ...at.map((place, k) => columns[k][place]), replicate, status[i], ...numbers].join())
  }
  return `${lines.join('\n')}\n`
}

function numberText(value: number): string {
  return Number.isNaN(value) ? '' : Object.is(value, -0) ? '-0' : String(value)
}

function cell(text: string): string {
  return /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text
}
