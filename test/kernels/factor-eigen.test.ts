// The four stages of the symmetric eigendecomposition equal the reference bit for bit in the WebAssembly build.
import { describe, expect, test } from 'vitest'
import {
  LINE_BYTES,
  orgtrScratchBytes,
  REDUCTION_PANEL,
  REFLECTION_BLOCK,
  sytrdScratchBytes,
} from '../../src/kernels/factor-scratch-eigen.js'
import type { DType } from '../../src/kernels/kernels.js'
import type { DataClass } from './helpers/data.js'
import { paddedMatrix } from './helpers/matrix.js'
import { prng } from './helpers/prng.js'
import { Twin } from './helpers/twin.js'

const twin = new Twin()
const TYPES = ['float32', 'float64'] as const
const letterOf = (dtype: DType) => (dtype === 'float64' ? 'd' : 's')

const ORDERS = [
  ...[1, 2, 3, 4, 9, REDUCTION_PANEL - 1, REDUCTION_PANEL, REDUCTION_PANEL + 1],
  ...[REFLECTION_BLOCK, REFLECTION_BLOCK + 1, REFLECTION_BLOCK + 2, 2 * REFLECTION_BLOCK + 3, 129],
]

describe.each(TYPES)('%s', (dtype) => {
  test.each(['uniform', 'small-integers'] as const)(
    'sytrd, orgtr, QR sweeps and rotations on %s',
    (data: DataClass) => {
      for (const n of ORDERS) {
        twin.reset()
        const random = prng(n)
        const lead = n + (n % 3)
        const values = paddedMatrix(dtype, n, n, lead, data, random)
        // Parts that vanish: reflections that are the identity.
        if (n > 4) for (let i = 3; i < n; i++) values[i * lead + 2] = 0
        const a = twin.place(dtype, 'A', values, n % 4)
        const [d, e] = ['d', 'e'].map((name) => twin.place('float64', name, new Float64Array(n)))
        const tau = twin.place(dtype, 'tau', new Float64Array(n))
        twin.run(`${letterOf(dtype)}sytrd`, n, a, lead, d, e, tau, twin.scratch(sytrdScratchBytes(dtype, n)))
        const q = twin.place(dtype, 'Q', new Float64Array(n * (n + 1)))
        twin.run(`${letterOf(dtype)}orgtr`, n, a, lead, tau, q, n + 1, twin.scratch(orgtrScratchBytes(dtype, n)))

        const limit = 5
        const width = LINE_BYTES / (dtype === 'float64' ? 8 : 4)
        const panel = twin.place(dtype, 'panel', paddedMatrix(dtype, n, width, width, 'uniform', random))
        const state = twin.place('float64', 'state', new Float64Array(2))
        for (const { memory } of [twin.wasm, twin.reference]) new Int32Array(memory.buffer)[state / 4] = n - 1
        const sweeps = twin.place('float64', 'sweeps', new Float64Array(limit))
        const rotations = twin.place('float64', 'rotations', new Float64Array(2 * limit * n))
        const eps = dtype === 'float64' ? 2 ** -53 : 2 ** -27
        for (let call = 0; call < 3; call++) {
          twin.run('dsteqrSweeps', d, e, eps, limit, 30 * n, state, sweeps, rotations)
          const count = new Int32Array(twin.wasm.memory.buffer)[state / 4 + 2]
          expect(count).toBeLessThanOrEqual(limit)
          twin.run(`${letterOf(dtype)}rotatePanel`, panel, sweeps, count, rotations)
        }
      }
    },
  )
})

test('dsteqrSweeps stops at its cap, at once for a diagonal matrix, and at NaN; tiny and huge e are handled', () => {
  const cases: [number[], number[], number][] = [
    [[3, 1, 2], [0, 0, 0], 0],
    [[0, 0], [1, 0], 0],
    [[1, 1, 1], [NaN, NaN, 0], 0],
    [[1, 2, 3], [1e-170, 1e-140, 0], 0],
    [[1e-300, 2e-300, 0], [1e-150, 1e-150, 0], 0],
    [[1, 2, 3, 4], [1, 1, 1, 0], 2],
  ]
  for (const [diagonal, beside, expected] of cases) {
    twin.reset()
    const n = diagonal.length
    const [d, e] = [twin.place('float64', 'd', diagonal), twin.place('float64', 'e', beside)]
    const state = twin.place('float64', 'state', [0, 0])
    for (const { memory } of [twin.wasm, twin.reference]) new Int32Array(memory.buffer)[state / 4] = n - 1
    const sweeps = twin.place('float64', 'sweeps', new Float64Array(50))
    const rotations = twin.place('float64', 'rotations', new Float64Array(100 * n))
    const cap = expected === 2 ? 2 : 50
    const status = twin.wasm.kernels.dsteqrSweeps(d, e, 2 ** -53, 50, cap, state, sweeps, rotations)
    twin.reference.kernels.dsteqrSweeps(d, e, 2 ** -53, 50, cap, state, sweeps, rotations)
    expect(twin.difference()).toBeUndefined()
    expect(status).toBe(expected)
  }
})

test('dsteqrSweeps near the smallest numbers, where squares underflow', () => {
  const random = prng(77)
  for (let turn = 0; turn < 200; turn++) {
    twin.reset()
    const n = 6
    const tiny = (least: number, most: number) => random.uniform() * 2 ** -random.integer(least, most)
    const d = twin.place(
      'float64',
      'd',
      Float64Array.from({ length: n }, () => tiny(480, 540)),
    )
    const e = twin.place(
      'float64',
      'e',
      Float64Array.from({ length: n }, () => tiny(485, 500)),
    )
    const state = twin.place('float64', 'state', [0, 0])
    for (const { memory } of [twin.wasm, twin.reference]) new Int32Array(memory.buffer)[state / 4] = n - 1
    const sweeps = twin.place('float64', 'sweeps', new Float64Array(100))
    const rotations = twin.place('float64', 'rotations', new Float64Array(200 * n))
    twin.run('dsteqrSweeps', d, e, 2 ** -53, 100, 100, state, sweeps, rotations)
    // Every pair still is a rotation: its squares add up to 1.
    const pairs = new Float64Array(twin.wasm.memory.buffer, rotations, 200 * n)
    for (let k = 0; k < pairs.length && (pairs[k] !== 0 || pairs[k + 1] !== 0); k += 2) {
      expect(Math.abs(pairs[k] ** 2 + pairs[k + 1] ** 2 - 1)).toBeLessThan(4 * 2 ** -52)
    }
  }
})
