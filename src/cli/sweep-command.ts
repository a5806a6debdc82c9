// `deeplinear sweep`: many runs of one kind, resumable, on one machine or on many. What its commands do is in the other files of that name.
import { type Command, Option } from 'commander'
import { interruptible } from './run-interrupt.js'
import type { OutputFlags } from './sweep-output.js'
import type { RunFlags, WorkerFlags } from './sweep-run.js'
import { TEMPLATE_NAMES, templateOf } from './sweep-templates.js'

/** Adds the command; `exit` is told its exit code. */
export function addSweepCommand(program: Command, exit: (code: number) => void): void {
  const sweep = program
    .command('sweep')
    .summary('run a grid of runs: on all cores, in a queue of machines, or as an array job; resumable')
    .description(
      'Runs every point of a grid of configurations or experiments, with replicates. The numbers depend on the manifest alone: not on the ' +
        'number of workers, nor on the machine, nor on how often it was interrupted.',
    )
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  $ deeplinear sweep init gamma.json               a manifest to begin with\n' +
        '  $ deeplinear sweep run gamma.json --out gamma    on all cores; Ctrl-C, and the same line goes on\n' +
        '  $ deeplinear sweep status gamma                  from another terminal\n' +
        '  $ deeplinear sweep plot gamma --html gamma.html  also while it runs\n' +
        '  $ deeplinear sweep run gamma.json --out gamma --shard 3/10    the third of ten parts\n' +
        '  $ deeplinear sweep merge gamma --npz gamma.npz --csv gamma.csv\n',
    )
  addRun(sweep, exit)
  addMerge(sweep)
  addStatus(sweep)
  addPlot(sweep)
  addWorker(sweep, exit)
  addInit(sweep)
}

function addRun(sweep: Command, exit: (code: number) => void): void {
  const command = sweep
    .command('run')
    .argument('<manifest>', 'a sweep as JSON')
    .summary('run what is missing of a sweep')
    .requiredOption('--out <folder>', 'where results are kept; the same folder goes on with them')
    .addOption(
      new Option('--executor <name>', 'what computes').choices(['threads', 'inline', 'bullmq']).default('threads'),
    )
    .addOption(new Option('--workers <n>', 'threads (default: one a core)'))
    .addOption(new Option('--redis <url>', 'with bullmq: the queue, such as redis://localhost:6379'))
    .addOption(new Option('--shard <i/n>', 'this part of the runs; auto asks Slurm, Kubernetes, AWS Batch or PBS'))
    .addOption(new Option('--shards <n>', 'with auto: how many parts there are, where the cluster does not say'))
    .addOption(new Option('--max-cells <n>', 'points that the grid may have (default: 100000)'))
    .addOption(new Option('--chunk-seconds <s>', 'what a chunk should take (default: 1)'))
  addOutputs(command)
    .addOption(new Option('--json', 'print one JSON object instead of text'))
    .addOption(new Option('--quiet', 'show no progress'))
    .addHelpText(
      'after',
      '\nExamples:\n' +
        '  $ deeplinear sweep run gamma.json --out gamma --workers 4\n' +
        '  $ deeplinear sweep run gamma.json --out gamma --executor bullmq --redis redis://localhost:6379\n' +
        '\nExit: 0 done, 1 some runs could not be computed, 2 bad usage, 130 or 143 interrupted (what was done is kept).\n',
    )
    .action(async (path: string, flags: RunFlags & OutputFlags) => {
      const { runManifest } = await import('./sweep.js')
      exit(await runManifest(path, flags))
    })
}

function addMerge(sweep: Command): void {
  const command = sweep
    .command('merge')
    .argument('<folders...>', 'folders of one sweep, or one with the shards in it')
    .summary('put the results of shards together, into files')
  addOutputs(command)
    .addOption(new Option('--json', 'print one JSON object instead of text'))
    .addHelpText('after', '\nExamples:\n  $ deeplinear sweep merge gamma --npz gamma.npz --csv gamma.csv\n')
    .action(async (folders: string[], flags: OutputFlags & { json?: boolean }) => {
      const { mergeFolders } = await import('./sweep.js')
      await mergeFolders(folders, flags)
    })
}

