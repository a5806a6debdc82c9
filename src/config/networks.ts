// Networks of a configuration.
import * as z from 'zod'
import {
  activationAlignment,
  balanced,
  createDiagonalNetwork,
  createGramNetwork,
  createNetwork,
  createTiedAutoencoder,
  type Engine,
  explicit,
  fanIn,
  gaussian,
  type Initializer,
  informationAlignment,
  meanField,
  type NetworkOptions,
  ntk,
  OptionError,
  orthogonal,
  standard,
  symmetricAlignment,
  weightMirror,
} from '../index.js'
import { faultsOf } from './issues.js'
import { exactlyOne, kind, oneOf } from './kinds.js'
import { count, mask, matrix, nonnegative, positive, seed } from './values.js'

const inits = oneOf([
  kind(
    'init',
    'gaussian',
    'independent normal entries, N(0, w^-gamma) with w the widest hidden layer, or N(0, variance)',
    { gamma: z.number().min(-8).max(64).optional(), variance: positive.optional() },
    ({ gamma, variance }): Initializer => gaussian(gamma === undefined ? { variance: variance! } : { gamma }),
    exactlyOne('gamma', 'variance'),
  ),
  kind('init', 'orthogonal', 'every layer a scaled orthogonal matrix', { gain: positive.default(1) }, orthogonal),
  kind(
    'init',
    'fanIn',
    'normal entries of variance gain^2 over the inputs of the layer',
    { gain: positive.default(1) },
    fanIn,
  ),
  kind(
    'init',
    'balanced',
    "W_{l+1}' W_{l+1} = W_l W_l' for every hidden layer: all singular values equal to scale, or a given end-to-end map",
    { scale: positive.optional(), endToEnd: matrix.optional() },
    ({ scale, endToEnd }): Initializer => balanced(scale === undefined ? { endToEnd: endToEnd! } : { scale }),
    exactlyOne('scale', 'endToEnd'),
  ),
  kind('init', 'explicit', 'these weights', { weights: z.array(matrix).min(1) }, ({ weights }) => explicit(weights)),
])

const parameterizations = oneOf([
  kind('parameterization', 'standard', 'the weights are the layers', {}, () => standard()),
  kind('parameterization', 'ntk', 'factors 1 / sqrt(fan-in), outputs over gamma', { gamma: positive.default(1) }, ntk),
  kind(
    'parameterization',
    'meanField',
    'muP with richness gamma0',
    { gamma0: positive.default(1), normalizer: positive.optional() },
    meanField,
  ),
])

const sizes = z
  .array(
    z
      .int()
      .min(1)
      .max(2 ** 31 - 1),
  )
  .min(2)
const dtype = z.enum(['float64', 'float32']).default('float64').describe('element type')
const start = {
  init: inits.schema
    .optional()
    .describe('where it starts; default: gaussian with gamma 1, or with variance 1 under ntk and meanField'),
  seed: seed.default(0).describe('seed of the start'),
  dtype,
}
const coefficient = nonnegative.optional()
const rate = positive.optional().describe('learning rate of B over that of the weights; default 1')
const signal = z
  .union([
    z.literal('activity'),
    z.strictObject({ variance: positive.optional(), samples: count.optional(), seed: seed.optional() }),
  ])
  .optional()
  .describe('what drives the rule: white noise, expected or drawn, or activities; default: expected, of variance 1')
const alignmentRules = oneOf([
  kind(
    'feedbackRule',
    'weightMirror',
    "-amp C W' + decay B",
    { amp: coefficient, decay: coefficient, rate, signal },
    weightMirror,
  ),
  kind(
    'feedbackRule',
    'informationAlignment',
    "-amp C W' + decay B + null B W C W'",
    { amp: coefficient, decay: coefficient, null: coefficient, rate, signal },
    informationAlignment,
  ),
  kind(
    'feedbackRule',
    'symmetricAlignment',
    "-self W' + decay B",
    { self: coefficient, decay: coefficient, rate },
    symmetricAlignment,
  ),
  kind(
    'feedbackRule',
    'activationAlignment',
    "-amp C W' + sparse C B",
    { amp: coefficient, sparse: coefficient, rate, signal },
    activationAlignment,
  ),
])
const feedbackRule = z.union([z.enum(['fixed', 'kolen-pollack']), alignmentRules.schema]).default('fixed')

