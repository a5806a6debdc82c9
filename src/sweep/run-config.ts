// Run i of a sweep: a pure function of the manifest. Neither chunks nor workers nor what ran before enter.
import { checkInteger } from '../check.js'
import { parseConfig } from '../config/parse.js'
import type { RunConfig } from '../config/types.js'
import { DeepLinearError, OptionError } from '../errors.js'
import { parameterValues } from '../experiment/parameters.js'
import { findExperiment } from '../experiment/registry.js'
import { foldIn, type Key } from '../random/key.js'
import { axisPaths, axisValues, coordinates, runCount } from './axes.js'
import { withValueAt } from './paths.js'
import type { SweepManifest } from './types.js'

/** A run of an experiment, with all its parameters. */
export interface ExperimentRun {
  readonly experiment: string
  readonly parameters: Readonly<Record<string, number | readonly number[]>>
  readonly seed: number
}

/** What a run is, before its fields have been checked. */
type Raw = Readonly<Record<string, unknown>>

/** Values of the axes of a manifest, computed once. */
const values = new WeakMap<SweepManifest, readonly (readonly unknown[])[]>()

/**
 * The seed of run i for the j-th of the paths in `seeds`: the low 53 bits of `foldIn(foldIn(key, i), j)`.
 * @throws {RangeArgError|DTypeError} no such run
 * @example
 * const manifest = parseManifest({ schema: 1, base: { experiment: 'escape-time' }, key: 7, replicates: 10 })
 * runSeed(manifest, 3) === runSeed(manifest, 4) // -> false
 */
export function runSeed(manifest: SweepManifest, i: number, j = 0): number {
  checkInteger(i, 'i', { max: runCount(manifest) - 1 })
  checkInteger(j, 'j')
  return seedOf(foldIn(foldIn(manifest.key as Key, i), j))
}

/** JSON and `Number` hold 53 bits of a key. */
function seedOf([high, low]: Key): number {
  return (high & 0x1fffff) * 2 ** 32 + low
}

/**
 * The configuration of run i: the base with the values of the axes and the seeds in their places.
 *
 * @returns what `createRun` of `deeplinear/config` takes; of an experiment its id, all its parameters and the seed
 * @throws {RangeArgError|DTypeError} no such run
 * @throws {OptionError} values of axes that do not go together
 * @example
 * const axes = [{ kind: 'list', path: 'optimizer.learningRate', values: [0.1, 0.2, 0.3] }]
 * const manifest = parseManifest({ schema: 1, base, axes, replicates: 4 })
 * runConfig(manifest, 9).optimizer.learningRate // -> 0.3
 */
export function runConfig(manifest: SweepManifest, i: number): RunConfig | ExperimentRun {
  return checkBase(rawRun(manifest, i))
}

/** Run i without the checks: cheap enough to be asked for a million times. */
export function rawRun(manifest: SweepManifest, i: number): Raw {
  checkInteger(i, 'i', { max: runCount(manifest) - 1 })
  let known = values.get(manifest)
  if (known === undefined) values.set(manifest, (known = manifest.axes.map(axisValues)))
  const { at } = coordinates(manifest, i)
  let raw: Raw = manifest.base
  manifest.axes.forEach((axis, k) => {
    for (const path of axisPaths(axis)) raw = withValueAt(raw, path, known[k][at[k]])
  })
  manifest.seeds.forEach((path, j) => {
    raw = withValueAt(raw, path, runSeed(manifest, i, j))
  })
  return manifest.engine === 'gram' ? withValueAt(raw, 'network', inGramForm(raw.network as Raw)) : raw
}

/** The same two layers, known by their Gram matrices. */
function inGramForm({ sizes, init, seed, dtype }: Raw): Raw {
  return { kind: 'gram', sizes, ...(init !== undefined && { init }), seed, ...(dtype !== undefined && { dtype }) }
}

/** A base with nothing left out, checked; paths in messages begin with `base`. */
export function checkBase(raw: Raw): RunConfig | ExperimentRun {
  try {
    if (typeof raw.experiment !== 'string') return parseConfig(raw)
    const { parameters: specs } = findExperiment(raw.experiment)
    const parameters = parameterValues(raw.experiment, specs, (raw.parameters ?? {}) as Record<string, unknown>)
    return { experiment: raw.experiment, parameters, seed: (raw.seed ?? 0) as number }
  } catch (error) {
    if (!(error instanceof DeepLinearError)) throw error
    const faults = error.data.faults as readonly { path: string; message: string }[] | undefined
    const text = faults?.map(({ path, message }) => `base.${path}: ${message}`).join('; ') ?? error.message
    throw new OptionError(`bad sweep: ${text}`, {
      argument: error.argument === undefined ? 'base' : `base.${error.argument}`,
      data: error.data,
      cause: error,
    })
  }
}

/** Whether a run is one of an experiment. */
export function isExperimentRun(run: RunConfig | ExperimentRun): run is ExperimentRun {
  return 'experiment' in run
}