function addStatus(sweep: Command): void {
  sweep
    .command('status')
    .argument('<folders...>', 'folders of one sweep')
    .summary('say how far a sweep is, also while it runs')
    .addOption(new Option('--json', 'print one JSON object instead of text'))
    .addHelpText('after', '\nExamples:\n  $ deeplinear sweep status gamma --json\n')
    .action(async (folders: string[], flags: { json?: boolean }) => {
      const { mergeFolders } = await import('./sweep.js')
      await mergeFolders(folders, flags)
    })
}

function addPlot(sweep: Command): void {
  sweep
    .command('plot')
    .argument('<folders...>', 'folders of one sweep')
    .summary('draw what is there, also while it runs: a map over two axes, curves over one')
    .addOption(new Option('--html <file>', 'write a page').default('sweep.html', 'sweep.html, unless --svg is given'))
    .addOption(new Option('--svg <file>', 'write the figure alone'))
    .addOption(new Option('--x <axis>', 'axis to the right (default: the last)'))
    .addOption(new Option('--y <axis>', 'axis up (default: the one before it)'))
    .addOption(new Option('--curves', 'curves over x, even where there are two axes'))
    .addOption(new Option('--metric <names...>', 'metrics to draw (default: all)'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ deeplinear sweep plot gamma --html gamma.html\n  $ deeplinear sweep plot gamma --curves --metric loss --svg gamma.svg\n',
    )
    .action(async (folders: string[], flags: OutputFlags) => {
      const given = flags.svg !== undefined && flags.html === 'sweep.html' ? { ...flags, html: undefined } : flags
      const { plotFolders } = await import('./sweep.js')
      await plotFolders(folders, given)
    })
}

function addWorker(sweep: Command, exit: (code: number) => void): void {
  sweep
    .command('worker')
    .summary('compute chunks from a queue, until it is interrupted; on as many machines as you like')
    .requiredOption('--redis <url>', 'the queue, such as redis://localhost:6379')
    .addOption(new Option('--workers <n>', 'threads (default: one a core)'))
    .addOption(
      new Option('--lock-seconds <s>', 'after so long without a sign of life its chunks go to others').default('30'),
    )
    .addOption(new Option('--quiet', 'show no progress'))
    .addHelpText(
      'after',
      '\nExamples:\n  $ deeplinear sweep worker --redis redis://queue.example:6379\n' +
        '\nNeeds the packages bullmq and ioredis beside deeplinear: npm install bullmq ioredis\n' +
        'Exit: 130 or 143 when interrupted, after the chunks under way.\n',
    )
    .action(async (flags: WorkerFlags) => {
      const { startWorker } = await import('./sweep.js')
      exit(await interruptible((signal) => startWorker(flags, signal)))
    })
}

function addInit(sweep: Command): void {
  sweep
    .command('init')
    .argument('[file]', 'where it goes (default: stdout)')
    .summary('write a manifest to begin with')
    .addOption(new Option('--template <name>', 'which').choices(TEMPLATE_NAMES).default(TEMPLATE_NAMES[0]))
    .addHelpText('after', '\nExamples:\n  $ deeplinear sweep init gamma.json\n')
    .action(async (file: string | undefined, { template }: { template: string }) => {
      const { writeTemplate } = await import('./sweep-init.js')
      await writeTemplate(templateOf(template), file)
    })
}

function addOutputs(command: Command): Command {
  return command
    .addOption(new Option('--npz <file>', 'write the table as .npz'))
    .addOption(new Option('--csv <file>', 'write the table as CSV'))
    .addOption(new Option('--html <file>', 'write the phase diagram as one HTML file'))
    .addOption(new Option('--svg <file>', 'write the phase diagram as SVG'))
}
