// Configurations: what is taken, what is refused and how it is named.
import fc from 'fast-check'
import { describe, expect, expectTypeOf, test } from 'vitest'
import type * as z from 'zod'
import { parseConfig, type RunConfig } from '../../src/config/index.js'
import { JSON_LIMITS } from '../../src/config/json.js'
import type { runSchema } from '../../src/config/schema.js'
import { DeepLinearError, OptionError } from '../../src/errors.js'
import { smallRun } from '../run-config.js'

const BASE = smallRun()

function errorOf(json: unknown): DeepLinearError {
  try {
    parseConfig(json)
  } catch (error) {
    if (error instanceof DeepLinearError) return error
    throw error
  }
  throw new Error('nothing was refused')
}

describe('what is taken', () => {
  test('defaults are filled in, and everything is frozen', () => {
    const config = parseConfig(JSON.stringify(BASE))
    expect(config).toEqual({
      network: {
        ...BASE.network,
        seed: 0,
        dtype: 'float64',
        activation: 'linear',
        biases: false,
        outputMultiplier: 1,
      },
      task: BASE.task,
      optimizer: { ...BASE.optimizer, update: 'simultaneous' },
      steps: 10,
      record: { probes: ['loss'] },
      until: {},
    })
    const parts = [
      config,
      config.network,
      config.task,
      config.record,
      config.record?.probes,
      (config.task as typeof BASE.task).sigmaYX[0],
    ]
    expect(parts.every(Object.isFrozen)).toBe(true)
    expect(Object.isFrozen(BASE.network)).toBe(false)
  })

  test('text, a byte order mark, $schema, or what JSON.parse made; what was checked may be checked again', () => {
    const once = parseConfig(BASE)
    expect(parseConfig(`\uFEFF ${JSON.stringify({ $schema: './schema.json', ...BASE })}`)).toEqual({
      $schema: './schema.json',
      ...once,
    })
    expect(parseConfig(once)).toEqual(once)
  })

  test('the type is the schema: each value of one is one of the other', () => {
    expectTypeOf<RunConfig>().toExtend<z.input<typeof runSchema>>()
    expectTypeOf<z.input<typeof runSchema>>().toExtend<RunConfig>()
  })
})

