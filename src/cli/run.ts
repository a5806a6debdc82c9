// What `deeplinear run` does.
import { checkInteger, checkNumber } from '../check.js'
import { createRun, parseConfig, type RunConfig } from '../config/index.js'
import { FormatError, OptionError } from '../errors.js'
import { loadCheckpoint, saveCheckpoint } from '../io/node.js'
import { naming, readBytes, writeAtomically } from '../io/node-files.js'
import { encodeNpz, type NpyInput } from '../io/npz.js'
import { createEngine } from '../linalg/engine.js'
import type { Columns } from '../train/history.js'
import { train } from '../train/train.js'
import type { TrainingRun } from '../train/training-run.js'
import { drawingFor } from './drawing.js'
import { checkFigurePlace, checkPlace } from './place.js'
import { createProgress } from './progress.js'
import type { RunFlags } from './run-command.js'
import { interruptible } from './run-interrupt.js'
import { formatReport, reportOf } from './run-report.js'

const CONFIG_BYTES = 2 ** 22

/** @returns the exit code */
export async function runFile(path: string, flags: RunFlags): Promise<number> {
  const config = override(await readConfig(path), flags)
  const seconds = checkNumber(Number(flags.checkpointEvery), '--checkpoint-every', { above: 0, max: 1e6 })
  for (const name of ['checkpoint', 'out'] as const) {
    if (flags[name] !== undefined) await checkPlace(flags[name], name)
  }
  if (flags.figure !== undefined) await checkFigurePlace(flags.figure)
  let diverged = false
  const code = await interruptible(async (signal) => {
    diverged = await runConfig(config, flags, seconds, signal)
  })
  return diverged ? 1 : code
}

/** A disk may damage the file that a long run is to go on from; then the checkpoint before it is there. */
const KEEP = { keep: 2 } as const

function onDamaged({ message }: Error): void {
  process.stderr.write(`deeplinear: ${message}; going on from the checkpoint before it\n`)
}

/** @returns whether the run diverged */
async function runConfig(config: RunConfig, flags: RunFlags, seconds: number, signal: AbortSignal): Promise<boolean> {
  const resume = flags.resume === undefined ? undefined : await loadCheckpoint(flags.resume, { onDamaged })
  const drawing = await drawingFor(flags.figure)
  using engine = await createEngine({ backend: flags.backend ?? 'auto', reproducible: flags.fast !== true })
  const configured = createRun(engine, config)
  const run = train(configured.net, configured.task, { ...configured.options, signal, resume })
  const from = resume?.step ?? 0
  const progress = createProgress(Math.max(0, config.steps - from), flags.quiet === true)
  const saver = flags.checkpoint === undefined ? undefined : saveEvery(run, flags.checkpoint, seconds)
  try {
    for await (const frame of run) progress.update(frame.step - from, factsOf(frame, from))
  } finally {
    progress.end()
    await saver?.stop()
  }
  const result = await run.finished
  // A full disk costs the files and not the report.
  const failures: unknown[] = []
  const written = async (path: string | undefined, write: (path: string) => Promise<void>) => {
    if (path === undefined) return undefined
    try {
      await write(path)
      return path
    } catch (error) {
      failures.push(error)
      return undefined
    }
  }
  const checkpoint = await written(flags.checkpoint, (path) => saveCheckpoint(path, result.checkpoint(), KEEP))
  const out = await written(flags.out, (path) => writeAtomically(path, encodeNpz(arraysOf(result.columns))))
  const figure = await written(flags.figure, (path) => {
    const { historyFigure, runReport } = drawing!
    const title = `${configured.net.kind} ${configured.net.sizes.join(' - ')}, ${configured.task.name}`
    const isPage = !/\.svg$/i.test(path)
    const text = isPage ? runReport(result, { title, parameters: { ...config } }) : historyFigure(result, { title })
    return writeAtomically(path, Buffer.from(text))
  })
  const report = reportOf(result, engine.info.build, { checkpoint, out, figure })
  process.stdout.write(`${flags.json === true ? JSON.stringify(report) : formatReport(configured, report)}\n`)
  if (failures.length > 0) throw failures[0]
  if (report.divergence !== null && flags.json === true) {
    process.stderr.write(`deeplinear: diverged: ${report.divergence}\n`)
  }
  return report.divergence !== null
}

/** Saves a checkpoint every so often, one at a time. A failure is reported and does not end the run; at its end saving is tried again. */
function saveEvery(run: TrainingRun, path: string, seconds: number): { stop(): Promise<void> } {
  let saving: Promise<void> | undefined
  const timer = setInterval(() => {
    saving ??= saveCheckpoint(path, run.checkpoint(), KEEP)
      .catch((error: Error) => void process.stderr.write(`deeplinear: ${error.message}; the run goes on\n`))
      .finally(() => {
        saving = undefined
      })
  }, 1000 * seconds)
  return {
    async stop() {
      clearInterval(timer)
      await saving
    },
  }
}

/** Numbers of a frame for the display; where a run was resumed, from which step on steps are counted. */
function factsOf(frame: Readonly<Record<string, unknown>>, from: number): Record<string, number> {
  const numbers = Object.entries(frame).filter(([name, value]) => typeof value === 'number' && name !== 'step')
  return { ...(from === 0 ? {} : { from }), ...(Object.fromEntries(numbers) as Record<string, number>) }
}

function arraysOf(columns: Columns): Record<string, NpyInput> {
  return Object.fromEntries(
    Object.entries(columns).map(([name, { length, shape, data }]) => [name, { shape: [length, ...shape], data }]),
  )
}

async function readConfig(path: string): Promise<RunConfig> {
  const bytes = await readBytes(path, CONFIG_BYTES)
  let text: string
  try {
    text = new TextDecoder('utf-8', { fatal: true }).decode(bytes)
  } catch (cause) {
    throw new FormatError(`${path}: the configuration is not UTF-8`, { argument: 'config', cause })
  }
  try {
    return parseConfig(text)
  } catch (error) {
    if (!(error instanceof OptionError)) throw naming(path, error)
    const { message, argument, data } = error
    throw new OptionError(`${path}: ${message}`, { argument, data, cause: error })
  }
}

/** The configuration with what flags say in its place. */
function override(config: RunConfig, { steps, every, seed }: RunFlags): RunConfig {
  const number = (text: string, name: string, min: number) =>
    checkInteger(Number(text.trim() || Number.NaN), name, { min })
  let changed = config
  if (steps !== undefined) changed = { ...changed, steps: number(steps, '--steps', 0) }
  if (every !== undefined) changed = { ...changed, record: { ...changed.record, every: number(every, '--every', 1) } }
  if (seed !== undefined) {
    if (changed.network.kind === 'diagonal') {
      throw new OptionError('--seed: a diagonal network is given its start and draws none', { argument: '--seed' })
    }
    changed = { ...changed, network: { ...changed.network, seed: number(seed, '--seed', 0) } }
  }
  return changed
}
