// Regularised linear autoencoders. In the order of the paper.
import type { Experiment } from '../experiment.js'
import { autoencoderAlternating } from './alternating.js'
import { autoencoderMinima } from './minima.js'
import { autoencoderShrinkage } from './shrinkage.js'

export const autoencoderExperiments: readonly Experiment[] = [
  autoencoderMinima,
  autoencoderShrinkage,
  autoencoderAlternating,
]
