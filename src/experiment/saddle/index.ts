// Saddle-to-saddle dynamics: escape, plateaus, greedy low-rank learning. In the order of the papers.
import type { Experiment } from '../experiment.js'
import { escapeTimes } from './escape-time.js'
import { symmetricGreedy } from './glrl.js'
import { greedyPhases } from './greedy-low-rank.js'
import { kernelChange } from './kernel-change.js'
import { phaseTransition } from './phase-transition.js'
import { plateauSequence } from './plateaus.js'
import { saddleToSaddle } from './saddle-to-saddle.js'

export const saddleExperiments: readonly Experiment[] = [
  phaseTransition,
  escapeTimes,
  saddleToSaddle,
  kernelChange,
  greedyPhases,
  plateauSequence,
  symmetricGreedy,
]
