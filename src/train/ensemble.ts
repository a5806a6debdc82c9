// Training all members of an ensemble at once: options checked, a loop driven to its end.
import type { Ensemble, MemberNetwork } from '../network/ensemble.js'
import type { Probe } from '../probe/probe.js'
import type { Task } from '../task/task.js'
import { checkSignal, refuseSignal } from './arguments.js'
import { EnsembleLoop } from './ensemble-loop.js'
import { checkTraining, type EnsembleResult, type TrainEnsembleOptions } from './ensemble-options.js'
import { pause } from './pause.js'

/**
 * Train all members of an ensemble, in slices of a few milliseconds with turns of the event loop between them. Member i goes through the same
 * bits as `train` on `ensemble.member(i)` would in the reproducible build; noise of a task or a rule is that of the key folded with i.
 *
 * @throws {ShapeError|OptionError|RangeArgError|DTypeError|UnsupportedError} before anything is trained
 * @example
 * const ensemble = createEnsemble(engine, { replicas: 50, sizes: [2, 4, 2], seed: 1 })
 * const rule = gradientDescent({ learningRate: 0.05 })
 * const { columns } = await trainEnsemble(ensemble, whitened([[3, 0], [0, 1]]), { optimizer: rule, steps: 100 })
 * columns.loss.shape // -> [50]
 */
export async function trainEnsemble<const P extends readonly Probe[] = readonly [Probe<'loss', number>]>(
  ensemble: Ensemble<MemberNetwork>,
  task: Task,
  options: TrainEnsembleOptions<P>,
): Promise<EnsembleResult<P[number]['name']>> {
  const checked = checkTraining(ensemble, task, options)
  const signal = checkSignal(options.signal)
  const loop = new EnsembleLoop(ensemble, task, checked)
  try {
    const slices = loop.run()
    for (;;) {
      const slice = slices.next(signal?.aborted ?? false)
      if (slice.done) return slice.value as EnsembleResult<P[number]['name']>
      await pause()
    }
  } finally {
    loop.dispose()
  }
}

/**
 * The same without an event loop: blocks until training is over, and takes no `signal`.
 * @example
 * const ensemble = createEnsemble(engine, { replicas: 3, sizes: [2, 4, 2], seed: 1 })
 * const rule = gradientDescent({ learningRate: 0.05 })
 * trainEnsembleSync(ensemble, whitened([[3, 0], [0, 1]]), { optimizer: rule, steps: 100, learningRates: [0.1, 0.05, 0.02] }).status // -> 'completed'
 */
export function trainEnsembleSync<const P extends readonly Probe[] = readonly [Probe<'loss', number>]>(
  ensemble: Ensemble<MemberNetwork>,
  task: Task,
  options: Omit<TrainEnsembleOptions<P>, 'signal'>,
): EnsembleResult<P[number]['name']> {
  refuseSignal(options, 'trainEnsembleSync', 'trainEnsemble')
  const loop = new EnsembleLoop(ensemble, task, checkTraining(ensemble, task, options))
  try {
    const slices = loop.run()
    for (;;) {
      const slice = slices.next(false)
      if (slice.done) return slice.value as EnsembleResult<P[number]['name']>
    }
  } finally {
    loop.dispose()
  }
}
