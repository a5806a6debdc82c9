// Mixed dynamics: between lazy and active, any width and variance. In the order of the papers.
import type { Experiment } from '../experiment.js'
import { mixedDynamics } from './dynamics.js'
import { mixedPhaseDiagram } from './phase-diagram.js'
import { mixedWidth } from './width.js'

export const mixedExperiments: readonly Experiment[] = [mixedDynamics, mixedPhaseDiagram, mixedWidth]
