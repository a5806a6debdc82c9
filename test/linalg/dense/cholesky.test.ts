import { describe, expect, test } from 'vitest'
import { DTypeError, RangeArgError, ShapeError } from '../../../src/errors.js'
import { pivotedCholesky, rightSolveFactor } from '../../../src/linalg/dense/cholesky.js'
import { foldIn, key } from '../../../src/random/key.js'
import { normal } from '../../../src/random/normal.js'
import { EPS, fill } from './lapack-matrices.js'

/** B B' for B (n, k): semidefinite of rank min(n, k), symmetric to the last bit. */
function gram(b: Float64Array, n: number, k: number): Float64Array {
  return fill(n, n, (i, j) => {
    let sum = 0
    for (let t = 0; t < k; t++) sum += b[i * k + t] * b[j * k + t]
    return sum
  })
}

/** max |A - F'F| / (n eps max A_ii). */
function residualRatio(a: Float64Array, factor: Float64Array, rank: number, n: number): number {
  let worst = 0
  let largest = 0
  for (let i = 0; i < n; i++) {
    largest = Math.max(largest, a[i * n + i])
    for (let j = 0; j < n; j++) {
      let left = a[i * n + j]
      for (let k = 0; k < rank; k++) left -= factor[k * n + i] * factor[k * n + j]
      if (!(Math.abs(left) <= worst)) worst = Math.abs(left)
    }
  }
  return largest === 0 ? worst : worst / (n * EPS * largest)
}

describe('pivotedCholesky', () => {
  test.each([
    [1, 1],
    [2, 1],
    [5, 5],
    [8, 3],
    [10, 25],
    [33, 17],
    [64, 10],
    [64, 64],
  ])('order %i, rank of %i columns', (n, k) => {
    for (const scale of [1, 1e-150, 1e140]) {
      const b = normal(foldIn(key(3), n * 100 + k), n * k).map((x) => x * scale)
      const a = gram(b, n, k)
      const kept = a.slice()
      const { factor, rank, pivots } = pivotedCholesky(a, n)
      expect(a).toEqual(kept)
      expect(rank).toBe(Math.min(n, k))
      expect(factor.length).toBe(rank * n)
      expect(new Set(pivots).size).toBe(rank)
      expect(residualRatio(a, factor, rank, n)).toBeLessThan(10)
      // Upper triangular in the order of the pivots, with a positive descending diagonal.
      for (let i = 0; i < rank; i++) {
        expect(factor[i * n + pivots[i]]).toBeGreaterThan(0)
        if (i > 0) expect(factor[i * n + pivots[i]]).toBeLessThanOrEqual(factor[(i - 1) * n + pivots[i - 1]])
        for (let l = i + 1; l < rank; l++) expect(factor[l * n + pivots[i]]).toBe(0)
      }
    }
  })

  test('zero, empty, zero columns and a tolerance', () => {
    expect(pivotedCholesky(new Float64Array(9), 3).rank).toBe(0)
    expect(pivotedCholesky(new Float64Array(0), 0).rank).toBe(0)
    expect(pivotedCholesky(new Float64Array([4, 2, 2, 1]), 2)).toEqual({
      factor: new Float64Array([2, 1]),
      rank: 1,
      pivots: new Int32Array([0]),
    })
    const a = new Float64Array([1, 0, 0, 0, 0, 0, 0, 0, 1e-6])
    expect(pivotedCholesky(a, 3).rank).toBe(2)
    expect(pivotedCholesky(a, 3, 1e-5).rank).toBe(1)
  })

  test('what is not semidefinite, symmetric or finite is refused', () => {
    const refused: [number[], RegExp][] = [
      [[0, 1, 1, 0], /semidefinite/],
      [[1, 2, 2, 1], /semidefinite/],
      [[-1, 0, 0, -1], /semidefinite/],
      [[1, 0.5, 0, 1], /symmetric/],
      [[1, NaN, NaN, 1], /a\[1\]/],
    ]
    for (const [a, message] of refused) {
      expect(() => pivotedCholesky(new Float64Array(a), 2)).toThrow(RangeArgError)
      expect(() => pivotedCholesky(new Float64Array(a), 2)).toThrow(message)
    }
    expect(() => pivotedCholesky(new Float64Array(3), 2)).toThrow(ShapeError)
    expect(() => pivotedCholesky(new Float64Array(4), 2, -1)).toThrow(RangeArgError)
  })
})

describe('rightSolveFactor', () => {
  test.each([
    [12, 12, 4],
    [12, 5, 3],
    [30, 1, 2],
  ])('Y F = S for n = %i, rank %i, %i rows', (n, k, rows) => {
    const { factor, pivots, rank } = pivotedCholesky(gram(normal(key(8), n * k), n, k), n)
    const y = normal(key(9), rows * rank)
    const s = fill(rows, n, (i, j) => {
      let sum = 0
      for (let l = 0; l < rank; l++) sum += y[i * rank + l] * factor[l * n + j]
      return sum
    })
    const solved = rightSolveFactor(factor, pivots, rank, n, s, rows)
    // Residual in every column, pivot or not: the solution is the right one only if S is in the row space.
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < n; j++) {
        let left = s[i * n + j]
        let size = Math.abs(left)
        for (let l = 0; l < rank; l++) {
          left -= solved[i * rank + l] * factor[l * n + j]
          size += Math.abs(solved[i * rank + l] * factor[l * n + j])
        }
        expect(Math.abs(left)).toBeLessThan(100 * EPS * size)
      }
    }
  })

  test('bad arguments', () => {
    const f = new Float64Array([2, 1])
    const s = new Float64Array(2)
    expect(() => rightSolveFactor(f, [0] as unknown as Int32Array, 1, 2, s, 1)).toThrow(DTypeError)
    expect(() => rightSolveFactor(f, new Int32Array(2), 1, 2, s, 1)).toThrow(ShapeError)
    expect(() => rightSolveFactor(f, new Int32Array([2]), 1, 2, s, 1)).toThrow(RangeArgError)
    expect(() => rightSolveFactor(new Float64Array(2), new Int32Array(1), 1, 2, s, 1)).toThrow(/zero pivot/)
    expect(() => rightSolveFactor(f, new Int32Array(1), 1, 2, s, 2)).toThrow(ShapeError)
    expect(rightSolveFactor(new Float64Array(0), new Int32Array(0), 0, 2, s, 1).length).toBe(0)
  })
})
