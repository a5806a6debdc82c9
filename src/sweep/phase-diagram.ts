// A table as a figure: a heat map over two axes, curves over one. Replicates, and axes that are neither, are averaged over.
import { checkInteger, checkOptions } from '../check.js'
import { OptionError } from '../errors.js'
import type { AxisData, FigureData, HeatMap, PanelData, Series } from '../experiment/figure.js'
import { exp, log } from '../math/elementary.js'
import { axisLabels, axisNumbers, coordinates } from './axes.js'
import type { SweepTable } from './table.js'
import type { Axis } from './types.js'

/** What is drawn. */
export interface PhaseDiagramOptions {
  /** Names of the axes to the right and up. Default: the last axis and the one before it; `y: null` draws curves over x. */
  x?: string
  y?: string | null
  /** Names of metrics, one panel each. Default: all. */
  metrics?: readonly string[]
}

/**
 * A figure of a sweep, done or not: of every metric a map of its mean over replicates, where there are two axes or more, or a curve with a point a run
 * where there is one. Points that have no run yet are left out.
 *
 * @throws {OptionError} axes or metrics that the sweep does not have, or no axis at all
 * @example
 * const axes = [
 *   { kind: 'log', path: 'optimizer.learningRate', from: 0.01, to: 0.1, count: 3 },
 *   { kind: 'list', path: 'network.sizes[1]', values: [2, 4] },
 * ]
 * const { table } = await sweep(parseManifest({ schema: 1, base, axes }), { executor: inline() })
 * phaseDiagram(table, { x: 'learningRate', y: 'sizes1' }).panels[0].heat.values.length // -> 6
 */
export function phaseDiagram(table: SweepTable, options?: PhaseDiagramOptions): FigureData {
  const given = checkOptions(options, 'phaseDiagram', ['x', 'y', 'metrics'])
  const { axes, metrics, title } = table.manifest
  if (axes.length === 0) throw new OptionError('a sweep without axes has nothing to draw over', { argument: 'table' })
  const names = axes.map(({ name }) => name)
  const x = placeOf(given.x, names, 'x') ?? axes.length - 1
  const others = names.map((_, k) => k).filter((k) => k !== x)
  const y =
    given.y === null || others.length === 0 ? undefined : (placeOf(given.y, names, 'y') ?? others[others.length - 1])
  if (y === x) throw new OptionError('x and y must be two axes', { argument: 'y' })
  const wanted = (given.metrics as readonly string[] | undefined) ?? metrics.map(({ name }) => name)
  const panels = wanted.map((name) => {
    const m = placeOf(
      name,
      metrics.map((metric) => metric.name),
      'metrics',
    )!
    return y === undefined ? curvePanel(table, m, x) : mapPanel(table, m, x, y)
  })
  const { done, total } = table
  return {
    title: title ?? `Sweep over ${names.join(' and ')}`,
    description: `${done} of ${total} runs. ${wanted.join(', ')} against ${names[x]}${y === undefined ? '' : ` and ${names[y]}`}, means over what is not on an axis.`,
    panels,
  }
}

function placeOf(name: unknown, names: readonly string[], argument: string): number | undefined {
  if (name === undefined) return undefined
  const place = names.indexOf(name as string)
  if (place >= 0) return place
  throw new OptionError(`${argument}: the sweep has no '${String(name)}'; it has ${names.join(', ')}`, { argument })
}

function mapPanel(table: SweepTable, m: number, x: number, y: number): PanelData {
  const { axes, metrics } = table.manifest
  const [across, up] = [edgesOf(axes[x]), edgesOf(axes[y])]
  const { means } = meansOver(
    table,
    m,
    (at) => up.place[at[y]] * across.count + across.place[at[x]],
    across.count * up.count,
  )
  const heat: HeatMap = {
    x: across.edges,
    y: up.edges,
    values: means,
    label: metrics[m].name,
    palette: 'bold',
    scale: scaleOf(means),
  }
  return { title: metrics[m].name, x: across.axis, y: up.axis, series: [], heat }
}

