// One hidden neuron and its balance: Kunin, Raventos, Domine, Chen, Klindt, Saxe, Ganguli (2024), Get rich quick.
export { balanceFromDelta, type DeltaBalance, type DeltaGrams } from './balance-from-delta.js'
export { conservedDrift, conservedQuantities } from './conserved.js'
export {
  type NeuronBasin,
  type SingleNeuronOptions,
  type SingleNeuronPath,
  singleNeuronBasin,
  singleNeuronExact,
} from './exact.js'
export { singleNeuronFromBeta } from './from-beta.js'
export { functionSpaceFlow, functionSpaceKernel, neuronsKernel } from './function-space.js'
export {
  neuronPotential,
  type SingleNeuronLimit,
  type SingleNeuronLimitOptions,
  singleNeuronLimit,
} from './limit.js'
export type { NeuronRates } from './neuron.js'
export { type SingleNeuronRegimes, type SingleNeuronRegimesOptions, singleNeuronRegimes } from './regimes.js'
