// `deeplinear train`: read data, train, report.
import { createEngine } from '../linalg/engine.js'
import { createNetwork } from '../network/create.js'
import { gaussian } from '../network/initializer.js'
import { gradientDescent } from '../optimizer/gradient-descent.js'
import { findPlateaus } from '../probe/plateaus.js'
import type { Probe } from '../probe/probe.js'
import * as probes from '../probe/probes.js'
import { type RegressionTask, regression } from '../task/regression.js'
import { train } from '../train/train.js'
import { type Prepared, prepareData } from './dataset.js'
import { drawingFor } from './drawing.js'
import { checkFigurePlace } from './place.js'
import { createProgress } from './progress.js'
import { interruptible } from './run-interrupt.js'
import { measureSpeedup } from './speedup.js'
import type { TrainFlags } from './train-command.js'
import { readTrainConfig, type TrainConfig } from './train-config.js'
import { writeFigure } from './train-figure.js'
import { formatOutcome, type TrainOutcome } from './train-report.js'

/** @returns the exit code */
export async function trainAndReport({ config, json, quiet, speedup, ...flags }: TrainFlags): Promise<number> {
  const settings = await readTrainConfig(config, flags)
  let diverged = false
  const code = await interruptible(async (signal) => {
    if (settings.figure !== false) await checkFigurePlace(settings.figure)
    const drawing = await drawingFor(settings.figure)
    const outcome = await runTrain(settings, { quiet: quiet === true, speedup, signal })
    process.stdout.write(`${json === true ? JSON.stringify(outcome.report) : formatOutcome(outcome)}\n`)
    diverged = outcome.message !== undefined
    if (diverged && json === true) process.stderr.write(`deeplinear: diverged: ${outcome.message}\n`)
    if (settings.figure === false || drawing === undefined) return
    await writeFigure(drawing, settings.figure, outcome, settings)
    if (json !== true) process.stdout.write(`\nfigure     ${settings.figure}\n`)
  })
  return diverged ? 1 : code
}

/** What the command line passes besides the settings. */
interface TrainIo {
  readonly quiet: boolean
  /** Measure the speed-up over pure TypeScript afterwards. */
  readonly speedup: boolean
  readonly signal: AbortSignal
}

async function runTrain(config: TrainConfig, io: TrainIo): Promise<TrainOutcome> {
  const data = await prepareData(config)
  const task = regression(data.train.x, data.train.y)
  using engine = await createEngine({ backend: config.backend, reproducible: !config.fast })
  const options = networkOptions(config, task)
  using net = createNetwork(engine, options)
  const accuracy = accuracyProbe(data)
  const run = train(net, task, {
    optimizer: gradientDescent({ learningRate: config.learningRate, update: config.update }),
    steps: config.steps,
    record: {
      every: config.every ?? Math.max(1, Math.ceil(config.steps / 400)),
      probes: [
        probes.loss(),
        probes.gradientNorm(),
        probes.singularValues(),
        ...(accuracy ? [accuracy] : []),
      ] as Probe[],
    },
    signal: io.signal,
  })
  const progress = createProgress(config.steps, io.quiet)
  for await (const { step, loss, accuracy } of run) {
    progress.update(step, { loss: loss as number, ...(accuracy === undefined ? {} : { accuracy: accuracy as number }) })
  }
  progress.end()
  const result = await run.finished
  const recorded = finiteFrames(result.columns as unknown as Columns)
  const plateaus = findPlateaus(recorded, { scale: naturalScale(task) })
  const measured = io.speedup && engine.info.backend === 'wasm' && result.status !== 'aborted'
  return {
    report: {
      status: result.status,
      steps: result.steps,
      seconds: result.seconds,
      loss: recorded.loss.at(-1) ?? null,
      testAccuracy: recorded.accuracy?.at(-1) ?? null,
      plateaus,
      stepsPerSecond: result.stepsPerSecond,
      gflops: result.gflops,
      speedupOverTypeScript: measured ? await measureSpeedup(engine, options, task, config.update, io.signal) : null,
      build: engine.info.build,
    },
    network: `${net.sizes.join(' -> ')}, ${net.parameterCount} weights, ${options.init.name}`,
    data: `${data.name}: ${data.train.x.shape[1]} samples to train on, ${data.test.x.shape[1]} to test`,
    minimumLoss: task.minimumLoss,
    message: result.divergence?.message,
    figure: {
      title: `Saddle to saddle: ${data.name}`,
      subtitle: `deep linear network ${net.sizes.join(' - ')}, ${options.init.name}, learning rate ${config.learningRate}`,
      step: recorded.step,
      loss: recorded.loss,
      testAccuracy: recorded.accuracy,
      singularValues: recorded.singularValues,
      rank: Math.min(task.inputs, task.outputs),
      plateaus,
    },
  }
}

type Columns = Record<'step' | 'loss' | 'gradientNorm' | 'singularValues', { data: Float64Array }> & {
  accuracy?: { data: Float64Array }
}

/** The columns up to the last frame whose loss is a number: what came after it overflowed on its way to divergence. */
function finiteFrames(columns: Columns) {
  const overflow = columns.loss.data.findIndex((value) => !Number.isFinite(value))
  const frames = overflow < 0 ? columns.loss.data.length : overflow
  const modes = columns.singularValues.data.length / columns.loss.data.length
  return {
    step: columns.step.data.subarray(0, frames),
    loss: columns.loss.data.subarray(0, frames),
    gradientNorm: columns.gradientNorm.data.subarray(0, frames),
    singularValues: columns.singularValues.data.subarray(0, frames * modes),
    accuracy: columns.accuracy?.data.subarray(0, frames),
  }
}

/** About the size of a learned mode, from the data alone: |Sigma_yx| / |Sigma_xx|. Runs that end early have learned none. */
function naturalScale({ sigmaYX, sigmaXX }: RegressionTask): number {
  const size = (values: Float64Array) => Math.sqrt(values.reduce((sum, value) => sum + value * value, 0))
  const inputs = size(sigmaXX)
  return inputs > 0 ? size(sigmaYX) / inputs : 0
}

function networkOptions(config: TrainConfig, task: RegressionTask) {
  const sizes = [task.inputs, ...new Array<number>(config.depth - 1).fill(config.width), task.outputs]
  const init = gaussian(config.variance === undefined ? { gamma: config.gamma ?? 2.4 } : { variance: config.variance })
  return { sizes, init, seed: config.seed, dtype: config.dtype }
}

function accuracyProbe(data: Prepared): Probe | undefined {
  const { labels, x } = data.test
  if (labels === undefined || labels.length === 0) return undefined
  return probes.accuracy({ inputs: x, labels, bias: data.outputs.shift })
}
