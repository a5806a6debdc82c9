// Every experiment by its id.
import { didYouMean } from '../check.js'
import { OptionError } from '../errors.js'
import { alignmentExperiments } from './alignment/index.js'
import { autoencoderExperiments } from './autoencoder/index.js'
import { collapseExperiments } from './collapse/index.js'
import { diffusionExperiments } from './diffusion/index.js'
import type { Experiment } from './experiment.js'
import { lambdaBalancedExperiments } from './lambda-balanced/index.js'
import { largeWidthExperiments } from './large-width/index.js'
import { marginExperiments } from './margin/index.js'
import { mixedExperiments } from './mixed/index.js'
import { pruningExperiments } from './pruning/index.js'
import { saddleExperiments } from './saddle/index.js'
import { singleNeuronExperiments } from './single-neuron/index.js'
import { symmetryExperiments } from './symmetry/index.js'

/** All experiments, in the order of the papers. */
export const experiments: readonly Experiment[] = Object.freeze([
  ...saddleExperiments,
  ...mixedExperiments,
  ...lambdaBalancedExperiments,
  ...singleNeuronExperiments,
  ...collapseExperiments,
  ...marginExperiments,
  ...diffusionExperiments,
  ...symmetryExperiments,
  ...pruningExperiments,
  ...alignmentExperiments,
  ...autoencoderExperiments,
  ...largeWidthExperiments,
])

/**
 * The experiment with an id.
 * @throws {OptionError} an id that no experiment has
 * @example
 * findExperiment('escape-time').paper.includes('2106.15933') // -> true
 */
export function findExperiment(id: string): Experiment {
  const found = experiments.find((experiment) => experiment.id === id)
  if (found === undefined) {
    const known = experiments.map((experiment) => experiment.id)
    const list = `the ${known.length} that there are stand in \`experiments\`, and \`deeplinear reproduce --list\` prints them`
    throw new OptionError(`there is no experiment '${id}'${didYouMean(String(id), known)}; ${list}`, { argument: 'id' })
  }
  return found
}
