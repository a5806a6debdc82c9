// Tasks one after the other: the same bits as separate runs, one state of the optimizer through all of them.
import { describe, expect, test } from 'vitest'
import {
  classification,
  createEngineSync,
  createNetwork,
  explicit,
  gradientDescent,
  momentum,
  probes,
  regression,
  sgd,
  stream,
  type Task,
  taskSequence,
  trainSync,
  whitened,
} from '../../src/index.js'

const engines = [createEngineSync({ reproducible: true }), createEngineSync({ backend: 'typescript' })]
const [engine] = engines
const START = [
  [
    [0.5, -0.2],
    [0.1, 0.7],
    [-0.4, 0.3],
  ],
  [
    [0.2, 0.6, -0.5],
    [0.9, -0.1, 0.4],
  ],
]
const network = (on = engine) => createNetwork(on, { sizes: [2, 3, 2], init: explicit(START) })
const first = whitened([
  [2, 0],
  [0, 1],
])
const second = whitened([
  [0, -1],
  [1, 0],
])
const samples = regression(
  [
    [1, -1, 0.5],
    [0, 2, 1],
  ],
  [
    [1, 0, 2],
    [0.5, 1, -1],
  ],
)
const optimizer = gradientDescent({ learningRate: 0.05 })

describe('training', () => {
  test('is that of one run after the other where the optimizer has no state', () => {
    using net = network()
    using other = network()
    const task = taskSequence([
      { task: first, steps: 30 },
      { task: samples, steps: 7 },
      { task: second, steps: 50 },
    ])
    const { columns, steps, time } = trainSync(net, task, { optimizer, steps: 87, record: { every: 1 } })
    const losses: number[] = []
    for (const [stage, count] of [
      [first, 30],
      [samples, 7],
      [second, 50],
    ] as const) {
      const { data } = trainSync(other, stage, { optimizer, steps: count, record: { every: 1 } }).columns.loss
      // The frame at the end of a stage is its own; the next begins after its first step.
      losses.push(...data.slice(losses.length === 0 ? 0 : 1))
    }
    expect(Array.from(columns.loss.data)).toEqual(losses)
    expect(net.weights.map((w) => w.toArray())).toEqual(other.weights.map((w) => w.toArray()))
    expect([steps, time]).toEqual([87, 0.05 * 87])
  })

  test('carries the velocity over: by the plain rule', () => {
    using net = network()
    const task = taskSequence([
      { task: first, steps: 5 },
      { task: second, steps: 5 },
    ])
    trainSync(net, task, { optimizer: momentum({ learningRate: 0.05, momentum: 0.8 }), steps: 10 })
    type M = number[][]
    const times = (a: M, b: M): M => a.map((row) => b[0].map((_, j) => row.reduce((sum, x, k) => sum + x * b[k][j], 0)))
    const turned = (a: M): M => a[0].map((_, j) => a.map((row) => row[j]))
    let w = START
    let v = START.map((m) => m.map((row) => row.map(() => 0)))
    const targets = [
      [
        [2, 0],
        [0, 1],
      ],
      [
        [0, -1],
        [1, 0],
      ],
    ]
    for (let step = 0; step < 10; step++) {
      const target = targets[step < 5 ? 0 : 1]
      const slope = times(w[1], w[0]).map((row, i) => row.map((x, j) => x - target[i][j]))
      const g = [times(turned(w[1]), slope), times(slope, turned(w[0]))]
      v = v.map((m, l) => m.map((row, i) => row.map((x, j) => 0.8 * x + g[l][i][j])))
      w = w.map((m, l) => m.map((row, i) => row.map((x, j) => x - 0.05 * v[l][i][j])))
    }
    for (const [l, m] of w.entries()) {
      for (const [i, row] of m.entries())
        for (const [j, x] of row.entries()) expect(net.weights[l].get(i, j)).toBeCloseTo(x, 13)
    }
  })

  test('beyond the last stage stays with it; short of a stage never reaches it', () => {
    const stages = [
      { task: first, steps: 10 },
      { task: second, steps: 1 },
    ]
    using long = network()
    using net = network()
    trainSync(long, taskSequence([stages[0], { ...stages[1], steps: 200 }]), { optimizer, steps: 210 })
    trainSync(net, taskSequence(stages), { optimizer, steps: 210 })
    expect(net.weights.map((w) => w.toArray())).toEqual(long.weights.map((w) => w.toArray()))
    using early = network()
    using alone = network()
    trainSync(early, taskSequence(stages), { optimizer, steps: 10 })
    trainSync(alone, first, { optimizer, steps: 10 })
    expect(early.weights.map((w) => w.toArray())).toEqual(alone.weights.map((w) => w.toArray()))
  })

  test('slices, frames and executors change no bit; steps are numbered through', () => {
    const task = () =>
      taskSequence([
        { task: samples, steps: 33 },
        {
          task: regression(
            [
              [1, 2],
              [0, 1],
            ],
            [
              [1, 0],
              [0, 1],
            ],
          ),
          steps: 20,
        },
      ])
    const runs = engines.flatMap((on) =>
      [
        { every: 1, sliceMs: 1e-6 },
        { every: 100, sliceMs: 20 },
      ].map(({ every, sliceMs }) => {
        using net = network(on)
        const rule = sgd({ learningRate: (step) => 0.05 / (1 + step / 9), batchSize: 2, momentum: 0.5 })
        return trainSync(net, task(), { optimizer: rule, steps: 60, record: { every }, sliceMs }).checkpoint()
      }),
    )
    for (const other of runs) expect(other).toEqual(runs[0])
  })

  test('its kinds may differ, where the network takes them all', () => {
    using net = createNetwork(engine, { sizes: [2, 4, 2], activation: 'tanh', seed: 1 })
    const task = taskSequence([
      { task: samples, steps: 20 },
      {
        task: classification(
          [
            [1, -1],
            [0, 1],
          ],
          [0, 1],
        ),
        steps: 20,
      },
      {
        task: stream({
          teacher: [
            [1, 0],
            [0, 1],
          ],
          batchSize: 3,
        }),
        steps: 20,
      },
    ])
    const { columns } = trainSync(net, task, { optimizer, steps: 60, record: { every: 20, probes: [probes.loss()] } })
    expect(Array.from(columns.step.data)).toEqual([0, 20, 40, 60])
    expect(columns.loss.data.every(Number.isFinite)).toBe(true)
  })
})

