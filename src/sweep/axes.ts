// The values of axes, and where in them a run is. Runs count through replicates first, then the last axis, the first axis last.
import { describe } from '../check.js'
import { DTypeError, OptionError } from '../errors.js'
import { pow } from '../math/elementary.js'
import type { Axis, SweepManifest } from './types.js'

/** The values of an axis, first to last. */
export function axisValues(axis: Axis): readonly unknown[] {
  if (axis.kind === 'list' || axis.kind === 'values') return axis.values
  const { from, to, count } = axis
  return Array.from({ length: count }, (_, k) => {
    // The ends as they were given, whatever rounding does between them.
    const exact = k === 0 ? from : k === count - 1 ? to : undefined
    if (axis.kind === 'linear') return exact ?? from + (to - from) * (k / (count - 1))
    const value = exact ?? from * pow(to / from, k / (count - 1))
    return axis.round === true ? Math.round(value) : value
  })
}

/** The paths of an axis. */
export function axisPaths({ path }: Axis): readonly string[] {
  return typeof path === 'string' ? [path] : path
}

/** The place of an axis on paper: its numbers, or 0, 1, ... where its values are none. */
export function axisNumbers(axis: Axis): Float64Array {
  const values = axisValues(axis)
  return Float64Array.from(values, (value, i) => (typeof value === 'number' ? value : i))
}

/** How the values of an axis are called. */
export function axisLabels(axis: Axis): string[] {
  return axisValues(axis).map((value, i) => {
    if (axis.kind === 'values' && axis.labels !== undefined) return axis.labels[i]
    return typeof value === 'string' ? value : JSON.stringify(value)
  })
}

/** What the schema cannot say of an axis. @throws {DTypeError|OptionError} */
export function checkAxis(axis: Axis, at: string): void {
  if (axis.kind === 'values') {
    const types = new Set(
      axis.values.map((value) => (Array.isArray(value) ? 'array' : value === null ? 'null' : typeof value)),
    )
    if (types.size > 1) {
      throw new DTypeError(`${at}.values must be all of one type, got ${[...types].join(' and ')}`, {
        argument: `${at}.values`,
      })
    }
    if (axis.labels !== undefined && axis.labels.length !== axis.values.length) {
      throw new OptionError(`${at}.labels must be one a value, ${axis.values.length}, got ${describe(axis.labels)}`, {
        argument: `${at}.labels`,
      })
    }
  }
  const values = axisValues(axis)
  const distinct = new Set(values.map((value) => JSON.stringify(value)))
  if (distinct.size < values.length) {
    throw new OptionError(`${at} has the same value twice; raise replicates for more runs of a point`, { argument: at })
  }
}

/** Points of the grid, without replicates. */
export function cellCount(axes: readonly Axis[]): number {
  return axes.reduce((product, axis) => product * lengthOf(axis), 1)
}

/**
 * Number of runs of a sweep.
 * @example
 * const axes = [{ kind: 'linear', path: 'steps', from: 10, to: 50, count: 5 }]
 * runCount(parseManifest({ schema: 1, base, axes, replicates: 4 })) // -> 20
 */
export function runCount({ axes, replicates }: Pick<SweepManifest, 'axes' | 'replicates'>): number {
  return cellCount(axes) * replicates
}

/** Shape of a table of the sweep: one extent an axis, and the replicates. */
export function shapeOf({ axes, replicates }: Pick<SweepManifest, 'axes' | 'replicates'>): number[] {
  return [...axes.map(lengthOf), replicates]
}

/** Where run i is on every axis, and which replicate it is. */
export function coordinates(
  manifest: Pick<SweepManifest, 'axes' | 'replicates'>,
  i: number,
): { at: number[]; replicate: number } {
  const shape = shapeOf(manifest)
  const at = new Array<number>(shape.length)
  let rest = i
  for (let k = shape.length - 1; k >= 0; k--) {
    at[k] = rest % shape[k]
    rest = Math.floor(rest / shape[k])
  }
  return { replicate: at.pop()!, at }
}

function lengthOf(axis: Axis): number {
  return axis.kind === 'list' || axis.kind === 'values' ? axis.values.length : axis.count
}
