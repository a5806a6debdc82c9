// What a configuration makes is what the same calls of the library make: compared by the checkpoint after some steps, bit for bit, and by the
// recorded columns.
import { describe, expect, test } from 'vitest'
import {
  createRun,
  type FeedbackRuleConfig,
  jsonSchema,
  type NetworkConfig,
  type OptimizerConfig,
  type ProbeConfig,
  type RunConfig,
  type TaskConfig,
} from '../../src/config/index.js'
import * as dl from '../../src/index.js'
import { encodeCheckpoint } from '../../src/io/checkpoint.js'

const engine = dl.createEngineSync()

const S = [
  [2, 0, 0.5],
  [0, 1, 0],
]
const SAMPLES = {
  x: [
    [1, 0, -1, 2],
    [0, 1, 1, 1],
    [2, 1, 0, -1],
  ],
  y: [
    [1, 2, 3, 4],
    [0, 1, 0, -1],
  ],
}
const C = [
  [2, 1],
  [1, 3],
]
const rate = { kind: 'gradientDescent', learningRate: 0.01 } as const
const layers = (task: dl.Task): NetworkConfig => ({ kind: 'layers', sizes: [task.inputs, 4, task.outputs], seed: 3 })

/** Names of the kinds of a family, from the published schema. */
function kindsOf(family: string): string[] {
  const defs = jsonSchema().$defs as Record<string, unknown>
  return Object.keys(defs)
    .filter((name) => name.startsWith(`${family}.`))
    .map((name) => name.slice(family.length + 1))
    .sort()
}

function outcome(net: dl.Network, task: dl.Task, options: Omit<dl.TrainOptions, 'signal'>) {
  try {
    const result = dl.trainSync(net, task, options)
    return { bytes: Buffer.from(encodeCheckpoint(result.checkpoint())), columns: result.columns, status: result.status }
  } finally {
    net.dispose()
  }
}

function expectSame(config: RunConfig, net: dl.Network, task: dl.Task, options: Omit<dl.TrainOptions, 'signal'>): void {
  const run = createRun(engine, JSON.parse(JSON.stringify(config)))
  const [found, wanted] = [outcome(run.net, run.task, run.options), outcome(net, task, options)]
  expect(found.columns).toEqual(wanted.columns)
  expect(found.bytes.equals(wanted.bytes)).toBe(true)
  expect(found.status).toBe('completed')
}

