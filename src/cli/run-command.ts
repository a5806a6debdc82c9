// `deeplinear run CONFIG.json`: the run of a configuration, with checkpoints from which it goes on bit for bit. What it does is in run.ts.
import { type Command, Option } from 'commander'

/** Flags of the command, as text. */
export interface RunFlags {
  checkpoint?: string
  checkpointEvery: string
  resume?: string
  out?: string
  figure?: string
  every?: string
  steps?: string
  seed?: string
  backend?: 'auto' | 'wasm' | 'typescript'
  fast?: boolean
  json?: boolean
  quiet?: boolean
}

/** Seconds between checkpoints, by default. */
const CHECKPOINT_SECONDS = 30

/** Adds the command; `exit` is told its exit code. */
export function addRunCommand(program: Command, exit: (code: number) => void): void {
  program
    .command('run')
    .argument('<config>', 'a run as JSON; its schema is deeplinear/schema.json')
    .summary('run a configuration: network, task, optimizer and probes from a JSON file')
    .description('Runs the training that a JSON file describes. Its schema is dist/schema.json of the package.')
    .optionsGroup('What is kept:')
    .addOption(new Option('--checkpoint <file>', 'save checkpoints there (.safetensors), while running and at the end'))
    .addOption(
      new Option('--checkpoint-every <seconds>', `seconds between checkpoints (default: ${CHECKPOINT_SECONDS})`),
    )
    .addOption(new Option('--resume <file>', 'go on from this checkpoint of the same configuration, bit for bit'))
    .addOption(new Option('--out <file>', 'write what was recorded there, as .npz'))
    .addOption(new Option('--figure <file>', 'draw what was recorded: .svg, or .html with the data inside'))
    .optionsGroup('In place of the configuration:')
    .addOption(new Option('--steps <n>', 'steps, counted from the beginning'))
    .addOption(new Option('--every <n>', 'steps between frames'))
    .addOption(new Option('--seed <n>', "seed of the network's start"))
    .optionsGroup('What computes:')
    .addOption(new Option('--backend <name>', 'what computes').choices(['auto', 'wasm', 'typescript']))
    .addOption(
      new Option('--fast', 'take the fused build where there is one; the last bits then differ between machines'),
    )
    .optionsGroup('What is printed:')
    .addOption(new Option('--json', 'print one JSON object instead of text'))
    .addOption(new Option('--quiet', 'show no progress'))
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  $ deeplinear run tree.json --out tree.npz --figure tree.html\n' +
        '  $ deeplinear run long.json --checkpoint long.safetensors              Ctrl-C saves and ends\n' +
        '  $ deeplinear run long.json --checkpoint long.safetensors --resume long.safetensors\n' +
        '\nExit: 0 done, 1 failed or diverged, 2 bad usage, 130 or 143 interrupted (what was done is reported).\n',
    )
    .action(async (path: string, flags: Partial<RunFlags>) => {
      const { runFile } = await import('./run.js')
      exit(await runFile(path, { checkpointEvery: String(CHECKPOINT_SECONDS), ...flags }))
    })
}
