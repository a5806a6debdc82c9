// Kernels of the singular value decomposition: the WebAssembly build equals the reference bit for bit, over shapes around the
// width of a panel, the unit of rotated columns and the number of sweeps kept.
import { describe, expect, test } from 'vitest'
import { bidiagonalScratchBytes, rotatedRowLength, rotationScratchBytes } from '../../src/kernels/factor-scratch.js'
import type { DType } from '../../src/kernels/kernels.js'
import type { DataClass } from './helpers/data.js'
import { paddedMatrix } from './helpers/matrix.js'
import { prng } from './helpers/prng.js'
import { Twin, view } from './helpers/twin.js'

const twin = new Twin()
const random = prng(12)

function reduce(dtype: DType, m: number, n: number, nb: number, data: DataClass): void {
  twin.reset()
  const lda = n + random.integer(0, 3)
  const a = twin.place(dtype, 'A', paddedMatrix(dtype, m, n, lda, data, random), random.integer(0, 3))
  const [d, e] = ['d', 'e'].map((name) => twin.place('float64', name, new Float64Array(n)))
  const [tauq, taup] = ['tauq', 'taup'].map((name) => twin.place(dtype, name, new Float64Array(n)))
  const work = twin.scratch(bidiagonalScratchBytes(dtype, m, n, nb))
  twin.run(dtype === 'float64' ? 'dgebrd' : 'sgebrd', m, n, a, lda, d, e, tauq, taup, work, nb)
}

/** A bidiagonal matrix of order n and a matrix to rotate; returns 1 where the values descend. */
function iterate(dtype: DType, d: number[], e: number[], columns: number, batch: number, most = 1000): number {
  twin.reset()
  const n = d.length
  const ld = columns === 0 ? 0 : rotatedRowLength(dtype, columns)
  const pd = twin.place('float64', 'd', d)
  const pe = twin.place('float64', 'e', e)
  const vt = twin.place(dtype, 'Vt', paddedMatrix(dtype, n, ld, ld, 'uniform', random))
  const work = twin.scratch(rotationScratchBytes(dtype, n, batch))
  twin.run(dtype === 'float64' ? 'dbdsqr' : 'sbdsqr', n, pd, pe, vt, ld, work, batch, most)
  const values = Array.from(view(twin.wasm, 'float64').subarray(pd / 8, pd / 8 + n))
  return values.every((x, k) => x >= 0 && (k === 0 || x <= values[k - 1])) ? 1 : 0
}

describe.each(['float32', 'float64'] as const)('%s', (dtype) => {
  test('gebrd around the width of a panel', () => {
    for (const nb of [1, 2, 4, 16]) {
      for (const n of [1, 2, 3, 4, 5, 8, 9, 17]) {
        for (const more of [0, 1, 2, 9]) reduce(dtype, n + more, n, nb, 'uniform')
      }
    }
    reduce(dtype, 90, 70, 16, 'uniform')
    reduce(dtype, 300, 40, 16, 'uniform')
    reduce(dtype, 280, 270, 16, 'uniform')
  })

  test('gebrd on extreme and special data', () => {
    for (const data of ['extreme', 'special'] as const) {
      for (let round = 0; round < 40; round++) {
        const n = random.integer(1, 15)
        reduce(dtype, n + random.integer(0, 8), n, random.pick([1, 3, 8]), data)
      }
    }
  })

  test('bdsqr: every kind of diagonal, with rotations and without', () => {
    const kinds: ((i: number, n: number) => number)[] = [
      () => random.uniform(),
      (i, n) => 2 ** ((-40 * i) / n) * random.uniform(),
      (i, n) => 2 ** ((40 * i) / n - 40) * random.uniform(),
      (i) => (i % 5 === 2 ? 0 : random.uniform()),
      (i) => (i % 4 === 1 ? 1e-170 : 1),
      () => 0,
    ]
    for (const n of [1, 2, 3, 4, 7, 20]) {
      for (const kind of kinds) {
        for (const other of [...kinds, (i: number) => (i % 4 === 3 ? 0 : 1)]) {
          const d = Array.from({ length: n }, (_, i) => kind(i, n))
          const e = Array.from({ length: n }, (_, i) => other(i, n))
          for (const batch of [1, 2, 3, 8]) {
            expect(iterate(dtype, d, e, random.pick([0, 1, 8, 17]), batch)).toBe(1)
          }
        }
      }
    }
  })

  test('bdsqr at sizes at which all sweeps are kept, and at its cap', () => {
    const vector = (n: number) => Array.from({ length: n }, () => random.uniform())
    for (const [n, batch] of [
      [63, 64],
      [64, 7],
      [130, 64],
      [200, 32],
    ]) {
      expect(iterate(dtype, vector(n), vector(n), 20, batch)).toBe(1)
      // Graded the other way: the bulge is chased upwards.
      const graded = (x: number, i: number) => x * 2 ** ((i - n) / 8)
      expect(iterate(dtype, vector(n).map(graded), vector(n).map(graded), 9, batch)).toBe(1)
    }
    for (const most of [0, 1, 5, 40]) iterate(dtype, vector(60), vector(60), 9, 4, most)
  })

  test('bdsqr ends on what is not a number', () => {
    iterate(dtype, [1, Number.NaN, 2], [0.5, 0.5, 0], 3, 2, 90)
    iterate(dtype, [1, Number.POSITIVE_INFINITY, 2], [0.5, 0.5, 0], 3, 2, 90)
  })

  test('omatcopy', () => {
    for (const m of [0, 1, 3, 32, 33, 70]) {
      for (const n of [0, 1, 5, 31, 65]) {
        for (const trans of [0, 1]) {
          twin.reset()
          const lda = n + 2
          const ldb = (trans ? m : n) + 3
          const a = twin.place(dtype, 'A', paddedMatrix(dtype, m, n, lda, 'special', random), 1)
          const b = twin.place(dtype, 'B', new Float64Array((trans ? n : m) * ldb))
          const name = dtype === 'float64' ? 'domatcopy' : 'somatcopy'
          twin.run(name, trans, m, n, random.pick([1, 2 ** 100, -0.3]), a, lda, b, ldb)
        }
      }
    }
  })
})
