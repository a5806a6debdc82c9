// Deep linear networks of large width: dynamical mean-field theory, scaling laws, bottlenecks.
export { type BottleneckSpectrum, dataBottleneck, effectiveRidge, widthBottleneck } from './bottlenecks.js'
export { type DlnDmft, dlnDmft } from './dln-dmft.js'
export type { DlnDmftOptions, TheoryRate } from './dmft-options.js'
export { type FittedExponent, fitExponent } from './fit-exponent.js'
export { type InfiniteDepth, type InfiniteDepthOptions, infiniteDepth } from './infinite-depth.js'
export { type LinearRegressionOptions, linearRegressionDynamics, type RegressionDynamics } from './linear-regression.js'
export {
  type PowerLawCurve,
  type PowerLawExponents,
  type PowerLawFlowOptions,
  powerLawExponents,
  powerLawFlow,
} from './power-law-flow.js'
export { type TwoLayerDynamics, type TwoLayerInfiniteWidthOptions, twoLayerInfiniteWidth } from './two-layer.js'
