// What `deeplinear train` reports: the outcome as text, and the figure as SVG or as an HTML page.
import { access, constants, stat, writeFile } from 'node:fs/promises'
import { dirname } from 'node:path'
import { IoError, OptionError } from '../errors.js'
import type { Plateau } from '../probe/plateaus.js'
import { htmlReport, type TrainingData, trainingFigure } from '../report/index.js'
import type { TrainConfig } from './train-config.js'

/** What `--json` prints. */
export interface TrainReport {
  readonly status: string
  readonly steps: number
  readonly seconds: number
  /** The last loss that was a number; null if none was. */
  readonly loss: number | null
  /** Null where the data have no classes or nothing was held out. */
  readonly testAccuracy: number | null
  readonly plateaus: readonly Plateau[]
  readonly stepsPerSecond: number
  readonly gflops: number
  /** Null where it was not measured: interrupted, on the TypeScript executor, or not wanted. */
  readonly speedupOverTypeScript: number | null
  readonly build: string
}

/** The whole outcome: the report, and what only people want to read. */
export interface TrainOutcome {
  readonly report: TrainReport
  readonly network: string
  readonly data: string
  readonly minimumLoss: number
  /** Why it diverged, if it did. */
  readonly message: string | undefined
  readonly figure: TrainingData
}

/** The outcome for people. */
export function formatOutcome({ report, network, data, minimumLoss, message }: TrainOutcome): string {
  const lines = [
    `data       ${data}`,
    `network    ${network}`,
    `status     ${report.status}${message ? `: ${message}` : ''}`,
    `loss       ${report.loss?.toPrecision(5) ?? 'not finite'} after ${report.steps} steps (no linear map reaches less than ${minimumLoss.toPrecision(5)})`,
  ]
  if (report.testAccuracy !== null)
    lines.push(`accuracy   ${(100 * report.testAccuracy).toFixed(1)} % on the test samples`)
  const { speedupOverTypeScript: speedup } = report
  lines.push(
    `speed      ${Math.round(report.stepsPerSecond)} steps/s, ${report.gflops.toFixed(2)} GFLOP/s on the ${report.build} build` +
      (speedup === null ? '' : `: ${speedup.toFixed(1)} times pure TypeScript, measured in this run`),
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
  return lines.join('\n')
}

/** Looks before training whether the figure can be written after it. */
export async function checkFigurePlace(figure: string | false): Promise<void> {
  if (figure === false) return
  if (!/\.(svg|html?)$/i.test(figure)) {
    throw new OptionError(`--figure must end in .svg or .html, got ${JSON.stringify(figure)}`, { argument: 'figure' })
  }
  try {
    const there = await stat(figure).catch(() => undefined)
    if (there !== undefined && !there.isFile()) throw Object.assign(new Error('not a file'), { code: 'not a file' })
    await access(there === undefined ? dirname(figure) : figure, constants.W_OK)
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

/** Draw the figure; the report has been printed by then, so that a full disk costs the figure alone. */
export async function writeFigure(
  path: string,
  { report, figure, minimumLoss }: TrainOutcome,
  config: TrainConfig,
): Promise<void> {
  const svg = trainingFigure(figure)
  const text = /\.svg$/i.test(path)
    ? svg
    : htmlReport({
        title: figure.title,
        figures: [svg],
        tables: [
          {
            caption: 'Plateaus',
            head: ['from step', 'to step', 'loss', 'rank', 'nuclear norm'],
            rows: report.plateaus.map((plateau) => [
              plateau.from,
              plateau.to,
              Number(plateau.loss.toPrecision(5)),
              plateau.rank,
              Number(plateau.nuclearNorm.toPrecision(5)),
            ]),
          },
          {
            caption: 'Result',
            head: ['quantity', 'value'],
            rows: [
              ['status', report.status],
              ['loss', report.loss?.toPrecision(6) ?? 'not finite'],
              ['least loss of any linear map', minimumLoss.toPrecision(6)],
              ['test accuracy', report.testAccuracy === null ? 'none' : `${(100 * report.testAccuracy).toFixed(1)} %`],
              ['steps per second', Math.round(report.stepsPerSecond)],
              ['GFLOP/s', report.gflops.toFixed(2)],
              ['speed-up over pure TypeScript', report.speedupOverTypeScript?.toFixed(1) ?? 'not measured'],
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
