// The kernels of small projected problems: Jacobi rotations and bisection. Bits against the reference, properties by plain loops.
import { describe, expect, test } from 'vitest'
import { executors } from './helpers/factor-power.js'
import { prng } from './helpers/prng.js'

const EPS = 2 ** -52

/** Run a kernel on fresh data of every executor; returns what it left, by executor. */
function onAll(data: Float64Array, run: (kernels: ReturnType<typeof executors>[number]['kernels']) => number) {
  return executors().map(({ name, kernels, memory }) => {
    const view = new Float64Array(memory.buffer, 1024, data.length)
    view.set(data)
    const status = run(kernels)
    return { name, status, data: Array.from(view) }
  })
}

function matrix(n: number, seed: number, grade: number): Float64Array {
  const random = prng(seed)
  return Float64Array.from({ length: n * n }, (_, t) => random.uniform() * grade ** Math.floor(t / n))
}

describe('djacobi', () => {
  test.each([
    [1, 1],
    [2, 1],
    [3, 0.1],
    [7, 1],
    [8, 0.3],
    [17, 0.5],
    [33, 1],
    [40, 0.01],
  ])(
    'order %i, rows graded by %f: rows become orthogonal, J is, and the bits are those of the reference',
    (n, grade) => {
      const x = matrix(n, n, grade)
      const width = 2 * n
      const data = new Float64Array(n * width + n)
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) data[i * width + j] = x[i * n + j]
        data[i * width + n + i] = 1
      }
      const results = onAll(data, (k) => k.djacobi(n, n, 1024, width, 1024 + 8 * n * width, 40))
      const [{ status, data: out }] = results
      expect(status).toBeGreaterThan(0)
      for (const other of results.filter(({ name }) => name !== 'relaxed')) {
        expect(other).toEqual({ ...results[0], name: other.name })
      }
      const dot = (i: number, j: number, from: number) => {
        let sum = 0
        for (let t = 0; t < n; t++) sum += out[i * width + from + t] * out[j * width + from + t]
        return sum
      }
      // After eight sweeps shorter rows are left as they are: beside the longest they are rounding.
      const floor = EPS * EPS * n * Math.max(...Array.from({ length: n }, (_, i) => dot(i, i, 0)))
      for (let i = 0; i < n; i++) {
        expect(Math.abs(out[n * width + i] - dot(i, i, 0))).toBeLessThan(1e-13 * Math.max(1, dot(i, i, 0)))
        for (let j = 0; j < n; j++) {
          const lengths = Math.sqrt(dot(i, i, 0) * dot(j, j, 0))
          if (i !== j && Math.min(dot(i, i, 0), dot(j, j, 0)) > floor)
            expect(Math.abs(dot(i, j, 0)) / lengths).toBeLessThan(50 * EPS * n)
          expect(Math.abs(dot(i, j, n) - (i === j ? 1 : 0))).toBeLessThan(50 * EPS * n)
          // J' (J X) = X.
          let back = 0
          for (let t = 0; t < n; t++) back += out[t * width + n + i] * out[t * width + j]
          expect(Math.abs(back - x[i * n + j])).toBeLessThan(50 * EPS * n * n)
        }
      }
    },
  )

  test('zeros need no rotation; the cap is told; NaN ends', () => {
    for (const { status } of onAll(new Float64Array(20), (k) => k.djacobi(3, 0, 1024, 3, 1024 + 8 * 9, 5))) {
      expect(status).toBe(1)
    }
    for (const { status } of onAll(matrix(6, 1, 1), (k) => k.djacobi(6, 0, 1024, 6, 4096, 1))) expect(status).toBe(-1)
    const poisoned = matrix(6, 1, 1)
    poisoned[7] = Number.NaN
    for (const { status } of onAll(poisoned, (k) => k.djacobi(6, 0, 1024, 6, 4096, 9))) expect(status).not.toBe(0)
  })
})

describe('dbisect', () => {
  test.each([1, 2, 3, 9, 16, 30])('order %i: values count up the pivots of a dense oracle, same bits', (n) => {
    const random = prng(n)
    const [d, e] = [0, 1].map(() => Float64Array.from({ length: n }, () => random.uniform()))
    const k = Math.min(n, 11)
    const data = new Float64Array(4 * n + 40)
    data.set(d)
    data.set(e, n)
    const results = onAll(data, (kernels) => {
      kernels.dbisect(n, 1024, 1024 + 8 * n, k, 56, 1024 + 16 * n, 8192)
      return 0
    })
    for (const other of results) expect(other.data).toEqual(results[0].data)
    const values = results[0].data.slice(2 * n, 2 * n + k)
    // Each value's square is an eigenvalue of B'B: the shifted pivots change sign within a few ulps of it.
    const below = (x: number) => {
      let count = 0
      let q = d[0] * d[0] - x * x
      for (let i = 0; ; i++) {
        if (q < 0) count++
        if (i === n - 1) return count
        const off = d[i] * e[i]
        q = d[i + 1] * d[i + 1] + e[i] * e[i] - x * x - (off * off) / (q === 0 ? 1e-300 : q)
      }
    }
    values.forEach((value, j) => {
      expect(below(value + 1e-12)).toBeGreaterThanOrEqual(n - j)
      if (value > 1e-6) expect(below(value - 1e-12)).toBeLessThanOrEqual(n - 1 - j)
    })
  })
})
