// Reading a plan back: every record as an op with its shapes, and what it costs. Works from the words alone, so what is
// printed is what runs.
import type { DType } from '../kernels/kernels.js'
import { OP_WORDS, type OpName, opName, Word } from '../kernels/ops.js'

/** One op of a plan. */
export interface PlanOp {
  readonly name: OpName
  readonly dtype: DType
  /** The product or the vector, as a reader would write it: `10 x 64 = (10 x 32)(32 x 64)'`. */
  readonly shape: string
  /** Floating-point operations, a multiply and an add counted as two. */
  readonly flops: number
  /** Bytes of operands read and results written, each counted once. */
  readonly bytes: number
  /** What the op is for, as the builder said. */
  readonly note: string
}

/** The records in `words` as ops. */
export function disassemble(words: Int32Array, notes: readonly string[] = []): PlanOp[] {
  const ops: PlanOp[] = []
  for (let start = 0; start < words.length; start += OP_WORDS) {
    const word = (name: keyof typeof Word) => words[start + Word[name]]
    const name = opName(word('code') >> 1)
    if (name === undefined) throw new RangeError(`record ${start / OP_WORDS} has no known op code: ${word('code')}`)
    const dtype: DType = (word('code') & 1) === 1 ? 'float64' : 'float32'
    const element = dtype === 'float64' ? 8 : 4
    ops.push({ name, dtype, note: notes[start / OP_WORDS] ?? '', ...cost(name, word, element) })
  }
  return ops
}

/** Rows of cells as lines of columns; the columns in `rightAligned` end below each other. */
export function table(rows: readonly (readonly string[])[], rightAligned: ReadonlySet<number>): string[] {
  const widths = rows[0].map((_, column) => Math.max(...rows.map((row) => row[column].length)))
  return rows.map((row) =>
    row
      .map((cell, column) => (rightAligned.has(column) ? cell.padStart(widths[column]) : cell.padEnd(widths[column])))
      .join('  ')
      .trimEnd(),
  )
}

/** A table of the ops with totals. */
export function formatPlan(ops: readonly PlanOp[]): string {
  const rows = ops.map((op, i) => [
    String(i),
    op.name,
    op.dtype,
    op.shape,
    op.flops.toLocaleString('en-US'),
    op.bytes.toLocaleString('en-US'),
    op.note,
  ])
  const lines = table([['#', 'op', 'dtype', 'shape', 'flops', 'bytes', 'note'], ...rows], new Set([0, 4, 5]))
  const flops = ops.reduce((sum, op) => sum + op.flops, 0)
  const bytes = ops.reduce((sum, op) => sum + op.bytes, 0)
  const intensity = bytes > 0 ? (flops / bytes).toFixed(2) : '0'
  lines.push(
    `${ops.length} ops, ${flops.toLocaleString('en-US')} flops and ${bytes.toLocaleString('en-US')} bytes a step: ${intensity} flops a byte`,
  )
  return lines.join('\n')
}