const wrong = <T>(value: unknown) => value as T
const stage = { task: first, steps: 1 }
test.each([
  ['nothing', () => taskSequence(wrong(undefined)), 'OPTION', 'stages', 'array of { task, steps }'],
  ['no stages', () => taskSequence([]), 'OPTION', 'stages', 'array of { task, steps }'],
  ['a stage for a list', () => taskSequence(wrong(stage)), 'OPTION', 'stages', 'array of { task, steps }'],
  ['a task for a stage', () => taskSequence([wrong(first)]), 'OPTION', undefined, 'stages[0] has no option'],
  ['a stage of null', () => taskSequence([stage, wrong(null)]), 'OPTION', 'stages[1]', 'object of options'],
  ['no task', () => taskSequence([wrong({ steps: 1 })]), 'DTYPE', 'stages[0].task', 'a single task'],
  [
    'a sequence in a sequence',
    () => taskSequence([{ task: taskSequence([stage]), steps: 1 }]),
    'DTYPE',
    'stages[0].task',
    'a single task',
  ],
  [
    'a task that was not called',
    () => taskSequence([{ task: wrong(whitened), steps: 1 }]),
    'DTYPE',
    'stages[0].task',
    'a single task',
  ],
  ['no steps', () => taskSequence([wrong({ task: first })]), 'DTYPE', 'stages[0].steps', 'integer'],
  ['0 steps', () => taskSequence([{ task: first, steps: 0 }]), 'RANGE', 'stages[0].steps', 'at least 1'],
  ['Infinity steps', () => taskSequence([{ task: first, steps: Infinity }]), 'RANGE', 'stages[0].steps', 'integer'],
  [
    'tasks of two sizes',
    () => taskSequence([stage, { task: whitened([[1, 2]]), steps: 1 }]),
    'SHAPE',
    'stages[1].task',
    'must agree',
  ],
  ['binding it', () => taskSequence([stage]).bind(engine, 'float64'), 'UNSUPPORTED', 'task', 'one by one'],
] as [string, () => unknown, string, string | undefined, string][])(
  '%s is refused',
  (_, call, code, argument, text) => {
    const shown = { code, message: expect.stringContaining(text), ...(argument === undefined ? {} : { argument }) }
    expect(call).toThrow(expect.objectContaining(shown))
  },
)

test('a stage that the network or the rule cannot learn is refused before the first step', () => {
  using net = network()
  using curved = createNetwork(engine, { sizes: [2, 3, 2], activation: 'relu', seed: 1 })
  const task = taskSequence([
    { task: samples, steps: 5 },
    { task: second, steps: 5 },
  ])
  const before = net.weights.map((w) => w.toArray())
  const learn =
    (on: typeof net | typeof curved, rule: Parameters<typeof trainSync>[2]['optimizer'], what: Task = task) =>
    () =>
      trainSync(on, what, { optimizer: rule, steps: 10 })
  expect(learn(net, sgd({ learningRate: 0.1, batchSize: 2 }))).toThrow(
    expect.objectContaining({ code: 'UNSUPPORTED', argument: 'batchSize' }),
  )
  expect(learn(curved, optimizer)).toThrow(expect.objectContaining({ code: 'UNSUPPORTED', argument: 'task' }))
  expect(net.weights.map((w) => w.toArray())).toEqual(before)
})

test('the list of stages cannot be changed afterwards', () => {
  const stages = [stage, stage]
  const task = taskSequence(stages)
  stages.pop()
  expect(task.stages).toHaveLength(2)
  expect(() => (task.stages as unknown[]).pop()).toThrow(TypeError)
  expect(() => Object.assign(task.stages[0], { steps: 9 })).toThrow(TypeError)
})
