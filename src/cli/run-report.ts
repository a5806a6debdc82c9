// What `deeplinear run` reports.
import type { ConfiguredRun } from '../config/index.js'
import type { Build } from '../engine/load.js'
import type { TrainingResult } from '../train/training-result.js'

/** What `--json` prints. */
export interface RunReport {
  readonly status: string
  /** Steps done, those before a checkpoint included. */
  readonly steps: number
  readonly time: number
  readonly seconds: number
  readonly stepsPerSecond: number
  readonly gflops: number
  readonly build: Build
  /** The last frame, by column; null for what is no number. */
  readonly last: Readonly<Record<string, unknown>>
  /** Why it diverged; null if it did not. */
  readonly divergence: string | null
  /** Files that were written; null where none was asked for. */
  readonly checkpoint: string | null
  readonly out: string | null
  readonly figure: string | null
}

/** The report of a run. NaN and infinities become null, as in all JSON. */
export function reportOf(
  result: TrainingResult,
  build: Build,
  files: { checkpoint?: string; out?: string; figure?: string },
): RunReport {
  const last = Object.fromEntries(
    Object.entries(result.columns).map(([name, { shape, data, length }]) => {
      const width = shape.reduce((product, size) => product * size, 1)
      return [name, shape.length === 0 ? data[length - 1] : Array.from(data.subarray((length - 1) * width))]
    }),
  )
  return {
    status: result.status,
    steps: result.steps,
    time: result.time,
    seconds: result.seconds,
    stepsPerSecond: result.stepsPerSecond,
    gflops: result.gflops,
    build,
    last,
    divergence: result.divergence?.message ?? null,
    checkpoint: files.checkpoint ?? null,
    out: files.out ?? null,
    figure: files.figure ?? null,
  }
}

/** Numbers of a column that are shown. */
const SHOWN = 8

/** The report for people. */
export function formatReport({ net, task }: ConfiguredRun, report: RunReport): string {
  const { status, divergence, steps, stepsPerSecond, gflops, build, last, checkpoint, out, figure } = report
  const shown = (value: unknown) =>
    Array.isArray(value)
      ? `${value.slice(0, SHOWN).map(short).join(' ')}${value.length > SHOWN ? ` ... (${value.length})` : ''}`
      : short(value as number)
  const columns = Object.entries(last).filter(([name]) => name !== 'step')
  const rows: [string, string][] = [
    ['network', `${net.kind} ${net.sizes.join(' -> ')}`],
    ['task', task.name],
    ['status', `${status}${divergence === null ? '' : `: ${divergence}`}`],
    ['steps', `${steps}, at ${Math.round(stepsPerSecond)} steps/s, ${gflops.toFixed(2)} GFLOP/s on the ${build} build`],
    ...columns.map(([name, value]): [string, string] => [name, shown(value)]),
  ]
  if (checkpoint !== null) rows.push(['checkpoint', checkpoint])
  if (out !== null) rows.push(['history', out])
  if (figure !== null) rows.push(['figure', figure])
  const width = Math.max(...rows.map(([name]) => name.length)) + 1
  return rows.map(([name, text]) => name.padEnd(width) + text).join('\n')
}

function short(value: number): string {
  return String(Number(value.toPrecision(6)))
}
