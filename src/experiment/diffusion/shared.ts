// What the experiments of this folder share: the paper, and runs of linear regression with label noise from near its stationary state.
import type { Engine } from '../../linalg/engine.js'
import { createEnsemble } from '../../network/ensemble.js'
import { gaussian } from '../../network/initializer.js'
import { momentum } from '../../optimizer/rules.js'
import { weights } from '../../probe/weights.js'
import { labelNoise } from '../../task/label-noise.js'
import { regression } from '../../task/regression.js'
import { trainEnsemble } from '../../train/ensemble.js'
import { alongside } from '../alongside.js'

/** The paper of the experiments on the limiting dynamics of SGD. */
export const DIFFUSION_PAPER =
  'Kunin, Sagastuy-Brena, Gillespie, Margalit, Tanaka, Ganguli, Yamins (2021), The limiting dynamics of SGD, arXiv:2107.09133'

/** Additive noise on modes: as many samples as modes, each along a mode of its own. */
export interface ModeRun {
  readonly rho: readonly number[]
  readonly learningRate: number
  readonly momentum: number
  readonly replicas: number
  readonly steps: number
  readonly every: number
  readonly seed: number
}

/**
 * Weights of an ensemble at each look, (frames, replicas, modes): labels have noise of variance 1 in every step, so that the gradient of mode l has variance rho_l / modes. The
 * weights start with the variance that all modes have in the long run.
 */
export async function modeWeights(
  engine: Engine,
  { rho, learningRate, momentum: beta, replicas, steps, every, seed }: ModeRun,
  progress: (share: number) => Promise<void>,
): Promise<Float64Array> {
  const d = rho.length
  const inputs = rho.map((value, l) => rho.map((_, n) => (n === l ? Math.sqrt(d * value) : 0)))
  const variance = learningRate / (2 * (1 - beta) * d)
  const ensemble = createEnsemble(engine, { replicas, sizes: [d, 1], init: gaussian({ variance }), seed })
  try {
    const task = labelNoise(regression(inputs, [new Array<number>(d).fill(0)]), { sigma: 1, seed: seed + 1 })
    const { columns } = await alongside(
      (signal) =>
        trainEnsemble(ensemble, task, {
          optimizer: momentum({ learningRate, momentum: beta }),
          ...{ steps, signal, record: { every, probes: [weights()] } },
        }),
      progress,
    )
    return columns.weights.data
  } finally {
    ensemble.dispose()
  }
}

/** Mean of |w(t + lag) - w(t)|^2 over replicas and over all looks t from `first` on. */
export function displacement(data: Float64Array, width: number, replicas: number, first: number, lag: number): number {
  const size = width * replicas
  const frames = data.length / size
  let sum = 0
  for (let frame = first; frame + lag < frames; frame++) {
    for (let i = 0; i < size; i++) {
      const gap = data[(frame + lag) * size + i] - data[frame * size + i]
      sum += gap * gap
    }
  }
  return sum / (replicas * (frames - lag - first))
}