describe('networks', () => {
  const init = dl.gaussian({ variance: 0.1 })
  const gaussian = { kind: 'gaussian', variance: 0.1 } as const
  const W = [
    [
      [1, 0, 1],
      [0, 1, 0],
    ],
    C,
  ]
  const many = { sizes: [3, 4, 4, 4, 2], init, seed: 5 }
  const manyConfig = { kind: 'layers' as const, sizes: [3, 4, 4, 4, 2], init: gaussian, seed: 5 }
  const table: [string, NetworkConfig, () => dl.Network][] = [
    ['layers by default', { kind: 'layers', sizes: [3, 4, 2] }, () => dl.createNetwork(engine, { sizes: [3, 4, 2] })],
    ['float32', { ...manyConfig, dtype: 'float32' }, () => dl.createNetwork(engine, { ...many, dtype: 'float32' })],
    [
      'gamma',
      { ...manyConfig, init: { kind: 'gaussian', gamma: 2 } },
      () => dl.createNetwork(engine, { ...many, init: dl.gaussian({ gamma: 2 }) }),
    ],
    [
      'orthogonal',
      { ...manyConfig, init: { kind: 'orthogonal', gain: 0.5 } },
      () => dl.createNetwork(engine, { ...many, init: dl.orthogonal({ gain: 0.5 }) }),
    ],
    [
      'fanIn',
      { ...manyConfig, init: { kind: 'fanIn', gain: 0.5 } },
      () => dl.createNetwork(engine, { ...many, init: dl.fanIn({ gain: 0.5 }) }),
    ],
    [
      'balanced',
      { ...manyConfig, init: { kind: 'balanced', scale: 0.1 } },
      () => dl.createNetwork(engine, { ...many, init: dl.balanced({ scale: 0.1 }) }),
    ],
    [
      'balanced, a map',
      { ...manyConfig, init: { kind: 'balanced', endToEnd: S } },
      () => dl.createNetwork(engine, { ...many, init: dl.balanced({ endToEnd: S }) }),
    ],
    [
      'explicit',
      { kind: 'layers', sizes: [3, 2, 2], init: { kind: 'explicit', weights: W } },
      () => dl.createNetwork(engine, { sizes: [3, 2, 2], init: dl.explicit(W) }),
    ],
    [
      'ntk',
      { ...manyConfig, parameterization: { kind: 'ntk', gamma: 2 } },
      () => dl.createNetwork(engine, { ...many, parameterization: dl.ntk({ gamma: 2 }) }),
    ],
    [
      'standard',
      { ...manyConfig, parameterization: { kind: 'standard' } },
      () => dl.createNetwork(engine, { ...many, parameterization: dl.standard() }),
    ],
    [
      'mean field',
      { ...manyConfig, parameterization: { kind: 'meanField', gamma0: 0.5, normalizer: 3 } },
      () => dl.createNetwork(engine, { ...many, parameterization: dl.meanField({ gamma0: 0.5, normalizer: 3 }) }),
    ],
    [
      "a parameterisation's own start",
      { kind: 'layers', sizes: [3, 4, 2], parameterization: { kind: 'ntk' }, seed: 5 },
      () => dl.createNetwork(engine, { sizes: [3, 4, 2], parameterization: dl.ntk(), seed: 5 }),
    ],
    [
      'residual by depth',
      { ...manyConfig, residual: { scale: 'depth' } },
      () => dl.createNetwork(engine, { ...many, residual: { scale: 'depth' } }),
    ],
    [
      'residual',
      { ...manyConfig, residual: { scale: 0.5 } },
      () => dl.createNetwork(engine, { ...many, residual: { scale: 0.5 } }),
    ],
    [
      'multiplier',
      { ...manyConfig, outputMultiplier: 3 },
      () => dl.createNetwork(engine, { ...many, outputMultiplier: 3 }),
    ],
    [
      'masks',
      {
        kind: 'layers',
        sizes: [3, 2, 2],
        masks: [
          null,
          [
            [1, 0],
            [1, 1],
          ],
        ],
      },
      () =>
        dl.createNetwork(engine, {
          sizes: [3, 2, 2],
          masks: [
            undefined,
            [
              [1, 0],
              [1, 1],
            ],
          ],
        }),
    ],
    [
      'feedback',
      { ...manyConfig, feedback: { variance: 0.5, rule: 'kolen-pollack' } },
      () => dl.createNetwork(engine, { ...many, feedback: { variance: 0.5, rule: 'kolen-pollack' } }),
    ],
    [
      'given feedback',
      { kind: 'layers', sizes: [3, 2, 2], feedback: { matrices: [C] } },
      () => dl.createNetwork(engine, { sizes: [3, 2, 2], feedback: { matrices: [C] } }),
    ],
    [
      'gram',
      { kind: 'gram', sizes: [3, 1e9, 2], init: { kind: 'gaussian', gamma: 2 }, seed: 4 },
      () => dl.createGramNetwork(engine, { sizes: [3, 1e9, 2], init: dl.gaussian({ gamma: 2 }), seed: 4 }),
    ],
  ]
  test.each(table)('%s', (_name, network, make) => {
    const task = { kind: 'whitened', sigmaYX: S } as const
    expectSame({ network, task, optimizer: rate, steps: 7 }, make(), dl.whitened(S), {
      optimizer: dl.gradientDescent({ learningRate: 0.01 }),
      steps: 7,
    })
  })

  test.each<[string, NetworkConfig, () => dl.Network]>([
    [
      'relu with biases',
      { ...manyConfig, activation: 'relu', biases: true },
      () => dl.createNetwork(engine, { ...many, activation: 'relu', biases: true }),
    ],
    [
      'tanh',
      { ...manyConfig, activation: 'tanh', biases: { variance: 0.1 } },
      () => dl.createNetwork(engine, { ...many, activation: 'tanh', biases: { variance: 0.1 } }),
    ],
    [
      'leaky',
      { ...manyConfig, activation: { leakyRelu: 0.2 } },
      () => dl.createNetwork(engine, { ...many, activation: { leakyRelu: 0.2 } }),
    ],
  ])('%s', (_name, network, make) => {
    const task = { kind: 'regression', ...SAMPLES } as const
    expectSame({ network, task, optimizer: rate, steps: 7 }, make(), dl.regression(SAMPLES.x, SAMPLES.y), {
      optimizer: dl.gradientDescent({ learningRate: 0.01 }),
      steps: 7,
    })
  })

  test('diagonal and tied', () => {
    const start = [
      [0.3, 0.4, 0.5],
      [1, 0.5, 0.2],
    ]
    const optimizer = dl.gradientDescent({ learningRate: 0.01 })
    expectSame(
      {
        network: { kind: 'diagonal', depths: [1, 2, 2], start },
        task: { kind: 'whitened', sigmaYX: [S[0]] },
        optimizer: rate,
        steps: 7,
      },
      dl.createDiagonalNetwork(engine, { depths: [1, 2, 2], start }),
      dl.whitened([S[0]]),
      { optimizer, steps: 7 },
    )
    expectSame(
      {
        network: { kind: 'tied', inputs: 2, hidden: 1, init: { kind: 'orthogonal' }, seed: 2 },
        task: { kind: 'autoencoder', matrix: C },
        optimizer: rate,
        steps: 7,
      },
      dl.createTiedAutoencoder(engine, { inputs: 2, hidden: 1, init: dl.orthogonal(), seed: 2 }),
      dl.autoencoder(C),
      { optimizer, steps: 7 },
    )
  })

  test('are all tried', () => {
    expect(kindsOf('network')).toEqual(['diagonal', 'gram', 'layers', 'tied'])
    expect(kindsOf('init')).toEqual(['balanced', 'explicit', 'fanIn', 'gaussian', 'orthogonal'])
    expect(kindsOf('parameterization')).toEqual(['meanField', 'ntk', 'standard'])
  })
})

