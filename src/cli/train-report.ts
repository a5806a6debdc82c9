// What `deeplinear train` reports, and the report as text.
import type { Plateau } from '../probe/plateaus.js'
import type { TrainingData } from '../report/index.js'

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
