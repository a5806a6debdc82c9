// Training in a worker: the options and results of `deeplinear`, and frames that come across.

import { describe } from '../check.js'
import { OptionError } from '../errors.js'
import type { Probe } from '../probe/probe.js'
import type { Task } from '../task/task.js'
import type { EnsembleResult, TrainEnsembleOptions } from '../train/ensemble-options.js'
import type { FlowOptions, FlowResult } from '../train/flow-options.js'
import type { TrainOptions } from '../train/train.js'
import type { TrainingResult } from '../train/training-result.js'
import { connectionOfObject } from './handle.js'
import type { NetworkLike, RemoteEnsemble } from './networks.js'
import { invoke, type Received, type Reference } from './remote.js'
import { type RemoteRun, type RemoteTrainingRun, RunHandle } from './remote-run.js'

/**
 * Train a network in its worker: see `train` of `deeplinear`. Frames come in order; a slow reader slows the run down.
 * @throws {OptionError} a network of another thread; what cannot travel
 * @throws what `train` of `deeplinear` throws, as a rejection of `finished` and of the iteration
 * @example
 * const engine = await createEngine({ worker: 'inline' })
 * const net = createNetwork(engine, { sizes: [2, 8, 2], init: gaussian({ variance: 1e-2 }), seed: 1 })
 * const run = train(net, whitened([[3, 0], [0, 1]]), { optimizer: gradientDescent({ learningRate: 0.05 }), steps: 400 })
 * let frames = 0
 * for await (const frame of run) frames += frame.loss >= 0 ? 1 : 0
 * frames // -> 101
 * const { status } = await run.finished
 * status // -> 'completed'
 * engine.dispose()
 */
export function train<const P extends readonly Probe[] = readonly [Probe<'loss', number>]>(
  net: NetworkLike,
  task: Task,
  options: TrainOptions<P>,
): RemoteTrainingRun<P, Received<TrainingResult<P>>> {
  return new RunHandle(connectionOfNetwork(net, 'train'), 'train', [net, task, options])
}

/**
 * Gradient flow of a network in its worker: see `gradientFlow` of `deeplinear`. Events are told apart by probes and thresholds; functions cannot
 * travel.
 * @throws {OptionError} a network of another thread; what cannot travel
 * @throws what `gradientFlow` of `deeplinear` throws, as a rejection of `finished` and of the iteration
 * @example
 * const engine = await createEngine({ worker: 'inline' })
 * const net = createNetwork(engine, { sizes: [2, 8, 2], seed: 1 })
 * const { time } = await gradientFlow(net, whitened([[3, 0], [0, 1]]), { time: 1 }).finished
 * time // -> 1
 * engine.dispose()
 */
export function gradientFlow<const P extends readonly Probe[] = readonly [Probe<'loss', number>]>(
  net: NetworkLike,
  task: Task,
  options: FlowOptions<P>,
): RemoteRun<P, Received<FlowResult<P>>> {
  return new RunHandle(connectionOfNetwork(net, 'gradientFlow'), 'gradientFlow', [net, task, options])
}

/**
 * Train all members of an ensemble in its worker: see `trainEnsemble` of `deeplinear`.
 * @throws {OptionError} an ensemble of another thread; what cannot travel
 * @throws what `trainEnsemble` of `deeplinear` throws, once awaited
 * @example
 * const engine = await createEngine({ worker: 'inline' })
 * const ensemble = createEnsemble(engine, { sizes: [2, 4, 2], replicas: 16, seed: 1 })
 * const optimizer = gradientDescent({ learningRate: 0.05 })
 * const { status } = await trainEnsemble(ensemble, whitened([[3, 0], [0, 1]]), { optimizer, steps: 10 })
 * status // -> 'completed'
 * engine.dispose()
 */
export function trainEnsemble<const P extends readonly Probe[] = readonly [Probe<'loss', number>]>(
  ensemble: RemoteEnsemble | Reference<RemoteEnsemble>,
  task: Task,
  options: TrainEnsembleOptions<P>,
): Reference<EnsembleResult<P[number]['name']>> {
  return invoke(connectionOfNetwork(ensemble, 'trainEnsemble'), 'trainEnsemble', [ensemble, task, options])
}

function connectionOfNetwork(net: object, what: string) {
  const connection = typeof net === 'object' && net !== null ? connectionOfObject(net) : undefined
  if (connection !== undefined) return connection
  throw new OptionError(
    `${what} of 'deeplinear/worker' takes what its own createNetwork or createEnsemble made, got ${describe(net)}`,
    { argument: 'net' },
  )
}
