// docs/performance.md out of the runs: the first run in full, the others by what they share with it.
import { adapters } from '../peers/all.js'
import { OURS } from '../peers/deeplinear.js'
import { ALLOWANCE, type Turns } from './calm.js'
import type { MachineRecord } from './files.js'
import { goalRows } from './goals.js'
import { LIMITS, READS } from './limits.js'
import { NATIVE } from './native.js'
import { countable, type Effort, type Entry, type Row, rivals } from './race.js'
import type { Measurement, TeamMeasurement } from './results.js'
import { fastestOther, rate } from './roofline.js'

const TYPES = ['float32', 'float64'] as const
/** Of columns. */
const ORDER: readonly string[] = [...adapters.map(({ name }) => name), ...Object.keys(NATIVE)]
const REPRODUCIBLE = 'deeplinear, reproducible'

/** Of a page with rows of other runs. */
const MIXED =
  ' A row of which turns were disturbed gives way to an earlier one in which the limit was faster, unless what it times is new since.'

/** The whole page of one machine, which names those of the others. */
export function performancePage(
  { files, runs, teams }: MachineRecord,
  elsewhere: readonly MachineRecord[] = [],
): string {
  const [run, ...others] = runs
  return `${[
    `<!-- Written by npm run bench:report from ${files.peers} and ${files.threads}; changes here are lost. -->`,
    '# Performance',
    introduction(run, files.peers),
    ...(elsewhere.length > 0 ? [otherMachines(elsewhere)] : []),
    '## What was to be reached',
    goals(runs, teams),
    '## Limits of this machine',
    limits(run),
    `![Rates of products and steps below the roofs of the machine, over flop for a byte](${files.roofline})`,
    '## Products',
    'Operands stay in the memory of each library. All sizes as `m x n x k`, `NT` with the second operand transposed, and so on.',
    ...TYPES.map((dtype) => table(run, dtype, 'gemm')),
    '## Decompositions',
    'All singular values with their vectors, and the leading ten of a matrix with `s_i = 1 / (1 + i)`. Where a library has no leading ones, its full decomposition stands in (SciPy has `svds`).',
    ...TYPES.map((dtype) => table(run, dtype, 'svd')),
    '## Training steps',
    'One step of gradient descent of all layers at depth `d`, width `w`, `i` inputs and outputs, `d:w:i`, on a whitened task; with `x 1000`, regression on a thousand samples. There this library works with the second moments of the data, which it forms once; *over the samples* is the same library without that. Automatic gradients where a library has them (tfjs-wasm, jax-js under `jit`, PyTorch), else gradients written with its products.',
    ...TYPES.map((dtype) => table(run, dtype, 'step')),
    '## Ensembles',
    'One step of 1024 networks side by side, of depth 3: this library in one plan, the others with batched products.',
    ...TYPES.map((dtype) => table(run, dtype, 'ensemble')),
    '## Single calls',
    'A product so small that the call is what it costs; *by pointer* is what a plan pays, *plain arrays* copies operands in and the result out.',
    ...TYPES.map((dtype) => table(run, dtype, 'call')),
    ...(teams === undefined ? [] : ['## Two threads', together(teams)]),
    '## Cold start',
    coldStart(run),
    ...(others.length > 0 ? ['## Other hosts', hosts(runs)] : []),
    ...others.filter(({ host }) => !host.startsWith('Node')).flatMap(inPage),
    '## Who is missing',
    missing(run),
  ]
    .filter((part) => part !== '')
    .join('\n\n')}\n`
}

/** What made a turn count, as the end of a sentence. */
function condition({ calm }: Effort, who = 'the core gives'): string {
  if (calm === undefined) return ''
  return `; a turn counts when just before and after it ${who} ${Math.round(100 * ALLOWANCE)} % of ${calm} GFLOP/s of float32 multiplications and additions in registers, which is when nobody else on the machine takes from it`
}

/** What did not come from the same run as the rows. */
function apart({ aside }: Measurement): string {
  if (aside === undefined) return ''
  const { date, effort } = aside
  return `Of a run of its own, a quick one of ${effort.rounds} rounds (${date.slice(0, 16).replace('T', ' ')} UTC), not of the run above.`
}

