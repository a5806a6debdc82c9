// Gathers, activations and update rules: the WebAssembly build equals the reference bit for bit, every executor the textbook
// formula, and an element does not depend on where in the vector it stands.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { type DType, elementBytes, type Kernels } from '../../src/kernels/kernels.js'
import { OP_WORDS, OpCode, Word } from '../../src/kernels/ops.js'
import { PAGE_BYTES } from '../../src/kernels/wasm.js'
import type { DataClass } from './helpers/data.js'
import { type Executor, everyExecutor, wasmExecutor } from './helpers/executors.js'
import { paddedMatrix, stridedVector } from './helpers/matrix.js'
import { type Prng, prng } from './helpers/prng.js'
import { Twin, view } from './helpers/twin.js'

const twin = new Twin()
const covered = new Set<string>()

// Around one and two vectors of 2 and of 4 elements.
const LENGTHS = [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 11, 15, 16, 17, 33]
const SCALARS = [1, -0.37, 0, -0, 1e-60, 0.01, 3, Number.NaN, Number.POSITIVE_INFINITY]
const CLASSES: readonly DataClass[] = ['uniform', 'special', 'extreme', 'small-integers']
const TYPES = ['float32', 'float64'] as const
const cases = TYPES.flatMap((dtype) => CLASSES.map((data) => ({ dtype, data })))

type Base = 'gather' | 'axpby' | 'clamp' | 'adam' | 'rmsprop' | 'leakyRelu' | 'leakyReluGradient' | 'tanhGradient'
const named = (dtype: DType, base: Base) => `${dtype === 'float64' ? 'd' : 's'}${base}` as const

/** Run a kernel on both executors, which must agree in every bit, and note that it was compared. */
function run(dtype: DType, base: Base, ...args: number[]): void {
  const name = named(dtype, base)
  covered.add(name)
  twin.run(name as 'dadam', ...(args as [number, number, number, number, number]))
}

/** Call a kernel of one executor. */
function call(executor: Executor, dtype: DType, base: Base, ...args: number[]): void {
  ;(executor.kernels[named(dtype, base)] as (...args: number[]) => void)(...args)
}

/** The bits of int32 as float32 numbers: `Twin` places floats. Small integers are subnormal and survive the copy. */
const asFloats = (index: readonly number[]) => new Float32Array(Int32Array.from(index).buffer)

function vector(dtype: DType, name: string, n: number, data: DataClass, random: Prng): number {
  return twin.place(dtype, name, stridedVector(dtype, n, 1, data, random), random.integer(0, 3))
}

/** Like `vector`, but as a mean of squares is: without a sign. */
function squares(dtype: DType, name: string, n: number, data: DataClass, random: Prng): number {
  return twin.place(dtype, name, stridedVector(dtype, n, 1, data, random).map(Math.abs), random.integer(0, 3))
}

const ADAM_CELLS = [
  [0.9, 0.1, 0.999, 0.001, 1e-8, 10, 1000],
  [0.5, 0.5, 0.25, 0.75, 0, 1, 1],
  [0, 1, 0, 1, 1e-60, 1 / 3, 0.7],
]
const RMS_CELLS = [
  [0.9, 0.1, 1e-8],
  [0.25, 0.75, 0],
  [0, 1, 1e-60],
]

