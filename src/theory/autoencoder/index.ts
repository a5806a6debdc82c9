// Regularised linear autoencoders: critical points, curvature, shrinkage, principal components.
export { type CriticalPoint, type CriticalPointOptions, laeCriticalPoint } from './critical-point.js'
export { type CurvatureOptions, laeHessianSpectrum, laeMorse } from './curvature.js'
export { axisError, type LaePpca, ppcaFromLae, subspaceSin } from './metrics.js'
export { laeMode, laeShrinkage } from './shrinkage.js'
export { type LaeLoss, type LaePenalty, laePca, type PrincipalComponents } from './spectrum.js'
