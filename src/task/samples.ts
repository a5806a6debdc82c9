// Tasks in the form of samples: inputs, targets and a loss, whole or in minibatches.
import type { DenseMatrix } from '../engine/coerce.js'
import type { EngineCore } from '../engine/core.js'
import type { DType } from '../kernels/kernels.js'
import { foldIn } from '../random/key.js'
import type { SampleLoss } from './sample-loss.js'
import { sampler } from './sampling.js'
import { type BoundTask, bindMatrices } from './task.js'

/** Inputs (n_0, P) and targets (n_L, P). */
export interface SampleData {
  readonly x: DenseMatrix
  readonly y: DenseMatrix
}

/** Put samples into linear memory as a task. */
export function bindSamples(engine: EngineCore, dtype: DType, { x, y }: SampleData, loss: SampleLoss): BoundTask {
  const bound = bindMatrices(engine, dtype, { x, y })
  return {
    inputs: bound.x,
    residualScale: loss.residualScale?.(x.cols),
    emitGradient: (p, outputs) => loss.emitGradient(p, outputs, bound.y),
    emitLoss: (p, outputs) => loss.emitLoss(p, outputs, bound.y),
    emitBatch(p, sampling) {
      if (sampling === undefined) return this
      const indices = p.indices(sampling.batchSize, (member) =>
        sampler(x.cols, member === undefined ? sampling : { ...sampling, key: foldIn(sampling.key, member) }),
      )
      p.note('minibatch')
      const [inputs, targets] = [p.gather(bound.x, indices), p.gather(bound.y, indices)]
      return {
        inputs,
        residualScale: loss.residualScale?.(sampling.batchSize),
        emitGradient: (q, outputs) => loss.emitGradient(q, outputs, targets),
      }
    },
    dispose() {
      bound.x.dispose()
      bound.y.dispose()
    },
  }
}
