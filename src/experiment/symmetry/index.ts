// Symmetries of the loss and how training breaks what they conserve. In the order of the papers.
import type { Experiment } from '../experiment.js'
import { brokenConservationExperiment } from './broken-conservation.js'
import { chargeRecursion } from './charge-recursion.js'
import { modifiedFlow } from './modified-flow.js'
import { normAdaptive } from './norm-adaptive.js'
import { rotationalEquilibriumExperiment } from './rotational-equilibrium.js'

export const symmetryExperiments: readonly Experiment[] = [
  brokenConservationExperiment,
  modifiedFlow,
  chargeRecursion,
  rotationalEquilibriumExperiment,
  normAdaptive,
]