describe.each(cases)('$dtype kernels on $data data have the bits of the reference', ({ dtype, data }) => {
  test('axpby and clamp', () => {
    const random = prng(21)
    for (const n of LENGTHS) {
      for (const alpha of SCALARS) {
        for (const beta of SCALARS) {
          twin.reset()
          const x = vector(dtype, 'x', n, data, random)
          run(dtype, 'axpby', n, alpha, x, beta, vector(dtype, 'y', n, data, random))
        }
        twin.reset()
        run(dtype, 'clamp', n, Math.abs(alpha), vector(dtype, 'x', n, data, random))
      }
    }
  })

  test('leakyRelu, its gradient and tanhGradient, also in place', () => {
    const random = prng(22)
    for (const n of LENGTHS) {
      for (const alpha of SCALARS) {
        twin.reset()
        const [a, b, c] = ['a', 'b', 'c'].map((name) => vector(dtype, name, n, data, random))
        run(dtype, 'leakyRelu', n, alpha, a, c)
        run(dtype, 'leakyReluGradient', n, alpha, a, b, c)
        run(dtype, 'leakyReluGradient', n, alpha, a, b, b)
        run(dtype, 'leakyReluGradient', n, alpha, a, c, a)
        run(dtype, 'leakyRelu', n, alpha, b, b)
        const [y, g, out] = ['y', 'g', 'out'].map((name) => vector(dtype, name, n, data, random))
        run(dtype, 'tanhGradient', n, y, g, out)
        run(dtype, 'tanhGradient', n, y, g, g)
        run(dtype, 'tanhGradient', n, y, out, y)
      }
    }
  })

  test('adam and rmsprop, several steps', () => {
    const random = prng(23)
    for (const n of LENGTHS) {
      for (let turn = 0; turn < ADAM_CELLS.length; turn++) {
        twin.reset()
        const [m, g] = ['m', 'g'].map((name) => vector(dtype, name, n, data, random))
        const v = squares(dtype, 'v', n, data, random)
        const cells = twin.place('float64', 'cells', ADAM_CELLS[turn], random.integer(0, 3))
        for (let step = 0; step < 3; step++) run(dtype, 'adam', n, m, v, g, cells)
        const mean = squares(dtype, 'mean', n, data, random)
        const h = vector(dtype, 'h', n, data, random)
        const three = twin.place('float64', 'three', RMS_CELLS[turn], random.integer(0, 3))
        for (let step = 0; step < 3; step++) run(dtype, 'rmsprop', n, mean, h, three)
      }
    }
  })

  test('gather', () => {
    const random = prng(24)
    for (const m of [0, 1, 2, 5]) {
      for (const n of LENGTHS) {
        twin.reset()
        const lda = 1 + random.integer(0, 20)
        const a = twin.place(dtype, 'a', paddedMatrix(dtype, m, lda, lda, data, random), random.integer(0, 3))
        const index = Array.from({ length: n }, () => random.integer(0, lda - 1))
        const at = twin.place('float32', 'index', asFloats(index), random.integer(0, 3))
        const c = vector(dtype, 'c', m * n, data, random)
        run(dtype, 'gather', m, n, a, lda, at, c)
        const values = view(twin.wasm, dtype)
        const bytes = elementBytes(dtype)
        for (let i = 0; i < m; i++) {
          for (let j = 0; j < n; j++) {
            expect(values[c / bytes + i * n + j]).toBe(values[a / bytes + i * lda + index[j]])
          }
        }
      }
    }
  })
})

