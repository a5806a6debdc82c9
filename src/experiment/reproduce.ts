// Running an experiment: parameters checked, an engine of its own, checks counted.
import { checkInteger, checkOptions } from '../check.js'
import { DTypeError } from '../errors.js'
import { createEngineSync } from '../linalg/engine.js'
import type { Outcome, RunContext } from './experiment.js'
import { parameterValues } from './parameters.js'
import { findExperiment } from './registry.js'

/** Options of `reproduce`. */
export interface ReproduceOptions {
  /** Parameters that differ from their defaults, as numbers or text. */
  set?: Readonly<Record<string, unknown>>
  /** Of everything random. Default 1. */
  seed?: number
  signal?: AbortSignal
  /** Told how far the run is, 0 .. 1. */
  onProgress?: (done: number, what: string) => void
}

/** What an experiment found, and how. */
export interface Reproduction extends Outcome {
  readonly experiment: string
  readonly title: string
  readonly paper: string
  readonly formulas: readonly string[]
  readonly parameters: Readonly<Record<string, number | readonly number[]>>
  readonly seed: number
  /** Whether every check holds. */
  readonly pass: boolean
  readonly seconds: number
}

/**
 * Run an experiment and check it.
 *
 * @throws {OptionError|RangeArgError} an id or a parameter that does not exist, or a value out of bounds
 * @throws the reason of `signal`, when it fires
 * @example
 * const { pass, checks } = await reproduce('escape-time', { set: { depths: [2] }, seed: 3 })
 * pass // -> true
 */
export async function reproduce(id: string, options?: ReproduceOptions): Promise<Reproduction> {
  const given = checkOptions(options, 'reproduce', ['set', 'seed', 'signal', 'onProgress'])
  const seed = checkInteger(given.seed ?? 1, 'seed')
  const signal = given.signal as AbortSignal | undefined
  const onProgress = given.onProgress as ReproduceOptions['onProgress']
  if (onProgress !== undefined && typeof onProgress !== 'function') {
    throw new DTypeError('onProgress must be a function', { argument: 'onProgress' })
  }
  const { title, paper, formulas, parameters: specs, run } = findExperiment(id)
  const parameters = parameterValues(id, specs, (given.set ?? {}) as Readonly<Record<string, unknown>>)
  const engine = createEngineSync({ reproducible: true })
  const start = performance.now()
  try {
    const context = {
      engine,
      parameters,
      seed,
      async progress(done: number, what = '') {
        onProgress?.(done, what)
        await new Promise<void>((resolve) => setTimeout(resolve))
        signal?.throwIfAborted()
      },
    } as RunContext<typeof specs>
    signal?.throwIfAborted()
    const outcome = await run(context)
    const seconds = (performance.now() - start) / 1000
    const pass = outcome.checks.length > 0 && outcome.checks.every((check) => check.pass)
    return { experiment: id, title, paper, formulas, parameters, seed, ...outcome, pass, seconds }
  } finally {
    engine.dispose()
  }
}