function introduction({ date, host, machine, versions, build, effort, rows }: Measurement, peers: string): string {
  const names = Object.entries(versions).filter(([name]) => !['deeplinear', 'node', 'v8'].includes(name))
  return [
    `${effort.rounds < 5 ? '**A quick look on a busy machine, not figures to quote.** ' : ''}Median of ${effort.rounds} rounds of at least ${effort.time} ms each, one thread${condition(effort)}. ${machine.cpu}, ${machine.cores} cores, ${machine.platform} ${machine.arch}; ${host} (V8 ${versions.v8}), ${date.slice(0, 10)}; deeplinear ${versions.deeplinear}, where \`createEngine()\` takes the \`${build}\` build.`,
    `Peers: ${names.map(([name, version]) => `${name} ${version}`).join(', ')}.`,
    `Everyone sits in a thread or process of its own, takes turns with the others inside every round, and is timed only after its result agreed with plain loops in float64. A number under a name is its time over that of \`deeplinear\`, the median of the ratios within the rounds: above 1 it is slower, below 1 faster. *Minimum* and *spread* (median absolute deviation of the rounds) belong to the time of \`deeplinear\`. *Limit* is its share of what multiplications and additions of 128 bits reach without any operand from memory, fused or not as its build is. All of it, with the extremes of every ratio, is in [${peers}](../${peers}); [bench/README.md](../bench/README.md) says how to measure.${rows.some((row) => row.aside !== undefined) ? MIXED : ''}`,
    'ml-matrix, numeric and the decomposition of numpy-ts compute in float64 whatever they are given. NumPy runs on one thread of OpenBLAS, held to the instruction set of its name: SSE has the vectors of WebAssembly, 128 bits, without fused operations; AVX2 has twice the width, and them.',
  ].join('\n\n')
}

/** How the goals stand on other machines, and their pages. */
function otherMachines(records: readonly MachineRecord[]): string {
  const lines = records.map(({ files, runs, teams }) => {
    const { rows } = goalRows(runs, teams)
    const reached = rows.filter((row) => row.at(-1) === 'yes').length
    const [{ machine, host, date }] = runs
    return `- [${machine.cpu}](${files.page.replace('docs/', '')}), ${host}, ${date.slice(0, 10)}: ${reached} of ${rows.length} figures reach their goal.`
  })
  return ['On other machines:', lines.join('\n')].join('\n\n')
}

/** The goals of the project beside the figures of these runs, and why some are missed. */
function goals(runs: readonly Measurement[], teams?: TeamMeasurement): string {
  const { rows, reasons } = goalRows(runs, teams)
  if (rows.length === 0) return 'Not measured in this run.'
  return [
    'Medians of the rounds, as everywhere on this page; *best* compares the least times, since on a shared machine others take from the caches and units of a core that stands beside theirs.',
    markdown(['', 'where', 'goal', 'measured', 'best', 'reached'], rows),
    ...(reasons.length > 0 ? [['Where a goal is missed:', ...reasons].join('\n\n')] : []),
  ].join('\n\n')
}

