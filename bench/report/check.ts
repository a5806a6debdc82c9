// No contender is timed before its result was compared with plain loops in float64, which share no code with any of them.
import type { GemmInputs, Inputs, StepInputs, SvdInputs } from './inputs.js'
import type { GemmWork, Problem, StepWork } from './problems.js'

/** How often the work is done before the look at the result. */
export function checkedRuns({ work }: Problem): number {
  return work.kind === 'step' ? 3 : 1
}

/**
 * Throws what is wrong with a result: all of C; the singular values; or the weights of all layers, member after member, after three steps.
 * A contender may compute in float32 whatever it is given only if the problem is in float32.
 */
export function check(problem: Problem, inputs: Inputs, result: ArrayLike<number>): void {
  const { work, dtype } = problem
  const single = dtype === 'float32'
  if (work.kind === 'gemm') checkGemm(work, inputs as GemmInputs, result, single ? 6e-8 : 1.2e-16)
  else if (work.kind === 'svd') {
    const count = work.rank ?? work.n
    compare(result, (inputs as SvdInputs).s.subarray(0, count), count, () => (single ? 2e-5 : 1e-12))
  } else checkStep(work, inputs as StepInputs, result, single)
}

/** |c - sum| <= 4 sqrt(k) u sum |a b|, the statistical growth of rounding errors with room; at most 4096 elements, spread over C. */
function checkGemm(
  { m, n, k, transposeA, transposeB }: GemmWork,
  { a, b }: GemmInputs,
  c: ArrayLike<number>,
  u: number,
): void {
  if (c.length !== m * n) throw new Error(`${c.length} elements instead of ${m * n}`)
  const stride = Math.max(1, Math.floor((m * n) / 4096)) | 1
  for (let at = 0; at < m * n; at += stride) {
    const [i, j] = [Math.floor(at / n), at % n]
    let sum = 0
    let size = 0
    for (let p = 0; p < k; p++) {
      const term = a[transposeA ? p * m + i : i * k + p] * b[transposeB ? j * k + p : p * n + j]
      sum += term
      size += Math.abs(term)
    }
    const error = Math.abs(c[at] - sum)
    if (!(error <= 4 * Math.sqrt(k) * u * size)) throw new Error(`C[${i}, ${j}] is ${c[at]} instead of ${sum}`)
  }
}

/** The change of every weight, against its largest change in the layer: float32 weights near 1 round it to about 1e-4 of that. */
function checkStep(work: StepWork, { weights, x, y }: StepInputs, result: ArrayLike<number>, single: boolean): void {
  const expected = weights.map((w) => Float64Array.from(w))
  for (let i = 0; i < checkedRuns({ work } as Problem); i++) plainStep(work, expected, x, y)
  const size = expected.reduce((sum, w) => sum + w.length, 0)
  if (result.length !== work.members * size)
    throw new Error(`${result.length} weights instead of ${work.members * size}`)
  for (const member of new Set([0, work.members >> 1, work.members - 1])) {
    let at = member * size
    for (const [l, w] of expected.entries()) {
      const largest = w.reduce((most, value, i) => Math.max(most, Math.abs(value - weights[l][i])), 0)
      const tolerance = single ? 1e-3 * largest + 6e-7 : 1e-9 * largest + 1e-15
      const part = Float64Array.from({ length: w.length }, (_, i) => result[at + i])
      compare(part, w, w.length, () => tolerance)
      at += w.length
    }
  }
}

function compare(result: ArrayLike<number>, expected: ArrayLike<number>, count: number, tolerance: () => number): void {
  if (result.length < count) throw new Error(`${result.length} values instead of ${count}`)
  for (let i = 0; i < count; i++) {
    if (!(Math.abs(result[i] - expected[i]) <= tolerance())) {
      throw new Error(`value ${i} is ${result[i]} instead of ${expected[i]}`)
    }
  }
}

/** One step on `weights`, in place, as the formula stands. */
function plainStep(
  { sizes, samples, learningRate }: StepWork,
  weights: Float64Array[],
  x: ArrayLike<number> | undefined,
  y: ArrayLike<number>,
): void {
  const [depth, columns] = [weights.length, x === undefined ? sizes[0] : samples]
  // Inputs of every layer; without data those of the first are the identity, which is never formed.
  const forward: ArrayLike<number>[] = x === undefined ? [[], weights[0].slice()] : [x]
  for (let l = forward.length; l <= depth; l++) {
    forward.push(product(sizes[l], columns, sizes[l - 1], weights[l - 1], sizes[l - 1], 1, forward[l - 1], columns, 1))
  }
  let back: Float64Array = Float64Array.from(
    y,
    (value, i) => (forward[depth][i] - value) / (x === undefined ? 1 : samples),
  )
  const gradients: Float64Array[] = []
  for (let l = depth; l >= 1; l--) {
    const [rows, cols] = [sizes[l], sizes[l - 1]]
    gradients[l - 1] =
      l === 1 && x === undefined ? back : product(rows, cols, columns, back, columns, 1, forward[l - 1], 1, columns)
    if (l > 1) back = product(cols, columns, rows, weights[l - 1], 1, cols, back, columns, 1)
  }
  for (const [l, w] of weights.entries()) for (let i = 0; i < w.length; i++) w[i] -= learningRate * gradients[l][i]
}

/** (m, n) = sum over k of a[i ra + p ca] b[p rb + j cb]. */
function product(
  m: number,
  n: number,
  k: number,
  a: ArrayLike<number>,
  ra: number,
  ca: number,
  b: ArrayLike<number>,
  rb: number,
  cb: number,
): Float64Array {
  const out = new Float64Array(m * n)
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const factor = a[i * ra + p * ca]
      for (let j = 0; j < n; j++) out[i * n + j] += factor * b[p * rb + j * cb]
    }
  }
  return out
}
