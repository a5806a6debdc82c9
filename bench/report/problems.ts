// What the report measures: products, decompositions, training steps, ensembles, single calls. Plain data, so that a worker thread and
// a Python process get the same words; flops are the usual counts, bytes those of operands and result, each moved once.
export type DType = 'float32' | 'float64'

/** C := op(A) op(B). */
export interface GemmWork {
  readonly kind: 'gemm'
  readonly m: number
  readonly n: number
  readonly k: number
  readonly transposeA: boolean
  readonly transposeB: boolean
}

/** Singular values and vectors of an (n, n) matrix; the leading `rank` of them if given. */
export interface SvdWork {
  readonly kind: 'svd'
  readonly n: number
  readonly rank?: number
}

/**
 * One step of gradient descent, all layers at once: on 1/2 |W - S|^2 (no samples), or on 1/(2P) |Y - W X|^2 over P samples.
 * With `members`, as many networks of these sizes side by side.
 */
export interface StepWork {
  readonly kind: 'step'
  readonly sizes: readonly number[]
  readonly samples: number
  readonly members: number
  readonly learningRate: number
}

export type Work = GemmWork | SvdWork | StepWork

/** One row of the report. */
export interface Problem {
  readonly suite: 'call' | 'gemm' | 'svd' | 'step' | 'ensemble'
  readonly name: string
  readonly dtype: DType
  readonly flops: number
  readonly bytes: number
  readonly work: Work
}

/** Everything, in the order of the report. */
export function allProblems(): Problem[] {
  return (['float32', 'float64'] as const).flatMap((dtype) => [
    ...[4, 8, 16].map((n) => gemm('call', dtype, n, n, n)),
    ...[32, 64, 100, 128, 256, 512, 1024, 2048].map((n) => gemm('gemm', dtype, n, n, n)),
    ...[
      [256, 256, 32],
      [1000, 10, 100],
      [64, 4096, 64],
      [1024, 1, 1024],
    ].map(([m, n, k]) => gemm('gemm', dtype, m, n, k)),
    ...[100, 512].flatMap((n) => ['NT', 'TN', 'TT'].map((trans) => gemm('gemm', dtype, n, n, n, trans))),
    ...[64, 128, 256, 512].map((n) => svd(dtype, n)),
    ...[128, 256, 512].map((n) => svd(dtype, n, 10)),
    ...[
      [2, 100, 10],
      [3, 8, 10],
      [3, 32, 10],
      [3, 100, 10],
      [4, 100, 10],
      [3, 256, 10],
      [3, 512, 10],
      [2, 256, 100],
      [3, 256, 100],
      [4, 256, 100],
      [3, 512, 100],
    ].map(([depth, width, ends]) => step(dtype, depth, width, ends, 0)),
    ...[
      [3, 32, 10],
      [3, 100, 10],
      [3, 256, 100],
    ].map(([depth, width, ends]) => step(dtype, depth, width, ends, 1000)),
    ...[4, 8, 16].map((width) => ensemble(dtype, width)),
  ])
}

function gemm(suite: 'call' | 'gemm', dtype: DType, m: number, n: number, k: number, trans = 'NN'): Problem {
  const work: GemmWork = { kind: 'gemm', m, n, k, transposeA: trans[0] === 'T', transposeB: trans[1] === 'T' }
  const name = `gemm ${m === n && n === k ? n : `${m}x${n}x${k}`}${trans === 'NN' ? '' : ` ${trans}`}`
  return { suite, name, dtype, flops: 2 * m * n * k, bytes: elementBytes(dtype) * (m * k + k * n + m * n), work }
}

function svd(dtype: DType, n: number, rank?: number): Problem {
  const name = rank === undefined ? `svd ${n}` : `top ${rank} of ${n}`
  // 22 n^3 for all factors; for the leading ones there is no usual count, so one pass over the full count stands for it.
  return {
    suite: 'svd',
    name,
    dtype,
    flops: 22 * n ** 3,
    bytes: elementBytes(dtype) * 3 * n * n,
    work: { kind: 'svd', n, rank },
  }
}

function step(dtype: DType, depth: number, width: number, ends: number, samples: number): Problem {
  const sizes = [ends, ...new Array<number>(depth - 1).fill(width), ends]
  const name = `step ${depth}:${width}:${ends}${samples > 0 ? ` x ${samples}` : ''}`
  const work: StepWork = { kind: 'step', sizes, samples, members: 1, learningRate: 1e-3 }
  return { suite: 'step', name, dtype, ...costs(dtype, work), work }
}

function ensemble(dtype: DType, width: number): Problem {
  const ends = Math.min(10, width)
  const sizes = [ends, width, width, ends]
  // So small that residuals never become denormal however long this is measured.
  const work: StepWork = { kind: 'step', sizes, samples: 0, members: 1024, learningRate: 1e-6 }
  return { suite: 'ensemble', name: `1024 networks 3:${width}:${ends}`, dtype, ...costs(dtype, work), work }
}

/** Forward, back and gradient: three products a layer, but for what the first layer needs no product for. */
function costs(dtype: DType, { sizes, samples, members }: StepWork): { flops: number; bytes: number } {
  let flops = 0
  let weights = 0
  for (let l = 1; l < sizes.length; l++) {
    const size = sizes[l] * sizes[l - 1]
    weights += size
    if (samples > 0) flops += (l === 1 ? 4 : 6) * samples * size
    else if (l > 1) flops += 6 * sizes[0] * size
  }
  const data = samples > 0 ? samples * (sizes[0] + sizes.at(-1)!) : sizes[0] * sizes.at(-1)!
  return { flops: members * flops, bytes: members * elementBytes(dtype) * (2 * weights + data) }
}

function elementBytes(dtype: DType): number {
  return dtype === 'float32' ? 4 : 8
}

/** What names a problem on the command line and in a worker. */
export function problemKey({ name, dtype }: Pick<Problem, 'name' | 'dtype'>): string {
  return `${name} ${dtype}`
}
