// Probes of a configuration: by name, or with options.
import * as z from 'zod'
import { type Probe, probes } from '../index.js'
import { kind, oneOf } from './kinds.js'
import { singleTasks } from './tasks.js'
import { count, matrix, numbers, positive } from './values.js'

const name = z
  .string()
  .regex(/^[A-Za-z]\w*$/)
  .optional()
  .describe('name of the column; default: the kind')
const inputs = matrix.optional().describe('samples in columns; default: the unit vectors')
const layer = count.describe('1 .. L')
const side = z.enum(['input', 'output']).default('input')
const targets = matrix.optional()
const to = z.union([z.literal('start'), matrix]).default('start')

/** A kind of probe. Every probe may be given another name for its column. */
function probe<const N extends string, F extends z.core.$ZodLooseShape>(
  kindName: N,
  about: string,
  fields: F,
  make: (options: z.output<z.ZodObject<F, z.core.$strict>>) => Probe,
) {
  return kind('probe', kindName, about, { ...fields, name }, (given): Probe => {
    const { name: column, ...options } = given as { name?: string }
    const made = make(options as z.output<z.ZodObject<F, z.core.$strict>>)
    return column === undefined ? made : { ...made, name: column }
  })
}

const kinds = oneOf([
  probe('loss', 'the loss', {}, () => probes.loss()),
  probe('gradientNorm', 'the norm of the gradient in all weights', {}, () => probes.gradientNorm()),
  probe(
    'singularValues',
    'singular values of the end-to-end map',
    { rank: count.optional().describe('as many as this, largest first; default all') },
    (options) => probes.singularValues(options),
  ),
  probe('singularVectors', 'singular vectors of the end-to-end map', { rank: count }, (options) =>
    probes.singularVectors(options),
  ),
  probe('rank', 'singular values above a part of the largest', { tolerance: positive.lt(1).default(1e-2) }, (options) =>
    probes.rank(options),
  ),
  probe('nuclearNorm', 'the sum of the singular values', {}, () => probes.nuclearNorm()),
  probe('effectiveRank', 'the exponential of the entropy of the spectrum', {}, () => probes.effectiveRank()),
  probe('stableRank', '|W|_F^2 / |W|_2^2', {}, () => probes.stableRank()),
  probe('balance', "norms of W_{l+1}' W_{l+1} - W_l W_l'", { drift: z.boolean().default(false) }, (options) =>
    probes.balance(options),
  ),
  probe('weights', 'all weights', {}, () => probes.weights()),
  probe('weightNorms', 'the norm of every layer', {}, () => probes.weightNorms()),
  probe(
    'neuronNorms',
    'norms of the weights of the neurons of a layer',
    { layer, side: z.enum(['incoming', 'outgoing']).default('incoming') },
    (options) => probes.neuronNorms(options),
  ),
  probe(
    'distance',
    'distance of the weights from the start or from given ones',
    { to: z.union([z.literal('start'), z.array(matrix).min(1)]).default('start') },
    (options) => probes.distance(options),
  ),
  probe('meanSquaredDisplacement', 'from the weights of a step', { from: z.int().min(0).default(0) }, (options) =>
    probes.meanSquaredDisplacement(options),
  ),
  probe('lambda', 'mean and spread of the eigenvalues of the balance of each pair of layers', {}, () =>
    probes.lambda(),
  ),
  probe(
    'noetherCharges',
    'conserved quantities of the flow',
    {
      form: z.enum(['trace', 'neurons', 'matrix']).default('trace'),
      of: z.enum(['weights', 'velocities', 'kinetic']).default('weights'),
      layer: count.optional(),
      rates: z.array(positive).min(1).optional(),
    },
    (options) => probes.noetherCharges(options),
  ),
  probe(
    'alignment',
    'alignment with the modes of a teacher',
    {
      of: matrix.optional().describe("the teacher's map"),
      u: matrix.optional(),
      v: matrix.optional(),
      values: numbers.optional(),
      rank: count.optional(),
    },
    (options) => probes.alignment(options),
  ),
  probe('weightAngle', 'angles between weights and transposed feedback matrices', {}, () => probes.weightAngle()),
  probe('projectionAngle', 'the same of what they make of activities', {}, () => probes.projectionAngle()),
  probe('gradientAngle', 'the same of what they make of errors', {}, () => probes.gradientAngle()),
  probe('feedbackRatio', 'norms of feedback matrices over those of weights', {}, () => probes.feedbackRatio()),
  probe(
    'sharpness',
    'the largest eigenvalue of the Hessian in all weights',
    { tolerance: positive.lt(1).optional(), maxIterations: count.optional() },
    (options) => probes.sharpness(options),
  ),
  probe(
    'accuracy',
    'the share of samples whose largest output is the one of their class',
    { inputs: matrix.describe('samples in columns'), labels: z.array(z.int().min(0)), bias: numbers.optional() },
    (options) => probes.accuracy(options),
  ),
  probe('testLoss', 'the loss of another task', { task: singleTasks.schema }, ({ task }) =>
    probes.testLoss(singleTasks.make(task)),
  ),
  probe('ntk', 'the neural tangent kernel', { inputs }, (options) => probes.ntk(options)),
  probe(
    'kernelDistance',
    'distance of the tangent kernel from that of the start',
    { inputs, measure: z.enum(['cosine', 'relative']).default('cosine') },
    (options) => probes.kernelDistance(options),
  ),
  probe('hammingDistance', 'share of the gates of rectifiers that have flipped', { inputs }, (options) =>
    probes.hammingDistance(options),
  ),
  probe('kernelAlignment', 'alignment of the tangent kernel with targets', { targets: matrix, inputs }, (options) =>
    probes.kernelAlignment(options),
  ),
  probe(
    'cka',
    'similarity of the representation in a layer to another',
    { layer, to, inputs, center: z.boolean().optional() },
    (options) => probes.cka(options),
  ),
  probe(
    'representationalSimilarity',
    'inner products of the representations of samples',
    { layer, side, inputs, targets },
    (options) => probes.representationalSimilarity(options),
  ),
  probe(
    'representationalAlignment',
    'alignment of representations with those of the start or with others',
    { layer, side, inputs, targets, to },
    (options) => probes.representationalAlignment(options),
  ),
])

/** Probes that need no options. */
const NAMES = [
  'loss',
  'gradientNorm',
  'singularValues',
  'rank',
  'nuclearNorm',
  'effectiveRank',
  'stableRank',
  'balance',
  'weights',
  'weightNorms',
  'distance',
  'meanSquaredDisplacement',
  'lambda',
  'noetherCharges',
  'sharpness',
  'ntk',
  'kernelDistance',
] as const

export const probeKinds = {
  schema: z.union([z.enum(NAMES), kinds.schema]).meta({ id: 'probe', description: 'a probe by name, or with options' }),
  make: (given: string | { kind: string }): Probe =>
    kinds.make(typeof given === 'string' ? kinds.schema.parse({ kind: given }) : given),
}
