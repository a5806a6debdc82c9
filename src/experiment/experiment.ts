// An experiment of a paper: parameters with bounds, a run that simulates and computes the theory beside it, checks of the one against the
// other, and the figure as data. Whoever runs it knows nothing of its subject.
import type { Engine } from '../linalg/engine.js'
import type { Check } from './check.js'
import type { FigureData } from './figure.js'

/** A number, or a list of numbers, that a caller may set. */
export interface ParameterSpec {
  readonly description: string
  readonly default: number | readonly number[]
  /** Bounds of the number, or of every number of the list. */
  readonly min?: number
  readonly max?: number
  readonly integer?: boolean
}

/** Values of parameters by name, as a run sees them. */
export type ParameterValues<S extends Readonly<Record<string, ParameterSpec>>> = {
  readonly [K in keyof S]: S[K]['default'] extends number ? number : readonly number[]
}

/** What a run is given. */
export interface RunContext<S extends Readonly<Record<string, ParameterSpec>>> {
  /** Reproducible, float64. */
  readonly engine: Engine
  readonly parameters: ParameterValues<S>
  /** Of everything random in the run. */
  readonly seed: number
  /** Between stretches of work: tell how far it is (0..1), let others have their turn, and end if the caller wants that. */
  progress(done: number, what?: string): Promise<void>
}

/** What a run found. */
export interface Outcome {
  readonly checks: readonly Check[]
  readonly figures: readonly FigureData[]
  /** Sentences on what is seen. */
  readonly notes?: readonly string[]
}

/** One experiment. */
export interface Experiment<
  S extends Readonly<Record<string, ParameterSpec>> = Readonly<Record<string, ParameterSpec>>,
> {
  readonly id: string
  readonly title: string
  /** Authors, year, arXiv number. */
  readonly paper: string
  /** The formulas that are compared, as text. */
  readonly formulas: readonly string[]
  readonly parameters: S
  run(context: RunContext<S>): Promise<Outcome>
}

/** An experiment whose run sees its own parameters; the registry holds it without them. */
export function defineExperiment<const S extends Readonly<Record<string, ParameterSpec>>>(
  experiment: Experiment<S>,
): Experiment {
  return experiment as unknown as Experiment
}
