// Symmetries of the loss: what gradient flow conserves, and how discretisation, momentum and weight decay break it.
export { type BrokenConservationOptions, brokenConservation } from './broken-conservation.js'
export { type ChargeRecorder, type ChargeRecorderOptions, chargeRecorder } from './charge-recursion.js'
export { type ChargeOptions, type LayerCharge, type LayerMotion, noetherCharges } from './charges.js'
export {
  type ContinuousOptions,
  type LagrangianPath,
  lagrangianFlow,
  modifiedGradientFlow,
} from './continuous-flows.js'
export type { GradientField } from './gradient-field.js'
export type { HeavyBall } from './heavy-ball.js'
export { type DampedOscillator, dampedOscillator, type OscillatorOptions } from './oscillator.js'
export {
  type ResidualOptions,
  type SymmetryResidual,
  scaleResiduals,
  symmetryResiduals,
  translationResiduals,
  type VectorResidual,
} from './residuals.js'
export {
  effectiveLearningRate,
  type RadiusOptions,
  type RotationalEquilibrium,
  radiusPrediction,
  rotationalEquilibrium,
} from './scale-invariance.js'
