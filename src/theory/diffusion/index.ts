// SGD with momentum as a diffusion: the Ornstein-Uhlenbeck form and the update rule itself, both offered and both named.
export { type AnomalousDiffusionOptions, anomalousDiffusion, anomalousExponent } from './anomalous.js'
export { type DiffusionRule, equivalentRule } from './equivalent-rule.js'
export {
  type SgdLinearRegression,
  type SgdLinearRegressionOptions,
  type SgdRegressionCurves,
  sgdLinearRegression,
} from './linear-regression.js'
export type { SgdParameters } from './mode-parameters.js'
export { type ModifiedLoss, type ModifiedLossOptions, modifiedLoss } from './modified-loss.js'
export { type SgdMomentOptions, type SgdMoments, sgdMomentRecursion } from './moment-recursion.js'
export { type MsdOptions, msdCurve } from './msd.js'
export { type SgdMode, type SgdModeCurves, type SgdModeOptions, sgdMode } from './sgd-mode.js'
