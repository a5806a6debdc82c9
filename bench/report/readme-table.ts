// The table of the README: some rows of the first run, and how many times as long others take.
import { OURS } from '../peers/deeplinear.js'
import { LIMITS } from './limits.js'
import type { Entry, Row } from './race.js'
import type { Measurement } from './results.js'
import { rate } from './roofline.js'

const SHOWN = ['gemm 64', 'gemm 256', 'gemm 1024', 'svd 256', 'step 3:100:10', 'step 3:256:100', '1024 networks 3:8:8']
const PLAIN = ['deeplinear, TypeScript', 'tuned TypeScript tile', 'naive loop']
const PEERS = ['numpy-ts', 'tfjs-wasm', 'onnxruntime-web', 'jax-js', 'ml-matrix']

export function readmeTable(run: Measurement): string {
  const { date, host, machine, build, effort, rows } = run
  const found = SHOWN.flatMap((name) =>
    (['float32', 'float64'] as const).flatMap((dtype) =>
      rows.filter((row) => row.name === name && row.dtype === dtype),
    ),
  )
  return [
    `Median of ${effort.rounds} rounds, one thread, \`${build}\` build, ${host}, ${machine.cpu}, ${date.slice(0, 10)}. *Limit* is the share of what`,
    'multiplications and additions in registers reach there; below a name stands how many times as long it takes, the fastest of several ways.',
    'A step `d:w:i` is one step of gradient descent at depth d and width w with i inputs and outputs.',
    '',
    `| work | type | time | GFLOP/s | limit | TypeScript | ${PEERS.join(' | ')} |`,
    `|---|---|---|---|---|---|${'---|'.repeat(PEERS.length)}`,
    ...found.map((row) => line(row, build)),
  ].join('\n')
}

function line(row: Row, build: string): string {
  const entry = (name: string) => row.entries.find((each) => each.name === name)
  /** Who is asked in several ways counts by the fastest. */
  const fastest = (belongs: (name: string) => boolean) =>
    row.entries.filter(({ name }) => belongs(name)).sort((a, b) => a.ratio[0] - b.ratio[0])[0]
  const ours = entry(OURS)!
  const limit = entry(build === 'relaxed' ? LIMITS.madd : LIMITS.muladd)
  const cells = [
    row.name,
    row.dtype,
    ours.median < 1000 ? `${ours.median.toPrecision(3)} us` : `${(ours.median / 1000).toPrecision(3)} ms`,
    rate(row, ours).toFixed(1),
    limit === undefined ? '' : `${Math.round(100 * limit.ratio[0])} %`,
    times(fastest((name) => PLAIN.includes(name))),
    ...PEERS.map((peer) => times(fastest((name) => name.startsWith(peer)))),
  ]
  return `| ${cells.join(' | ')} |`
}

function times(entry: Entry | undefined): string {
  if (entry === undefined) return ''
  const [ratio] = entry.ratio
  return ratio < 10 ? ratio.toFixed(1) : ratio.toFixed(0)
}
