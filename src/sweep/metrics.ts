// Numbers of a run from what it recorded.

import type { Outcome } from '../experiment/experiment.js'
import type { PanelData } from '../experiment/figure.js'
import type { ExperimentMetric, ProbeMetric, Take } from './types.js'

/** A recorded column of one run: value f of frame f. */
export interface Recorded {
  readonly steps: ArrayLike<number>
  /** Value of frame f. */
  readonly value: (f: number) => number
  readonly diverged: boolean
}

/** NaN has many bit patterns; tables have this one. */
const NONE = Number.NaN

/** One number of a column; frames without a number do not count. */
export function takeOf({ take = 'last', threshold = 0 }: ProbeMetric, { steps, value, diverged }: Recorded): number {
  const frames: number[] = []
  for (let f = 0; f < steps.length; f++) if (Number.isFinite(value(f))) frames.push(f)
  if (take === 'last') return diverged ? NONE : canonical(value(steps.length - 1))
  if (frames.length === 0) return NONE
  if (take === 'stepBelow' || take === 'stepAbove') {
    const met = frames.find((f) => (take === 'stepBelow' ? value(f) <= threshold : value(f) >= threshold))
    return met === undefined ? NONE : steps[met]
  }
  if (take === 'stepOfMin' || take === 'stepOfMax') {
    const sign = take === 'stepOfMin' ? 1 : -1
    return steps[frames.reduce((best, f) => (sign * value(f) < sign * value(best) ? f : best))]
  }
  return curveValue(frames.map(value), take)
}

/** One number of an experiment. */
export function metricOf(metric: ExperimentMetric, { checks, figures }: Outcome): number {
  const { check: wanted } = metric
  if (wanted !== undefined) {
    const check = typeof wanted === 'number' ? checks[wanted] : checks.find(({ name }) => name.startsWith(wanted))
    if (check === undefined) return NONE
    return metric.value === 'pass' ? Number(check.pass) : canonical(check[metric.value ?? 'measured'] as number)
  }
  if (metric.figure === undefined) return Number(checks.length > 0 && checks.every(({ pass }) => pass))
  const panel: PanelData | undefined = figures[metric.figure]?.panels[metric.panel ?? 0]
  const y = panel?.series[metric.series ?? 0]?.y
  return y === undefined || y.length === 0 ? NONE : curveValue(Array.from(y), metric.take ?? 'last')
}

function curveValue(values: readonly number[], take: Take): number {
  if (take === 'first') return canonical(values[0])
  if (take === 'last') return canonical(values[values.length - 1])
  if (take === 'mean') return canonical(values.reduce((sum, value) => sum + value, 0) / values.length)
  return canonical(values.reduce((best, value) => (take === 'min' ? Math.min(best, value) : Math.max(best, value))))
}

function canonical(value: number): number {
  return Number.isNaN(value) ? NONE : value
}