test('every kernel under its heading in assembly/README.md was compared', () => {
  const readme = readFileSync(new URL('../../assembly/README.md', import.meta.url), 'utf8')
  const list = readme.split('## Activations and update rules')[1].split('```')[1]
  const names = list.match(/\b[sd](?=[a-z])\w*(?= \w+ +\(| +\()/gi) ?? []
  expect(names.length).toBe(16)
  expect([...covered].sort()).toEqual([...names].sort())
})

describe.each(TYPES)('%s against the textbook, on every executor', (dtype) => {
  const bytes = elementBytes(dtype)
  const ulp = dtype === 'float64' ? 2 ** -52 : 2 ** -23
  const round = dtype === 'float64' ? (x: number) => x : Math.fround
  const n = 37

  /** Vectors one after the other in a memory; what `work` leaves of them. */
  function on(executor: Executor, vectors: readonly number[][], work: (pointers: number[]) => void): number[][] {
    const array = view(executor, dtype)
    const pointers = vectors.map((values, i) => {
      array.set(values, (4096 * (i + 1)) / bytes)
      return 4096 * (i + 1)
    })
    work(pointers)
    return pointers.map((p) => [...array.subarray(p / bytes, p / bytes + n)])
  }
  const numbers = (seed: number, f = (x: number) => x) => {
    const random = prng(seed)
    return Array.from({ length: n }, () => round(f(random.uniform())))
  }
  const cellsAt = (executor: Executor, values: readonly number[]) => {
    new Float64Array(executor.memory.buffer).set(values, 512 / 8)
    return 512
  }
  /** Each result near what exact arithmetic gives, in units of the last place of `size`. */
  function near(actual: readonly number[], exact: readonly number[], ulps: number, size: readonly number[] = exact) {
    actual.forEach((value, i) => {
      expect(Math.abs(value - exact[i])).toBeLessThanOrEqual(ulps * ulp * Math.abs(size[i]))
    })
  }

  test.each(everyExecutor())('adam of Kingma and Ba on $name', (executor) => {
    // Scalars that are numbers of both types, so that rounding them costs nothing.
    const [beta1, beta2, eps] = [0.875, 0.984375, 2 ** -20]
    const [m0, v0, g] = [numbers(31), numbers(32, Math.abs), numbers(33)]
    for (const t of [1, 3, 40]) {
      const corrections = [round(1 / (1 - beta1 ** t)), round(1 / (1 - beta2 ** t))]
      const cells = cellsAt(executor, [beta1, 1 - beta1, beta2, 1 - beta2, eps, ...corrections])
      const [m, v, d] = on(executor, [m0, v0, g], ([m, v, g]) => call(executor, dtype, 'adam', n, m, v, g, cells))
      const first = g.map((x, i) => beta1 * m0[i] + (1 - beta1) * x)
      const second = g.map((x, i) => beta2 * v0[i] + (1 - beta2) * x ** 2)
      const sizes = g.map((x, i) => Math.abs(beta1 * m0[i]) + Math.abs((1 - beta1) * x))
      // Half an ulp for each of two products and a sum; one more where a correction was rounded, a root halves what it gets.
      near(m, first, 2, sizes)
      near(v, second, 3)
      const hat = (moment: number[], beta: number) => moment.map((x) => x / (1 - beta ** t))
      const [mHat, vHat] = [hat(first, beta1), hat(second, beta2)]
      const direction = mHat.map((x, i) => x / (Math.sqrt(vHat[i]) + eps))
      const scale = hat(sizes, beta1).map((x, i) => x / (Math.sqrt(vHat[i]) + eps))
      near(d, direction, 8, scale)
    }
  })

  test.each(everyExecutor())('rmsprop on $name', (executor) => {
    const [rho, eps] = [0.875, 2 ** -20]
    const [v0, g] = [numbers(34, Math.abs), numbers(35)]
    const cells = cellsAt(executor, [rho, 1 - rho, eps])
    const [v, d] = on(executor, [v0, g], ([v, g]) => call(executor, dtype, 'rmsprop', n, v, g, cells))
    const mean = g.map((x, i) => rho * v0[i] + (1 - rho) * x ** 2)
    near(v, mean, 3)
    near(
      d,
      g.map((x, i) => x / (Math.sqrt(mean[i]) + eps)),
      5,
    )
  })

  test.each(everyExecutor())('axpby, clamp, leakyRelu, gradients on $name', (executor) => {
    const [x, y] = [numbers(36), numbers(37)]
    const [, sum] = on(executor, [x, y], ([x, y]) => call(executor, dtype, 'axpby', n, 0.75, x, -1.5, y))
    const size = x.map((value, i) => Math.abs(0.75 * value) + Math.abs(1.5 * y[i]))
    const exact = x.map((value, i) => 0.75 * value - 1.5 * y[i])
    near(sum, exact, 1.5, size)
    const [cut] = on(executor, [x], ([x]) => call(executor, dtype, 'clamp', n, 0.375, x))
    expect(cut).toEqual(x.map((value) => (Math.abs(value) > 0.375 ? 0.375 * Math.sign(value) : value)))
    const [, leaky] = on(executor, [x, y], ([x, c]) => call(executor, dtype, 'leakyRelu', n, 0.125, x, c))
    expect(leaky).toEqual(x.map((value) => Math.max(value, value / 8)))
    const [, , chain] = on(executor, [x, y, y], ([x, y, c]) => {
      call(executor, dtype, 'leakyReluGradient', n, 0.125, x, y, c)
    })
    expect(chain).toEqual(y.map((value, i) => (x[i] > 0 ? value : value / 8)))
    const [, , through] = on(executor, [x, y, y], ([x, y, c]) => call(executor, dtype, 'tanhGradient', n, x, y, c))
    // 1 - x^2 may cancel: its error is relative to 1.
    const derivative = x.map((value, i) => y[i] * (1 - value) * (1 + value))
    near(through, derivative, 2, y)
  })

  test.each(everyExecutor())('an element has the same bits wherever it stands: $name', (executor) => {
    const [a, b, c] = [numbers(41), numbers(42, Math.abs), numbers(43)]
    const cells = cellsAt(executor, ADAM_CELLS[0])
    const kernels: ((n: number, p: readonly number[]) => void)[] = [
      (n, [x, y]) => call(executor, dtype, 'axpby', n, 0.3, x, 0.7, y),
      (n, [x]) => call(executor, dtype, 'clamp', n, 0.4, x),
      (n, [x, y]) => call(executor, dtype, 'leakyRelu', n, 0.3, x, y),
      (n, [x, y, z]) => call(executor, dtype, 'leakyReluGradient', n, 0.3, x, y, z),
      (n, [x, y, z]) => call(executor, dtype, 'tanhGradient', n, x, y, z),
      (n, [m, v, g]) => call(executor, dtype, 'adam', n, m, v, g, cells),
      (n, [, v, g]) => call(executor, dtype, 'rmsprop', n, v, g, cells),
    ]
    for (const kernel of kernels) {
      const whole = on(executor, [a, b, c], (p) => kernel(n, p))
      const single = on(executor, [a, b, c], (p) => {
        for (let i = 0; i < n; i++)
          kernel(
            1,
            p.map((pointer) => pointer + i * bytes),
          )
      })
      expect(single).toEqual(whole)
    }
  })

  test.each(everyExecutor())('NaN stays, and no -0 comes out of the rectifier: $name', (executor) => {
    const odd = [Number.NaN, -0, 0, Infinity, -Infinity, -1, 1, Number.NaN, -(2 ** -149)]
    const filled = Array.from({ length: n }, (_, i) => odd[i % odd.length])
    const isNaNs = filled.map((x) => Number.isNaN(x))
    const [cut] = on(executor, [filled], ([x]) => call(executor, dtype, 'clamp', n, 0.5, x))
    expect(cut.map((x) => Number.isNaN(x))).toEqual(isNaNs)
    const [all] = on(executor, [numbers(44)], ([x]) => call(executor, dtype, 'clamp', n, Number.NaN, x))
    expect(all.every((x) => Number.isNaN(x))).toBe(true)
    const [leaky] = on(executor, [filled], ([x]) => call(executor, dtype, 'leakyRelu', n, 0.25, x, x))
    expect(leaky.map((x) => Number.isNaN(x))).toEqual(isNaNs)
    const finite = filled.map((x) => (Number.isFinite(x) ? x : -3))
    const [rectified] = on(executor, [finite], ([x]) => call(executor, dtype, 'leakyRelu', n, 0, x, x))
    expect(rectified).toEqual(finite.map((x) => (x > 0 ? x : 0)))
    const [, , g] = on(executor, [numbers(45), numbers(46, Math.abs), filled], ([m, v, g]) => {
      call(executor, dtype, 'adam', n, m, v, g, cellsAt(executor, ADAM_CELLS[0]))
    })
    // Infinity over Infinity.
    expect(g.map((x) => Number.isNaN(x))).toEqual(filled.map((x) => !Number.isFinite(x)))
    const [, zero] = on(executor, [filled, filled], ([x, y]) => call(executor, dtype, 'axpby', n, 0, x, 0, y))
    expect(zero.map((x) => Number.isNaN(x))).toEqual(filled.map((x) => !Number.isFinite(x)))
  })
})

describe.each(everyExecutor())('clipFactor and row on $name', (executor) => {
  const record = (name: 'clipFactor' | 'row', wide: boolean, words: Partial<Record<keyof typeof Word, number>>) => {
    const int32 = new Int32Array(executor.memory.buffer, 1024, OP_WORDS).fill(0)
    int32[Word.code] = 2 * OpCode[name] + (wide ? 1 : 0)
    for (const [word, value] of Object.entries(words)) int32[Word[word as keyof typeof Word]] = value
    executor.kernels.planStep(1024, 1, 8192)
  }

  test.each([
    [5, 25, 1],
    [5, 24, 1],
    [5, 100, 0.5],
    [0, 0, 1],
    [0, 4, 0],
    [2, Infinity, 0],
    [Infinity, Infinity, 1],
    [1, Number.NaN, Number.NaN],
    [Number.NaN, 1, Number.NaN],
  ])('limit %s over the square %s is %s', (limit, square, factor) => {
    for (const wide of [false, true]) {
      const slots = new Float64Array(executor.memory.buffer, 64, 3)
      slots.set([limit, square, -1])
      record('clipFactor', wide, { alpha: 64, a: 72, out: 80 })
      expect(slots[2]).toBe(factor)
    }
  })

  test.each(TYPES)('a row of %s is the cursor-th of its table, and nothing beside it is written', (dtype) => {
    const bytes = elementBytes(dtype)
    for (const n of [1, 2, 3, 4, 7, 8, 9, 16, 17]) {
      const table = Array.from({ length: 5 * n }, (_, i) => i / 4)
      for (const cursor of [0, 1, 4]) {
        const array = view(executor, dtype)
        array.set(table, 2048 / bytes)
        array.fill(-1, 16384 / bytes, 16384 / bytes + n + 2)
        new Float64Array(executor.memory.buffer)[8] = cursor
        record('row', dtype === 'float64', { n, a: 2048, c: 16384 + bytes, beta: 64 })
        const row = [...array.subarray(16384 / bytes, 16384 / bytes + n + 2)]
        expect(row).toEqual([-1, ...table.slice(cursor * n, (cursor + 1) * n), -1])
      }
    }
  })
})

test('no kernel reads or writes beyond the end of memory', () => {
  // Operands end where memory ends, so that one element too many traps.
  const { kernels } = wasmExecutor('simd', 2)
  const end = 2 * PAGE_BYTES
  for (const dtype of TYPES) {
    for (let n = 0; n <= 19; n++) {
      const last = end - n * elementBytes(dtype)
      const each: [Base, ...number[]][] = [
        ['axpby', n, 0.5, last, 0.5, last],
        ['clamp', n, 1, last],
        ['leakyRelu', n, 0.5, last, last],
        ['leakyReluGradient', n, 0.5, last, last, last],
        ['tanhGradient', n, last, last, last],
        ['adam', n, last, last, last, 64],
        ['rmsprop', n, last, last, end - 24],
        ['gather', 1, n, 0, 1, end - 4 * n, 4096],
        ['gather', 1, n, end - elementBytes(dtype), 1, 4096, 8192],
        ['gather', 1, n, 0, 1, 4096, last],
      ]
      for (const [base, ...args] of each) {
        const kernel = kernels[named(dtype, base) as keyof Kernels] as (...args: number[]) => void
        // Indices are zeros: the memory is written only where floats stand.
        if (base === 'gather') kernels.dfill(16, 0, 4096)
        if (base === 'gather' && args[4] !== 4096) kernels.sfill(n, 0, args[4])
        kernel(...args)
      }
    }
  }
})
