// The op `normal` against src/random, and tanh over vectors against src/math: what both executors must give, bit for bit.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { RESERVED_BYTES } from '../../src/kernels/kernels.js'
import { OP_WORDS, OpCode, Word } from '../../src/kernels/ops.js'
import { createEngineSync } from '../../src/linalg/engine.js'
import { tanh } from '../../src/math/hyperbolic.js'
import { LOGARITHMS, POWERS } from '../../src/math/tables.js'
import { PlanBuilder } from '../../src/plan/builder.js'
import { foldIn, type Key, key } from '../../src/random/key.js'
import { normal } from '../../src/random/normal.js'
import { wasmExecutor } from './helpers/executors.js'
import { prng } from './helpers/prng.js'
import { sameBits, Twin, view } from './helpers/twin.js'

const twin = new Twin()
const DTYPES = ['float32', 'float64'] as const

function expectBits(actual: ArrayLike<number>, expected: ArrayLike<number>, what: string): void {
  for (let i = 0; i < expected.length; i++) {
    if (!sameBits(actual[i], expected[i])) expect.fail(`${what} [${i}] is ${actual[i]}, not ${expected[i]}`)
  }
}

/** Run one record of the op on both executors; the elements that it wrote. */
function runNormal(dtype: (typeof DTYPES)[number], n: number, [k0, k1]: Key, step: number, alpha: number) {
  twin.reset()
  const wide = dtype === 'float64' ? 1 : 0
  const c = twin.place(dtype, 'c', new Float64Array(n), n % 3)
  const cells = twin.place('float64', 'cells', [alpha, step])
  const record = new Int32Array(OP_WORDS)
  record[Word.code] = 2 * OpCode.normal + wide
  record[Word.n] = n
  record[Word.c] = c
  record[Word.lda] = k0
  record[Word.ldb] = k1
  record[Word.alpha] = cells
  record[Word.beta] = cells + 8
  const ops = twin.scratch(record.byteLength)
  for (const { memory } of [twin.wasm, twin.reference]) new Int32Array(memory.buffer, ops, OP_WORDS).set(record)
  twin.run('planStep', ops, 1, 0)
  const from = c / (wide ? 8 : 4)
  return view(twin.wasm, dtype).slice(from, from + n)
}

test.each(DTYPES)('%s: alpha times the numbers of normal(foldIn(key, step), n), whatever the length', (dtype) => {
  const random = prng(1)
  const round = dtype === 'float64' ? (x: number) => x : Math.fround
  const lengths = [...Array.from({ length: 10 }, (_, n) => n), 511, 512, 513, 514, 515, 516, 1030]
  for (const n of lengths) {
    const key: Key = [random.integer(0, 2 ** 31 - 1) * 2 + 1, random.integer(0, 2 ** 31 - 1)]
    const step = random.pick([0, 1, 77, 2 ** 32 - 1, 2 ** 32, 2 ** 40 + 3, 2 ** 53 - 1])
    const alpha = random.pick([1, -0.3, 1e-3, 0])
    const expected = normal(foldIn(key, step), n).map((z) => round(alpha * z))
    expectBits(runNormal(dtype, n, key, step, alpha), expected, `n = ${n}, step ${step}, alpha ${alpha}`)
  }
})

test('200 000 numbers, of which three in twenty come from the tails', () => {
  const n = 200_000
  const values = runNormal('float64', n, [1, 2], 3, 1)
  expectBits(values, normal(foldIn([1, 2], 3), n), 'normal')
  const outside = values.filter((z) => Math.abs(z) > 1.44).length / n
  // P(|Z| > 1.44) = 0.1499; four standard errors.
  expect(Math.abs(outside - 0.1499)).toBeLessThan(4 * Math.sqrt((0.15 * 0.85) / n))
})

test('the coefficients are those of src/random: no draw is long enough to meet the far tail', () => {
  const numbers = (text: string) =>
    [...text.matchAll(/(?<![\w.])\d[\d.]*(?:e-?\d+)?/g)].map(([digits]) => Number(digits))
  const source = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
  for (const name of ['MIDDLE', 'NEAR_TAIL', 'FAR_TAIL']) {
    const [, kernel] = source('assembly/rng.ts').match(
      new RegExp(`const ${name}: usize = memory.data<f64>\\(\\[([^\\]]*)\\]`),
    )!
    const [, ours] = source('src/random/normal-quantile.ts').match(
      new RegExp(`const ${name}: Rational = \\[([^=]*?)\\n\\]\\n`),
    )!
    expect(numbers(kernel)).toHaveLength(16)
    expect(numbers(kernel)).toEqual(numbers(ours))
  }
})

test.each(DTYPES)('%s: tanh over vectors is tanh of each element, in place too', (dtype) => {
  const random = prng(2)
  const special = [0, -0, NaN, Infinity, -Infinity, 5e-324, -1e-310, 0.6, 0.5999999999999999, -0.6, 22, 1e300, -1e300]
  for (const n of [0, 1, 2, 3, 4, 5, 1023, 1024, 1025, 2051]) {
    for (const scale of [1, 4, 40]) {
      twin.reset()
      const a = twin.place(
        dtype,
        'a',
        new Float64Array(n).map(() => scale * random.uniform()),
        n % 2,
      )
      for (const executor of [twin.wasm, twin.reference]) {
        const x = view(executor, dtype)
        for (let i = 0; i < n; i += 7) x[a / x.BYTES_PER_ELEMENT + i] = special[(i / 7) % special.length]
      }
      const x = view(twin.wasm, dtype)
      const from = a / x.BYTES_PER_ELEMENT
      const expected = x.slice(from, from + n).map(tanh)
      const c = twin.place(dtype, 'c', new Float64Array(n), n % 3)
      const letter = dtype === 'float64' ? 'd' : 's'
      twin.run(`${letter}tanh`, n, a, c)
      twin.run(`${letter}tanh`, n, a, a)
      expectBits(x.subarray(from, from + n), expected, `tanh, n = ${n}`)
      expectBits(x.subarray(c / x.BYTES_PER_ELEMENT), expected, `tanh, n = ${n}`)
    }
  }
})

test.each(['wasm', 'typescript'] as const)(
  '%s: in a plan of an engine, from step to step, and after a reset',
  (backend) => {
    const engine = createEngineSync({ backend, reproducible: true })
    for (let round = 0; round < 2; round++) {
      const first = engine.matrix([1, 1])
      expect(first.pointer).toBeGreaterThanOrEqual(RESERVED_BYTES)
      const noise = engine.matrix([20, 30])
      const p = new PlanBuilder(engine, 'float64')
      p.normal(key(5), noise, 0.5)
      const plan = p.build()
      plan.run(1)
      plan.run(2)
      const expected = normal(foldIn(key(5), 2), 600).map((z) => 0.5 * z)
      expectBits(noise.view(), expected, 'noise')
      engine.reset()
    }
    engine.dispose()
  },
)

test('the tables in low memory are those of src/math, and nothing lies beyond what is reserved', () => {
  const { memory } = wasmExecutor('simd', 1)
  const words = new Float64Array(memory.buffer)
  const find = (table: Float64Array) => {
    for (let at = 8; at < RESERVED_BYTES / 8; at++) if (table.every((x, i) => words[at + i] === x)) return at
    return -1
  }
  expect(find(LOGARITHMS)).toBeGreaterThan(0)
  expect(find(POWERS)).toBeGreaterThan(0)
  expect(words.subarray(0, 8).every((x) => x === 0)).toBe(true)
  expect(words.subarray(RESERVED_BYTES / 8).every((x) => x === 0)).toBe(true)
})