/** What networks of layers are made of. */
const layerFields = {
  sizes: sizes.describe('[n_0, ..., n_L]: inputs, hidden widths, outputs'),
  ...start,
  activation: z
    .union([z.enum(['linear', 'relu', 'tanh']), z.strictObject({ leakyRelu: positive.lt(1) })])
    .default('linear')
    .describe('what hidden layers apply'),
  biases: z
    .union([z.boolean(), z.strictObject({ variance: nonnegative })])
    .default(false)
    .describe('biases in all layers, zero at the start or normal'),
  residual: z
    .strictObject({ scale: z.union([z.number(), z.literal('depth')]) })
    .optional()
    .describe('skip connections around hidden layers of equal width'),
  parameterization: parameterizations.schema.optional().describe('default: standard'),
  outputMultiplier: z
    .number()
    .refine((value) => value !== 0, { error: 'must not be 0' })
    .default(1)
    .describe('a factor of the outputs, not 0'),
  masks: z.array(mask.nullable()).min(1).optional().describe('one a layer, or null: weights at 0 stay 0'),
  feedback: z
    .union([
      z.strictObject({ matrices: z.array(matrix), rule: feedbackRule }),
      z.strictObject({ variance: positive, rule: feedbackRule }),
    ])
    .optional()
    .describe('matrices B_2 .. B_L in place of the transposed weights on the way back'),
}

/** What `createNetwork` takes. What is at its default is left out: any of these options makes a feedforward network of a deep linear one. */
function layerOptions(fields: z.output<z.ZodObject<typeof layerFields, z.core.$strict>>): NetworkOptions {
  const { init, parameterization, masks, activation, biases, outputMultiplier, feedback, ...rest } = fields
  return {
    ...rest,
    ...(init && { init: inits.make(init) }),
    ...(parameterization && { parameterization: parameterizations.make(parameterization) }),
    ...(masks && { masks: masks.map((each) => each ?? undefined) }),
    ...(activation !== 'linear' && { activation }),
    ...(biases !== false && { biases }),
    ...(outputMultiplier !== 1 && { outputMultiplier }),
    ...(feedback && {
      feedback: {
        ...feedback,
        rule: typeof feedback.rule === 'string' ? feedback.rule : alignmentRules.make(feedback.rule),
      },
    }),
  }
}

/** The options of a network of layers that `parseConfig` has seen. */
export function networkOptionsOf({ kind: _, ...fields }: { kind: string }): NetworkOptions {
  return layerOptions(fields as Parameters<typeof layerOptions>[0])
}

/** A start from its configuration. @throws {OptionError} as `parseConfig` */
export function initializerOf(given: unknown): Initializer {
  const result = inits.schema.safeParse(given)
  if (result.success) return inits.make(result.data)
  throw new OptionError(`bad init: ${faultsOf(result.error.issues, given)[0].message}`, { argument: 'init' })
}

export const networks = oneOf([
  kind(
    'network',
    'layers',
    'layers n_0 -> n_1 -> ... -> n_L',
    layerFields,
    (fields) => (engine: Engine) => createNetwork(engine, layerOptions(fields)),
  ),
  kind(
    'network',
    'gram',
    'two linear layers of any width in Gram form',
    { sizes: z.array(z.int().min(1).max(1e12)).length(3).describe('[n_0, width, n_2]'), ...start },
    ({ init, ...rest }) =>
      (engine: Engine) =>
        createGramNetwork(engine, { ...rest, ...(init && { init: inits.make(init) }) }),
  ),
  kind(
    'network',
    'diagonal',
    'one output, each input with a depth of its own',
    { depths: z.array(z.int().min(1).max(64)).min(1), start: matrix.describe('one row a level'), dtype },
    (options) => (engine: Engine) => createDiagonalNetwork(engine, options),
  ),
  kind(
    'network',
    'tied',
    "the linear autoencoder W' W x",
    { inputs: count.max(2 ** 31 - 1), hidden: count.max(2 ** 31 - 1), ...start },
    ({ init, ...rest }) =>
      (engine: Engine) =>
        createTiedAutoencoder(engine, { ...rest, ...(init && { init: inits.make(init) }) }),
  ),
])
