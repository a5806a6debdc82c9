// `deeplinear train`: read data, train, report.
import { DeepLinearError } from '../errors.js'
import { createEngine } from '../linalg/engine.js'
import { createNetwork } from '../network/deep-linear.js'
import { gaussian } from '../network/initializer.js'
import { gradientDescent } from '../optimizer/gradient-descent.js'
import { findPlateaus } from '../probe/plateaus.js'
import type { Probe } from '../probe/probe.js'
import * as probes from '../probe/probes.js'
import type { TrainingData } from '../report/index.js'
import { type RegressionTask, regression } from '../task/regression.js'
import { train } from '../train/train.js'
import { type Prepared, prepareData } from './dataset.js'
import { createProgress } from './progress.js'
import { measureSpeedup } from './speedup.js'
import type { TrainConfig } from './train-config.js'
import { checkFigurePlace, type TrainOutcome, type TrainReport, writeFigure } from './train-report.js'

export async function runTrain(
  config: TrainConfig,
  io: { quiet: boolean; signal: AbortSignal },
): Promise<TrainOutcome> {
  await checkFigurePlace(config.figure)
  const data = await prepareData(config)
  const task = regression(data.train.x, data.train.y)
  const engine = await createEngine({ backend: config.backend, reproducible: !config.fast })
  const options = networkOptions(config, task)
  const net = createNetwork(engine, options)
  const optimizer = gradientDescent({ learningRate: config.learningRate, update: config.update })
  const accuracy = accuracyProbe(data)
  const recorded: Probe[] = [
    probes.loss(),
    probes.gradientNorm(),
    probes.singularValues(),
    ...(accuracy ? [accuracy] : []),
  ]
  const run = train(net, task, {
    optimizer,
    steps: config.steps,
    record: { every: config.every ?? Math.max(1, Math.ceil(config.steps / 400)), probes: recorded },
    signal: io.signal,
  })
  const progress = createProgress(config.steps, io.quiet)
  for await (const frame of run) {
    progress.update(frame.step, {
      loss: frame.loss as number,
      ...(accuracy ? { accuracy: frame.accuracy as number } : {}),
    })
  }
  progress.end()
  const result = await run.finished
  const {
    step,
    loss,
    gradientNorm,
    singularValues,
    accuracy: accuracies,
  } = result.columns as Record<string, { length: number; data: Float64Array }>
  const plateaus = findPlateaus({
    step: step.data,
    loss: loss.data,
    gradientNorm: gradientNorm.data,
    singularValues: singularValues.data,
  })
  const speedup = measureSpeedup(engine, options, task, optimizer)
  const report: TrainReport = {
    status: result.status,
    steps: result.steps,
    seconds: result.seconds,
    loss: loss.data[loss.length - 1],
    testAccuracy: accuracies ? accuracies.data[accuracies.length - 1] : null,
    plateaus,
    stepsPerSecond: result.stepsPerSecond,
    gflops: result.gflops,
    speedupOverTypeScript: speedup.factor,
    build: engine.info.build,
  }
  const network = `${net.sizes.join(' -> ')}, ${net.parameterCount} weights, ${options.init.name}`
  const figureData: TrainingData = {
    title: `Saddle to saddle: ${data.name}`,
    subtitle: `deep linear network ${net.sizes.join(' - ')}, ${options.init.name}, learning rate ${config.learningRate}`,
    step: step.data,
    loss: loss.data,
    testAccuracy: accuracies?.data,
    singularValues: singularValues.data,
    rank: Math.min(net.sizes[0], net.sizes[net.depth]),
    plateaus,
  }
  if (config.figure !== false) await writeFigure(config.figure, figureData, report, config, task)
  const outcome = {
    report,
    network,
    data: `${data.name}: ${data.train.x.shape[1]} samples to train on, ${data.test.x.shape[1]} to test`,
    minimumLoss: task.minimumLoss,
    figure: config.figure === false ? undefined : config.figure,
    message: result.divergence?.message,
  }
  net.dispose()
  engine.dispose()
  return outcome
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

/** Whether an error is the user's to mend. */
export function isUsageError(error: unknown): error is DeepLinearError {
  return error instanceof DeepLinearError && ['OPTION', 'RANGE', 'DTYPE', 'SHAPE'].includes(error.code)
}
