// The losses: the same bits from both executors, values and gradients against formulas of the host in another form, and the
// places where a careless formula overflows, cancels or multiplies 0 by infinity.
import { describe, expect, test } from 'vitest'
import type { DType, Kernels } from '../../src/kernels/kernels.js'
import { OP_WORDS, OpCode, Word } from '../../src/kernels/ops.js'
import { prng } from './helpers/prng.js'
import { sameBits, Twin, view } from './helpers/twin.js'

type MarginName = 'logistic' | 'exponential' | 'logSumExp'
const MARGINS: readonly MarginName[] = ['logistic', 'exponential', 'logSumExp']
const DTYPES = ['float32', 'float64'] as const
const SPECIAL = [0, -0, Infinity, -Infinity, NaN, 1e300, -1e300, 5e-324, 700, -700, 710, -746]

const twin = new Twin()

interface Call {
  name: MarginName | 'softmaxCrossEntropy'
  dtype: DType
  m: number
  n: number
  alpha: number
  a: ArrayLike<number>
  b: ArrayLike<number>
  /** Where the gradient goes. */
  target?: 'own' | 'a' | 'b' | 'none'
  loss?: boolean
}

/** One record of a loss on both executors, which must agree; what the WebAssembly side wrote. */
function run({ name, dtype, m, n, alpha, a, b, target = 'own', loss = true }: Call) {
  twin.reset()
  const bytes = dtype === 'float64' ? 8 : 4
  const pa = twin.place(dtype, 'a', a, m % 2)
  const pb = twin.place(dtype, 'b', b, n % 3)
  const own = twin.place(dtype, 'c', new Float64Array(m * n).fill(7))
  const pc = { own, a: pa, b: pb, none: 0 }[target]
  const cells = twin.place('float64', 'cells', [alpha, -1])
  const record = new Int32Array(OP_WORDS)
  record[Word.code] = 2 * OpCode[name] + (dtype === 'float64' ? 1 : 0)
  if (name === 'softmaxCrossEntropy') record[Word.m] = m
  record[Word.n] = name === 'softmaxCrossEntropy' ? n : m * n
  record[Word.a] = pa
  record[Word.b] = pb
  record[Word.c] = pc
  record[Word.alpha] = cells
  record[Word.out] = loss ? cells + 8 : 0
  const ops = twin.scratch(record.byteLength)
  for (const { memory } of [twin.wasm, twin.reference]) new Int32Array(memory.buffer, ops, OP_WORDS).set(record)
  twin.run('planStep', ops, 1, 0)
  const from = (pc || own) / bytes
  return {
    loss: view(twin.wasm, 'float64')[cells / 8 + 1],
    gradient: [...view(twin.wasm, dtype).subarray(from, from + m * n)],
  }
}

/** What the record must do, by the kernel of that name. */
function byKernel(call: Call): number {
  const letter = call.dtype === 'float64' ? 'd' : 's'
  twin.reset()
  const a = twin.place(call.dtype, 'a', call.a)
  const b = twin.place(call.dtype, 'b', call.b)
  const out = twin.place('float64', 'out', [0])
  if (call.name === 'softmaxCrossEntropy') {
    twin.run(`${letter}softmaxCrossEntropy`, call.m, call.n, call.alpha, a, b, 0, out)
  } else {
    twin.run(`${letter}${call.name}` as keyof Kernels, ...([call.m * call.n, call.alpha, a, b, 0, out] as never))
  }
  return view(twin.wasm, 'float64')[out / 8]
}

const random = prng(11)
const numbers = (n: number, scale: number, special: boolean) =>
  Float64Array.from({ length: n }, () =>
    special && random.integer(0, 9) === 0 ? random.pick(SPECIAL) : scale * random.uniform(),
  )
const signs = (n: number) => Float64Array.from({ length: n }, () => random.pick([-1, 1]))
/** Columns that sum to 1: hard labels, or shares. */
function labels(m: number, n: number, hard: boolean): Float64Array {
  const y = new Float64Array(m * n)
  for (let p = 0; p < n; p++) {
    if (hard) y[random.integer(0, m - 1) * n + p] = 1
    else for (let k = 0; k < m; k++) y[k * n + p] = 1 / m
  }
  return y
}

