// npm run bench:peers: this library against everyone, beside the limits of the machine; bench/README.md.
//
//   --out FILE     write the run; default build/peers.json. A run on the same host in that file is replaced, others stay
//   --add          put the rows into that run instead, marked with the time of day
//   --keep         rows of that run that are not measured now stay, marked the same way
//   --replace      with either: rows take the place of earlier ones in any case, as after a change of what they time
//   --only X,Y     suites, or names with element types ("gemm 512 float32"), that contain X or Y; also reads, cold
//   --with X,Y     contenders whose name contains X or Y, besides this library and the limits; default: all
//   --rounds N     of at least --time MS each; default 9 of 120 ms, which the page names
//   --calm RATE    take a turn again unless the core gave this many GFLOP/s of float32 multiplications and additions in registers just before
//                  and after it; a row waits for that for --patience SECONDS at most, default 60
//   --quick        3 rounds of 25 ms: a look, not a figure to quote
//   --node PATH    under another Node; --flags "..." gives it flags
//   --python PATH  which Python the native peers are looked for in; default python3
import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { parseArgs } from 'node:util'
import packageJson from '../../package.json' with { type: 'json' }
import { adapters } from '../peers/all.js'
import { defaultBuild, OURS } from '../peers/deeplinear.js'
import { installed } from '../peers/packages.js'
import { Calm } from './calm.js'
import { ownCore } from './core.js'
import { LIMITS, READS } from './limits.js'
import { thisMachine } from './machine.js'
import { NATIVE } from './native.js'
import { allProblems, type Problem, problemKey } from './problems.js'
import { type Effort, type Row, race } from './race.js'
import type { ColdStart, Measurement } from './results.js'
import { addRows, checkMachine, saveOver, saveRun } from './save.js'
import { processSeat, threadSeat } from './seat.js'
import { median } from './statistics.js'

const { values: options } = parseArgs({
  options: {
    out: { type: 'string', default: 'build/peers.json' },
    add: { type: 'boolean', default: false },
    keep: { type: 'boolean', default: false },
    replace: { type: 'boolean', default: false },
    only: { type: 'string', default: '' },
    with: { type: 'string', default: '' },
    rounds: { type: 'string', default: '9' },
    time: { type: 'string', default: '120' },
    calm: { type: 'string' },
    patience: { type: 'string', default: '60' },
    quick: { type: 'boolean', default: false },
    node: { type: 'string' },
    flags: { type: 'string', default: '' },
    python: { type: 'string', default: 'python3' },
  },
})

if (options.node !== undefined) {
  // The same again, under that Node.
  const rest = Object.entries(options).flatMap(([name, value]) => {
    if (name === 'node' || name === 'flags' || value === false || value === undefined) return []
    return value === true ? [`--${name}`] : [`--${name}=${value}`]
  })
  const flags = options.flags.split(' ').filter((flag) => flag !== '')
  const { status } = spawnSync(options.node, [...flags, fileURLToPath(import.meta.url), ...rest], { stdio: 'inherit' })
  process.exit(status ?? 1)
}

const machine = thisMachine()
checkMachine(options.out, machine)
const calm = options.calm === undefined ? undefined : Number(options.calm)
const core = calm === undefined ? undefined : ownCore()
const effort: Effort = {
  ...(options.quick ? { rounds: 3, time: 25 } : { rounds: Number(options.rounds), time: Number(options.time) }),
  calm,
}
const matches = (list: string, ...texts: string[]) =>
  list.split(',').some((part) => texts.some((text) => text.includes(part)))

/** Who is asked; the first is ours. Calls by pointer and on arrays belong to single calls only. */
function contendersOf({ suite }: Problem): string[] {
  const callOnly = ['deeplinear, kernel by pointer', 'deeplinear/blas, plain arrays']
  const peers = [...adapters.map(({ name }) => name), ...Object.keys(NATIVE)].filter(
    (name) => name !== OURS && matches(options.with, name) && (suite === 'call' || !callOnly.includes(name)),
  )
  return [OURS, ...Object.values(LIMITS), ...peers]
}

const rows: Row[] = []
const failures: Record<string, string> = {}
const absent = new Set<string>()
const reads: Record<string, number> = {}
let cold: ColdStart[] = []

