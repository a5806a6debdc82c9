// How much faster than pure TypeScript: the same training steps, from the same start, on both executors in turn within one
// process, so that a slow moment of the machine meets both. Medians of the rounds.
import { createEngineSync, type Engine } from '../linalg/engine.js'
import type { DeepLinearNetwork } from '../network/deep-linear.js'
import { createNetwork, type NetworkOptions } from '../network/deep-linear.js'
import type { Optimizer } from '../optimizer/optimizer.js'
import type { Task } from '../task/task.js'
import { trainSync } from '../train/train.js'

export interface Speedup {
  /** Steps a second of the engine under test over those of the fastest TypeScript. */
  readonly factor: number
  readonly typescriptStepsPerSecond: number
}

/** Milliseconds that one round on one executor takes, about. */
const ROUND_MS = 60
const ROUNDS = 7

export function measureSpeedup(engine: Engine, options: NetworkOptions, task: Task, optimizer: Optimizer): Speedup {
  const reference = createEngineSync({ backend: 'typescript' })
  // In JavaScript float32 costs a rounding after every operation, so the fastest TypeScript may well be float64's.
  const dtypes = options.dtype === 'float32' ? (['float32', 'float64'] as const) : (['float64'] as const)
  const contenders = [
    { net: createNetwork(engine, options), steps: 1, rates: [] as number[] },
    ...dtypes.map((dtype) => ({
      net: createNetwork(reference, { ...options, dtype }),
      steps: 1,
      rates: [] as number[],
    })),
  ]
  try {
    for (const contender of contenders) contender.steps = calibrate(contender.net, task, optimizer)
    for (let round = 0; round < ROUNDS; round++) {
      for (const { net, steps, rates } of contenders) rates.push(rate(net, task, optimizer, steps))
    }
    const [mine, ...theirs] = contenders.map(({ rates }) => median(rates))
    const typescriptStepsPerSecond = Math.max(...theirs)
    return { factor: mine / typescriptStepsPerSecond, typescriptStepsPerSecond }
  } finally {
    for (const { net } of contenders) net.dispose()
    reference.dispose()
  }
}

/** Steps that take about one round, after warming up. */
function calibrate(net: DeepLinearNetwork, task: Task, optimizer: Optimizer): number {
  let steps = 8
  for (;;) {
    const perSecond = rate(net, task, optimizer, steps)
    if ((steps / perSecond) * 1000 >= ROUND_MS / 2) return Math.max(1, Math.round((perSecond * ROUND_MS) / 1000))
    steps *= 4
  }
}

function rate(net: DeepLinearNetwork, task: Task, optimizer: Optimizer, steps: number): number {
  return trainSync(net, task, { optimizer, steps, record: { every: steps, probes: [] }, sliceMs: 1000 }).stepsPerSecond
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
