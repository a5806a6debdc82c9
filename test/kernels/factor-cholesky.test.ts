// Cholesky of the WebAssembly build equals the reference bit for bit, finds the pivot that fails, and reads one triangle.
import { describe, expect, test } from 'vitest'
import { PANEL, potrfScratchBytes } from '../../src/kernels/factor-scratch-solve.js'
import type { DType } from '../../src/kernels/kernels.js'
import { paddedMatrix } from './helpers/matrix.js'
import { prng } from './helpers/prng.js'
import { Twin, view } from './helpers/twin.js'

const twin = new Twin()
const TYPES = ['float32', 'float64'] as const
const letterOf = (dtype: DType) => (dtype === 'float64' ? 'd' : 's')

/** Lower triangle of a diagonally dominant matrix; `upper` above the diagonal. */
function positive(dtype: DType, n: number, lead: number, seed: number, upper: number): Float64Array {
  const values = paddedMatrix(dtype, n, n, lead, 'uniform', prng(seed))
  for (let i = 0; i < n; i++) {
    values[i * lead + i] = n + 1 + values[i * lead + i]
    values.fill(upper, i * lead + i + 1, i * lead + n)
  }
  return values
}

describe.each(TYPES)('%s', (dtype) => {
  test('potrf: orders around panels and the depth of gemm, the upper triangle is not read', () => {
    for (const n of [0, 1, 2, 3, 4, 9, 17, PANEL - 1, PANEL, PANEL + 1, 2 * PANEL - 1, 2 * PANEL + 1, 100, 300]) {
      const results = [0, NaN].map((upper) => {
        twin.reset()
        const lead = Math.max(1, n) + (n % 3)
        const a = twin.place(dtype, 'A', positive(dtype, n, lead, n, upper), n % 4)
        twin.run(`${letterOf(dtype)}potrf`, n, a, lead, twin.scratch(potrfScratchBytes(dtype, n)))
        const start = a / (dtype === 'float64' ? 8 : 4)
        return view(twin.wasm, dtype).slice(start, start + n * lead)
      })
      expect(results[1]).toEqual(results[0])
      for (let i = 0; i < n; i++) {
        for (let j = i + 1; j < n; j++) expect(results[0][i * (Math.max(1, n) + (n % 3)) + j]).toBe(0)
      }
    }
  })

  test('potrf names the first pivot that is not positive: negative, zero, NaN', () => {
    for (const n of [1, 5, PANEL, PANEL + 2, 70]) {
      for (const at of [0, n >> 1, n - 1]) {
        for (const value of [-1, 0, NaN]) {
          twin.reset()
          const values = positive(dtype, n, n, n, 0)
          for (let j = 0; j < at; j++) values[at * n + j] = 0
          values[at * n + at] = value
          const a = twin.place(dtype, 'A', values)
          const work = twin.scratch(potrfScratchBytes(dtype, n))
          const name = `${letterOf(dtype)}potrf` as const
          twin.run(name, n, a, n, work)
          view(twin.wasm, dtype).set(values, a / (dtype === 'float64' ? 8 : 4))
          expect(twin.wasm.kernels[name](n, a, n, work)).toBe(at + 1)
        }
      }
    }
  })
})
