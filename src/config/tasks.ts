// Tasks of a configuration.
import * as z from 'zod'
import {
  autoencoder,
  classification,
  fromStatistics,
  haar,
  labelNoise,
  livingThings,
  matrixCompletion,
  powerLaw,
  randomRegression,
  regression,
  semanticTree,
  stream,
  type Task,
  taskSequence,
  teacher,
  tree7,
  tree15,
  type WhitenedDataset,
  whitened,
} from '../index.js'
import { exactlyOne, kind, oneOf } from './kinds.js'
import { count, mask, matrix, nonnegative, numbers, positive, seed } from './values.js'

const zeroSeed = seed.default(0)
const noise = nonnegative.default(0).describe('standard deviation of the noise on targets')

/** The task of a whitened data set. */
const learned = ({ sigmaYX }: WhitenedDataset): Task => whitened(sigmaYX)

const plain = [
  kind(
    'task',
    'whitened',
    'whitened inputs: 1/2 |W - Sigma_yx|^2',
    { sigmaYX: matrix.describe("Y X'/P, (outputs, inputs)") },
    ({ sigmaYX }): Task => whitened(sigmaYX),
  ),
  kind(
    'task',
    'regression',
    'least squares on data: 1/(2P) |Y - W X|^2',
    { x: matrix.describe('inputs, columns are samples'), y: matrix.describe('targets, columns are samples') },
    ({ x, y }): Task => regression(x, y),
  ),
  kind(
    'task',
    'classification',
    'a loss of the outputs on labelled samples',
    {
      x: matrix.describe('inputs, columns are samples'),
      y: z.union([numbers, matrix]).describe('labels 0, 1, ..., signs, or targets with samples in columns'),
      loss: z
        .enum(['softmax-cross-entropy', 'logistic', 'exponential', 'log-sum-exp'])
        .default('softmax-cross-entropy'),
      classes: count.optional().describe('number of classes; default: the largest label + 1'),
    },
    ({ x, y, ...options }): Task => classification(x, y, options),
  ),
  kind(
    'task',
    'completion',
    'fit the observed entries of a matrix: 1/2 |M o (W - A)|^2',
    { mask: mask.describe('1 where an entry is observed'), target: matrix },
    ({ mask: observed, target }): Task => matrixCompletion(observed, target),
  ),
  kind(
    'task',
    'statistics',
    'least squares known by its second moments',
    {
      sigmaXX: matrix.describe("X X'/P, symmetric"),
      sigmaYX: matrix.describe("Y X'/P"),
      minimumLoss: nonnegative.optional().describe('the least loss of any map; default 0'),
      traceYY: nonnegative.optional().describe("instead: tr(Y Y')/P"),
    },
    (options): Task => fromStatistics(options),
  ),
  kind(
    'task',
    'teacher',
    'a random linear teacher of low rank',
    {
      inputs: count,
      outputs: count,
      rank: count.optional().describe('default: min(inputs, outputs), or as many as there are singularValues'),
      singularValues: z.array(nonnegative).min(1).optional().describe('default: a product of Gaussian factors'),
      noise,
      samples: count.optional().describe('a finite sample; default: whitened inputs, infinitely many'),
      seed: zeroSeed,
    },
    (options): Task => teacher(options),
  ),
  kind(
    'task',
    'powerLaw',
    'regression with power-law spectra, the model of neural scaling laws',
    {
      dimensions: count,
      capacity: positive.describe('b: input k has the variance k^-b'),
      source: positive.describe('s: mode k has the share k^-(1 + b s) of the target'),
      samples: count.optional().describe('a finite sample; default: the population'),
      noise: nonnegative.optional().describe('noise on the targets of samples; default 0'),
      seed: seed.optional().describe('seed of the samples; default 0'),
    },
    (options): Task => powerLaw(options),
  ),
  kind(
    'task',
    'stream',
    'fresh samples of a linear teacher in every step',
    {
      teacher: matrix.describe('the map, (outputs, inputs)'),
      batchSize: count.describe('samples a step'),
      eigenvalues: z.array(nonnegative).min(1).optional().describe('variances of the inputs; default all 1'),
      noise,
      seed: zeroSeed,
      testSamples: count.default(1024).describe('samples that a network without an end-to-end map is judged on'),
    },
    (options): Task => stream(options),
  ),
  kind(
    'task',
    'autoencoder',
    'reconstruct inputs of a covariance',
    {
      matrix: matrix.describe('the covariance, or the samples'),
      from: z.enum(['covariance', 'samples']).default('covariance').describe('what the matrix is'),
      penalty: z.enum(['none', 'product', 'sum']).default('none').describe('lambda/2 |W|^2, or of every layer'),
      lambda: nonnegative.optional().describe('needed with a penalty'),
    },
    ({ matrix: given, ...options }): Task => autoencoder(given, options),
  ),
  kind(
    'task',
    'semanticTree',
    'items at the leaves of a tree, features at its nodes',
    {
      levels: count.max(24).optional().describe('how often the tree branches'),
      leaves: count.optional().describe('instead: the number of items, a power of branching'),
      branching: z.int().min(2).max(1024).default(2),
      leafFeatures: z.boolean().default(true).describe('whether each item has a feature of its own'),
    },
    (options) => learned(semanticTree(options)),
    exactlyOne('levels', 'leaves'),
  ),
  kind('task', 'tree15', 'the tree of 8 items and 15 features', {}, () => learned(tree15())),
  kind('task', 'tree7', 'the tree of 8 items and 7 features, of rank 4', {}, () => learned(tree7())),
  kind('task', 'livingThings', 'canary, salmon, oak and rose with seven features', {}, () => learned(livingThings())),
  kind(
    'task',
    'haar',
    "a hierarchy in Haar's functions",
    { n: z.int().min(2).max(4096).describe('a power of 2') },
    ({ n }) => learned(haar(n)),
  ),
  kind(
    'task',
    'randomRegression',
    'random targets on random whitened inputs',
    { inputs: count, outputs: count, samples: count.describe('at least as many as inputs'), seed: zeroSeed },
    (options) => learned(randomRegression(options)),
  ),
] as const

const noiseless = oneOf(plain)

const noisy = kind(
  'task',
  'labelNoise',
  'a task whose targets get fresh noise in every step',
  { task: noiseless.schema, sigma: nonnegative.describe('standard deviation of the noise'), seed: zeroSeed },
  ({ task, ...options }): Task => labelNoise(noiseless.make(task), options),
)

/** A single task. */
export const singleTasks = oneOf([...plain, noisy])

const sequence = kind(
  'task',
  'sequence',
  'tasks one after the other',
  { stages: z.array(z.strictObject({ task: singleTasks.schema, steps: count })).min(1) },
  ({ stages }): Task => taskSequence(stages.map(({ task, steps }) => ({ task: singleTasks.make(task), steps }))),
)

export const tasks = oneOf([...plain, noisy, sequence])
