// `deeplinear doctor`: what runs here, how fast, and why not faster. What it looks at is in doctor.ts.
import { type Command, Option } from 'commander'

/** Adds the command. */
export function addDoctorCommand(program: Command): void {
  program
    .command('doctor')
    .summary('say what runs here, how fast, and why not faster')
    .description(
      'Says which builds of the kernels run here and why, the rate of a product in each, and what would make it faster.',
    )
    .addOption(new Option('--json', 'print one JSON object instead of text'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ deeplinear doctor\n  $ deeplinear doctor --json | jq .findings\n\nExit: 0.\n',
    )
    .action(async ({ json }: { json?: boolean }) => {
      const { diagnosis } = await import('./doctor.js')
      process.stdout.write(`${await diagnosis(json === true)}\n`)
    })
}
