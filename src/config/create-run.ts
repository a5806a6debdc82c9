// From a configuration to what `train` takes.
import { DeepLinearError } from '../index.js'
import type { Engine } from '../linalg/engine.js'
import type { Network } from '../network/network.js'
import type { Probe } from '../probe/probe.js'
import type { Task } from '../task/task.js'
import type { TrainOptions } from '../train/train.js'
import { networks } from './networks.js'
import { optimizers } from './optimizers.js'
import { parseConfig } from './parse.js'
import { probeKinds } from './probe-kinds.js'
import type { runSchema } from './schema.js'
import { tasks } from './tasks.js'
import type { RunConfig } from './types.js'

/** What `train` takes, made from a configuration. */
export interface ConfiguredRun {
  /** The caller disposes it. */
  readonly net: Network
  readonly task: Task
  readonly options: TrainOptions
}

/**
 * Make network, task and options of a configuration, so that `train(net, task, options)` runs it.
 *
 * @param engine where the network lives; the caller disposes the network, or the engine
 * @param config a configuration; one that `parseConfig` has not seen is checked as it does
 * @throws {OptionError} a configuration with faults, as `parseConfig`
 * @throws {RangeArgError|ShapeError|OptionError|MemoryError|UnsupportedError} parts that do not fit each other; the message begins with the path
 * @example
 * const { net, task, options } = createRun(engine, {
 *   network: { kind: 'layers', sizes: [8, 16, 15], init: { kind: 'gaussian', gamma: 2 }, seed: 1 },
 *   task: { kind: 'tree15' },
 *   optimizer: { kind: 'gradientDescent', learningRate: 0.05 },
 *   steps: 2000,
 * })
 * trainSync(net, task, options).status // -> 'completed'
 */
export function createRun(engine: Engine, config: RunConfig): ConfiguredRun {
  const { network, task, optimizer, steps, record, until } = parseConfig(config) as ReturnType<typeof runSchema.parse>
  const learned = within('task', () => tasks.make(task))
  const rule = within('optimizer', () => optimizers.make(optimizer))
  const probes: Probe[] = record.probes.map((probe, i) => within(`record.probes[${i}]`, () => probeKinds.make(probe)))
  // Last, for what comes before holds no memory of the engine.
  const net = within('network', () => networks.make(network)(engine))
  const { every } = record
  return {
    net,
    task: learned,
    options: { optimizer: rule, steps, until, record: every === undefined ? { probes } : { every, probes } },
  }
}

/** An error of the library with the place in the configuration that it is about. */
function within<T>(path: string, make: () => T): T {
  try {
    return make()
  } catch (error) {
    if (!(error instanceof DeepLinearError)) throw error
    const { message, argument, data } = error
    const Class = error.constructor as new (message: string, details: object) => DeepLinearError
    throw new Class(`${path}: ${message}`, {
      argument: argument === undefined ? path : `${path}.${argument}`,
      data,
      cause: error,
    })
  }
}
