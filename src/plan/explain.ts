// Where the time of a step goes: every op timed alone, in its place among the others, beside what it computes and moves.
import type { EngineCore } from '../engine/core.js'
import { peakGflops } from '../engine/peak.js'
import type { DType, Pointer } from '../kernels/kernels.js'
import { OP_BYTES } from '../kernels/ops.js'
import { type PlanOp, table } from './disassemble.js'

/** One op with its time. */
export interface TimedOp extends PlanOp {
  /** Seconds, the least of all rounds, without the cost of the call. */
  readonly seconds: number
  /** 10^9 floating-point operations a second. */
  readonly gflops: number
  /** That rate beside the most that multiply-adds reach here without any operand from memory; 0 where that cannot be measured. */
  readonly share: number
}

/** The times of one step. */
export interface PlanTiming {
  readonly ops: readonly TimedOp[]
  /** Sum over the ops. */
  readonly seconds: number
  readonly gflops: number
  /** Multiply-adds of this build in registers alone: the yardstick of `share`. */
  readonly peakGflops: number
  /** The table. */
  toString(): string
}

/** Rounds at least, and at most. */
const [FEWEST, MOST] = [3, 1000]

/** Time the records at `records`, one after the other, round by round, for about `milliseconds`. */
export function timeOps(
  engine: EngineCore,
  dtype: DType,
  ops: readonly PlanOp[],
  records: Pointer,
  work: Pointer,
  milliseconds: number,
  beforeRound: () => void,
): PlanTiming {
  const { kernels } = engine
  const repeats = coarseClock() ? 64 : 1
  const least = new Float64Array(ops.length).fill(Infinity)
  let call = Infinity
  const once = (record: Pointer, count: number) => {
    const start = performance.now()
    kernels.planRun(record, count, repeats, work)
    return (performance.now() - start) / 1000 / repeats
  }
  engine.guard(() => {
    const until = performance.now() + milliseconds
    for (let round = 0; round < FEWEST || (round < MOST && performance.now() < until); round++) {
      beforeRound()
      call = Math.min(call, once(records, 0))
      for (let i = 0; i < ops.length; i++) least[i] = Math.min(least[i], once(records + i * OP_BYTES, 1))
    }
  })
  const peak = peakGflops(engine.info.build, dtype)
  const rate = (flops: number, seconds: number) => (seconds > 0 ? flops / seconds / 1e9 : 0)
  const timed = ops.map((op, i): TimedOp => {
    const seconds = Math.max(0, least[i] - call)
    const gflops = rate(op.flops, seconds)
    return { ...op, seconds, gflops, share: peak > 0 ? gflops / peak : 0 }
  })
  const seconds = timed.reduce((sum, op) => sum + op.seconds, 0)
  const flops = ops.reduce((sum, op) => sum + op.flops, 0)
  const gflops = rate(flops, seconds)
  return { ops: timed, seconds, gflops, peakGflops: peak, toString: () => format(timed, seconds, gflops, peak) }
}

/** Whether the clock is too coarse for one op: pages blur it to keep secrets. */
function coarseClock(): boolean {
  const start = performance.now()
  let now = start
  while (now === start) now = performance.now()
  return now - start > 0.004
}

function format(ops: readonly TimedOp[], seconds: number, gflops: number, peak: number): string {
  const number = (value: number, digits: number) => value.toLocaleString('en-US', { maximumFractionDigits: digits })
  const rows = ops.map((op, i) => [
    String(i),
    op.name,
    op.shape,
    number(op.flops, 0),
    number(op.bytes, 0),
    number(op.bytes > 0 ? op.flops / op.bytes : 0, 2),
    number(op.seconds * 1e6, 2),
    `${number(seconds > 0 ? (100 * op.seconds) / seconds : 0, 0)} %`,
    op.flops > 0 ? number(op.gflops, 1) : '',
    op.flops > 0 ? `${number(100 * op.share, 0)} %` : '',
    op.note,
  ])
  const head = ['#', 'op', 'shape', 'flops', 'bytes', 'flops/byte', 'us', 'of step', 'GFLOP/s', 'of peak', 'note']
  return [
    ...table([head, ...rows], new Set([0, 3, 4, 5, 6, 7, 8, 9])),
    `${number(seconds * 1e6, 1)} us a step, ${number(gflops, 1)} GFLOP/s; multiply-adds in registers alone reach ${number(peak, 1)}`,
  ].join('\n')
}