describe('tasks', () => {
  const table: [TaskConfig, () => dl.Task][] = [
    [{ kind: 'whitened', sigmaYX: S }, () => dl.whitened(S)],
    [{ kind: 'regression', ...SAMPLES }, () => dl.regression(SAMPLES.x, SAMPLES.y)],
    [
      { kind: 'classification', x: SAMPLES.x, y: [0, 1, 1, 2], classes: 4 },
      () => dl.classification(SAMPLES.x, [0, 1, 1, 2], { classes: 4 }),
    ],
    [
      { kind: 'classification', x: SAMPLES.x, y: [1, -1, 1, 1], loss: 'logistic' },
      () => dl.classification(SAMPLES.x, [1, -1, 1, 1], { loss: 'logistic' }),
    ],
    [
      { kind: 'classification', x: SAMPLES.x, y: [[1, -1, 1, 1]], loss: 'exponential' },
      () => dl.classification(SAMPLES.x, [[1, -1, 1, 1]], { loss: 'exponential' }),
    ],
    [
      {
        kind: 'completion',
        mask: [
          [1, 0],
          [1, 1],
        ],
        target: C,
      },
      () =>
        dl.matrixCompletion(
          [
            [1, 0],
            [1, 1],
          ],
          C,
        ),
    ],
    [
      { kind: 'statistics', sigmaXX: C, sigmaYX: [[1, 2]], traceYY: 9 },
      () => dl.fromStatistics({ sigmaXX: C, sigmaYX: [[1, 2]], traceYY: 9 }),
    ],
    [
      { kind: 'teacher', inputs: 3, outputs: 2, singularValues: [2, 1], noise: 0.1, samples: 9, seed: 3 },
      () => dl.teacher({ inputs: 3, outputs: 2, singularValues: [2, 1], noise: 0.1, samples: 9, seed: 3 }),
    ],
    [
      { kind: 'powerLaw', dimensions: 4, capacity: 2, source: 0.5 },
      () => dl.powerLaw({ dimensions: 4, capacity: 2, source: 0.5 }),
    ],
    [
      { kind: 'powerLaw', dimensions: 4, capacity: 2, source: 0.5, samples: 9, noise: 1, seed: 2 },
      () => dl.powerLaw({ dimensions: 4, capacity: 2, source: 0.5, samples: 9, noise: 1, seed: 2 }),
    ],
    [
      { kind: 'stream', teacher: S, batchSize: 3, eigenvalues: [1, 2, 3], noise: 0.1, seed: 9 },
      () => dl.stream({ teacher: S, batchSize: 3, eigenvalues: [1, 2, 3], noise: 0.1, seed: 9 }),
    ],
    [
      { kind: 'autoencoder', matrix: C, penalty: 'sum', lambda: 0.5 },
      () => dl.autoencoder(C, { penalty: 'sum', lambda: 0.5 }),
    ],
    [{ kind: 'autoencoder', matrix: SAMPLES.x, from: 'samples' }, () => dl.autoencoder(SAMPLES.x, { from: 'samples' })],
    [
      { kind: 'semanticTree', leaves: 9, branching: 3, leafFeatures: false },
      () => dl.whitened(dl.semanticTree({ leaves: 9, branching: 3, leafFeatures: false }).sigmaYX),
    ],
    [{ kind: 'semanticTree', levels: 2 }, () => dl.whitened(dl.semanticTree({ levels: 2 }).sigmaYX)],
    [{ kind: 'tree15' }, () => dl.whitened(dl.tree15().sigmaYX)],
    [{ kind: 'tree7' }, () => dl.whitened(dl.tree7().sigmaYX)],
    [{ kind: 'livingThings' }, () => dl.whitened(dl.livingThings().sigmaYX)],
    [{ kind: 'haar', n: 4 }, () => dl.whitened(dl.haar(4).sigmaYX)],
    [
      { kind: 'randomRegression', inputs: 3, outputs: 2, samples: 8, seed: 5 },
      () => dl.whitened(dl.randomRegression({ inputs: 3, outputs: 2, samples: 8, seed: 5 }).sigmaYX),
    ],
    [
      { kind: 'labelNoise', task: { kind: 'whitened', sigmaYX: S }, sigma: 0.3, seed: 8 },
      () => dl.labelNoise(dl.whitened(S), { sigma: 0.3, seed: 8 }),
    ],
    [
      {
        kind: 'sequence',
        stages: [
          { task: { kind: 'labelNoise', task: { kind: 'whitened', sigmaYX: S }, sigma: 0.3 }, steps: 3 },
          { task: { kind: 'regression', ...SAMPLES }, steps: 9 },
        ],
      },
      () =>
        dl.taskSequence([
          { task: dl.labelNoise(dl.whitened(S), { sigma: 0.3 }), steps: 3 },
          { task: dl.regression(SAMPLES.x, SAMPLES.y), steps: 9 },
        ]),
    ],
  ]
  test.each(table)('$kind', (config, make) => {
    const task = make()
    const optimizer = dl.gradientDescent({ learningRate: 0.01 })
    const net = dl.createNetwork(engine, { sizes: [task.inputs, 4, task.outputs], seed: 3 })
    expectSame({ network: layers(task), task: config, optimizer: rate, steps: 7 }, net, task, { optimizer, steps: 7 })
  })

  test('are all tried', () => {
    expect([...new Set(table.map(([{ kind }]) => kind))].sort()).toEqual(kindsOf('task'))
  })
})

