// From JSON to a checked sweep: every field, every value of every axis, metrics against what is recorded.
import { checkInteger, checkOptions } from '../check.js'
import { readJson } from '../config/json.js'
import { frozenCopy } from '../config/parse.js'
import { DeepLinearError, OptionError } from '../errors.js'
import { findExperiment } from '../experiment/registry.js'
import { key as keyOf } from '../random/key.js'
import { axisPaths, axisValues, cellCount, checkAxis } from './axes.js'
import { currentCode } from './code.js'
import { chooseEngine } from './engine-choice.js'
import { experimentMetrics, probeMetrics } from './metric-parsing.js'
import { read } from './parse-issues.js'
import { segmentsOf, valueAt, withValueAt } from './paths.js'
import { checkBase } from './run-config.js'
import { experimentBaseSchema, sweepSchema } from './schema.js'
import type { Axis, SweepInput, SweepManifest } from './types.js'

/** Limits of a sweep. */
export interface ParseManifestOptions {
  /** The most points of the grid, without replicates. Default 10^5. */
  maxCells?: number
}

const MAX_CELLS = 100_000
const MAX_RUNS = 1e9

/**
 * Check a sweep and fill in what it leaves to defaults. The base is checked with every value of every axis, one axis at a time, so what is wrong with a
 * value is said before anything runs; what is wrong with a combination of values is said of the run that has it.
 *
 * @param json JSON text (at most 1 MiB, 32 levels, no key twice), or what JSON.parse made of it
 * @param options limits; a grid may have up to 10^5 points by default, a sweep up to 10^9 runs
 * @returns the sweep, frozen; JSON that parses to itself
 * @throws {OptionError} naming every fault with its path, such as `base.network.sizes[1]` or `axes[0].values[3]`; a grid of too many points
 * @throws {FormatError} text that is no JSON, or beyond the limits
 * @throws {DTypeError|RangeArgError} values of an axis of several types, or out of range
 * @example
 * const manifest = parseManifest(`{
 *   "schema": 1,
 *   "base": {
 *     "network": { "kind": "layers", "sizes": [4, 8, 4], "init": { "kind": "gaussian" } },
 *     "task": { "kind": "teacher", "inputs": 4, "outputs": 4 },
 *     "optimizer": { "kind": "gradientDescent", "learningRate": 0.1 },
 *     "steps": 200
 *   },
 *   "axes": [{ "kind": "linear", "path": "network.init.gamma", "from": 0.5, "to": 2, "count": 4 }],
 *   "replicates": 10
 * }`)
 * runCount(manifest) // -> 40
 * manifest.engine // -> 'ensemble'
 */
export function parseManifest(json: unknown, options?: ParseManifestOptions): SweepManifest {
  const limits = checkOptions(options, 'options', ['maxCells'])
  const maxCells = checkInteger(limits.maxCells ?? MAX_CELLS, 'maxCells', { min: 1, max: MAX_RUNS })
  const value = frozenCopy(typeof json === 'string' ? readJson(json) : json)
  const given = read(sweepSchema, value, 'manifest')
  const axes = given.axes.map((axis, k) => {
    checkAxis(axis as Axis, `axes[${k}]`)
    return { ...axis, name: axis.name ?? nameOf(axis as Axis) } as Axis & { name: string }
  })
  const cells = cellCount(axes)
  if (cells > maxCells) {
    throw new OptionError(`the grid has ${cells} points, more than ${maxCells}; take fewer, or raise maxCells`, {
      argument: 'axes',
      data: { cells, maxCells },
    })
  }
  if (cells * given.replicates > MAX_RUNS) {
    throw new OptionError(`the sweep has ${cells * given.replicates} runs; at most ${MAX_RUNS} are counted`, {
      argument: 'replicates',
    })
  }
  const isExperiment = Object.hasOwn(given.base, 'experiment')
  const base = isExperiment ? read(experimentBaseSchema, given.base, 'base') : given.base
  if (isExperiment) findExperiment(base.experiment as string)
  const seeds = given.seeds ?? (isExperiment ? ['seed'] : defaultSeeds(base))
  if (isExperiment && (seeds.length !== 1 || seeds[0] !== 'seed')) {
    throw new OptionError("an experiment has one seed: leave seeds out, or give ['seed']", { argument: 'seeds' })
  }
  const [high, low] = typeof given.key === 'number' ? keyOf(given.key) : given.key
  const frame = { schema: 1 as const, base, axes, replicates: given.replicates, key: [high, low] as const, seeds }
  const names = new Set<string>(['run', 'replicate', 'status'])
  for (const { name } of axes) fresh(names, name, 'axes')
  const configs = checkValues(frame, isExperiment)
  const metrics = isExperiment
    ? experimentMetrics(given.metrics ?? ['pass'])
    : probeMetrics(given.metrics ?? ['loss'], configs[0])
  for (const { name } of metrics) fresh(names, name, 'metrics')
  const engine = chooseEngine(given.engine, configs, metrics)
  const code = given.code ?? currentCode()
  const manifest = { ...frame, metrics, engine, code, ...(given.title !== undefined && { title: given.title }) }
  return frozenCopy(JSON.parse(JSON.stringify(manifest))) as SweepManifest
}

