// Pruning at initialisation. In the order of the paper.
import type { Experiment } from '../experiment.js'
import { synapticConservation } from './conservation.js'
import { criticalCompressions } from './critical.js'
import { prunedTrainability } from './trainability.js'

export const pruningExperiments: readonly Experiment[] = [
  criticalCompressions,
  synapticConservation,
  prunedTrainability,
]