describe('optimizers', () => {
  const batch = { batchSize: 2, replacement: true, seed: 4 }
  const table: [OptimizerConfig, () => dl.Optimizer][] = [
    [
      { kind: 'gradientDescent', learningRate: 0.1, layerRates: [1, 0.5], update: 'alternating' },
      () => dl.gradientDescent({ learningRate: 0.1, layerRates: [1, 0.5], update: 'alternating' }),
    ],
    [
      { kind: 'gradientDescent', learningRate: { kind: 'constant', rate: 0.1 } },
      () => dl.gradientDescent({ learningRate: dl.constant(0.1) }),
    ],
    [
      { kind: 'gradientDescent', learningRate: { kind: 'ramp', from: 0, to: 0.1, steps: 5 } },
      () => dl.gradientDescent({ learningRate: dl.ramp({ from: 0, to: 0.1, steps: 5 }) }),
    ],
    [
      { kind: 'gradientDescent', learningRate: { kind: 'multiStep', rate: 0.1, drops: [2, 4] } },
      () => dl.gradientDescent({ learningRate: dl.multiStep({ rate: 0.1, drops: [2, 4] }) }),
    ],
    [
      { kind: 'sgd', learningRate: { kind: 'cosine', rate: 0.1, steps: 6, warmup: 2 }, ...batch },
      () => dl.sgd({ learningRate: dl.cosine({ rate: 0.1, steps: 6, warmup: 2 }), ...batch }),
    ],
    [
      {
        kind: 'sgd',
        learningRate: 0.1,
        momentum: 0.5,
        nesterov: true,
        weightDecay: 0.1,
        clipNorm: 1,
        clipValue: 0.5,
        ...batch,
      },
      () =>
        dl.sgd({
          learningRate: 0.1,
          momentum: 0.5,
          nesterov: true,
          weightDecay: 0.1,
          clipNorm: 1,
          clipValue: 0.5,
          ...batch,
        }),
    ],
    [{ kind: 'momentum', learningRate: 0.1, dampening: 0.2 }, () => dl.momentum({ learningRate: 0.1, dampening: 0.2 })],
    [{ kind: 'nesterov', learningRate: 0.1, momentum: 0.7 }, () => dl.nesterov({ learningRate: 0.1, momentum: 0.7 })],
    [
      { kind: 'adam', learningRate: 0.1, beta1: 0.8, epsilon: 1e-6 },
      () => dl.adam({ learningRate: 0.1, beta1: 0.8, epsilon: 1e-6 }),
    ],
    [{ kind: 'adamw', learningRate: 0.1 }, () => dl.adamw({ learningRate: 0.1 })],
    [
      { kind: 'rmsprop', learningRate: 0.01, decay: 0.8, momentum: 0.3 },
      () => dl.rmsprop({ learningRate: 0.01, decay: 0.8, momentum: 0.3 }),
    ],
    [
      {
        kind: 'chain',
        learningRate: 0.01,
        batchSize: 3,
        pieces: [
          { kind: 'clipByNorm', limit: 1 },
          { kind: 'clipByValue', limit: 0.5 },
          { kind: 'trace', decay: 0.9, dampening: 0.1 },
          { kind: 'scaleByAdam' },
          { kind: 'scaleByRms' },
          { kind: 'addWeightDecay', lambda: 0.1 },
        ],
      },
      () =>
        dl.chain(
          [
            dl.clipByNorm(1),
            dl.clipByValue(0.5),
            dl.trace({ decay: 0.9, dampening: 0.1 }),
            dl.scaleByAdam(),
            dl.scaleByRms(),
            dl.addWeightDecay(0.1),
          ],
          { learningRate: 0.01, batchSize: 3 },
        ),
    ],
  ]
  test.each(table)('$kind', (config, make) => {
    const net = dl.createNetwork(engine, { sizes: [3, 4, 2], seed: 3 })
    const task = { kind: 'regression', ...SAMPLES } as const
    expectSame(
      { network: { kind: 'layers', sizes: [3, 4, 2], seed: 3 }, task, optimizer: config, steps: 7 },
      net,
      dl.regression(SAMPLES.x, SAMPLES.y),
      {
        optimizer: make(),
        steps: 7,
      },
    )
  })

  test('are all tried', () => {
    expect([...new Set(table.map(([{ kind }]) => kind))].sort()).toEqual(kindsOf('optimizer'))
    const [chain] = table.map(([config]) => config).filter((config) => config.kind === 'chain')
    expect(chain.pieces.map(({ kind }) => kind).sort()).toEqual(kindsOf('piece'))
    const rates = table.map(([{ learningRate }]) => (typeof learningRate === 'number' ? 'number' : learningRate.kind))
    expect([...new Set(rates)].filter((kind) => kind !== 'number').sort()).toEqual(kindsOf('schedule'))
  })
})