describe('every fault is named with its path', () => {
  const network = (changes: object) => ({ ...BASE, network: { ...BASE.network, ...changes } })
  const optimizer = (changes: object) => ({ ...BASE, optimizer: { ...BASE.optimizer, ...changes } })
  const task = (given: unknown) => ({ ...BASE, task: given })
  const record = (given: unknown) => ({ ...BASE, record: given })

  test.each<[string, unknown, string, RegExp]>([
    ['a number', 3, 'configuration', /expected object, got 3/],
    ['null', null, 'configuration', /expected object, got null/],
    ['undefined', undefined, 'configuration', /is missing/],
    ['a list', [], 'configuration', /expected object, got Array\(0\)/],
    ['a list as text', '[]', 'configuration', /expected object/],
    ['an unknown setting', { ...BASE, stpes: 1 }, 'stpes', /no such setting/],
    ['__proto__', JSON.parse('{"__proto__":{"steps":1}}'), 'network', /__proto__: there is no such setting/],
    ['constructor', network({ constructor: { prototype: {} } }), 'network.constructor', /no such setting/],
    ['a name full of signs', { ...BASE, 'a b\n': 1 }, '["a b\\n"]', /no such setting/],
    ['nothing learns', { ...BASE, network: undefined }, 'network', /is missing/],
    ['no kind', task({}), 'task.kind', /is missing/],
    [
      'a kind with a slip',
      task({ kind: 'tree51' }),
      'task.kind',
      /must be one of 'whitened', .*; got "tree51" \(did you mean 'tree15'\?\)/,
    ],
    ['a kind that is a number', task({ kind: 1 }), 'task.kind', /got 1/],
    ['a kind of every object', task({ kind: 'toString' }), 'task.kind', /got "toString"/],
    ['an option of another kind', task({ kind: 'tree15', n: 8 }), 'task.n', /no such setting/],
    ['one size', network({ sizes: [2] }), 'network.sizes', />=2 items/],
    ['a fractional size', network({ sizes: [2, 1.5, 2] }), 'network.sizes[1]', /expected int, got 1.5/],
    ['a size of 2^31', network({ sizes: [2, 2 ** 31] }), 'network.sizes[1]', /<=2147483647, got 2147483648/],
    [
      'both of two',
      network({ init: { kind: 'gaussian', gamma: 1, variance: 1 } }),
      'network.init',
      /exactly one of gamma and variance/,
    ],
    ['neither', network({ init: { kind: 'balanced' } }), 'network.init', /exactly one of scale and endToEnd/],
    ['variance 0', network({ init: { kind: 'gaussian', variance: 0 } }), 'network.init.variance', />0, got 0/],
    ['a negative seed', network({ seed: -1 }), 'network.seed', />=0, got -1/],
    ['a seed of 2^53', network({ seed: 2 ** 53 }), 'network.seed', /./],
    ['another dtype', network({ dtype: 'float46' }), 'network.dtype', /did you mean 'float64'/],
    ['an activation with a slip', network({ activation: 'rleu' }), 'network.activation', /did you mean 'relu'/],
    ['a slope of 1', network({ activation: { leakyRelu: 1 } }), 'network.activation.leakyRelu', /<1, got 1/],
    ['biases of text', network({ biases: 'yes' }), 'network.biases', /expected boolean, or expected object; got "yes"/],
    ['a multiplier of 0', network({ outputMultiplier: 0 }), 'network.outputMultiplier', /must not be 0/],
    [
      'feedback of both',
      network({ feedback: { matrices: [], variance: 1 } }),
      'network.feedback.variance',
      /no such setting/,
    ],
    ['a mask of 2', network({ masks: [null, [[0, 2]]] }), 'network.masks[1][0][1]', /<=1, got 2/],
    ['a ragged matrix', task({ kind: 'whitened', sigmaYX: [[1], [1, 2]] }), 'task.sigmaYX', /rows of equal length/],
    ['an empty matrix', task({ kind: 'whitened', sigmaYX: [] }), 'task.sigmaYX', />=1 items/],
    ['empty rows', task({ kind: 'whitened', sigmaYX: [[]] }), 'task.sigmaYX[0]', />=1 items/],
    [
      'text in a matrix',
      task({ kind: 'whitened', sigmaYX: [[1, '2']] }),
      'task.sigmaYX[0][1]',
      /expected number, got "2"/,
    ],
    ['NaN in a matrix', task({ kind: 'whitened', sigmaYX: [[Number.NaN]] }), 'task.sigmaYX[0][0]', /got NaN/],
    ['1e400', JSON.stringify(task({ kind: 'haar', n: 8 })).replace(':8', ':1e400'), 'task.n', /got Infinity/],
    [
      'noise upon noise',
      task({ kind: 'labelNoise', sigma: 1, task: { kind: 'labelNoise' } }),
      'task.task.kind',
      /got "labelNoise"/,
    ],
    [
      'a sequence in a sequence',
      task({ kind: 'sequence', stages: [{ task: { kind: 'sequence' }, steps: 1 }] }),
      'task.stages[0].task.kind',
      /got "sequence"/,
    ],
    ['no stages', task({ kind: 'sequence', stages: [] }), 'task.stages', />=1 items/],
    ['labels of text', task({ kind: 'classification', x: [[1]], y: ['a'] }), 'task.y[0]', /got "a"/],
    ['a rate of 0', optimizer({ learningRate: 0 }), 'optimizer.learningRate', />0, got 0/],
    [
      'a rate of text',
      optimizer({ learningRate: '0.1' }),
      'optimizer.learningRate',
      /expected number, or expected object; got "0.1"/,
    ],
    ['no such schedule', optimizer({ learningRate: { kind: 'step' } }), 'optimizer.learningRate.kind', /'multiStep'/],
    [
      'a schedule of a negative rate',
      optimizer({ learningRate: { kind: 'ramp', from: -1, to: 1, steps: 9 } }),
      'optimizer.learningRate.from',
      />=0, got -1/,
    ],
    ['momentum of 1', optimizer({ kind: 'momentum', momentum: 1 }), 'optimizer.momentum', /<1, got 1/],
    [
      'a piece with a slip',
      optimizer({ kind: 'chain', pieces: [{ kind: 'tracer', decay: 1 }] }),
      'optimizer.pieces[0].kind',
      /did you mean 'trace'/,
    ],
    ['steps as text', { ...BASE, steps: '10' }, 'steps', /got "10"/],
    ['2^53 steps', { ...BASE, steps: 2 ** 53 }, 'steps', /./],
    ['every 0', record({ every: 0 }), 'record.every', />=1, got 0/],
    ['no probes', record({ probes: [] }), 'record.probes', />=1 items/],
    ['a probe with a slip', record({ probes: ['loss', 'los'] }), 'record.probes[1]', /did you mean 'loss'/],
    ['a probe that needs options', record({ probes: ['cka'] }), 'record.probes[0]', /must be one of/],
    [
      'an option of a probe',
      record({ probes: [{ kind: 'singularValues', rank: 0 }] }),
      'record.probes[0].rank',
      />=1, got 0/,
    ],
    ['a column with a bad name', record({ probes: [{ kind: 'loss', name: '1 a' }] }), 'record.probes[0].name', /./],
    ['a negative goal', { ...BASE, until: { loss: -1 } }, 'until.loss', />=0, got -1/],
  ])('%s', (_name, json, path, message) => {
    const error = errorOf(json)
    expect(error.code).toBe('OPTION')
    expect(error).toBeInstanceOf(OptionError)
    expect(error.argument).toBe(path)
    expect(error.message).toMatch(message)
    expect(error.message).toContain(path)
  })

  test('all of them at once, and the message keeps its length', () => {
    const error = errorOf({
      network: { kind: 'layers', sizes: Array(20).fill(0), seed: -1 },
      task: { kind: 'x' },
      extra: 1,
    })
    const faults = error.data.faults as { path: string }[]
    expect(faults.map(({ path }) => path)).toEqual([
      ...Array.from({ length: 20 }, (_, i) => `network.sizes[${i}]`),
      'network.seed',
      'task.kind',
      'optimizer',
      'steps',
      'extra',
    ])
    expect(error.message).toMatch(/; and 17 more$/)
  })
})

