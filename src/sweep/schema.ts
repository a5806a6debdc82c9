// The schema of a sweep. What is under `base` is a run or an experiment, which have checks of their own.
import * as z from 'zod'

// As for the schema of a run: nothing is compiled.
z.config({ jitless: true })

const NAME = /^[A-Za-z][\w.[\]-]{0,63}$/
/** `network.sizes[1]`: words, dots and indices. */
const PATH = /^[A-Za-z]\w{0,63}(?:\.[A-Za-z]\w{0,63}|\[\d{1,6}\]){0,16}$/

const path = z.string().regex(PATH, { error: 'must be a path such as network.sizes[1]' })
const name = z.string().regex(NAME, { error: 'must be a name of letters, digits and _.-[]' }).optional()
const axisOf = { path: z.union([path, z.array(path).min(1).max(32)]), name }
const count = z.int().min(2).max(100_000)
const place = z.int().min(0).max(10_000)

export const axisSchema = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('linear'), ...axisOf, from: z.number(), to: z.number(), count }),
  z.strictObject({
    kind: z.literal('log'),
    ...axisOf,
    from: z.number().positive(),
    to: z.number().positive(),
    count,
    round: z.boolean().optional(),
  }),
  z.strictObject({ kind: z.literal('list'), ...axisOf, values: z.array(z.number()).min(1).max(100_000) }),
  z.strictObject({
    kind: z.literal('values'),
    ...axisOf,
    values: z.array(z.unknown()).min(1).max(10_000),
    labels: z.array(z.string().min(1).max(200)).optional(),
  }),
])

const CURVE = ['last', 'first', 'min', 'max', 'mean'] as const

export const probeMetricSchema = z.strictObject({
  name,
  probe: z.string().regex(/^[A-Za-z]\w*$/),
  take: z.enum([...CURVE, 'stepOfMin', 'stepOfMax', 'stepBelow', 'stepAbove']).default('last'),
  entry: z.int().min(0).default(0),
  threshold: z.number().optional(),
})

export const experimentMetricSchema = z.strictObject({
  name,
  check: z.union([place, z.string().min(1).max(1000)]).optional(),
  value: z.enum(['measured', 'expected', 'pass']).optional(),
  figure: place.optional(),
  panel: place.optional(),
  series: place.optional(),
  take: z.enum(CURVE).optional(),
})

const word = z
  .int()
  .min(0)
  .max(2 ** 32 - 1)

/** The frame of a manifest; metrics are read by the schema of their base. */
export const sweepSchema = z.strictObject({
  $schema: z.string().optional(),
  schema: z.literal(1),
  title: z.string().max(1000).optional(),
  base: z.record(z.string(), z.unknown()),
  axes: z.array(axisSchema).max(8).default([]),
  replicates: z.int().min(1).max(1_000_000_000).default(1),
  key: z.union([z.int().min(0), z.tuple([word, word])]).default(0),
  seeds: z.array(path).max(16).optional(),
  metrics: z
    .array(z.union([z.string(), z.record(z.string(), z.unknown())]))
    .min(1)
    .max(100)
    .optional(),
  engine: z.enum(['auto', 'single', 'ensemble', 'gram', 'experiment']).default('auto'),
  code: z.string().min(1).max(200).optional(),
})

export const experimentBaseSchema = z.strictObject({
  experiment: z.string().min(1).max(200),
  parameters: z.record(z.string(), z.union([z.number(), z.array(z.number()).min(1).max(1000)])).default({}),
})