describe.each(DTYPES)('%s: both executors give the same bits', (dtype) => {
  test.each(MARGINS)('%s', (name) => {
    for (const n of [0, 1, 2, 3, 5, 8, 1023, 1024, 1025, 2050]) {
      for (const [scale, special] of [
        [1, false],
        [30, false],
        [2000, false],
        [5, true],
      ] as [number, boolean][]) {
        const call = { name, dtype, m: 1, n, alpha: 0.37, a: numbers(n, scale, special), b: signs(n) }
        const { loss, gradient } = run(call)
        expect(sameBits(byKernel(call), loss)).toBe(true)
        expect(sameBits(run({ ...call, target: 'none' }).loss, loss)).toBe(true)
        for (const target of ['a', 'b'] as const)
          expect(run({ ...call, target, loss: false }).gradient).toEqual(gradient)
        expect(run({ ...call, loss: false }).loss).toBe(-1)
      }
    }
  })

  test('softmaxCrossEntropy', () => {
    for (const m of [0, 1, 2, 3, 10]) {
      for (const n of [0, 1, 2, 3, 4, 7, 33]) {
        for (const [scale, special] of [
          [1, false],
          [30, false],
          [2000, false],
          [5, true],
        ] as [number, boolean][]) {
          const b = labels(m, n, scale !== 30 && m > 0)
          const call: Call = {
            name: 'softmaxCrossEntropy',
            dtype,
            m,
            n,
            alpha: -1.7,
            a: numbers(m * n, scale, special),
            b,
          }
          const { loss, gradient } = run(call)
          expect(sameBits(byKernel(call), loss)).toBe(true)
          expect(sameBits(run({ ...call, target: 'none' }).loss, loss)).toBe(true)
          for (const target of ['a', 'b'] as const)
            expect(run({ ...call, target, loss: false }).gradient).toEqual(gradient)
        }
      }
    }
  })
})

/** Relative distance. */
const off = (x: number, y: number) => Math.abs(x - y) / Math.max(Math.abs(y), 1e-300)

describe('values and gradients against the host in another form', () => {
  const n = 201
  const a = numbers(n, 6, false)
  const b = signs(n)
  const alpha = 1 / n
  const t = a.map((x, i) => x * b[i])
  const sum = (f: (t: number) => number) => t.reduce((total, x) => total + f(x), 0)
  // 201 terms of one sign, each within 2 ulp of either side.
  const CLOSE = 210 * 2 ** -52

  test('logistic: 1 / (1 + e^t) as (1 - tanh(t / 2)) / 2', () => {
    const { loss, gradient } = run({ name: 'logistic', dtype: 'float64', m: 1, n, alpha, a, b })
    expect(off(loss, alpha * sum((x) => Math.log1p(Math.exp(-x))))).toBeLessThan(CLOSE)
    gradient.forEach(
      (g, i) => void expect(Math.abs(g + (alpha * b[i] * (1 - Math.tanh(t[i] / 2))) / 2)).toBeLessThan(1e-17),
    )
  })

  test('exponential', () => {
    const { loss, gradient } = run({ name: 'exponential', dtype: 'float64', m: 1, n, alpha, a, b })
    expect(off(loss, alpha * sum((x) => Math.exp(-x)))).toBeLessThan(CLOSE)
    gradient.forEach((g, i) => void expect(off(g, (-b[i] * alpha) / Math.exp(t[i]))).toBeLessThan(1e-15))
  })

  test('logSumExp: the weights of the gradient sum to alpha', () => {
    const { loss, gradient } = run({ name: 'logSumExp', dtype: 'float64', m: 1, n, alpha, a, b })
    expect(off(loss, alpha * Math.log(sum((x) => Math.exp(-x))))).toBeLessThan(CLOSE)
    expect(off(-gradient.reduce((total, g, i) => total + g * b[i], 0), alpha)).toBeLessThan(CLOSE)
    const norm = sum((x) => Math.exp(-x))
    gradient.forEach((g, i) => void expect(off(g, (-b[i] * alpha * Math.exp(-t[i])) / norm)).toBeLessThan(CLOSE))
  })

  test('softmaxCrossEntropy with labels of any sum', () => {
    const [m, p] = [3, 67]
    const y = numbers(m * p, 1, false).map(Math.abs)
    const { loss, gradient } = run({ name: 'softmaxCrossEntropy', dtype: 'float64', m, n: p, alpha, a, b: y })
    let expected = 0
    for (let j = 0; j < p; j++) {
      const column = (x: ArrayLike<number>) => Array.from({ length: m }, (_, k) => x[k * p + j])
      const [z, share] = [column(a), column(y)]
      const total = z.reduce((s, v) => s + Math.exp(v), 0)
      const weight = share.reduce((s, v) => s + v, 0)
      z.forEach((v, k) => {
        expected -= share[k] * Math.log(Math.exp(v) / total)
        const g = alpha * ((weight * Math.exp(v)) / total - share[k])
        expect(Math.abs(gradient[k * p + j] - g)).toBeLessThan(alpha * 2e-15)
      })
    }
    expect(off(loss, alpha * expected)).toBeLessThan(CLOSE)
  })

  test.each(MARGINS)('float32 rounds the float64 gradient of %s once', (name) => {
    const single = a.map(Math.fround)
    const wide = run({ name, dtype: 'float64', m: 1, n, alpha, a: single, b })
    const narrow = run({ name, dtype: 'float32', m: 1, n, alpha, a: single, b })
    expect(narrow.gradient).toEqual(wide.gradient.map(Math.fround))
    expect(narrow.loss).toBe(wide.loss)
  })
})