describe('text that is refused before it is looked at', () => {
  const wide = `{"a":[${'1,'.repeat(JSON_LIMITS.characters / 2)}1]}`
  test.each<[string, string, RegExp]>([
    ['nothing', '', /not JSON/],
    ['no JSON', '{steps: 1}', /not JSON/],
    ['cut short', '{"steps": 1', /not JSON/],
    ['NaN', '{"steps": NaN}', /not JSON/],
    ['a key twice', '{"steps": 1, "steps": 2}', /key "steps" twice/],
    ['a key twice, once in escapes', '{"steps": 1, "\\u0073teps": 2}', /key "steps" twice/],
    ['a key twice, further down', '{"a": [{"b": 1}, {"b": 1, "c": [{}], "b": 2}]}', /key "b" twice/],
    ['too long', wide, /characters; at most 1048576/],
    ['too deep', `{"a":${'['.repeat(32)}${']'.repeat(32)}}`, /32 levels deep/],
    ['much too deep', '['.repeat(500_000) + ']'.repeat(500_000), /32 levels deep/],
    [
      'too many keys',
      JSON.stringify(Object.fromEntries(Array.from({ length: 10_001 }, (_, i) => [`k${i}`, 0]))),
      /more than 10000 keys/,
    ],
    ['a long string', `{"$schema":"${'x'.repeat(2 ** 16)}"}`, /string of 65538 characters/],
  ])('%s', (_name, text, message) => {
    const error = errorOf(text)
    expect([error.code, error.message]).toEqual(['FORMAT', expect.stringMatching(message)])
  })

  test('the same key in two objects, brackets and quotes in strings are nothing special', () => {
    const text = JSON.stringify({ ...BASE, $schema: '"}{][\\" : "steps": {' })
    expect(parseConfig(text).steps).toBe(10)
    expect(
      parseConfig({
        ...BASE,
        task: {
          kind: 'sequence',
          stages: [
            { task: BASE.task, steps: 5 },
            { task: BASE.task, steps: 5 },
          ],
        },
      }).steps,
    ).toBe(10)
  })
})

test('objects that throw when they are read, and a polluted prototype', () => {
  const trap = Object.defineProperty({ ...BASE }, 'steps', {
    enumerable: true,
    get() {
      throw new Error('boo')
    },
  })
  expect([errorOf(trap).code, errorOf(trap).message]).toEqual(['OPTION', expect.stringMatching(/threw: boo/)])
  const circle: Record<string, unknown> = { ...BASE }
  circle.network = circle
  expect(errorOf(circle).code).toBe('OPTION')
  Object.defineProperty(Object.prototype, 'steps', { value: 7, configurable: true })
  try {
    const { steps: _, ...rest } = BASE
    expect(errorOf(rest).argument).toBe('steps')
  } finally {
    Reflect.deleteProperty(Object.prototype, 'steps')
  }
})

test('any JSON is taken and frozen, or refused with an OptionError that names a path', () => {
  const leaf = fc.oneof(
    fc.jsonValue({ maxDepth: 3 }),
    fc.constantFrom(
      0,
      1,
      2,
      [2, 3, 2],
      [
        [1, 0],
        [0, 2],
      ],
      'layers',
      'tree15',
      'sgd',
      'loss',
      true,
    ),
  )
  const part = fc.dictionary(
    fc.constantFrom(
      'kind',
      'sizes',
      'init',
      'seed',
      'sigmaYX',
      'learningRate',
      'momentum',
      'every',
      'probes',
      'task',
      'stages',
      '__proto__',
    ),
    leaf,
    { noNullPrototype: false },
  )
  const spoilt = fc
    .record(
      {
        network: fc.oneof(leaf, part),
        task: fc.oneof(leaf, part),
        optimizer: fc.oneof(leaf, part),
        steps: leaf,
        record: part,
        until: part,
      },
      { requiredKeys: [] },
    )
    .map((changes) => ({ ...BASE, ...changes }))
  fc.assert(
    fc.property(fc.oneof(fc.jsonValue(), part, spoilt), (json) => {
      // As text where it is text: a string would be parsed.
      if (typeof json === 'string') return
      try {
        expect(Object.isFrozen(parseConfig(json))).toBe(true)
      } catch (error) {
        expect(error).toBeInstanceOf(OptionError)
        expect((error as OptionError).argument).toMatch(/^\S/)
      }
    }),
    { numRuns: 4000, seed: 31 },
  )
})
