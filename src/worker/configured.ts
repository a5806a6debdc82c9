// A run from its configuration. What reads configurations is fetched by the first one, so that a page without any never loads it.
import type { RunConfig } from '../config/index.js'
import type { Checkpoint, Engine, Network, TrainingRun } from '../index.js'
import { train } from '../index.js'

/** Weights as they stand at the end of a run. */
export interface FinalWeights {
  readonly name: string
  readonly shape: readonly [number, number]
  readonly data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
}

/**
 * Make and start what a configuration says. The network lives as long as the run; its weights come with the result.
 * @throws what `createRun` of `deeplinear/config` throws
 */
export async function startConfigured(
  engine: Engine,
  config: RunConfig,
  options: { signal?: AbortSignal; resume?: Checkpoint } = {},
): Promise<object> {
  const { createRun } = await import('../config/index.js')
  const made = createRun(engine, config)
  try {
    const run = train(made.net, made.task, { ...made.options, ...options })
    return withWeights(run, made.net)
  } catch (error) {
    made.net.dispose()
    throw error
  }
}

/** The run, with the weights beside its result and the network gone after it. */
function withWeights(run: TrainingRun, net: Network) {
  const finished = run.finished
    .then(({ checkpoint, ...result }) => ({ ...result, weights: weightsOf(net) }))
    .finally(() => net.dispose())
  finished.catch(() => {})
  return {
    [Symbol.asyncIterator]: () => run[Symbol.asyncIterator](),
    get finished() {
      // Asking the run itself lifts its back-pressure.
      run.finished.catch(() => {})
      return finished
    },
    plan: run.plan,
    abort: () => run.abort(),
    pause: () => run.pause(),
    resume: () => run.resume(),
    setLearningRate: (rate: number) => run.setLearningRate(rate),
    checkpoint: () => run.checkpoint(),
  }
}

function weightsOf(net: Network): FinalWeights[] {
  return net.state.map(({ name, matrix }) => ({
    name,
    shape: matrix.shape as [number, number],
    data: matrix.toArray(),
  }))
}
