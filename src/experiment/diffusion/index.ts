// The experiments of the limiting dynamics of SGD, in the order of the paper.
import type { Experiment } from '../experiment.js'
import { anomalousDiffusionExperiment } from './anomalous-diffusion.js'
import { phaseSpace } from './phase-space.js'
import { sgdMoments } from './sgd-moments.js'

export const diffusionExperiments: readonly Experiment[] = [sgdMoments, phaseSpace, anomalousDiffusionExperiment]
