// Stochastic collapse: noise that vanishes on a set draws the weights into it.
export { type Attractivity, attractivity } from './attractivity.js'
export { type LabelNoiseFrame, type LabelNoiseModesOptions, labelNoiseModes } from './label-noise-modes.js'
export { type NeuronCollapse, type NeuronCollapseOptions, neuronCollapse } from './neuron.js'
export { type QuarticFlowOptions, type QuarticFrame, quarticFlow, quarticPath } from './quartic-flow.js'
export { type QuarticStationary, quarticStationary } from './quartic-stationary.js'
export { lrDropPrediction, type RatePhase } from './rate-drop.js'
export {
  collapseExponent,
  collapseThreshold,
  isotropicNoiseExponent,
  type Shrinkage,
  shrinkage,
} from './shrinkage.js'
