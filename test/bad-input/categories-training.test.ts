// Categories 66 to 100: networks, starts, optimizers, training, probes, theory.
import { expect } from 'vitest'
import { parseConfig } from '../../src/config/index.js'
import {
  balanced,
  createNetwork,
  explicit,
  fromStatistics,
  gaussian,
  gradientDescent,
  type Network,
  overlays,
  probes,
  regression,
  sgd,
  type Task,
  trainSync,
  whitened,
} from '../../src/index.js'
import { createServer } from '../../src/server/index.js'
import { balancedModes } from '../../src/theory/index.js'
import { smallRun } from '../run-config.js'
import { accepts, type Refused, refuses } from './categories.js'
import { type Bench, wrong } from './table.js'

const X = [
  [1, 2, 0],
  [0, 1, 1],
]
const optimizer = gradientDescent({ learningRate: 0.1 })
const network = (options: object) => (bench: Bench) => createNetwork(bench.engine, wrong({ sizes: [2, 2], ...options }))
const rate = (learningRate: unknown) => () => gradientDescent({ learningRate: wrong(learningRate) })

/** Training of a 2-3-2 network; refused training leaves its weights as they were. */
function training(options: object, task: Task = regression(X, X), sizes = [2, 3, 2]) {
  return ({ engine }: Bench) => {
    const net = createNetwork(engine, { sizes, seed: 1 })
    const weights = () => net.state.map(({ matrix }) => matrix.toArray())
    const before = weights()
    try {
      return trainSync(net, task, wrong<never>({ optimizer, steps: 5, ...options }))
    } finally {
      expect(weights()).toEqual(before)
      net.dispose()
    }
  }
}

/** A checkpoint of a run with another optimizer or network. */
function resumed(from: { optimizer?: typeof optimizer; sizes?: number[] }) {
  return (bench: Bench) => {
    const net: Network = createNetwork(bench.engine, { sizes: from.sizes ?? [2, 3, 2], seed: 2 })
    const task = regression(X, X)
    const resume = trainSync(net, task, { optimizer: from.optimizer ?? optimizer, steps: 3 }).checkpoint()
    net.dispose()
    return training({ resume })(bench)
  }
}

const ROWS: readonly Refused[] = [
  ['B66', network({ sizes: [4] }), 'sizes', 'at least'],
  ['B67', network({ hidden: [3] }), "no option 'hidden'", "it takes 'sizes'"],
  ['B68', network({ sizes: [4, 0, 2] }), 'sizes[1]', 'from 1 to', 'got 0'],
  ['B69', network({ init: explicit([[[1, 2]]]) }), 'W_1 must be 2 x 2', 'got 1 x 2'],
  ['B70', () => gaussian({ variance: 0 }), 'variance 0', 'fixed point', 'use a positive variance'],
  ['B71', () => balanced({ scale: -1 }), 'scale', 'above 0', 'got -1'],
  ['B72', network({ seed: -1 }), 'seed', 'at least 0', 'got -1'],
  ['B73', network({ seed: 1.5 }), 'seed', 'an integer', 'got 1.5'],
  ['B74', network({ seed: 2 ** 64 }), 'seed', 'an integer', 'got 18446744073709552000'],
  ['B76', rate(0), 'learningRate', 'above 0', 'got 0'],
  ['B77', rate(-1), 'learningRate', 'above 0', 'got -1'],
  ['B78', rate(Number.NaN), 'learningRate', 'above 0', 'got NaN'],
  ['B79', rate('0.1'), 'learningRate', 'a number', 'got "0.1"'],
  ['B80', rate({}), 'learningRate', 'a schedule or a function of the step', 'an object of class Object'],
  [
    'B81',
    training({ optimizer: gradientDescent({ learningRate: () => Number.NaN }) }),
    'learningRate',
    'step 0',
    'got NaN',
  ],
  ['B82', () => sgd({ learningRate: 1, momentum: 1 }), 'momentum', 'below 1', 'got 1'],
  ['B83', () => sgd({ learningRate: 1, momentum: -0.1 }), 'momentum', 'at least 0', 'got -0.1'],
  ['B84', () => sgd({ learningRate: 1, weightDecay: -1 }), 'weightDecay', 'at least 0', 'got -1'],
  ['B85', training({ steps: -1 }), 'steps', 'at least 0', 'got -1'],
  ['B86', training({ steps: 1e16 }), 'steps', 'an integer at least 0', 'got 10000000000000000'],
  ['B87', training({ optimizer: sgd({ learningRate: 1, batchSize: 4 }) }), 'batchSize', '3', '4'],
  ['B88', () => regression(X, [[1]]), 'x has 3 samples', 'y has 1'],
  [
    'B89',
    () =>
      fromStatistics({
        sigmaXX: [
          [1, 2],
          [2, 1],
        ],
        sigmaYX: [[1, 0]],
      }),
    'sigmaXX is no covariance',
  ],
  [
    'B90',
    training({ theory: overlays.mixed() }, regression(X, X), [2, 3, 3, 2]),
    "the theory 'mixed'",
    'does not describe this run',
    'it is for two layers, and there are 3',
  ],
  [
    'B91',
    resumed({ optimizer: sgd({ learningRate: 0.1, momentum: 0.9 }) }),
    'its optimizer is',
    'make the same network, task and optimizer',
  ],
  ['B92', resumed({ sizes: [2, 4, 2] }), 'its network is', '[2,4,2]', '[2,3,2]', 'make the same network'],
  ['B93', training({ record: { probes: [probes.loss(), probes.loss()] } }), "the column 'loss' twice"],
  [
    'B94',
    () => parseConfig({ ...smallRun(), record: { probes: ['losss'] } }),
    'record.probes[0]',
    "did you mean 'loss'?",
  ],
  ['B95', training({ record: { every: 0 } }), 'record.every', 'at least 1', 'got 0'],
  ['B96', training({ record: { every: 0.5 } }), 'record.every', 'an integer', 'got 0.5'],
  ['B97', () => createServer({ limits: { frames: 0 } }), 'limits.frames', 'from 2', 'got 0'],
  ['B99', () => balancedModes([1], 0.1, 2, [1, -1]), 'times[1]', 'at least 0', 'got -1'],
  ['B100', () => balancedModes([1], [0], 2, [1]), 'initial[0]', 'at least 1e-300', 'got 0'],
]

refuses('categories 66 to 100', ROWS)

accepts('categories 66 to 100 that only look bad', [
  [
    'B75',
    ({ engine }) => {
      const weights = (options: object) => {
        using net = createNetwork(engine, { sizes: [2, 3, 2], ...options })
        return net.state.map(({ matrix }) => matrix.toArray())
      }
      expect(weights({})).toEqual(weights({ seed: 0 }))
      expect(weights({})).not.toEqual(weights({ seed: 1 }))
    },
  ],
  [
    'B98',
    () => {
      const [late, early] = [balancedModes([1], 0.1, 2, [3]), balancedModes([1], 0.1, 2, [1])]
      expect(Array.from(balancedModes([1], 0.1, 2, [3, 1]))).toEqual([...late, ...early])
      expect(whitened([[1]]).name).toBe('whitened')
    },
  ],
])
