// `deeplinear train`: a network trained on a table of samples, by default on handwritten digits. What it does is in train.ts.
import { type Command, Option } from 'commander'
import { flagName, SETTINGS, type Setting } from './train-settings.js'

/** Flags of the command: the settings as text, and what is no setting. */
export interface TrainFlags {
  config?: string
  speedup: boolean
  json?: boolean
  quiet?: boolean
  [setting: string]: unknown
}

/** Adds the command; `exit` is told its exit code. */
export function addTrainCommand(program: Command, exit: (code: number) => void): void {
  const command = program
    .command('train')
    .summary('train a deep linear network; by default on handwritten digits, from a small start')
    .description(
      'Trains a deep linear network by gradient descent on a table of samples and shows its passage from saddle to saddle: ' +
        'the plateaus of the loss, and the singular values of the end-to-end map as they are learned one after another. ' +
        'Without --data: 1797 handwritten digits, 64 pixels to 10 classes.',
    )
  for (const [name, setting] of Object.entries(SETTINGS)) command.addOption(optionOf(name, setting))
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
    .action(async (flags: TrainFlags) => {
      const { trainAndReport } = await import('./train.js')
      exit(await trainAndReport(flags))
    })
}

/** The flag of a setting; numbers stay text until the schema has seen them. */
function optionOf(name: string, { group, takes, choices, default: value, help }: Setting): Option {
  const isSwitch = takes === 'nothing'
  const shown = isSwitch || value === undefined ? help : `${help} (default: ${value})`
  const option = new Option(isSwitch ? flagName(name) : `${flagName(name)} <${takes}>`, shown).helpGroup(group)
  return choices === undefined ? option : option.choices(choices)
}
