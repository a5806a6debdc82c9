// Two layers from lambda-balanced weights: the exact solution and what follows from it.
export { type LambdaBalance, lambdaBalance } from './balance.js'
export { forgetting, taskInterference } from './continual.js'
export { type ConvergedBlocks, convergedBlocks } from './converged.js'
export {
  type LambdaBalancedFlow,
  type LambdaBalancedFlowOptions,
  lambdaBalancedFlow,
} from './flow.js'
export {
  crossLosses,
  crossLossRate,
  type FlowMoment,
  momentOf,
  type ShapedMatrix,
} from './flow-at.js'
export { type GaussianLambda, gaussianLambda, initializationVariances } from './gaussian-lambda.js'
export { lazyLimit } from './lazy-limit.js'
export {
  centredAlignment,
  identityDeviation,
  kernelDistance,
  kernelMovement,
  type SpectrumRanks,
  spectrumRanks,
  subspaceOverlap,
  targetAlignment,
} from './metrics.js'
export { type ModeAlignment, modeAlignment } from './mode-alignment.js'
export { lazyFraction, richFraction } from './mode-limits.js'
export { halfTimes, type ModeTimesOptions, modeTimes, reversalTimes } from './mode-times.js'
export { convergedNoiseLoss, inputNoiseLoss, parameterNoiseLoss } from './noise.js'
export { type NtkFactors, ntkApply, ntkDistance, ntkDistances, ntkInner } from './ntk.js'
export { lambdaBalancedPath } from './path.js'
export { type RegimeMap, type RegimeMapOptions, regimeMap } from './regime-map.js'
export { type Regime, type RegimeRates, regimeLimit, regimeRates } from './regimes.js'
export { reversalModes } from './reversal.js'
export {
  type LambdaModes,
  type LambdaModesOptions,
  lambdaModes,
  learnedFraction,
} from './scalar-mode.js'
export { differentiation } from './semantic.js'
export { hiddenSimilarity, outputSimilarity } from './similarity.js'
export { lambdaBalancedSteps } from './steps.js'
export { type TaskBasis, type TaskLike, taskBasis } from './task-basis.js'
export { lambdaBalancedTheorem } from './theorem.js'
export { itemTransfer } from './transfer.js'
export {
  type LambdaBalancedWeightsOptions,
  lambdaBalancedFactors,
  lambdaBalancedWeights,
  type TwoLayers,
} from './weights.js'
