// `deeplinear train`: read data, train, report.
import { access, constants, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { DeepLinearError, IoError, OptionError } from '../errors.js'
import { createEngine } from '../linalg/engine.js'
import { createNetwork } from '../network/deep-linear.js'
import { gaussian } from '../network/initializer.js'
import { gradientDescent } from '../optimizer/gradient-descent.js'
import { findPlateaus, type Plateau } from '../probe/plateaus.js'
import type { Probe } from '../probe/probe.js'
import * as probes from '../probe/probes.js'
import { htmlReport, type TrainingData, trainingFigure } from '../report/index.js'
import { type RegressionTask, regression } from '../task/regression.js'
import { train } from '../train/train.js'
import { type Prepared, prepareData } from './dataset.js'
import { createProgress } from './progress.js'
import { measureSpeedup } from './speedup.js'
import type { TrainConfig } from './train-config.js'

/** What `--json` prints. */
export interface TrainReport {
  readonly status: string
  readonly steps: number
  readonly seconds: number
  readonly loss: number
  /** Null where the data have no classes or nothing was held out. */
  readonly testAccuracy: number | null
  readonly plateaus: readonly Plateau[]
  readonly stepsPerSecond: number
  readonly gflops: number
  readonly speedupOverTypeScript: number
  readonly build: string
}

/** The whole outcome: the report, and what only people want to read. */
export interface TrainOutcome {
  readonly report: TrainReport
  readonly network: string
  readonly data: string
  readonly minimumLoss: number
  readonly figure: string | undefined
  readonly message: string | undefined
}

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

/** Looks before training whether the figure can be written after it. */
async function checkFigurePlace(figure: string | false): Promise<void> {
  if (figure === false) return
  if (!/\.(svg|html?)$/i.test(figure)) {
    throw new OptionError(`--figure must end in .svg or .html, got ${JSON.stringify(figure)}`, { argument: 'figure' })
  }
  try {
    await access(dirname(figure), constants.W_OK)
  } catch (cause) {
    throw figureError(figure, cause)
  }
}

function figureError(path: string, cause: unknown): IoError {
  const reason = (cause as NodeJS.ErrnoException).code ?? cause
  return new IoError(
    `cannot write the figure to ${path} (${reason}); choose another place with --figure, or --no-figure`,
    {
      argument: 'figure',
      cause,
    },
  )
}

async function writeFigure(
  path: string,
  data: TrainingData,
  report: TrainReport,
  config: TrainConfig,
  task: RegressionTask,
): Promise<void> {
  const svg = trainingFigure(data)
  const text = /\.svg$/i.test(path)
    ? svg
    : htmlReport({
        title: data.title,
        figures: [svg],
        tables: [
          {
            caption: 'Plateaus',
            head: ['from step', 'to step', 'loss', 'rank', 'nuclear norm'],
            rows: report.plateaus.map((plateau) => [
              plateau.from,
              plateau.to,
              plateau.loss.toPrecision(5),
              plateau.rank,
              plateau.nuclearNorm.toPrecision(5),
            ]),
          },
          {
            caption: 'Result',
            head: ['quantity', 'value'],
            rows: [
              ['status', report.status],
              ['loss', report.loss.toPrecision(6)],
              ['least loss of any linear map', task.minimumLoss.toPrecision(6)],
              ['test accuracy', report.testAccuracy === null ? 'none' : `${(100 * report.testAccuracy).toFixed(1)} %`],
              ['steps per second', Math.round(report.stepsPerSecond)],
              ['GFLOP/s', report.gflops.toFixed(2)],
              ['speed-up over pure TypeScript', report.speedupOverTypeScript.toFixed(1)],
              ['build', report.build],
            ],
          },
        ],
        parameters: Object.fromEntries(Object.entries(config).filter(([, value]) => value !== undefined)),
      })
  try {
    await writeFile(path, text)
  } catch (cause) {
    throw figureError(path, cause)
  }
}

/** The outcome for people. */
export function formatOutcome({ report, network, data, minimumLoss, figure, message }: TrainOutcome): string {
  const lines = [
    `data       ${data}`,
    `network    ${network}`,
    `status     ${report.status}${message ? `: ${message}` : ''}`,
    `loss       ${report.loss.toPrecision(5)} after ${report.steps} steps (no linear map reaches less than ${minimumLoss.toPrecision(5)})`,
  ]
  if (report.testAccuracy !== null)
    lines.push(`accuracy   ${(100 * report.testAccuracy).toFixed(1)} % on the test samples`)
  lines.push(
    `speed      ${Math.round(report.stepsPerSecond)} steps/s, ${report.gflops.toFixed(2)} GFLOP/s on the ${report.build} build: ` +
      `${report.speedupOverTypeScript.toFixed(1)} times pure TypeScript, measured in this run`,
    '',
  )
  if (report.plateaus.length === 0) lines.push('plateaus   none found')
  else {
    lines.push('plateaus       steps            loss   rank   nuclear norm')
    for (const { from, to, loss, rank, nuclearNorm } of report.plateaus) {
      lines.push(
        `          ${String(from).padStart(7)} - ${String(to).padEnd(7)} ${loss.toPrecision(5).padStart(9)}   ${String(rank).padStart(4)}   ${nuclearNorm.toPrecision(4).padStart(12)}`,
      )
    }
  }
  if (figure !== undefined) lines.push('', `figure     ${figure}`)
  return lines.join('\n')
}

/** Whether an error is the user's to mend. */
export function isUsageError(error: unknown): error is DeepLinearError {
  return error instanceof DeepLinearError && ['OPTION', 'RANGE', 'DTYPE', 'SHAPE'].includes(error.code)
}
