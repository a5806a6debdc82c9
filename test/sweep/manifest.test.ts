// A sweep as JSON: what is refused and how it is said, and that run i depends on the manifest and on i alone.
import { describe, expect, test } from 'vitest'
import { createRun } from '../../src/config/index.js'
import { createEngineSync, DTypeError, FormatError, foldIn, OptionError, RangeArgError } from '../../src/index.js'
import { axisValues } from '../../src/sweep/axes.js'
import {
  defineSweep,
  manifestHash,
  parseManifest,
  parseShard,
  runConfig,
  runCount,
  runSeed,
  type SweepInput,
} from '../../src/sweep/index.js'
import { BASE, ensemble, experiment, gram, INPUT, single } from './manifests.js'

const withAxis = (axis: object) => ({ ...INPUT, axes: [axis] })

describe('what is refused', () => {
  const list = { kind: 'list', path: 'steps', values: [1, 2] }
  test.each<[string, unknown, new (...args: never[]) => Error, string]>([
    ['another schema', { ...INPUT, schema: 2 }, OptionError, 'schema'],
    ['no base', { schema: 1 }, OptionError, 'base: is missing'],
    ['a field that there is not', { ...INPUT, axis: [] }, OptionError, 'axis: there is no such setting'],
    ['a fault of the base', { ...INPUT, base: { ...BASE, steps: -1 } }, OptionError, 'base.steps'],
    ['a fault of one value of an axis', withAxis({ ...list, values: [1, 2.5] }), OptionError, 'axes[0].values[1]'],
    ['an empty axis', withAxis({ ...list, values: [] }), OptionError, 'axes[0].values'],
    [
      'values of two types',
      withAxis({ kind: 'values', path: 'steps', values: [1, '2'] }),
      DTypeError,
      'number and string',
    ],
    ['a value twice', withAxis({ ...list, values: [1, 1] }), OptionError, 'twice'],
    [
      'labels of another number',
      withAxis({ kind: 'values', path: 'steps', values: [1], labels: [] }),
      OptionError,
      'one a value',
    ],
    [
      'a path to nowhere',
      withAxis({ ...list, path: 'network.start.gamma' }),
      OptionError,
      'nothing at network.start.gamma',
    ],
    ['an index beyond a list', withAxis({ ...list, path: 'network.sizes[3]' }), OptionError, 'network.sizes[3]'],
    ['a path that is none', withAxis({ ...list, path: '__proto__.x' }), OptionError, 'path'],
    [
      'two columns of one name',
      { ...INPUT, axes: [list, { ...list, path: 'record.every' }].map((a) => ({ ...a, name: 'n' })) },
      OptionError,
      "'n'",
    ],
    ['a probe that is not recorded', { ...INPUT, metrics: ['rank'] }, OptionError, 'base.record.probes'],
    ['a threshold without use', { ...INPUT, metrics: [{ probe: 'loss', threshold: 1 }] }, OptionError, 'threshold'],
    [
      'an engine that cannot',
      { ...INPUT, base: { ...BASE, until: { loss: 1 } }, engine: 'ensemble' },
      OptionError,
      'until',
    ],
    ['a key that is none', { ...INPUT, key: [1, 2 ** 32] }, OptionError, 'key'],
    ['no such experiment', { schema: 1, base: { experiment: 'none' } }, OptionError, 'none'],
    [
      'a parameter out of bounds',
      { schema: 1, base: { experiment: 'mixed-dynamics', parameters: { rank: 99 } } },
      OptionError,
      'rank',
    ],
    [
      'a word of an experiment',
      { schema: 1, base: { experiment: 'mixed-dynamics' }, metrics: ['loss'] },
      OptionError,
      'pass',
    ],
    [
      'seeds of an experiment',
      { schema: 1, base: { experiment: 'mixed-dynamics' }, seeds: ['x'] },
      OptionError,
      'seed',
    ],
    ['a key of JSON twice', '{"schema": 1, "schema": 1}', FormatError, 'twice'],
    ['no JSON', '{"schema"', FormatError, 'JSON'],
    [
      'a grid beyond the limit',
      withAxis({ kind: 'linear', path: 'network.init.gamma', from: 0, to: 1, count: 100_000 }),
      OptionError,
      'points',
    ],
  ])('%s', (_, input, Class, text) => {
    const limited = () => parseManifest(input, { maxCells: 99_999 })
    expect(limited).toThrow(Class)
    expect(limited).toThrow(text)
  })

  test('limits and what is no JSON', () => {
    expect(() => parseManifest(INPUT, { maxCells: 0 })).toThrow(RangeArgError)
    expect(() => parseManifest({ ...INPUT, replicates: 1e9 })).toThrow('at most 1000000000')
    const trap = Object.defineProperty({}, 'schema', { get: () => fail('read'), enumerable: true })
    expect(() => parseManifest(trap)).toThrow(OptionError)
  })
})