function curvePanel(table: SweepTable, m: number, x: number): PanelData {
  const { manifest, total, values } = table
  const { axes, metrics } = manifest
  const { numbers, axis, count } = edgesOf(axes[x])
  const width = metrics.length
  const { means } = meansOver(table, m, (at) => at[x], count)
  const order = Array.from(numbers, (_, i) => i).sort((a, b) => numbers[a] - numbers[b])
  const points = { x: [] as number[], y: [] as number[] }
  for (let i = 0; i < total; i++) {
    if (Number.isNaN(values[i * width + m])) continue
    points.x.push(numbers[coordinates(manifest, i).at[x]])
    points.y.push(values[i * width + m])
  }
  const series: Series[] = [
    { label: 'runs', kind: 'dots', ...points },
    { label: 'mean', kind: 'line', x: order.map((i) => numbers[i]), y: order.map((i) => means[i]) },
  ]
  return {
    title: metrics[m].name,
    x: axis,
    y: { label: metrics[m].name },
    series: manifest.replicates > 1 ? series : series.slice(1),
  }
}

/** Means of a metric over all runs that have the same place on paper. */
function meansOver(
  { manifest, total, values }: SweepTable,
  m: number,
  placeOn: (at: number[]) => number,
  count: number,
) {
  const width = manifest.metrics.length
  const [sums, counts] = [new Float64Array(count), new Float64Array(count)]
  for (let i = 0; i < total; i++) {
    const value = values[i * width + m]
    if (!Number.isFinite(value)) continue
    const place = placeOn(coordinates(manifest, i).at)
    sums[place] += value
    counts[place]++
  }
  return { means: sums.map((sum, k) => (counts[k] === 0 ? Number.NaN : sum / counts[k])) }
}

/** What spans decades is seen on a logarithmic scale. */
function scaleOf(means: Float64Array): 'linear' | 'log' {
  const known = means.filter(Number.isFinite)
  const [low, high] = known.reduce(([a, b], value) => [Math.min(a, value), Math.max(b, value)], [Infinity, 0])
  return low > 0 && high > 100 * low ? 'log' : 'linear'
}

/** An axis on paper: where its values are, in rising order, and where the cells around them end. */
function edgesOf(axis: Axis & { name: string }) {
  const numbers = axisNumbers(axis)
  const count = numbers.length
  const order = Array.from(numbers, (_, i) => i).sort((a, b) => numbers[a] - numbers[b])
  const place = new Int32Array(count)
  order.forEach((i, k) => {
    place[i] = k
  })
  const rising = order.map((i) => numbers[i])
  const isLog = axis.kind === 'log'
  const scale = isLog ? rising.map((value) => log(value)) : rising
  const edges = Float64Array.from({ length: count + 1 }, (_, k) => {
    const below = k === 0 ? scale[0] - half(scale, 0) : scale[k - 1]
    const above = k === count ? scale[count - 1] + half(scale, count - 2) : scale[k]
    const edge = k === 0 ? below : k === count ? above : (below + above) / 2
    return isLog ? exp(edge) : edge
  })
  const words = axis.kind === 'values' && typeof axis.values[0] !== 'number'
  const label = words
    ? `${axis.name}: ${axisLabels(axis)
        .map((text, i) => `${i} ${text}`)
        .join(', ')}`
    : axis.name
  const data: AxisData = { label: label.slice(0, 90), scale: isLog ? 'log' : 'linear' }
  checkInteger(count, 'count', { min: 1 })
  return { numbers, count, place, edges, axis: data }
}

/** Half the distance from one value to the next; of a single value, a half. */
function half(scale: readonly number[], k: number): number {
  const at = Math.max(0, Math.min(k, scale.length - 2))
  return scale.length < 2 ? 0.5 : (scale[at + 1] - scale[at]) / 2
}
