// Numbers of the task and the start that the scene needs before training: singular values of the target, the loss of the first step.
import type { DeepLinearNetwork, Engine } from 'deeplinear'
import type { Learned } from '../../tasks.js'

/** Singular values of Sigma_yx. */
export function targetOf(engine: Engine, { sigmaYX, inputs, outputs }: Learned): Float64Array {
  using matrix = engine.matrix([outputs, inputs], sigmaYX)
  return Float64Array.from(engine.singularValues(matrix))
}

/** The loss before the first step. */
export function firstLoss(
  engine: Engine,
  net: DeepLinearNetwork,
  { sigmaXX, sigmaYX, inputs, outputs, minimumLoss }: Learned,
): number {
  using map = net.endToEnd()
  const entries = Float64Array.from(map.view())
  if (sigmaXX === undefined) return entries.reduce((sum, entry, i) => sum + 0.5 * (entry - sigmaYX[i]) ** 2, 0)
  // 1/2 tr(A Sxx A') - tr(A Syx') + 1/2 tr(Syy), and the minimum says tr(Syy).
  using xx = engine.matrix([inputs, inputs], sigmaXX)
  using yx = engine.matrix([outputs, inputs], sigmaYX)
  using inverse = engine.pinv(xx)
  using best = engine.matmul(yx, inverse)
  const away = entries.map((entry, i) => entry - best.view()[i])
  using apart = engine.matrix([outputs, inputs], away)
  using bent = engine.matmul(apart, xx)
  return minimumLoss + 0.5 * Float64Array.from(bent.view()).reduce((sum, entry, i) => sum + entry * away[i], 0)
}
