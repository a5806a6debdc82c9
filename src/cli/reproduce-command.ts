// `deeplinear reproduce ID`: an experiment of a paper, simulation beside theory, checked.
import { type Command, Option } from 'commander'
import { checkInteger } from '../check.js'
import { OptionError } from '../errors.js'
import { experiments, type Reproduction, reproduce } from '../experiment/index.js'
import { writeAtomically } from '../io/node-files.js'
import { curvesFigure, reproductionReport, stackFigures } from '../report/index.js'
import { createProgress } from './progress.js'
import { interruptible } from './run-interrupt.js'
import { painter } from './style.js'

/** Flags of the command, as text. */
interface ReproduceFlags {
  list?: boolean
  json?: boolean
  html?: string
  svg?: string
  set: readonly string[]
  seed?: string
  quiet?: boolean
}

/** Adds the command; `exit` is told its exit code. */
export function addReproduceCommand(program: Command, exit: (code: number) => void): void {
  program
    .command('reproduce')
    .argument('[id]', 'an experiment; --list names them')
    .summary('reproduce an experiment of a paper: simulation beside theory, with checks')
    .description('Runs an experiment with its simulation and its theory, compares the two, and draws the figure.')
    .optionsGroup('What to run:')
    .addOption(new Option('--list', 'name the experiments'))
    .addOption(new Option('--set <key=value...>', 'another value of a parameter; lists as 1,2,3').default([], 'none'))
    .addOption(new Option('--seed <n>', 'seed of everything random (default: 1)'))
    .optionsGroup('What comes out:')
    .addOption(new Option('--html <file>', 'write one page with figure, checks, parameters and formulas'))
    .addOption(new Option('--svg <file>', 'write the figure'))
    .addOption(new Option('--json', 'print one JSON object instead of text'))
    .addOption(new Option('--quiet', 'show no progress'))
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  $ deeplinear reproduce --list\n' +
        '  $ deeplinear reproduce escape-time --html escape.html\n' +
        '  $ deeplinear reproduce escape-time --set depths=2,3 --seed 7 --json\n' +
        '\nExit: 0 every check holds, 1 one does not, 2 bad usage, 130 or 143 interrupted.\n',
    )
    .action(async (id: string | undefined, flags: ReproduceFlags) => {
      if (flags.list === true) {
        process.stdout.write(`${list(flags.json === true)}\n`)
        return
      }
      if (id === undefined) throw new OptionError('give the id of an experiment, or --list', { argument: 'id' })
      let pass = true
      const code = await interruptible(async (signal) => {
        const result = await run(id, flags, signal)
        if (result === undefined) return
        pass = result.pass
        if (flags.svg !== undefined) await writeAtomically(flags.svg, Buffer.from(stackFigures(figuresOf(result))))
        if (flags.html !== undefined) await writeAtomically(flags.html, Buffer.from(reproductionReport(result)))
        process.stdout.write(`${flags.json === true ? jsonOf(result) : textOf(result)}\n`)
      })
      exit(code !== 0 ? code : pass ? 0 : 1)
    })
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

function figuresOf({ figures }: Reproduction): string[] {
  return figures.map(curvesFigure)
}