function fail(what: string): never {
  throw new Error(what)
}

describe('what a manifest says', () => {
  test('is JSON that parses to itself', () => {
    for (const manifest of [ensemble, single, gram, experiment]) {
      expect(parseManifest(JSON.stringify(manifest))).toEqual(manifest)
      expect(manifestHash(parseManifest(JSON.parse(JSON.stringify(manifest))))).toBe(manifestHash(manifest))
      expect(Object.isFrozen(manifest.base)).toBe(true)
    }
    expect([ensemble.engine, single.engine, gram.engine, experiment.engine]).toEqual([
      'ensemble',
      'single',
      'gram',
      'experiment',
    ])
  })

  test('its hash knows everything but the title, and no order of keys', () => {
    const hash = manifestHash(ensemble)
    const reversed = (value: object) => Object.fromEntries(Object.entries(value).reverse())
    const shuffled = reversed({ ...INPUT, base: reversed(BASE) }) as unknown as SweepInput
    expect(manifestHash(defineSweep(shuffled))).toBe(hash)
    expect(manifestHash(defineSweep({ ...INPUT, title: 'x' }))).toBe(hash)
    for (const change of [
      { key: 3 },
      { replicates: 7 },
      { code: 'x' },
      { engine: 'single' },
      { base: { ...BASE, steps: 61 } },
    ]) {
      expect(manifestHash(defineSweep({ ...INPUT, ...change } as SweepInput))).not.toBe(hash)
    }
  })

  test('values of axes: ends as given, logarithms, whole numbers', () => {
    const axis = { path: 'x', from: 0.1, to: 0.7, count: 7 }
    const linear = axisValues({ kind: 'linear', ...axis }) as number[]
    expect([linear[0], linear[6]]).toEqual([0.1, 0.7])
    linear.forEach((value, k) => {
      expect(value).toBeCloseTo(0.1 * (k + 1), 14)
    })
    const decades = axisValues({ kind: 'log', path: 'x', from: 1e-3, to: 1e3, count: 7 }) as number[]
    decades.forEach((value, k) => {
      expect(value / 10 ** (k - 3)).toBeCloseTo(1, 13)
    })
    expect(axisValues({ kind: 'log', path: 'x', from: 4, to: 64, count: 5, round: true })).toEqual([4, 8, 16, 32, 64])
  })
})

