// Every experiment by its id.
import { OptionError } from '../errors.js'
import type { Experiment } from './experiment.js'
import { continualLearning } from './lambda-balanced/continual-learning.js'
import { delayedRich } from './lambda-balanced/delayed-rich.js'
import { fineTuning } from './lambda-balanced/fine-tuning.js'
import { lambdaFlow } from './lambda-balanced/lambda-flow.js'
import { noiseRobustness } from './lambda-balanced/noise-robustness.js'
import { regimeMapExperiment } from './lambda-balanced/regime-map.js'
import { reversalLearning } from './lambda-balanced/reversal-learning.js'
import { semanticDevelopment } from './lambda-balanced/semantic-development.js'
import { transferLearning } from './lambda-balanced/transfer-learning.js'
import { mixedDynamics } from './mixed/dynamics.js'
import { mixedPhaseDiagram } from './mixed/phase-diagram.js'
import { mixedWidth } from './mixed/width.js'
import { escapeTimes } from './saddle/escape-time.js'
import { symmetricGreedy } from './saddle/glrl.js'
import { greedyPhases } from './saddle/greedy-low-rank.js'
import { kernelChange } from './saddle/kernel-change.js'
import { plateauSequence } from './saddle/plateaus.js'

/** All experiments, in the order of the papers. */
export const experiments: readonly Experiment[] = Object.freeze([
  escapeTimes,
  kernelChange,
  greedyPhases,
  plateauSequence,
  symmetricGreedy,
  mixedDynamics,
  mixedPhaseDiagram,
  mixedWidth,
  lambdaFlow,
  continualLearning,
  reversalLearning,
  transferLearning,
  semanticDevelopment,
  regimeMapExperiment,
  delayedRich,
  noiseRobustness,
  fineTuning,
])

/**
 * The experiment with an id.
 * @throws {OptionError} an id that no experiment has
 * @example
 * findExperiment('escape-time').paper.includes('2106.15933') // -> true
 */
export function findExperiment(id: string): Experiment {
  const found = experiments.find((experiment) => experiment.id === id)
  if (found === undefined) {
    throw new OptionError(`there is no experiment '${id}'; there are ${experiments.map(({ id }) => id).join(', ')}`, {
      argument: 'id',
    })
  }
  return found
}
