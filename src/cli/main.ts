// The command line. Data go to stdout, progress and errors to stderr. Exit 0: done; 1: failed or diverged; 2: bad usage;
// 130 or 143: interrupted, with what was done until then reported.
import { readFile, stat } from 'node:fs/promises'
import { Command, CommanderError, Option } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { DeepLinearError, type ErrorCode, FormatError, IoError } from '../errors.js'
import { addDoctorCommand } from './doctor-command.js'
import { addReproduceCommand } from './reproduce-command.js'
import { addRunCommand } from './run-command.js'
import { interruptible } from './run-interrupt.js'
import { addServeCommand } from './serve-command.js'
import { styleProgram } from './style.js'
import { addSweepCommand } from './sweep-command.js'
import { runTrain } from './train-command.js'
import { checkTrainConfig, flagName, type TrainSetting, trainConfigSchema } from './train-config.js'
import { formatOutcome, writeFigure } from './train-report.js'

const CONFIG_BYTES = 2 ** 20
/** Codes of errors that are the user's to mend. */
const USAGE: readonly ErrorCode[] = ['OPTION', 'RANGE', 'DTYPE', 'SHAPE']

export async function main(args: readonly string[]): Promise<number> {
  const program = styleProgram(new Command('deeplinear'))
    .description('Training dynamics of deep linear networks: simulated, beside their exact theory.')
    .version(packageJson.version, '-V, --version', 'print the version')
    .helpOption('-h, --help', 'print this')
    .exitOverride()
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  $ deeplinear train                                   1797 handwritten digits, from saddle to saddle\n' +
        '  $ deeplinear reproduce --list                        the experiments of the papers\n' +
        '  $ deeplinear reproduce escape-time --html out.html   one of them, with its figure\n' +
        '  $ deeplinear doctor                                  what runs here, and why not faster\n' +
        '\nData go to stdout; progress and errors to stderr, progress as one line of JSON a second where that is no terminal.\n' +
        'Exit: 0 done, 1 failed, diverged or a check that does not hold, 2 bad usage, 130 or 143 interrupted.\n' +
        'Environment: NO_COLOR and FORCE_COLOR are honoured.\n',
    )
  let exitCode = 0
  const command = program
    .command('train')
    .summary('train a deep linear network; by default on handwritten digits, from a small start')
    .description(
      'Trains a deep linear network by gradient descent on a table of samples and shows its passage from saddle to saddle: ' +
        'the plateaus of the loss, and the singular values of the end-to-end map as they are learned one after another. ' +
        'Without --data: 1797 handwritten digits, 64 pixels to 10 classes.',
    )
  for (const [name, schema] of Object.entries(trainConfigSchema.shape)) {
    const option = flagOf(name as TrainSetting, schema as Parameters<typeof flagOf>[1])
    command.addOption(option.helpGroup(GROUPS[name as TrainSetting]))
  }
  command
    .optionsGroup('What comes out:')
    .addOption(new Option('--no-figure', 'write no figure'))
    .addOption(
      new Option(
        '--config <file>',
        'settings as one JSON object, named as the flags in camelCase; flags win',
      ).helpGroup('Data:'),
    )
    .addOption(new Option('--no-speedup', 'do not measure the speed-up over pure TypeScript afterwards'))
    .addOption(new Option('--json', 'print one JSON object instead of text'))
    .addOption(new Option('--quiet', 'show no progress'))
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  $ deeplinear train                                     the digits\n' +
        '  $ deeplinear train --depth 2 --gamma 1 --steps 5000    a shallow net from a mean-field start\n' +
        '  $ deeplinear train --data own.csv --figure own.html    the last column is the class, an integer from 0\n' +
        '  $ deeplinear train --data xy.npy --targets 3 --json    the last three columns are regression targets\n' +
        '\nExit: 0 done, 1 failed or diverged, 2 bad usage, 130 or 143 interrupted (what was done is reported).\n',
    )
    .action(async (given: Record<string, unknown>) => {
      const { config, json, quiet, speedup, ...flags } = given
      const settings = checkTrainConfig(
        config === undefined ? undefined : await readConfig(config as string),
        settingsOf(flags),
      )
      let diverged = false
      exitCode = await interruptible(async (signal) => {
        const io = { quiet: quiet === true, speedup: speedup !== false, signal }
        const outcome = await runTrain(settings, io)
        process.stdout.write(`${json === true ? JSON.stringify(outcome.report) : formatOutcome(outcome)}\n`)
        if (outcome.message !== undefined && json === true) {
          process.stderr.write(`deeplinear: diverged: ${outcome.message}\n`)
        }
        diverged = outcome.message !== undefined
        if (settings.figure !== false) {
          await writeFigure(settings.figure, outcome, settings)
          if (json !== true) process.stdout.write(`\nfigure     ${settings.figure}\n`)
        }
      })
      if (diverged) exitCode = 1
    })
  const exit = (code: number) => {
    exitCode = code
  }
  addRunCommand(program, exit)
  addReproduceCommand(program, exit)
  addServeCommand(program, exit)
  addSweepCommand(program, exit)
  addDoctorCommand(program)
  try {
    await program.parseAsync(args, { from: 'user' })
    return exitCode
  } catch (error) {
    // Commander has printed its own message already.
    if (error instanceof CommanderError) return error.exitCode === 0 ? 0 : 2
    if (!(error instanceof DeepLinearError)) throw error
    process.stderr.write(`deeplinear: ${error.message}\n`)
    return USAGE.includes(error.code) ? 2 : 1
  }
}