/**
 * A sweep from an object that the compiler checks: `parseManifest` of it.
 * @throws what `parseManifest` throws
 * @example
 * const sweepOfDepths = defineSweep({
 *   schema: 1,
 *   base: { experiment: 'escape-time', parameters: { depths: [2] } },
 *   axes: [{ kind: 'list', path: 'parameters.depths[0]', values: [2, 3] }],
 * })
 * sweepOfDepths.axes[0].name // -> 'depths0'
 */
export function defineSweep(input: SweepInput, options?: ParseManifestOptions): SweepManifest {
  return parseManifest(input, options)
}

/** The base with every value of one axis after the other, the others at their first; checked. */
function checkValues(frame: Pick<SweepManifest, 'base' | 'axes' | 'seeds' | 'key'>, isExperiment: boolean) {
  let first: Readonly<Record<string, unknown>> = frame.base
  for (const axis of frame.axes) first = placed(first, axis, 0)
  const seeded = (base: Readonly<Record<string, unknown>>) =>
    isExperiment ? base : frame.seeds.reduce((made, path) => withValueAt(made, path, 0), base)
  const configs = [checkBase(seeded(first))]
  frame.axes.forEach((axis, k) => {
    for (let j = 1; j < axisValues(axis).length; j++) {
      try {
        configs.push(checkBase(seeded(placed(first, axis, j))))
      } catch (error) {
        if (!(error instanceof DeepLinearError)) throw error
        const at = axis.kind === 'list' || axis.kind === 'values' ? `axes[${k}].values[${j}]` : `axes[${k}], value ${j}`
        throw new OptionError(`${at}: ${error.message}`, { argument: `axes[${k}]`, data: error.data, cause: error })
      }
    }
  })
  return configs
}

function placed(base: Readonly<Record<string, unknown>>, axis: Axis, j: number): Readonly<Record<string, unknown>> {
  const value = axisValues(axis)[j]
  return axisPaths(axis).reduce((made, path) => withValueAt(made, path, value), base)
}

/** `network.init.gamma` -> `gamma`, `network.sizes[1]` -> `sizes1`. */
function nameOf(axis: Axis): string {
  const segments = segmentsOf(axisPaths(axis)[0])
  const last = segments.map((segment) => typeof segment).lastIndexOf('string')
  return segments.slice(last).join('')
}

/** The start of a network is drawn, unless it is a diagonal one or the seed is an axis. */
function defaultSeeds(base: Readonly<Record<string, unknown>>): string[] {
  const kind = valueAt(base, 'network.kind')
  return kind === 'layers' || kind === 'gram' || kind === 'tied' ? ['network.seed'] : []
}

function fresh(names: Set<string>, name: string, argument: string): void {
  if (names.has(name)) {
    throw new OptionError(`two columns would be called '${name}'; give one of them another name`, { argument })
  }
  names.add(name)
}
