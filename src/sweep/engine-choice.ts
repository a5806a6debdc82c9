// How the runs of a sweep are computed: one engine for all of them, chosen from the manifest alone, so that chunks and workers cannot change a bit.
import type { ProbeConfig, RunConfig } from '../config/types.js'
import { OptionError } from '../errors.js'
import { type ExperimentRun, isExperimentRun } from './run-config.js'
import type { ExperimentMetric, ProbeMetric, SweepEngine } from './types.js'

/** Up to this width members of an ensemble are faster side by side than one after the other. */
const ENSEMBLE_WIDTH = 32
/** Widths over the larger end from which on a step in Gram form costs less than one of two layers. */
const GRAM_FACTOR = 4

/** Tasks that are alike in every member: nothing is drawn while training. */
const QUIET = [
  'whitened',
  'regression',
  'classification',
  'completion',
  'statistics',
  'teacher',
  'powerLaw',
  'autoencoder',
]
const DATASETS = ['semanticTree', 'tree15', 'tree7', 'livingThings', 'haar', 'randomRegression']
/** Tasks that are learned through the end-to-end map. */
const MAPS = ['whitened', 'completion', 'statistics', 'teacher', ...DATASETS]
/** Probes of the end-to-end map. */
const OF_MAP = ['loss', 'singularValues', 'rank', 'nuclearNorm', 'effectiveRank', 'stableRank', 'testLoss']
/** Probes that look at one moment and at nothing before it, so that members can be looked at in turn. */
const OF_MOMENT = [...OF_MAP, 'gradientNorm', 'weightNorms', 'lambda', 'sharpness', 'accuracy']

/**
 * The engine of a sweep.
 * @param configs the base at the values of its axes
 * @throws {OptionError} an engine that these runs cannot have
 */
export function chooseEngine(
  given: 'auto' | SweepEngine,
  configs: readonly (RunConfig | ExperimentRun)[],
  metrics: readonly (ProbeMetric | ExperimentMetric)[],
): SweepEngine {
  const runs = configs.filter((config): config is RunConfig => !isExperimentRun(config))
  const isExperiment = runs.length === 0
  if (given !== 'auto') {
    const reason =
      isExperiment !== (given === 'experiment') ? 'the base is of another kind' : obstacle(given, runs, metrics)
    if (reason === undefined) return given
    throw new OptionError(`engine '${given}' cannot compute these runs: ${reason}; leave it to 'auto'`, {
      argument: 'engine',
    })
  }
  if (isExperiment) return 'experiment'
  const widths = runs.flatMap(({ network }) => (network.kind === 'layers' ? network.sizes : [Infinity]))
  if (Math.max(...widths) <= ENSEMBLE_WIDTH && obstacle('ensemble', runs, metrics) === undefined) return 'ensemble'
  const wide = runs.every(({ network }) => {
    if (network.kind !== 'layers' || network.sizes.length !== 3) return false
    const [n, w, m] = network.sizes
    return w >= GRAM_FACTOR * Math.max(n, m)
  })
  return wide && obstacle('gram', runs, metrics) === undefined ? 'gram' : 'single'
}

/** Why runs cannot be computed so; undefined if they can. */
function obstacle(
  engine: SweepEngine,
  runs: readonly RunConfig[],
  metrics: readonly (ProbeMetric | ExperimentMetric)[],
): string | undefined {
  if (engine === 'single' || engine === 'experiment') return undefined
  if (engine === 'gram' && metrics.some((metric) => 'probe' in metric && metric.probe === 'weights')) return 'weights'
  for (const run of runs) {
    const reason = engine === 'ensemble' ? ensembleObstacle(run) : gramObstacle(run)
    if (reason !== undefined) return reason
  }
  return undefined
}

function ensembleObstacle({ network, task, optimizer, record, until }: RunConfig): string | undefined {
  if (network.kind !== 'layers') return `a ${network.kind} network`
  if (network.masks !== undefined || network.feedback !== undefined) return 'masks or feedback matrices'
  if (![...QUIET, ...DATASETS].includes(task.kind)) return `the task ${task.kind} draws numbers while training`
  if ('batchSize' in optimizer && optimizer.batchSize !== undefined) return 'minibatches'
  if (until?.loss !== undefined || until?.gradientNorm !== undefined)
    return 'members end together, so until is not for them'
  return strangeProbe(record?.probes, OF_MOMENT)
}

function gramObstacle({ network, task, optimizer, record }: RunConfig): string | undefined {
  if (network.kind !== 'layers' || network.sizes.length !== 3) return 'not a network of two layers'
  const { activation, biases, residual, parameterization, outputMultiplier, masks, feedback } = network
  const plain = [residual, parameterization, masks, feedback].every((option) => option === undefined)
  if (!plain || activation !== 'linear' || biases !== false || outputMultiplier !== 1) return 'not plain linear layers'
  if (network.init !== undefined && network.init.kind !== 'gaussian') return 'a start other than gaussian'
  if (network.sizes[1] < Math.min(network.sizes[0], network.sizes[2])) return 'narrower than its ends'
  if (!MAPS.includes(task.kind)) return `the task ${task.kind} is not learned through the map`
  if (optimizer.kind !== 'gradientDescent' || optimizer.layerRates !== undefined) return 'not plain gradient descent'
  return strangeProbe(record?.probes, OF_MAP)
}

function strangeProbe(probes: readonly ProbeConfig[] = [], known: readonly string[]): string | undefined {
  const kinds = probes.map((probe) => (typeof probe === 'string' ? probe : probe.kind))
  const strange = kinds.find((kind) => !known.includes(kind))
  return strange === undefined ? undefined : `the probe ${strange}`
}