/** Under which heading of the help a setting stands. */
const GROUPS: Readonly<Record<TrainSetting, string>> = {
  data: 'Data:',
  targets: 'Data:',
  scaling: 'Data:',
  testFraction: 'Data:',
  depth: 'Network:',
  width: 'Network:',
  gamma: 'Network:',
  variance: 'Network:',
  learningRate: 'Training:',
  update: 'Training:',
  steps: 'Training:',
  every: 'Training:',
  seed: 'Training:',
  dtype: 'What computes:',
  backend: 'What computes:',
  fast: 'What computes:',
  figure: 'What comes out:',
}

/** A flag for a setting; numbers stay text until the schema has seen them. */
function flagOf(
  name: TrainSetting,
  schema: { description?: string; def: { defaultValue?: unknown; innerType?: unknown } },
): Option {
  const description = schema.description ?? ''
  if (name === 'fast') return new Option(flagName(name), description)
  const { defaultValue, innerType } = schema.def
  const shown = defaultValue === undefined ? description : `${description} (default: ${defaultValue})`
  const choices = (innerType as { options?: unknown } | undefined)?.options
  const named = Array.isArray(choices) && choices.every((choice) => typeof choice === 'string')
  const value = name === 'data' || name === 'figure' ? 'file' : named ? 'name' : 'n'
  const option = new Option(`${flagName(name)} <${value}>`, shown)
  return named ? option.choices(choices) : option
}

/** Numeric texts become numbers; what is no number stays as it is, for the schema to refuse by name. */
function settingsOf(flags: Record<string, unknown>): Record<string, unknown> {
  const settings: Record<string, unknown> = {}
  for (const [name, value] of Object.entries(flags)) {
    // Commander sets `figure: true` when only --no-figure is declared and not given.
    if (name === 'figure' && value === true) continue
    const text = ['data', 'figure', 'scaling', 'update', 'dtype', 'backend'].includes(name)
    settings[name] =
      typeof value === 'string' && !text && value.trim() !== '' && !Number.isNaN(Number(value)) ? Number(value) : value
  }
  return settings
}

async function readConfig(path: string): Promise<unknown> {
  let text: string
  try {
    const { size } = await stat(path)
    if (size > CONFIG_BYTES)
      throw new FormatError(`${path} is ${size} bytes; a config file has at most ${CONFIG_BYTES}`, {
        argument: 'config',
      })
    text = await readFile(path, 'utf8')
  } catch (cause) {
    if (cause instanceof DeepLinearError) throw cause
    throw new IoError(`cannot read ${path} (${(cause as NodeJS.ErrnoException).code ?? cause})`, {
      argument: 'config',
      cause,
    })
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''))
  } catch (cause) {
    throw new FormatError(`${path} is not JSON: ${(cause as Error).message}`, { argument: 'config', cause })
  }
}
