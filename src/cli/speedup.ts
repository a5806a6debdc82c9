// How much faster than pure TypeScript: the same training steps on both executors in turn within one process, so that a slow
// moment of the machine meets both; medians of the rounds.
import { createEngineSync, type Engine } from '../linalg/engine.js'
import { createNetwork } from '../network/create.js'
import type { DeepLinearNetwork } from '../network/deep-linear.js'
import { type Initializer, shapesOf } from '../network/initializer.js'
import type { CommonNetworkOptions as NetworkOptions } from '../network/options.js'
import { gradientDescent, type UpdateOrder } from '../optimizer/gradient-descent.js'
import type { Task } from '../task/task.js'
import { pause } from '../train/pause.js'
import { trainSync } from '../train/train.js'

/** Milliseconds that one round on one executor takes, about. */
const ROUND_MS = 60
const ROUNDS = 7
/** Milliseconds that the whole measurement may take, but for one step of each. */
const BUDGET_MS = 2500

/** Any weights do: a step costs the same. Drawing them would take longer than the measurement where networks are large. */
const flat: Initializer = {
  name: 'flat',
  weights: (sizes) => shapesOf(sizes).map(([rows, cols]) => new Float64Array(rows * cols).fill(1 / (rows + cols))),
}
/** Small enough that nothing moves, let alone diverges. */
const LEARNING_RATE = 1e-9

/**
 * Steps a second of `engine` over those of the TypeScript executor on float64, the faster of its element types: JavaScript pays for
 * every rounding to float32. Null where TypeScript itself is under test, or the signal ended the measurement.
 */
export async function measureSpeedup(
  engine: Engine,
  { sizes, dtype }: Pick<NetworkOptions, 'sizes' | 'dtype'>,
  task: Task,
  update: UpdateOrder,
  signal: AbortSignal,
): Promise<number | null> {
  const end = performance.now() + BUDGET_MS
  const reference = createEngineSync({ backend: 'typescript' })
  const optimizer = gradientDescent({ learningRate: LEARNING_RATE, update })
  const contenders: { net: DeepLinearNetwork; steps: number; rates: number[] }[] = []
  const rate = (net: DeepLinearNetwork, steps: number) =>
    trainSync(net, task, { optimizer, steps, record: { every: steps, probes: [] }, sliceMs: 1000 }).stepsPerSecond
  try {
    contenders.push({ net: createNetwork(engine, { sizes, dtype, init: flat }), steps: 1, rates: [] })
    contenders.push({ net: createNetwork(reference, { sizes, dtype: 'float64', init: flat }), steps: 1, rates: [] })
    for (const contender of contenders) {
      // Grows to a round's length; this also brings the code up to speed.
      for (let steps = 1; ; steps *= 4) {
        await pause()
        if (signal.aborted) return null
        const perSecond = rate(contender.net, steps)
        contender.rates = [perSecond]
        contender.steps = Math.max(1, Math.round((perSecond * ROUND_MS) / 1000))
        if (contender.steps <= 2 * steps) break
      }
    }
    const rates = contenders.map(() => [] as number[])
    for (let round = 0; round < ROUNDS && performance.now() < end; round++) {
      for (const [i, { net, steps }] of contenders.entries()) {
        await pause()
        if (signal.aborted) return null
        rates[i].push(rate(net, steps))
      }
    }
    const [ours, theirs] = contenders.map((contender, i) => median(rates[i].length > 0 ? rates[i] : contender.rates))
    return ours / theirs
  } finally {
    for (const { net } of contenders) net.dispose()
    reference.dispose()
  }
}

function median(values: readonly number[]): number {
  const sorted = [...values].sort((a, b) => a - b)
  return sorted[Math.floor(sorted.length / 2)]
}
