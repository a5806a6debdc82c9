// Things that a configuration names by their kind: `{ "kind": "teacher", "inputs": 8, ... }`. A kind is the schema of its fields beside what it
// makes of them, so that adding one is one entry of a list.
import * as z from 'zod'

/** One kind of thing: a schema, and the function that makes what it describes. */
export interface Kind<S extends z.ZodObject = z.ZodObject, R = unknown> {
  readonly schema: S
  readonly make: (fields: never) => R
}

/**
 * A kind from its fields.
 * @param id name within the JSON Schema, as `task.teacher`; what follows the last dot is the kind
 * @param rule what must hold between fields, and the sentence if it does not
 */
export function kind<const N extends string, F extends z.core.$ZodLooseShape, R>(
  family: string,
  name: N,
  about: string,
  fields: F,
  make: (fields: z.output<z.ZodObject<F, z.core.$strict>>) => R,
  rule?: { holds: (fields: Record<string, unknown>) => boolean; error: string },
) {
  const plain = z.strictObject({ kind: z.literal(name), ...fields })
  const ruled: typeof plain =
    rule === undefined ? plain : plain.refine((value) => rule.holds(value), { error: rule.error })
  return { schema: ruled.meta({ id: `${family}.${name}`, description: about }), make }
}

/** One of several kinds. */
export function oneOf<const T extends readonly Kind[]>(kinds: T) {
  const schemas = kinds.map((each) => each.schema) as unknown as readonly [z.ZodObject, ...z.ZodObject[]]
  type Schema = T[number]['schema']
  const schema = z.discriminatedUnion('kind', schemas) as unknown as z.ZodType<z.output<Schema>, z.input<Schema>>
  const makers = new Map(kinds.map((each) => [each.schema.shape.kind.def.values[0] as string, each.make]))
  type Made = ReturnType<T[number]['make']>
  const make = (value: { kind: string }): Made => {
    const { kind: name, ...fields } = value
    return makers.get(name)!(fields as never) as Made
  }
  return { schema, make }
}

/** Exactly one of some fields. */
export function exactlyOne(...names: string[]) {
  return {
    holds: (fields: Record<string, unknown>) => names.filter((name) => fields[name] !== undefined).length === 1,
    error: `takes exactly one of ${names.join(' and ')}`,
  }
}
