// One hidden neuron, and shallow rectifier networks: how an unbalanced start learns features. In the order of the paper.
import type { Experiment } from '../experiment.js'
import { singleNeuron } from './exact-flow.js'
import { kernelRegimes } from './kernel-regimes.js'
import { getRichQuick } from './relu.js'
import { unbalancedBias } from './unbalanced-bias.js'

export const singleNeuronExperiments: readonly Experiment[] = [
  singleNeuron,
  kernelRegimes,
  unbalancedBias,
  getRichQuick,
]
