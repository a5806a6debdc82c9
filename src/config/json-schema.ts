// The JSON Schema of a run, from the schema that checks it.
import * as z from 'zod'
import { EXAMPLES } from './examples.js'
import { runSchema } from './schema.js'

/** Where the published package has it. */
const ID = 'https://unpkg.com/deeplinear/dist/schema.json'

/**
 * The JSON Schema (draft 2020-12) of what `parseConfig` takes; the file `deeplinear/schema.json` is this. What JSON Schema cannot say (rows of
 * equal length, exactly one of two fields) is checked by `parseConfig` alone.
 * @example
 * jsonSchema().title // -> 'deeplinear run'
 */
export function jsonSchema(): Record<string, unknown> {
  const { $schema, ...schema } = z.toJSONSchema(runSchema, { io: 'input' })
  return {
    $schema,
    $id: ID,
    title: 'deeplinear run',
    description: 'A training run of a deep linear network or one of its companions.',
    examples: EXAMPLES,
    ...schema,
  }
}
