// The public face of `deeplinear/theory`: closed forms and reduced dynamics, one file a result. Nothing here sees the simulation.
export { type LambdaBalance, lambdaBalance } from './lambda-balanced/balance.js'
export { forgetting, taskInterference } from './lambda-balanced/continual.js'
export { type ConvergedBlocks, convergedBlocks } from './lambda-balanced/converged.js'
export {
  type LambdaBalancedFlow,
  type LambdaBalancedFlowOptions,
  lambdaBalancedFlow,
} from './lambda-balanced/flow.js'
export {
  crossLosses,
  crossLossRate,
  type FlowMoment,
  momentOf,
  type ShapedMatrix,
} from './lambda-balanced/flow-at.js'
export { type GaussianLambda, gaussianLambda, initializationVariances } from './lambda-balanced/gaussian-lambda.js'
export { lazyLimit } from './lambda-balanced/lazy-limit.js'
export {
  centredAlignment,
  identityDeviation,
  kernelDistance,
  kernelMovement,
  type SpectrumRanks,
  spectrumRanks,
  subspaceOverlap,
  targetAlignment,
} from './lambda-balanced/metrics.js'
export { type ModeAlignment, modeAlignment } from './lambda-balanced/mode-alignment.js'
export { lazyFraction, richFraction } from './lambda-balanced/mode-limits.js'
export { halfTimes, type ModeTimesOptions, modeTimes, reversalTimes } from './lambda-balanced/mode-times.js'
export { convergedNoiseLoss, inputNoiseLoss, parameterNoiseLoss } from './lambda-balanced/noise.js'
export { type NtkFactors, ntkApply, ntkDistance, ntkDistances, ntkInner } from './lambda-balanced/ntk.js'
export { lambdaBalancedPath } from './lambda-balanced/path.js'
export { type RegimeMap, type RegimeMapOptions, regimeMap } from './lambda-balanced/regime-map.js'
export { type Regime, type RegimeRates, regimeLimit, regimeRates } from './lambda-balanced/regimes.js'
export { reversalModes } from './lambda-balanced/reversal.js'
export {
  type LambdaModes,
  type LambdaModesOptions,
  lambdaModes,
  learnedFraction,
} from './lambda-balanced/scalar-mode.js'
export { differentiation } from './lambda-balanced/semantic.js'
export { hiddenSimilarity, outputSimilarity } from './lambda-balanced/similarity.js'
export { lambdaBalancedSteps } from './lambda-balanced/steps.js'
export { type TaskBasis, type TaskLike, taskBasis } from './lambda-balanced/task-basis.js'
export { lambdaBalancedTheorem } from './lambda-balanced/theorem.js'
export { itemTransfer } from './lambda-balanced/transfer.js'
export {
  type LambdaBalancedWeightsOptions,
  lambdaBalancedFactors,
  lambdaBalancedWeights,
  type TwoLayers,
} from './lambda-balanced/weights.js'
export { type MixedErrors, mixedErrors } from './mixed/errors.js'
export { type MixedGram, mixedGram } from './mixed/gram.js'
export { type LazyErrors, type LazyOptimum, type LazyVariances, lazyErrors, lazyOptimum } from './mixed/lazy.js'
export { mixedFlow } from './mixed/mixed-flow.js'
export { mixedModes, mixedModeTime } from './mixed/mixed-modes.js'
export {
  activeModes,
  activeStopTime,
  type MixedPhase,
  mixedPhase,
  type PhasePoint,
  truncationError,
} from './mixed/phase.js'
export { mixedWhiteFlow } from './mixed/white-flow.js'
export { balancedFlow } from './modes/balanced-flow.js'
export { balancedModes } from './modes/balanced-modes.js'
export { balancedModeTime } from './modes/balanced-time.js'
export { gidelModes } from './modes/gidel-modes.js'
export { lazyFlow, lazyKernel } from './modes/lazy-flow.js'
export { type SingularMotion, singularMotion } from './modes/singular-motion.js'
export { kernelAtMinimum, tangentKernel } from './modes/tangent-kernel.js'
export type { CurveOptions } from './numerics/solve-flow.js'
export { completionError, type Objective, regressionError, squaredError } from './objective.js'
export { type BlowUp, blowUp } from './saddle/blow-up.js'
export {
  lazyDistance,
  originDistance,
  type SaddleBounds,
  saddleDistanceBounds,
  type WidthExponents,
  widthExponents,
} from './saddle/distances.js'
export { escapeDirection, escapeNorms, escapeSpeed, escapeTime } from './saddle/escape.js'
export { greedyLowRank } from './saddle/greedy.js'
export type { GreedyOptions, GreedyPhase } from './saddle/greedy-options.js'
export { greedySymmetric } from './saddle/greedy-symmetric.js'
export { type NearestMinimum, type NearestOptions, nearestMinimum } from './saddle/nearest-minimum.js'
export { pathDistance } from './saddle/path-distance.js'
export { escapeAmplitudes, type Plateaus, plateaus, plateauTimes } from './saddle/plateaus.js'
export { type Saddle, saddles } from './saddle/saddles.js'
export { escapeOffset, startEscapeTime } from './saddle/start-escape.js'
