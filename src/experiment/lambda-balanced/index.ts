// Two layers from lambda-balanced weights: the exact solution and what follows from it. In the order of the papers.
import type { Experiment } from '../experiment.js'
import { continualLearning } from './continual-learning.js'
import { delayedRich } from './delayed-rich.js'
import { fineTuning } from './fine-tuning.js'
import { lambdaFlow } from './lambda-flow.js'
import { noiseRobustness } from './noise-robustness.js'
import { regimeMapExperiment } from './regime-map.js'
import { reversalLearning } from './reversal-learning.js'
import { semanticDevelopment } from './semantic-development.js'
import { transferLearning } from './transfer-learning.js'

export const lambdaBalancedExperiments: readonly Experiment[] = [
  lambdaFlow,
  continualLearning,
  reversalLearning,
  transferLearning,
  semanticDevelopment,
  regimeMapExperiment,
  delayedRich,
  noiseRobustness,
  fineTuning,
]
