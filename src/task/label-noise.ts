// Label noise: targets that are drawn anew in every step, around those of a task.
import { checkNumber, checkOptions, describe } from '../check.js'
import { DTypeError, OptionError, UnsupportedError } from '../errors.js'
import type { FillRow } from '../plan/feed.js'
import { key } from '../random/key.js'
import type { BoundTask, Objective, Task, TaskForm } from './task.js'

/** Options of `labelNoise`. */
export interface LabelNoiseOptions {
  /** Standard deviation of the noise on every target, >= 0; of what `noise` gives, the factor. */
  sigma: number
  /** Seed of normal noise: xi of step s is `normal(foldIn(key(seed), s), size)`. Default 0. */
  seed?: number | bigint
  /**
   * Instead: fills all of `xi`, which has the shape of the targets, or of those of a minibatch, row by row, for step s = 0, 1, ... It may be asked
   * for a step more than once, and must depend on the step alone.
   */
  noise?: FillRow<Float64Array | Float32Array>
}

/**
 * The task with targets `y + sigma xi` in training steps, xi new in every step; what is recorded is the loss on the clean targets.
 *
 * On samples every target of the batch gets noise of its own. For `whitened(S)` it is added to the entries of S: with a diagonal network
 * that is noise of every mode.
 *
 * Training throws an UnsupportedError for a task whose loss is not a squared distance of outputs and targets. In the gradient the noise is
 * `-sigma xi / P` on samples, `-sigma xi` for `whitened`.
 *
 * @throws {UnsupportedError} a sequence of tasks
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @example
 * const noisy = labelNoise(whitened([[1, 0.5]]), { sigma: 0.1, seed: 3 })
 * const net = createNetwork(engine, { sizes: [2, 4, 1], seed: 1 })
 * trainSync(net, noisy, { optimizer: gradientDescent({ learningRate: 0.1 }), steps: 10 }).status // -> 'completed'
 * @see Chen, Kunin, Yamamura, Ganguli (2023), Stochastic collapse, arXiv:2306.04251
 */
export function labelNoise(task: Task, options: LabelNoiseOptions): Task {
  if (typeof task !== 'object' || typeof task?.bind !== 'function') {
    throw new DTypeError(`task must be a task such as whitened(sigmaYX), got ${describe(task)}`, { argument: 'task' })
  }
  if ('stages' in task) {
    throw new UnsupportedError('label noise is for single tasks; put it around those of the stages', {
      argument: 'task',
    })
  }
  const given = checkOptions(options, 'labelNoise', ['sigma', 'seed', 'noise'])
  const sigma = checkNumber(given.sigma, 'sigma', { min: 0 })
  const { noise } = given
  if (noise !== undefined && typeof noise !== 'function') {
    throw new DTypeError(`noise must be a function of the step and the row to fill, got ${describe(noise)}`, {
      argument: 'noise',
    })
  }
  if (noise !== undefined && given.seed !== undefined) {
    throw new OptionError('labelNoise takes either a seed or noise of its own', { argument: 'noise' })
  }
  const stream = key((given.seed ?? 0) as number | bigint)
  // Statistics of samples have forgotten the targets.
  const forms: readonly TaskForm[] = task.forms?.includes('samples') ? ['samples'] : (task.forms ?? ['map'])
  return {
    ...task,
    name: `${task.name} with label noise ${sigma}`,
    forms,
    fingerprint: () => JSON.stringify([task.fingerprint?.() ?? null, sigma, noise === undefined ? stream : 'noise']),
    bind(engine, dtype, form = forms[0]): BoundTask {
      const clean = task.bind(engine, dtype, form)
      if (clean.residualScale === undefined) {
        clean.dispose()
        throw new UnsupportedError(
          `label noise needs a squared distance of outputs and fixed targets, and ${task.name} has none; use whitened or regression, or the noise of a stream`,
          { argument: 'task' },
        )
      }
      return {
        inputs: clean.inputs,
        residualScale: clean.residualScale,
        emitGradient: (p, outputs) => clean.emitGradient(p, outputs),
        emitLoss: (p, outputs) => clean.emitLoss(p, outputs),
        emitBatch(p, sampling): Objective {
          if (sampling !== undefined && clean.emitBatch === undefined) {
            throw new UnsupportedError(
              `${task.name} has no samples to draw minibatches from; leave batchSize out, or use regression(x, y)`,
              { argument: 'batchSize' },
            )
          }
          // Of a task that is noisy already, the noise too.
          const batch = clean.emitBatch?.(p, sampling) ?? clean
          return {
            inputs: batch.inputs,
            residualScale: batch.residualScale,
            emitGradient(q, outputs) {
              const gradient = batch.emitGradient(q, outputs)
              const { rows, cols } = outputs
              const scale = sigma * batch.residualScale!
              q.note('label noise')
              if (noise !== undefined) {
                q.axpy(-scale, q.feed.matrix(rows, cols, noise as FillRow<Float64Array | Float32Array>), gradient)
              } else if (sigma > 0) q.axpy(-1, q.normal(stream, q.temporary(rows, cols), scale), gradient)
              return gradient
            },
          }
        },
        dispose: () => clean.dispose(),
      }
    },
  }
}
