// `deeplinear serve`: the server on a port of this machine. What it does is in serve.ts.
import { type Command, Option } from 'commander'
import { interruptible } from './run-interrupt.js'

/** Flags of the command, as text. */
export interface ServeFlags {
  port: string
  host: string
  token?: string | false
  origin: readonly string[]
  concurrency?: string
  maxSteps?: string
  maxMemory?: string
  requestTimeout?: string
}

/** Adds the command; `exit` is told its exit code. */
export function addServeCommand(program: Command, exit: (code: number) => void): void {
  program
    .command('serve')
    .summary('serve runs and experiments over HTTP, to pages, notebooks and programs')
    .description(
      'Serves training runs and experiments as jobs: POST a configuration, read frames as they come, fetch the result as JSON, .npz ' +
        'or .safetensors. GET /openapi.json describes everything. Answers on this machine alone, to whoever has the token.',
    )
    .optionsGroup('Where:')
    .addOption(new Option('--port <n>', 'port; 0 takes a free one').default('8787'))
    .addOption(new Option('--host <name>', 'address to listen on').default('127.0.0.1'))
    .optionsGroup('Who may call:')
    .addOption(new Option('--token <text>', 'token that requests must bear (default: a new one, printed)'))
    .addOption(new Option('--no-token', 'ask for no token'))
    .addOption(new Option('--origin <origin...>', 'origins of pages that may call').default([], 'none'))
    .optionsGroup('How much:')
    .addOption(new Option('--concurrency <n>', 'jobs at work at once (default: 2)'))
    .addOption(new Option('--max-steps <n>', 'steps of a run (default: 10^8)'))
    .addOption(new Option('--max-memory <bytes>', 'linear memory of a run (default: 268435456)'))
    .addOption(new Option('--request-timeout <ms>', 'milliseconds for a request to arrive (default: 10000)'))
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  $ deeplinear serve\n' +
        '  $ curl -s localhost:8787/experiments -H "authorization: Bearer TOKEN"\n' +
        '  $ deeplinear serve --origin https://example.org --no-token\n' +
        '\nPrints one JSON object with its address and token, then nothing. Ctrl-C ends it.\n\nExit: 2 bad usage, 1 it cannot listen, 130 or 143 interrupted.\n',
    )
    .action(async (flags: ServeFlags) => {
      const { serveUntil } = await import('./serve.js')
      exit(await interruptible((signal) => serveUntil(flags, signal)))
    })
}
