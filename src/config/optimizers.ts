// Update rules and schedules of a configuration.
import * as z from 'zod'
import {
  adam,
  adamw,
  addWeightDecay,
  chain,
  clipByNorm,
  clipByValue,
  constant,
  cosine,
  gradientDescent,
  type LearningRate,
  momentum,
  multiStep,
  nesterov,
  type Optimizer,
  ramp,
  rmsprop,
  scaleByAdam,
  scaleByRms,
  sgd,
  trace,
} from '../index.js'
import { kind, oneOf } from './kinds.js'
import { count, fraction, nonnegative, positive, seed } from './values.js'

const step = z.int().min(0)

const schedules = oneOf([
  kind('schedule', 'constant', 'the same rate in every step', { rate: positive }, ({ rate }) => constant(rate)),
  kind(
    'schedule',
    'ramp',
    'a straight line from one rate to another, then that',
    { from: nonnegative, to: nonnegative, steps: count },
    ramp,
  ),
  kind(
    'schedule',
    'multiStep',
    'a rate that is multiplied by a factor at some steps',
    { rate: positive, drops: z.array(step).describe('the steps, ascending'), factor: positive.default(0.1) },
    multiStep,
  ),
  kind(
    'schedule',
    'cosine',
    'half a cosine from a rate down to another, after a linear warm-up',
    { rate: positive, steps: count, end: nonnegative.default(0), warmup: step.default(0) },
    cosine,
  ),
])

const learningRate = z.union([positive, schedules.schema]).describe('the learning rate, or a schedule of it')
const layerRates = z.array(nonnegative).min(1).optional().describe('factors of the learning rate, one a layer')

/** What all rules take. */
const rule = {
  learningRate,
  layerRates,
  batchSize: count.optional().describe('samples a step; default: all of them'),
  replacement: z
    .boolean()
    .optional()
    .describe('draw minibatches with replacement; default: every sample once an epoch'),
  seed: seed.optional().describe('seed of the minibatches; default 0'),
}
/** What all named rules take besides. */
const named = {
  ...rule,
  weightDecay: nonnegative.optional().describe('lambda of a penalty lambda/2 |W|^2 (adamw: of decoupled decay)'),
  clipNorm: positive.optional().describe('gradients are shortened to this norm'),
  clipValue: positive.optional().describe('entries of gradients are brought into -clipValue .. clipValue'),
}
const moments = {
  beta1: fraction.default(0.9),
  beta2: fraction.default(0.999),
  epsilon: nonnegative.default(1e-8),
}
const dampening = fraction.optional().describe('gradients enter the velocity times 1 - dampening; default 0')

const pieces = oneOf([
  kind('piece', 'trace', 'a velocity', { decay: fraction, nesterov: z.boolean().default(false), dampening }, trace),
  kind('piece', 'scaleByAdam', 'the direction of Adam', moments, scaleByAdam),
  kind(
    'piece',
    'scaleByRms',
    'the direction of RMSProp',
    { decay: fraction.default(0.9), epsilon: nonnegative.default(1e-8) },
    scaleByRms,
  ),
  kind('piece', 'clipByNorm', 'a bound on the norm', { limit: positive }, ({ limit }) => clipByNorm(limit)),
  kind('piece', 'clipByValue', 'a bound on entries', { limit: positive }, ({ limit }) => clipByValue(limit)),
  kind('piece', 'addWeightDecay', 'adds lambda W', { lambda: nonnegative }, ({ lambda }) => addWeightDecay(lambda)),
])

/** A rule with its learning rate made. */
function rated<T extends { learningRate: z.output<typeof learningRate> }>(make: (options: never) => Optimizer) {
  return ({ learningRate: rate, ...rest }: T): Optimizer => {
    const made: LearningRate = typeof rate === 'number' ? rate : schedules.make(rate)
    return make({ ...rest, learningRate: made } as never)
  }
}

export const optimizers = oneOf([
  kind(
    'optimizer',
    'gradientDescent',
    'gradient descent on all samples',
    {
      learningRate,
      layerRates,
      update: z.enum(['simultaneous', 'alternating']).default('simultaneous').describe('the order of the layers'),
    },
    rated(gradientDescent),
  ),
  kind(
    'optimizer',
    'sgd',
    'stochastic gradient descent',
    {
      ...named,
      momentum: fraction.default(0),
      nesterov: z.boolean().optional().describe('look ahead; needs momentum; default false'),
      dampening,
    },
    rated(sgd),
  ),
  kind(
    'optimizer',
    'momentum',
    'the heavy ball',
    { ...named, momentum: fraction.default(0.9), dampening },
    rated(momentum),
  ),
  kind('optimizer', 'nesterov', "Nesterov's method", { ...named, momentum: fraction.default(0.9) }, rated(nesterov)),
  kind('optimizer', 'adam', 'Adam', { ...named, ...moments }, rated(adam)),
  kind(
    'optimizer',
    'adamw',
    'Adam with decoupled weight decay',
    { ...named, ...moments, weightDecay: nonnegative.default(0.01) },
    rated(adamw),
  ),
  kind(
    'optimizer',
    'rmsprop',
    'RMSProp',
    { ...named, decay: fraction.default(0.9), epsilon: nonnegative.default(1e-8), momentum: fraction.default(0) },
    rated(rmsprop),
  ),
  kind(
    'optimizer',
    'chain',
    'a rule from pieces, applied in order to the gradient',
    { ...rule, pieces: z.array(pieces.schema) },
    ({ pieces: list, ...options }) => rated((made) => chain(list.map(pieces.make), made))(options),
  ),
])