describe('probes', () => {
  const { probes } = dl
  const T = [
    [1, 0, 0.5],
    [0, 2, 0],
  ]
  const X = SAMPLES.x
  const table: [ProbeConfig, () => dl.Probe][] = [
    ['loss', () => probes.loss()],
    ['gradientNorm', () => probes.gradientNorm()],
    ['singularValues', () => probes.singularValues()],
    [{ kind: 'singularValues', rank: 1 }, () => probes.singularValues({ rank: 1 })],
    [{ kind: 'singularVectors', rank: 2 }, () => probes.singularVectors({ rank: 2 })],
    [{ kind: 'rank', tolerance: 0.1 }, () => probes.rank({ tolerance: 0.1 })],
    ['nuclearNorm', () => probes.nuclearNorm()],
    ['effectiveRank', () => probes.effectiveRank()],
    ['stableRank', () => probes.stableRank()],
    [{ kind: 'balance', drift: true }, () => probes.balance({ drift: true })],
    ['weights', () => probes.weights()],
    ['weightNorms', () => probes.weightNorms()],
    [{ kind: 'neuronNorms', layer: 1, side: 'outgoing' }, () => probes.neuronNorms({ layer: 1, side: 'outgoing' })],
    ['distance', () => probes.distance()],
    [{ kind: 'meanSquaredDisplacement', from: 2 }, () => probes.meanSquaredDisplacement({ from: 2 })],
    ['lambda', () => probes.lambda()],
    [{ kind: 'noetherCharges', form: 'matrix', layer: 1 }, () => probes.noetherCharges({ form: 'matrix', layer: 1 })],
    [{ kind: 'alignment', of: T, rank: 1 }, () => probes.alignment({ of: T, rank: 1 })],
    ['sharpness', () => probes.sharpness()],
    [
      { kind: 'accuracy', inputs: X, labels: [0, 1, 0, 1], bias: [0, 1] },
      () => probes.accuracy({ inputs: X, labels: [0, 1, 0, 1], bias: [0, 1] }),
    ],
    [{ kind: 'testLoss', task: { kind: 'whitened', sigmaYX: T } }, () => probes.testLoss(dl.whitened(T))],
    [
      { kind: 'testLoss', name: 'validation', task: { kind: 'regression', ...SAMPLES } },
      () => ({ ...probes.testLoss(dl.regression(SAMPLES.x, SAMPLES.y)), name: 'validation' }),
    ],
    [{ kind: 'ntk', inputs: X }, () => probes.ntk({ inputs: X })],
    [{ kind: 'kernelDistance', measure: 'relative' }, () => probes.kernelDistance({ measure: 'relative' })],
    [{ kind: 'kernelAlignment', targets: T }, () => probes.kernelAlignment({ targets: T })],
    [{ kind: 'cka', layer: 1, inputs: X }, () => probes.cka({ layer: 1, inputs: X })],
    [{ kind: 'representationalSimilarity', layer: 1 }, () => probes.representationalSimilarity({ layer: 1 })],
    [
      { kind: 'representationalAlignment', layer: 1, side: 'input' },
      () => probes.representationalAlignment({ layer: 1, side: 'input' }),
    ],
  ]
  test.each(table)('%j', (config, make) => {
    const net = dl.createNetwork(engine, { sizes: [3, 4, 2], seed: 3 })
    const record = { every: 2, probes: [config] }
    const task = { kind: 'whitened', sigmaYX: S } as const
    expectSame(
      { network: { kind: 'layers', sizes: [3, 4, 2], seed: 3 }, task, optimizer: rate, steps: 7, record },
      net,
      dl.whitened(S),
      {
        optimizer: dl.gradientDescent({ learningRate: 0.01 }),
        steps: 7,
        record: { every: 2, probes: [make()] },
      },
    )
  })

  const fed: [ProbeConfig, () => dl.Probe][] = [
    [{ kind: 'weightAngle' }, () => probes.weightAngle()],
    [{ kind: 'projectionAngle' }, () => probes.projectionAngle()],
    [{ kind: 'gradientAngle' }, () => probes.gradientAngle()],
    [{ kind: 'feedbackRatio' }, () => probes.feedbackRatio()],
  ]
  test.each(fed)('of feedback, %j', (config, make) => {
    const signal = { variance: 0.5, samples: 3, seed: 2 }
    const shape = { sizes: [3, 4, 2], seed: 3 }
    const rules: [FeedbackRuleConfig, () => dl.FeedbackRule][] = [
      ['fixed', () => 'fixed'],
      [{ kind: 'weightMirror', amp: 2, signal }, () => dl.weightMirror({ amp: 2, signal })],
      [
        { kind: 'informationAlignment', null: 0.5, signal: 'activity' },
        () => dl.informationAlignment({ null: 0.5, signal: 'activity' }),
      ],
      [{ kind: 'symmetricAlignment', rate: 0.5 }, () => dl.symmetricAlignment({ rate: 0.5 })],
      [{ kind: 'activationAlignment', sparse: 3 }, () => dl.activationAlignment({ sparse: 3 })],
    ]
    for (const [rule, makeRule] of rules) {
      expectSame(
        {
          network: { kind: 'layers', ...shape, feedback: { variance: 1, rule } },
          task: { kind: 'regression', ...SAMPLES },
          optimizer: rate,
          steps: 7,
          record: { every: 2, probes: [config] },
        },
        dl.createNetwork(engine, { ...shape, feedback: { variance: 1, rule: makeRule() } }),
        dl.regression(SAMPLES.x, SAMPLES.y),
        {
          optimizer: dl.gradientDescent({ learningRate: 0.01 }),
          steps: 7,
          record: { every: 2, probes: [make()] },
        },
      )
    }
    expect(rules.flatMap(([rule]) => (typeof rule === 'string' ? [] : [rule.kind])).sort()).toEqual(
      kindsOf('feedbackRule'),
    )
  })

  const gates: [ProbeConfig, () => dl.Probe][] = [
    [{ kind: 'hammingDistance' }, () => probes.hammingDistance()],
    [{ kind: 'hammingDistance', inputs: SAMPLES.x }, () => probes.hammingDistance({ inputs: SAMPLES.x })],
  ]
  test.each(gates)('of rectifiers, %j', (config, make) => {
    const shape = { sizes: [3, 4, 2], seed: 3, activation: 'relu' as const }
    expectSame(
      {
        network: { kind: 'layers', ...shape },
        task: { kind: 'regression', ...SAMPLES },
        optimizer: rate,
        steps: 7,
        record: { every: 2, probes: [config] },
      },
      dl.createNetwork(engine, shape),
      dl.regression(SAMPLES.x, SAMPLES.y),
      {
        optimizer: dl.gradientDescent({ learningRate: 0.01 }),
        steps: 7,
        record: { every: 2, probes: [make()] },
      },
    )
  })

  test('are all tried, and all that the library has can be named', () => {
    const tried = new Set(
      [...table, ...fed, ...gates].map(([config]) => (typeof config === 'string' ? config : config.kind)),
    )
    expect([...tried].sort()).toEqual(kindsOf('probe'))
    // A function is no JSON.
    expect(
      Object.keys(probes)
        .filter((name) => name !== 'custom')
        .sort(),
    ).toEqual([...tried].sort())
  })

  test('every name alone makes its probe', () => {
    const { anyOf } = (jsonSchema().$defs as Record<string, { anyOf: { enum?: string[] }[] }>).probe
    const names = anyOf[0].enum as ProbeConfig[]
    expect(names.length).toBe(17)
    const { options, net } = createRun(engine, {
      network: { kind: 'layers', sizes: [3, 4, 2] },
      task: { kind: 'whitened', sigmaYX: S },
      optimizer: rate,
      steps: 1,
      record: { probes: names },
    })
    expect(options.record?.probes?.map(({ name }) => name)).toEqual(names)
    net.dispose()
  })
})

