// Credit assignment without weight symmetry. In the order of the paper.
import type { Experiment } from '../experiment.js'
import { creditAssignmentDepth } from './depth.js'
import { weightMirrorSensitivity } from './sensitivity.js'

export const alignmentExperiments: readonly Experiment[] = [creditAssignmentDepth, weightMirrorSensitivity]