describe('where a careless formula fails', () => {
  const one = (name: MarginName, a: number[], b: number[], alpha = 1) =>
    run({ name, dtype: 'float64', m: 1, n: a.length, alpha, a, b })

  test('logistic with margins of any size', () => {
    expect(one('logistic', [1e308], [1])).toEqual({ loss: 0, gradient: [-0] })
    expect(one('logistic', [1e308], [-1])).toEqual({ loss: 1e308, gradient: [1] })
    const { loss, gradient } = one('logistic', [60], [1])
    expect(off(loss, Math.exp(-60))).toBeLessThan(1e-15)
    expect(off(gradient[0], -Math.exp(-60))).toBeLessThan(1e-15)
  })

  test('exponential overflows to Infinity and vanishes below e^-700', () => {
    expect(one('exponential', [710, 1], [-1, 1]).loss).toBe(Infinity)
    expect(one('exponential', [710], [-1]).gradient).toEqual([Infinity])
    expect(one('exponential', [701], [1])).toEqual({ loss: 0, gradient: [-0] })
    expect(off(one('exponential', [699], [1]).loss, Math.exp(-699))).toBeLessThan(1e-15)
  })

  test('logSumExp with margins of 10^5 and more', () => {
    const { loss, gradient } = one('logSumExp', [1e5, -(1e5 + 1), 3e5], [1, -1, 1])
    expect(loss).toBe(-1e5 + Math.log1p(Math.exp(-1)))
    // The weights e^0 and e^-1, normalised.
    expect(off(gradient[0], -1 / (1 + Math.exp(-1)))).toBeLessThan(1e-15)
    expect(off(gradient[1], Math.exp(-1) / (1 + Math.exp(-1)))).toBeLessThan(1e-15)
    expect(gradient[2]).toBe(-0)
    expect(one('logSumExp', [1e308], [1])).toEqual({ loss: -1e308, gradient: [-1] })
  })

  const softmax = (a: number[], b: number[]) =>
    run({ name: 'softmaxCrossEntropy', dtype: 'float64', m: a.length, n: 1, alpha: 1, a, b })

  test('softmax: a class that has all the weight keeps its small loss and gradient', () => {
    const { loss, gradient } = softmax([50, 0, -10], [1, 0, 0])
    const rest = Math.exp(-50) + Math.exp(-60)
    expect(off(loss, rest)).toBeLessThan(1e-15)
    expect(off(gradient[0], -rest)).toBeLessThan(1e-15)
    expect(off(gradient[1], Math.exp(-50))).toBeLessThan(1e-15)
  })

  test('softmax: infinities of classes that nobody asked for, huge logits, ties', () => {
    expect(softmax([0, -Infinity], [1, 0])).toEqual({ loss: 0, gradient: [0, 0] })
    expect(softmax([1e307, -1e307], [0, 1])).toEqual({ loss: 2e307, gradient: [1, -1] })
    const { loss, gradient } = softmax([3, 3, 3, 3], [0, 0, 1, 0])
    expect(off(loss, Math.log(4))).toBeLessThan(4e-16)
    expect(gradient).toEqual([0.25, 0.25, -0.75, 0.25])
  })

  test('what is not finite shows in the loss and in the gradient', () => {
    for (const z of [NaN, Infinity]) {
      const { loss, gradient } = softmax([z, 0, 1], [0, 1, 0])
      expect([loss, ...gradient]).toEqual([NaN, NaN, NaN, NaN])
    }
    for (const name of MARGINS) {
      const { loss, gradient } = one(name, [1, NaN, 2], [1, 1, 1])
      expect([loss, gradient[1]]).toEqual([NaN, NaN])
    }
  })
})
