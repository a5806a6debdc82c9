// The experiments of stochastic collapse, in the order of the paper.
import type { Experiment } from '../experiment.js'
import { neuronCollapseExperiment } from './neuron-collapse.js'
import { quarticCollapse } from './quartic-collapse.js'
import { teacherStudentCollapse } from './teacher-student-collapse.js'

export const collapseExperiments: readonly Experiment[] = [
  quarticCollapse,
  neuronCollapseExperiment,
  teacherStudentCollapse,
]
