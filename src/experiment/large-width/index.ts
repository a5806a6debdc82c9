// Large width: mean-field theory, transfer of hyperparameters, scaling laws.
import type { Experiment } from '../experiment.js'
import { bottlenecks } from './bottlenecks.js'
import { dmftVsSimulation } from './dmft-vs-simulation.js'
import { infiniteDepth } from './infinite-depth.js'
import { onePassVsRepeated } from './one-pass-vs-repeated.js'
import { powerLawExponentsExperiment } from './power-law-exponents.js'
import { randomFeatures } from './random-features.js'
import { transferDepth } from './transfer-depth.js'
import { transferWidth } from './transfer-width.js'
import { widerIsBetter } from './wider-is-better.js'

export const largeWidthExperiments: readonly Experiment[] = [
  dmftVsSimulation,
  transferWidth,
  transferDepth,
  widerIsBetter,
  onePassVsRepeated,
  powerLawExponentsExperiment,
  bottlenecks,
  randomFeatures,
  infiniteDepth,
]