describe('parts that do not fit each other', () => {
  const base: RunConfig = {
    network: { kind: 'layers', sizes: [3, 4, 2] },
    task: { kind: 'whitened', sigmaYX: S },
    optimizer: rate,
    steps: 5,
  }
  test.each<[string, Partial<RunConfig>, string, string]>([
    ['samples', { task: { kind: 'regression', x: [[1, 2]], y: [[1]] } }, 'SHAPE', 'task.y'],
    ['a tree', { task: { kind: 'semanticTree', leaves: 6 } }, 'RANGE', 'task.leaves'],
    ['a narrow Gram network', { network: { kind: 'gram', sizes: [3, 1, 2] } }, 'RANGE', 'network.sizes'],
    [
      'residual branches of other widths',
      { network: { kind: 'layers', sizes: [3, 4, 5, 2], residual: { scale: 1 } } },
      'SHAPE',
      'network.residual',
    ],
    [
      'drops that do not ascend',
      { optimizer: { kind: 'sgd', learningRate: { kind: 'multiStep', rate: 1, drops: [4, 2] } } },
      'RANGE',
      'optimizer.drops',
    ],
    [
      'a seed without minibatches',
      { optimizer: { kind: 'sgd', learningRate: 1, seed: 1 } },
      'OPTION',
      'optimizer.batchSize',
    ],
    [
      'modes that are not orthonormal',
      { record: { probes: ['loss', { kind: 'alignment', u: [[2]], v: [[1]] }] } },
      'RANGE',
      'record.probes[1]',
    ],
    ['a fault of the schema', { steps: -1 }, 'OPTION', 'steps'],
  ])('%s', (_name, changes, code, argument) => {
    const live = engine.memory.liveBytes
    let error: dl.DeepLinearError | undefined
    try {
      createRun(engine, { ...base, ...changes })
    } catch (caught) {
      error = caught as dl.DeepLinearError
    }
    expect(error).toBeInstanceOf(dl.DeepLinearError)
    expect([error?.code, error?.argument?.startsWith(argument)]).toEqual([code, true])
    expect(engine.memory.liveBytes).toBe(live)
  })

  test('until and record arrive', () => {
    const { net, task, options } = createRun(engine, {
      ...base,
      steps: 1000,
      record: { every: 10 },
      until: { loss: 2.55 },
    })
    const { status, steps } = dl.trainSync(net, task, options)
    expect(status).toBe('converged')
    expect(steps % 10).toBe(0)
    net.dispose()
  })
})
