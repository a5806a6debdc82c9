// The command line. Data go to stdout, progress and errors to stderr. Exit 0: done; 1: failed or diverged; 2: bad usage;
// 130 or 143: interrupted, with what was done until then reported.
//
// Here and in the files of the commands (*-command.ts) stands what the help needs; what a command does is in files that are loaded when it runs.
import { Command, CommanderError } from 'commander'
import packageJson from '../../package.json' with { type: 'json' }
import { DeepLinearError, type ErrorCode } from '../errors.js'
import { addDoctorCommand } from './doctor-command.js'
import { addReproduceCommand } from './reproduce-command.js'
import { addRunCommand } from './run-command.js'
import { addServeCommand } from './serve-command.js'
import { styleProgram } from './style.js'
import { addSweepCommand } from './sweep-command.js'
import { addTrainCommand } from './train-command.js'

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
  const exit = (code: number) => {
    exitCode = code
  }
  addTrainCommand(program, exit)
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
