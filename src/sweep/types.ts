// A sweep as a type: JSON that says what every one of its runs is.
import type { RunConfig } from '../config/types.js'

/** A place in the base, such as `network.init.gamma` or `network.sizes[1]`; or several that take the same value. */
export type AxisPath = string | readonly string[]

interface AxisBase {
  /** Where the value goes, in the base. */
  readonly path: AxisPath
  /** Name of its column. Default: the last word of the path. */
  readonly name?: string
}

/** One axis of a sweep. */
export type Axis =
  | (AxisBase & { readonly kind: 'linear'; readonly from: number; readonly to: number; readonly count: number })
  | (AxisBase & {
      readonly kind: 'log'
      readonly from: number
      readonly to: number
      readonly count: number
      /** Round to whole numbers, for widths. Default false. */
      readonly round?: boolean
    })
  | (AxisBase & { readonly kind: 'list'; readonly values: readonly number[] })
  | (AxisBase & {
      readonly kind: 'values'
      /** Any JSON, all of one type. */
      readonly values: readonly unknown[]
      /** How they are called in tables and figures. Default: their JSON. */
      readonly labels?: readonly string[]
    })

/** What is kept of a recorded column. Steps are those of frames, so they are as fine as `record.every`. */
export type Take = 'last' | 'first' | 'min' | 'max' | 'mean' | 'stepOfMin' | 'stepOfMax' | 'stepBelow' | 'stepAbove'

/** One number of a training run: of a recorded column. */
export interface ProbeMetric {
  readonly name?: string
  /** Name of a probe of `record.probes`. */
  readonly probe: string
  /** Default `'last'`. NaN where there is none, such as the last value of a run that diverged. */
  readonly take?: Take
  /** Which number of a column of arrays. Default 0. */
  readonly entry?: number
  /** For `stepBelow` and `stepAbove`: the first step at which the value is at most, or at least, this. */
  readonly threshold?: number
}

/** One number of an experiment: of its checks, or of a curve of its figures. */
export interface ExperimentMetric {
  readonly name?: string
  /** A check, by its place among them or by how its name begins. */
  readonly check?: number | string
  /** Of the check. Default `'measured'`; `'pass'` of no check in particular is 1 where all hold. */
  readonly value?: 'measured' | 'expected' | 'pass'
  /** A curve: figure, panel and series, by place. Default 0 each. */
  readonly figure?: number
  readonly panel?: number
  readonly series?: number
  /** Of the curve. Default `'last'`. */
  readonly take?: 'last' | 'first' | 'min' | 'max' | 'mean'
}

/** A metric; a word stands for the last value of the probe of that name, and `pass` for whether an experiment's checks hold. */
export type Metric = string | ProbeMetric | ExperimentMetric

/** An experiment of the registry as the base of a sweep. */
export interface ExperimentBase {
  readonly experiment: string
  /** Parameters that differ from their defaults. */
  readonly parameters?: Readonly<Record<string, number | readonly number[]>>
}

/**
 * How runs are computed. Results do not depend on chunks and workers, whatever is chosen; between engines they differ: `gram` draws another start
 * of the same law.
 */
export type SweepEngine = 'single' | 'ensemble' | 'gram' | 'experiment'

/** A sweep as one writes it. */
export interface SweepInput {
  readonly $schema?: string
  readonly schema: 1
  readonly title?: string
  /** The run that all have in common. What an axis sets may be left out of it. */
  readonly base: RunConfig | ExperimentBase | Readonly<Record<string, unknown>>
  /** The first is the slowest: runs count through the last one first. Default none. */
  readonly axes?: readonly Axis[]
  /** Runs of every point, each with seeds of its own. Default 1. */
  readonly replicates?: number
  /** A seed, or the two words of a key: run i has the key `foldIn(key, i)`. Default 0. */
  readonly key?: number | readonly [number, number]
  /** Where a run's seeds go, in the base: the j-th takes that of `foldIn(foldIn(key, i), j)`. Default `network.seed`, where there is one. */
  readonly seeds?: readonly string[]
  /** What is kept of a run. Default: the last loss, or whether all checks hold. */
  readonly metrics?: readonly Metric[]
  /** Default `auto`: an ensemble for small networks, Gram form for wide linear ones of two layers, else one after the other. */
  readonly engine?: 'auto' | SweepEngine
  /** Version and kernels that the results are of. Default: this one. */
  readonly code?: string
}

/** A sweep that has been checked, with nothing left to defaults. Made by `parseManifest`; it is JSON again. */
export interface SweepManifest {
  readonly schema: 1
  readonly title?: string
  readonly base: Readonly<Record<string, unknown>>
  readonly axes: readonly (Axis & { readonly name: string })[]
  readonly replicates: number
  readonly key: readonly [number, number]
  readonly seeds: readonly string[]
  readonly metrics: readonly ((ProbeMetric | ExperimentMetric) & { readonly name: string })[]
  readonly engine: SweepEngine
  readonly code: string
}