describe('run i', () => {
  test('has the values of its place: replicates fastest, the first axis slowest', () => {
    expect(runCount(ensemble)).toBe(4 * 5 * 6)
    const gammas = axisValues(ensemble.axes[0])
    const rates = axisValues(ensemble.axes[1])
    for (const i of [0, 5, 6, 29, 30, 77, 119]) {
      const { network, optimizer } = runConfig(ensemble, i) as never as typeof BASE
      expect(network.init.gamma).toBe(gammas[Math.floor(i / 30)])
      expect(optimizer.learningRate).toBe(rates[Math.floor(i / 6) % 5])
    }
    expect(() => runConfig(ensemble, 120)).toThrow(RangeArgError)
  })

  test('has the seed of its key, whatever else runs', () => {
    for (const i of [0, 7, 119]) {
      // Written out: the key of run i, folded again for the first place that takes a seed, its low 53 bits.
      const [high, low] = foldIn(foldIn([1, 2], i), 0)
      const seed = Number(((BigInt(high) << 32n) | BigInt(low)) & ((1n << 53n) - 1n))
      expect(runSeed(ensemble, i)).toBe(seed)
      expect((runConfig(ensemble, i) as { network: { seed: number } }).network.seed).toBe(seed)
    }
    const more = defineSweep({ ...INPUT, axes: [...INPUT.axes!].reverse(), replicates: 50 })
    expect(runSeed(more, 7)).toBe(runSeed(ensemble, 7))
    const two = defineSweep({ ...INPUT, seeds: ['network.seed', 'task.seed'] })
    const { network, task } = runConfig(two, 7) as never as { network: { seed: number }; task: { seed: number } }
    expect(network.seed).toBe(runSeed(ensemble, 7))
    expect(task.seed).toBe(runSeed(two, 7, 1))
    expect(task.seed).not.toBe(network.seed)
  })

  test('is a configuration that runs', () => {
    const engine = createEngineSync()
    const { net, options } = createRun(engine, runConfig(single, 3) as never)
    expect([net.kind, options.steps]).toEqual(['layers', 60])
    expect(createRun(engine, runConfig(gram, 3) as never).net.kind).toBe('gram')
    expect(runConfig(experiment, 5)).toMatchObject({
      experiment: 'mixed-phase-diagram',
      parameters: { dimension: 20, varianceExponents: [-1.5], divisor: 20 },
    })
    engine.dispose()
  })

  test('an axis may set several places', () => {
    const path = ['network.sizes[1]', 'network.sizes[2]']
    const base = { ...BASE, network: { ...BASE.network, sizes: [3, 1, 1, 3] } }
    const manifest = defineSweep({ ...INPUT, base, axes: [{ kind: 'list', path, values: [4, 8], name: 'width' }] })
    expect((runConfig(manifest, 11) as { network: { sizes: number[] } }).network.sizes).toEqual([3, 8, 8, 3])
  })
})

describe('shards', () => {
  test.each([
    [{ SLURM_ARRAY_TASK_ID: '12', SLURM_ARRAY_TASK_COUNT: '5', SLURM_ARRAY_TASK_MIN: '10' }, undefined, 2, 5],
    [
      {
        SLURM_ARRAY_TASK_ID: '14',
        SLURM_ARRAY_TASK_COUNT: '5',
        SLURM_ARRAY_TASK_MIN: '10',
        SLURM_ARRAY_TASK_STEP: '2',
      },
      undefined,
      2,
      5,
    ],
    [{ JOB_COMPLETION_INDEX: '3' }, 4, 3, 4],
    [{ JOB_COMPLETION_INDEX: '3', JOB_COMPLETIONS: '8' }, undefined, 3, 8],
    [{ AWS_BATCH_JOB_ARRAY_INDEX: '0', AWS_BATCH_JOB_ARRAY_SIZE: '2' }, undefined, 0, 2],
    [{ PBS_ARRAY_INDEX: '1' }, 2, 1, 2],
  ])('of %j', (environment, count, index, of) => {
    expect(parseShard('auto', { environment, count })).toEqual({ index, count: of })
  })

  test.each([
    ['0/3', {}, '1 <= i <= n'],
    ['4/3', {}, '1 <= i <= n'],
    ['third', {}, '1 <= i <= n'],
    ['auto', {}, 'no task of an array job'],
    ['auto', { JOB_COMPLETION_INDEX: '0' }, '--shards N'],
    ['auto', { AWS_BATCH_JOB_ARRAY_INDEX: '7', AWS_BATCH_JOB_ARRAY_SIZE: '7' }, 'none of 7'],
    ['auto', { PBS_ARRAY_INDEX: 'x', PBS_ARRAY_COUNT: '1' }, 'no number'],
  ])('%s of %j is refused', (text, environment, message) => {
    expect(() => parseShard(text, { environment })).toThrow(OptionError)
    expect(() => parseShard(text, { environment })).toThrow(message)
  })
})
