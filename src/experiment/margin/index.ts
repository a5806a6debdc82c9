// Margins of quasi-homogeneous networks. In the order of the guide.
import type { Experiment } from '../experiment.js'
import { maxMargin } from './max-margin.js'
import { robustRadii } from './robust-radius.js'

export const marginExperiments: readonly Experiment[] = [robustRadii, maxMargin]
