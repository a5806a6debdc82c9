// Metrics of a manifest: words and objects, named, and of columns that are recorded.
import { describe } from '../check.js'
import type { RunConfig } from '../config/types.js'
import { OptionError } from '../errors.js'
import { read } from './parse-issues.js'
import { experimentMetricSchema, probeMetricSchema } from './schema.js'
import type { ExperimentMetric, ProbeMetric } from './types.js'

type Named<T> = T & { readonly name: string }

/** Metrics of training runs: of the probes that the base records. */
export function probeMetrics(given: readonly unknown[], config: unknown): Named<ProbeMetric>[] {
  const probes = (config as Required<RunConfig>).record.probes ?? []
  const recorded = ['steps', ...probes.map((probe) => (typeof probe === 'string' ? probe : (probe.name ?? probe.kind)))]
  return given.map((metric, k) => {
    const at = `metrics[${k}]`
    const made = read(probeMetricSchema, typeof metric === 'string' ? { probe: metric } : metric, at)
    if (!recorded.includes(made.probe)) {
      throw new OptionError(
        `${at}.probe: ${describe(made.probe)} is not recorded; add it to base.record.probes, or take one of ${recorded.join(', ')}`,
        { argument: `${at}.probe` },
      )
    }
    if ((made.take === 'stepBelow' || made.take === 'stepAbove') !== (made.threshold !== undefined)) {
      throw new OptionError(`${at}.threshold goes with stepBelow and stepAbove, and with them only`, {
        argument: `${at}.threshold`,
      })
    }
    return { ...made, name: made.name ?? (made.take === 'last' ? made.probe : `${made.probe}.${made.take}`) }
  })
}

/** Metrics of an experiment: of its checks, or of curves of its figures. */
export function experimentMetrics(given: readonly unknown[]): Named<ExperimentMetric>[] {
  return given.map((metric, k) => {
    const at = `metrics[${k}]`
    if (metric === 'pass') return { name: 'pass', value: 'pass' }
    if (typeof metric === 'string') {
      throw new OptionError(`${at}: 'pass' is the only word for a metric of an experiment, got ${describe(metric)}`, {
        argument: at,
      })
    }
    const made = read(experimentMetricSchema, metric, at)
    const ofCurve = made.figure !== undefined || made.panel !== undefined || made.series !== undefined
    const ofCheck = made.check !== undefined
    // Of no check in particular: whether all hold.
    if (made.value === 'pass' && !ofCheck && !ofCurve && made.take === undefined) {
      return { name: made.name ?? 'pass', value: 'pass' }
    }
    if (ofCheck === ofCurve) {
      throw new OptionError(`${at} is either of a check, or of a curve: figure, panel and series`, { argument: at })
    }
    if ((ofCurve && made.value !== undefined) || (ofCheck && made.take !== undefined)) {
      throw new OptionError(`${at}: value goes with a check, take with a curve`, { argument: at })
    }
    const { check, value = 'measured', figure = 0, panel = 0, series = 0, take = 'last' } = made
    if (ofCheck) return { name: made.name ?? `check${k}`, check, value }
    return { name: made.name ?? `curve${k}`, figure, panel, series, take }
  })
}