function cost(
  name: OpName,
  word: (name: keyof typeof Word) => number,
  element: number,
): Pick<PlanOp, 'shape' | 'flops' | 'bytes'> {
  const [m, n, k, trans] = [word('m'), word('n'), word('k'), word('trans')]
  switch (name) {
    case 'gemmPacked':
    case 'gemmDirect': {
      const a = trans & 1 ? `(${k} x ${m})'` : `(${m} x ${k})`
      const b = trans & 2 ? `(${n} x ${k})'` : `(${k} x ${n})`
      return { shape: `${m} x ${n} = ${a}${b}`, flops: 2 * m * n * k, bytes: element * (m * k + k * n + 2 * m * n) }
    }
    case 'gemv':
      return {
        shape: `(${m} x ${n})${trans & 1 ? "'" : ''} x`,
        flops: 2 * m * n,
        bytes: element * (m * n + 2 * m + 2 * n),
      }
    case 'ger':
      return { shape: `${m} x ${n} += x y'`, flops: 2 * m * n, bytes: element * (2 * m * n + m + n) }
    case 'copy':
      return { shape: `${n}`, flops: 0, bytes: 2 * element * n }
    case 'fill':
      return { shape: `${n}`, flops: 0, bytes: element * n }
    case 'scal':
      return { shape: `${n}`, flops: n, bytes: 2 * element * n }
    case 'axpy':
      return { shape: `${n}`, flops: 2 * n, bytes: 3 * element * n }
    case 'add':
    case 'sub':
    case 'mul':
      return { shape: `${n}`, flops: n, bytes: 3 * element * n }
    case 'sumsq':
      return { shape: `${n}`, flops: 2 * n, bytes: element * n }
    case 'dot':
      return { shape: `${n}`, flops: 2 * n, bytes: 2 * element * n }
    case 'row':
      return { shape: `${n}`, flops: 0, bytes: 2 * element * n }
    case 'gather':
      return { shape: `${m} x ${n} of ${m} x ${word('lda')}`, flops: 0, bytes: 2 * element * m * n + 4 * n }
    case 'normal':
      return { shape: `${n}`, flops: 0, bytes: element * n }
    case 'axpby':
      return { shape: `${n}`, flops: 3 * n, bytes: 3 * element * n }
    case 'clamp':
      return { shape: `${n}`, flops: 0, bytes: 2 * element * n }
    case 'clipFactor':
      return { shape: 'scalar', flops: 2, bytes: 24 }
    case 'adam':
      return { shape: `${n}`, flops: 12 * n, bytes: 6 * element * n }
    case 'rmsprop':
      return { shape: `${n}`, flops: 7 * n, bytes: 4 * element * n }
    case 'leakyRelu':
    case 'tanh':
      return { shape: `${n}`, flops: n, bytes: 2 * element * n }
    case 'leakyReluGradient':
      return { shape: `${n}`, flops: n, bytes: 3 * element * n }
    case 'tanhGradient':
      return { shape: `${n}`, flops: 3 * n, bytes: 3 * element * n }
    case 'softmaxCrossEntropy':
      return { shape: `${m} x ${n}`, flops: 4 * m * n, bytes: 3 * element * m * n }
    case 'logistic':
    case 'exponential':
    case 'logSumExp':
      return { shape: `${n}`, flops: 4 * n, bytes: 3 * element * n }
    case 'slotAxpy':
      return { shape: 'scalar', flops: 2, bytes: 32 }
    case 'ensembleGemm': {
      const members = (word('lda') * 32) / element
      const a = trans & 1 ? `(${k} x ${m})'` : `(${m} x ${k})`
      const b = trans & 2 ? `(${n} x ${k})'` : `(${k} x ${n})`
      const operands = (trans & 4 ? 0 : m * k) + (trans & 8 ? 0 : k * n) + 2 * m * n
      return {
        shape: `${members} members: ${m} x ${n} = ${a}${b}`,
        flops: 2 * m * n * k * members,
        bytes: element * operands * members,
      }
    }
    case 'ensembleDot':
    case 'ensembleAxpy':
    case 'ensembleScal':
    case 'ensembleBroadcast': {
      const members = (m * 32) / element
      const [flops, moves] = {
        ensembleDot: [2, 2],
        ensembleAxpy: [2, 3],
        ensembleScal: [1, 2],
        ensembleBroadcast: [0, 1],
      }[name]
      return { shape: `${members} members: ${n}`, flops: flops * n * members, bytes: moves * element * n * members }
    }
    case 'copyStrided':
      return { shape: `${n}`, flops: 0, bytes: 2 * element * n }
    case 'ensembleSlotAxpy':
      return { shape: `${n} members: scalar`, flops: 2 * n, bytes: 32 * n }
    default:
      return name satisfies never
  }
}