function limits(run: Measurement): string {
  const peak = (name: string, dtype: string) => {
    const rates = run.rows
      .filter((row) => row.dtype === dtype)
      .flatMap((row) =>
        row.entries.filter((entry) => entry.name === name).map((entry) => row.flops / entry.minimum / 1000),
      )
    return rates.length === 0 ? '-' : Math.max(...rates).toFixed(1)
  }
  const arithmetic = Object.values(LIMITS).map((name) => [
    name.replace('limit, ', ''),
    ...TYPES.map((dtype) => peak(name, dtype)),
  ])
  const reads = Object.values(READS).flatMap((name) =>
    run.reads[name] === undefined
      ? []
      : [[name.replace('reads, ', 'reads from '), `${run.reads[name].toFixed(1)} GB/s`]],
  )
  return [
    markdown(['arithmetic without operands from memory', 'float32 GFLOP/s', 'float64 GFLOP/s'], arithmetic),
    reads.length === 0 ? '' : apart(run),
    reads.length === 0 ? '' : markdown(['128-bit loads in order', 'rate'], reads),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Rows of a suite, contenders as columns. */
function table(run: Measurement, dtype: string, suite: Row['suite']): string {
  const rows = run.rows.filter((row) => row.suite === suite && row.dtype === dtype)
  if (rows.length === 0) return ''
  const names = [...new Set(rows.flatMap((row) => rivals(row).map(({ name }) => name)))].filter((name) => name !== OURS)
  names.sort((a, b) => ORDER.indexOf(a) - ORDER.indexOf(b))
  const cells = rows.map((row) => {
    const ours = row.entries.find(({ name }) => name === OURS)!
    return [
      row.name.replace('gemm ', '') + (row.aside === undefined ? '' : ' \\*') + (disturbed(row) ? ' †' : ''),
      ...timeOf(ours),
      ...(countable(row) ? [rate(row, ours).toFixed(1), shareOf(run, row)] : ['-', '-']),
      ...names.map((name) => ratioOf(row.entries.find((entry) => entry.name === name))),
    ]
  })
  const head = [dtype, 'deeplinear', 'minimum', 'spread', 'GFLOP/s', 'limit', ...names]
  // A column without a figure says nothing.
  const shown = head.map((_, column) => column < 4 || cells.some((row) => row[column] !== '-'))
  const keep = (row: string[]) => row.filter((_, column) => shown[column])
  return [markdown(keep(head), cells.map(keep)), occasions(rows), disturbances(rows)]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** What the stars say: one occasion, or which row is of which. */
function occasions(rows: readonly Row[]): string {
  const groups = new Map<string, string[]>()
  for (const { name, aside } of rows) {
    if (aside === undefined) continue
    const { date, effort } = aside
    const text = `Of a run of its own: ${effort.rounds} rounds of ${effort.time} ms (${date.slice(0, 16).replace('T', ' ')} UTC)${condition(effort)}`
    groups.set(text, [...(groups.get(text) ?? []), name.replace('gemm ', '')])
  }
  const lines = [...groups].map(([text, names]) => (groups.size === 1 ? `${text}.` : `${names.join(', ')}: ${text}.`))
  return lines.length === 0 ? '' : `\\* ${lines.join(' ')}`
}

function disturbed({ calm }: { readonly calm?: Turns }): boolean {
  return calm !== undefined && calm.disturbed > 0
}

/** What the daggers say. */
function disturbances(rows: readonly { readonly name: string; readonly calm?: Turns }[]): string {
  const list = rows
    .filter(disturbed)
    .map(({ name, calm }) => `${name.replace('gemm ', '')} ${calm!.disturbed} of ${calm!.turns}`)
  return list.length === 0
    ? ''
    : `† Turns that counted though somebody else took from the core, since the machine had not been free for long enough: ${list.join(', ')}.`
}

function timeOf({ median, minimum, spread }: Entry): string[] {
  return [duration(median), duration(minimum), `${((100 * spread) / median).toFixed(0)} %`]
}

function duration(microseconds: number): string {
  if (microseconds < 1) return `${(1000 * microseconds).toFixed(0)} ns`
  return microseconds < 1000 ? `${microseconds.toPrecision(3)} us` : `${(microseconds / 1000).toPrecision(3)} ms`
}

/** Share of the limit of the build that ran: its time over ours, formed within the rounds. */
function shareOf({ build }: Measurement, row: Row): string {
  const limit = row.entries.find(({ name }) => name === (build === 'relaxed' ? LIMITS.madd : LIMITS.muladd))
  return limit === undefined ? '-' : `${Math.round(100 * limit.ratio[0])} %`
}

function ratioOf(entry: Entry | undefined): string {
  if (entry === undefined) return '-'
  const [ratio] = entry.ratio
  return ratio < 10 ? ratio.toFixed(2) : ratio.toFixed(0)
}

/** Products by two threads, which need a second core for themselves: a run of its own. */
function together({ date, versions, build, effort, results }: TeamMeasurement): string {
  const cells = results.map(({ name, dtype, flops, timings: [two, one], speedup, calm }) => [
    `${name.replace('threads ', '')} ${dtype}${calm !== undefined && calm.disturbed > 0 ? ' †' : ''}`,
    ...[one, two].map(({ medianMicroseconds }) => duration(medianMicroseconds)),
    (flops / two.medianMicroseconds / 1000).toFixed(1),
    `${speedup.median.toFixed(2)} x`,
    `${(one.minimumMicroseconds / two.minimumMicroseconds).toFixed(2)} x`,
    `${speedup.least.toFixed(2)} - ${speedup.greatest.toFixed(2)}`,
  ])
  const turns = results
    .filter(disturbed)
    .map(({ name, dtype, calm }) => ({ name: `${name.replace('threads ', '')} ${dtype}`, calm }))
  return [
    `Products of one order by two threads of one engine, and by one, with the same bits. A run of its own: Node ${versions.node.slice(1)}, \`${build}\` build, ${date.slice(0, 10)}, ${effort.rounds} rounds of at least ${effort.time} ms${condition(effort, 'both cores at once give')}. *Best* compares the least times.`,
    markdown(['', 'one thread', 'two threads', 'GFLOP/s', 'speed-up', 'best', 'within the rounds'], cells),
    disturbances(turns),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

function coldStart(run: Measurement): string {
  const { cold } = run
  if (cold.length === 0) return 'Not measured in this run.'
  return [
    'A fresh process: milliseconds to load and compile (and with `warmup()`, to warm up), then to the first product of 16 x 16 matrices read back, and from the start of Node to there.',
    apart(run),
    markdown(
      ['', 'load', 'first product', 'whole process'],
      cold.map(({ name, open, first, process }) => [name, ...[open, first, process].map((value) => `${value} ms`)]),
    ),
  ]
    .filter((part) => part !== '')
    .join('\n\n')
}

/** Everyone in a worker of a page. */
function inPage(run: Measurement): string[] {
  const tables = (['gemm', 'svd', 'step', 'ensemble', 'call'] as const)
    .flatMap((suite) => TYPES.map((dtype) => table(run, dtype, suite)))
    .filter((text) => text !== '')
  return tables.length === 0 ? [] : [`### ${run.host}, ${run.date.slice(0, 10)}`, ...tables]
}

/** A few rows on every host: rate, share of the limit there, and the lead over the fastest other library there. */
function hosts(runs: readonly Measurement[]): string {
  const chosen = ['gemm 64', 'gemm 256', 'gemm 512', 'step 3:100:10', 'step 3:256:100', '1024 networks 3:8:8'].flatMap(
    (name) => TYPES.map((dtype) => ({ name, dtype })),
  )
  const cells = chosen.flatMap(({ name, dtype }) => {
    const found = runs.map((run) => ({ run, row: run.rows.find((row) => row.name === name && row.dtype === dtype) }))
    if (!found.some(({ row }) => row !== undefined)) return []
    const parts = found.map(({ run, row }) => {
      if (row === undefined) return '-'
      const ours = row.entries.find((entry) => entry.name === OURS)!
      const other = fastestOther(row)
      const lead = other === undefined ? '' : `, x ${other.ratio[0].toFixed(1)} (${other.name})`
      return `${rate(row, ours).toFixed(1)}, ${shareOf(run, row)}${lead}${disturbed(row) ? ' †' : ''}`
    })
    return [[`${name} ${dtype}`, ...parts]]
  })
  return [
    'GFLOP/s, share of the limit on that host, and how many times as long the fastest other library in JavaScript takes there; † where turns counted though somebody else took from the core.',
    markdown(['', ...runs.map(({ host, build, date }) => `${host}, \`${build}\`, ${date.slice(0, 10)}`)], cells),
  ].join('\n\n')
}

function missing({ absent, failures }: Measurement): string {
  // The reproducible build is no contender of its own where it is the default.
  const names = absent.filter((name) => name !== REPRODUCIBLE)
  const lines = [names.length === 0 ? 'Everyone was installed.' : `Not installed: ${names.join(', ')}.`]
  const failed = Object.entries(failures)
  if (failed.length > 0) {
    lines.push('Not timed, because the result was wrong or there was none:')
    lines.push(failed.map(([what, why]) => `- ${what}: ${why.split('\n')[0].slice(0, 160)}`).join('\n'))
  }
  return lines.join('\n\n')
}

function markdown(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]) => `| ${cells.join(' | ')} |`
  return [line(head), line(head.map((_, i) => (i === 0 ? '---' : '---:'))), ...rows.map(line)].join('\n')
}
