// The schema of a run.
import * as z from 'zod'
import { networks } from './networks.js'
import { optimizers } from './optimizers.js'
import { probeKinds } from './probe-kinds.js'
import { tasks } from './tasks.js'
import { count, nonnegative } from './values.js'

// Pages with a strict content security policy report every attempt to compile code, and this schema is used once.
z.config({ jitless: true })

export const runSchema = z.strictObject({
  $schema: z.string().optional().describe('where the JSON Schema is, for editors; nothing reads it here'),
  network: networks.schema.describe('what learns'),
  task: tasks.schema.describe('what is learned'),
  optimizer: optimizers.schema.describe('the update rule'),
  steps: z.int().min(0).describe('number of steps'),
  record: z
    .strictObject({
      every: count.optional().describe('steps between frames; default: a hundred frames'),
      probes: z.array(probeKinds.schema).min(1).default(['loss']).describe('what is recorded in every frame'),
    })
    .default({ probes: ['loss'] })
    .describe('what to record'),
  until: z
    .strictObject({
      loss: nonnegative.optional().describe('stop once the loss is at most this'),
      gradientNorm: nonnegative.optional().describe('stop once the norm of the gradient is at most this'),
    })
    .default({})
    .describe('when to stop before all steps are done'),
})
