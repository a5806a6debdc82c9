// The published JSON Schema, judged by a validator that shares no code with what made it.
import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { createRun, jsonSchema, parseConfig } from '../../src/config/index.js'
import { createEngineSync, OptionError, trainSync } from '../../src/index.js'

const schema = jsonSchema()
const validate = new Ajv2020({ strict: true, allErrors: true }).compile(schema)
const folder = fileURLToPath(new URL('../../examples/', import.meta.url))
const files = readdirSync(folder).filter((name) => name.endsWith('.json'))
const published = (schema.examples as unknown[]).map((example, i): [string, unknown] => [
  `number ${i} of the schema`,
  example,
])
const examples: [string, unknown][] = [
  ...published,
  ...files.map((name): [string, unknown] => [name, JSON.parse(readFileSync(folder + name, 'utf8'))]),
]

test('has a name of its own, and every kind says what it is', () => {
  expect(schema).toMatchObject({
    $schema: 'https://json-schema.org/draft/2020-12/schema',
    $id: 'https://unpkg.com/deeplinear/dist/schema.json',
    title: 'deeplinear run',
    type: 'object',
    additionalProperties: false,
  })
  const defs = Object.entries(schema.$defs as Record<string, { description?: string }>)
  expect(defs.length).toBeGreaterThan(60)
  for (const [name, { description }] of defs) {
    if (!name.startsWith('__')) expect(description, name).toMatch(/\w/)
  }
  for (const [name, { description }] of Object.entries(schema.properties as Record<string, { description?: string }>)) {
    expect(description, name).toMatch(/\w/)
  }
})

test('the same again: nothing in it depends on the moment', () => {
  expect(JSON.stringify(jsonSchema())).toBe(JSON.stringify(schema))
})

describe('examples', () => {
  test('there are some of either', () => {
    expect(published.length).toBeGreaterThanOrEqual(2)
    expect(files.length).toBeGreaterThanOrEqual(3)
  })

  test.each(examples)('%s is valid, runs, and learns', (_name, example) => {
    expect(validate(example), JSON.stringify(validate.errors)).toBe(true)
    const engine = createEngineSync()
    try {
      const { net, task, options } = createRun(engine, parseConfig(JSON.stringify(example)))
      const { status, columns } = trainSync(net, task, options)
      const { data } = columns.loss
      expect(status).toBe('completed')
      expect(data[data.length - 1]).toBeLessThan(0.1 * data[0])
    } finally {
      engine.dispose()
    }
  })
})

describe('what the one refuses, the other refuses', () => {
  const base = published[0][1] as Record<string, Record<string, unknown>>
  test.each<[string, unknown]>([
    ['nothing', {}],
    ['a list', []],
    ['an unknown setting', { ...base, extra: 1 }],
    ['an unknown kind', { ...base, task: { kind: 'tree51' } }],
    ['a field of another kind', { ...base, task: { kind: 'tree15', n: 4 } }],
    ['a missing field', { ...base, task: { kind: 'haar' } }],
    ['a fractional size', { ...base, network: { ...base.network, sizes: [8, 1.5, 15] } }],
    ['one size', { ...base, network: { ...base.network, sizes: [8] } }],
    ['a negative rate', { ...base, optimizer: { kind: 'adam', learningRate: -1 } }],
    ['momentum of 1', { ...base, optimizer: { kind: 'momentum', learningRate: 1, momentum: 1 } }],
    ['a slip in the name of a probe', { ...base, record: { probes: ['los'] } }],
    ['a mask of 2', { ...base, task: { kind: 'completion', mask: [[2]], target: [[1]] } }],
    ['text for a number', { ...base, steps: '10' }],
    ['negative steps', { ...base, steps: -1 }],
  ])('%s', (_name, config) => {
    expect(validate(config)).toBe(false)
    expect(() => parseConfig(config)).toThrow(OptionError)
  })

  test('and what has defaults filled in is valid as well', () => {
    for (const [name, example] of examples) expect(validate(parseConfig(example)), name).toBe(true)
  })
})
