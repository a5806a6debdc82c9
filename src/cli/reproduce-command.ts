// `deeplinear reproduce ID`: an experiment of a paper, simulation beside theory, checked. What it does is in reproduce.ts.
import { type Command, Option } from 'commander'

/** Flags of the command, as text. */
export interface ReproduceFlags {
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
      const { reproduceById } = await import('./reproduce.js')
      exit(await reproduceById(id, flags))
    })
}
