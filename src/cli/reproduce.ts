// What `deeplinear reproduce` does.
import { checkInteger } from '../check.js'
import { OptionError } from '../errors.js'
import { experiments, type Reproduction, reproduce } from '../experiment/index.js'
import { writeAtomically } from '../io/node-files.js'
import { type Drawing, drawingFor } from './drawing.js'
import { createProgress } from './progress.js'
import type { ReproduceFlags } from './reproduce-command.js'
import { interruptible } from './run-interrupt.js'
import { painter } from './style.js'

/** @returns the exit code */
export async function reproduceById(id: string | undefined, flags: ReproduceFlags): Promise<number> {
  if (flags.list === true) {
    process.stdout.write(`${list(flags.json === true)}\n`)
    return 0
  }
  if (id === undefined) throw new OptionError('give the id of an experiment, or --list', { argument: 'id' })
  let pass = true
  const code = await interruptible(async (signal) => {
    const drawing = await drawingFor(flags.svg, flags.html)
    const result = await run(id, flags, signal)
    if (result === undefined) return
    pass = result.pass
    if (drawing !== undefined) await writeFigures(drawing, result, flags)
    process.stdout.write(`${flags.json === true ? jsonOf(result) : textOf(result)}\n`)
  })
  return code !== 0 ? code : pass ? 0 : 1
}

async function run(id: string, flags: ReproduceFlags, signal: AbortSignal): Promise<Reproduction | undefined> {
  const set = Object.fromEntries(flags.set.map(assignment))
  const seed = flags.seed === undefined ? 1 : checkInteger(Number(flags.seed), '--seed')
  const progress = createProgress(100, flags.quiet === true, process.stderr, 'percent')
  try {
    return await reproduce(id, { set, seed, signal, onProgress: (done) => progress.update(Math.floor(100 * done), {}) })
  } catch (error) {
    if (signal.aborted) return undefined
    throw error
  } finally {
    progress.end()
  }
}

function assignment(text: string): [string, string] {
  const at = text.indexOf('=')
  if (at <= 0) throw new OptionError(`--set takes key=value, got '${text}'`, { argument: '--set' })
  return [text.slice(0, at), text.slice(at + 1)]
}

function list(json: boolean): string {
  const entries = experiments.map(({ id, paper, title }) => ({ id, paper, title }))
  if (json) return JSON.stringify(entries)
  const width = Math.max(...entries.map(({ id }) => id.length))
  return entries.map(({ id, title }) => `${id.padEnd(width)}  ${title}`).join('\n')
}

function jsonOf({ experiment, checks, seconds, parameters, seed, notes }: Reproduction): string {
  return JSON.stringify({ experiment, checks, seconds, parameters, seed, notes: notes ?? [] })
}

function textOf({ title, paper, checks, seconds, notes = [] }: Reproduction): string {
  const paint = painter(process.stdout)
  const lines = checks.map(({ name, measured, expected, tolerance, relation, pass }) => {
    const wanted =
      relation === 'within' ? `${short(expected)} +- ${short(tolerance)}` : `${relation} ${short(expected)}`
    return `${pass ? paint('green', 'ok  ') : paint('red', 'FAIL')}  ${name}: ${short(measured)}, ${wanted}`
  })
  const failed = checks.filter(({ pass }) => !pass).length
  const verdict = failed === 0 ? `all ${checks.length} checks hold` : `${failed} of ${checks.length} checks do not hold`
  return [paint('bold', title), paper, '', ...lines, '', ...notes, `${verdict}, ${seconds.toFixed(1)} s`].join('\n')
}

function short(value: number): string {
  return String(Number(value.toPrecision(5)))
}

async function writeFigures(drawing: Drawing, result: Reproduction, { svg, html }: ReproduceFlags): Promise<void> {
  const { curvesFigure, reproductionReport, stackFigures } = drawing
  if (svg !== undefined) await writeAtomically(svg, Buffer.from(stackFigures(result.figures.map(curvesFigure))))
  if (html !== undefined) await writeAtomically(html, Buffer.from(reproductionReport(result)))
}