for (const problem of allProblems()) {
  if (!matches(options.only, problem.suite, problemKey(problem))) continue
  rows.push(await raced(problem, contendersOf(problem)))
  print(rows.at(-1)!)
  await save()
}
if (matches(options.only, 'reads')) {
  // How fast operands arrive, for the slopes of the roofline: the work is to read as many bytes as a product of 256 moves.
  const problem = allProblems().find(({ name }) => name === 'gemm 256')!
  const { entries } = await raced(problem, [OURS, ...Object.values(READS)])
  for (const { name, minimum } of entries) {
    if (name !== OURS) reads[name] = Number((problem.bytes / minimum / 1000).toPrecision(3))
  }
}
if (matches(options.only, 'cold')) cold = coldStarts()
await save()
console.error(`${options.out}: ${rows.length} rows on ${host()}`)

/** A row; who is not in it is noted. */
async function raced(problem: Problem, contenders: readonly string[]): Promise<Row> {
  const { row, others } = await race(
    problem,
    contenders,
    effort,
    (task) => (task.contender in NATIVE ? processSeat(task, options.python) : threadSeat(task)),
    core === undefined ? undefined : new Calm(core, calm!, 1000 * Number(options.patience)),
  )
  for (const [name, arrival] of Object.entries(others)) {
    if (arrival.state === 'absent') absent.add(name)
    if (arrival.state === 'wrong') failures[`${name}: ${problemKey(problem)}`] = arrival.reason
  }
  return row
}

/** After every row, so that an hour is not lost with its last minute. */
async function save(): Promise<void> {
  const measurement: Measurement = {
    date: new Date().toISOString(),
    host: host(),
    machine,
    versions: {
      deeplinear: packageJson.version,
      node: process.version,
      v8: process.versions.v8,
      ...(await versions()),
    },
    build: await defaultBuild(),
    effort,
    absent: [...absent],
    failures,
    rows,
    reads,
    cold,
  }
  const put = options.add ? addRows : options.keep ? saveOver : saveRun
  put(options.out, measurement, options.replace)
}

function host(): string {
  return ['Node', process.versions.node, ...process.execArgv].join(' ')
}

async function versions(): Promise<Record<string, string>> {
  const found: Record<string, string> = {}
  for (const { packages } of adapters) {
    for (const name of packages) {
      const version = await installed(name)
      if (version !== null) found[name] = version
    }
  }
  for (const name of Object.keys(NATIVE)) {
    const entry = rows.flatMap((row) => row.entries).find((candidate) => candidate.name === name)
    if (entry?.version !== undefined) found[name] = entry.version
  }
  return found
}

/** Each in fresh processes, taking turns; medians. */
function coldStarts(): ColdStart[] {
  const script = fileURLToPath(new URL('./bench-cold.js', import.meta.url))
  const names = adapters
    .map(({ name }) => name)
    .filter((name) => name === OURS || (!name.startsWith('deeplinear') && matches(options.with, name)))
  const samples = new Map<string, { open: number; first: number; process: number }[]>()
  // What a warm-up costs, and what the first product then takes: not what others are compared with.
  const starts = [
    ...names.map((name) => ({ name, flags: [name] })),
    { name: `${OURS}, warmup()`, flags: [OURS, '--warm'] },
  ]
  for (let round = 0; round < (options.quick ? 3 : 11); round++) {
    for (const { name, flags } of starts) {
      // Some never end now and then, which is counted as no answer.
      const { stdout, status } = spawnSync(process.execPath, [...process.execArgv, script, ...flags], {
        encoding: 'utf8',
        timeout: 20_000,
        killSignal: 'SIGKILL',
      })
      if (status !== 0) continue
      const answer = JSON.parse(stdout.trim().split('\n').at(-1)!)
      if (answer.state !== 'ready') continue
      samples.set(name, [...(samples.get(name) ?? []), answer])
    }
  }
  return [...samples].map(([name, all]) => {
    const milliseconds = (part: 'open' | 'first' | 'process') =>
      Number(median(all.map((one) => one[part])).toPrecision(3))
    return { name, open: milliseconds('open'), first: milliseconds('first'), process: milliseconds('process') }
  })
}

function print({ name, dtype, flops, entries }: Row): void {
  console.log(`${name} ${dtype}`)
  for (const entry of entries) {
    const rate = (flops / entry.median / 1000).toFixed(2)
    const ratio = entry.ratio[0].toFixed(2)
    console.log(
      `  ${entry.name.padEnd(32)} ${String(entry.median).padStart(10)} us  ${rate.padStart(8)} GFLOP/s  x ${ratio}`,
    )
  }
}
