// Mixed dynamics of the whole map in closed form, whitened inputs: a Riccati equation for the Gram matrix of both layers.
//
//   F = [[C1, A], [A', C2]],  M = [[0, Y], [Y', 0]],  F' = -F^2 + M F + F M + c^2,  N = sqrt(M^2 + c^2)
//
// F = U V^-1 with (U, V)' = [[M, c^2], [1, -M]] (U, V), whose square is N^2:
//
//   F(t) = ch (P F_0 + c^2 T) (T F_0 + Q)^-1 ch^-1,  ch = cosh(N t),  T = tanh(N t) / N,  P = 1 + M T,  Q = 1 - M T
//
// In the eigenbasis of M all of these are diagonal and >= 0, so nothing cancels; T F_0 + Q = T^(1/2) B T^(-1/2) with the positive definite
// B = Q + T^(1/2) F_0 T^(1/2). F is symmetric: of the entries (i, j) and (j, i) the one with ch_i <= ch_j is formed, so nothing overflows.
import { checkInteger } from '../../check.js'
import { householderQr } from '../../linalg/dense/qr.js'
import { jacobiSvd, type Svd } from '../../linalg/dense/svd.js'
import { exp } from '../../math/elementary.js'
import { tanh } from '../../math/hyperbolic.js'
import { checkMatrix, checkNumbers } from '../numerics/arrays.js'
import { compose, multiply, multiplyLeftTransposed } from '../numerics/dense.js'
import { hypotenuse } from '../numerics/expm1.js'
import { solvePositive } from '../numerics/positive-solve.js'
import { gramOf } from './gram.js'
import { checkScale, mixedSize } from './mode.js'

/**
 * The end-to-end map of a wide two-layer linear network of any initial variance, whitened inputs, in closed form for any start and target:
 * `dA/dt = sqrt(A A' + c^2) (Y - A) + (Y - A) sqrt(A'A + c^2)`.
 *
 * From A_0 = 0 it is one singular value decomposition of Y and `mixedModes`; any other start is a matrix Riccati equation, solved per time by one
 * Cholesky factorization of order rows + columns.
 *
 * @param target Y, shape (rows, columns) row-major
 * @param start A_0, shape (rows, columns) row-major; the layers start with the Gram matrices of `mixedGram`
 * @param scale c in 1e-75 .. 1e75: variance of a weight times the width
 * @param times each >= 0, in units of 1 / learning rate, shape (T)
 * @returns A, shape (T, rows, columns) row-major. From zero every singular value is relatively accurate; from elsewhere the error is of the order
 *   of eps (|A_0| + |Y|), up to 1e-12 late for c far below both; no overflow at any time
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together
 * @throws {ConvergenceError} c is so far below A_0 that the Gram matrix is singular to rounding
 * @example mixedWhiteFlow([3], [0], 1, 1, 0.5, [0.5]) // -> [1.991040882126798]
 * @see Tu, Aranguri, Jacot (2024), arXiv:2405.17580, equation (1), whose solution this is
 */
export function mixedWhiteFlow(
  target: ArrayLike<number>,
  start: ArrayLike<number>,
  rows: number,
  columns: number,
  scale: number,
  times: ArrayLike<number>,
): Float64Array {
  checkInteger(rows, 'rows', { min: 1 })
  checkInteger(columns, 'columns', { min: 1 })
  const y = checkMatrix(target, 'target', rows, columns)
  const a0 = checkMatrix(start, 'start', rows, columns)
  const c = checkScale(scale)
  const t = checkNumbers(times, 'times', { min: 0 })
  const svd = jacobiSvd(y, rows, columns)
  const maps = new Float64Array(t.length * y.length)
  const at = (i: number) => maps.subarray(i * y.length, (i + 1) * y.length)
  if (a0.every((value) => value === 0)) {
    t.forEach((time, i) => {
      const modes = svd.s.map((s) => mixedSize(s, 0, c, time))
      compose(svd.u, modes, svd.v, rows, columns, at(i))
    })
    return maps
  }
  const { basis, values } = eigenbasis(svd, rows, columns)
  const size = rows + columns
  const f0 = blockGram(a0, rows, columns, c)
  const inside = multiply(multiplyLeftTransposed(basis, f0, size, size, size), basis, size, size, size)
  t.forEach((time, i) => {
    if (time === 0) at(i).set(a0)
    else riccati(inside, basis, values, c, time, rows, columns, at(i))
  })
  return maps
}

/** The off-diagonal block of F(t) into `out`. */
function riccati(
  f0: Float64Array,
  basis: Float64Array,
  values: Float64Array,
  c: number,
  time: number,
  rows: number,
  columns: number,
  out: Float64Array,
): void {
  const size = values.length
  const speed = values.map((mu) => hypotenuse(mu, c))
  const root = new Float64Array(size)
  const [plus, minus] = [new Float64Array(size), new Float64Array(size)]
  values.forEach((mu, k) => {
    const n = speed[k]
    const th = tanh(n * time)
    root[k] = Math.sqrt(th / n)
    // 1 - |mu| th / n, from 1 - th = 2 / (e^(2 n t) + 1) and n - |mu| = c^2 / (n + |mu|).
    const missing = n * time < 0.3 ? 1 - th : 2 / (exp(Math.min(700, 2 * n * time)) + 1)
    const small = c * (c / (n + Math.abs(mu)) / n) + (Math.abs(mu) / n) * missing
    const large = 1 + (Math.abs(mu) / n) * th
    plus[k] = mu >= 0 ? large : small
    minus[k] = mu >= 0 ? small : large
  })
  // B and, transposed for the solve, T^(1/2) (F_0 P + c^2 T).
  const b = new Float64Array(size * size)
  const right = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      b[i * size + j] = root[i] * f0[i * size + j] * root[j]
      right[i * size + j] = root[i] * f0[i * size + j] * plus[j]
    }
    b[i * size + i] += minus[i]
    right[i * size + i] += root[i] * c * c * root[i] * root[i]
  }
  const solved = solvePositive(b, size, right, size)
  const folded = speed.map((n) => 1 + exp(-2 * n * time))
  const f = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      if (speed[i] > speed[j]) continue
      const ratio = exp((speed[i] - speed[j]) * time) * (folded[i] / folded[j])
      f[i * size + j] = f[j * size + i] = (ratio * solved[j * size + i]) / root[j]
    }
  }
  // Back to the coordinates of the map, upper right block.
  const left = multiply(basis, f, size, size, size)
  for (let i = 0; i < rows; i++) {
    for (let j = 0; j < columns; j++) {
      let sum = 0
      for (let k = 0; k < size; k++) sum += left[i * size + k] * basis[(rows + j) * size + k]
      out[i * columns + j] = sum
    }
  }
}

/** Eigenvectors of M in columns: (u, +-v) / sqrt 2 with the eigenvalues +-s, and, for 0, what of the longer side is orthogonal to all of these. */
function eigenbasis({ u, s, v }: Svd, rows: number, columns: number): { basis: Float64Array; values: Float64Array } {
  const size = rows + columns
  const r = s.length
  const basis = new Float64Array(size * size)
  const values = new Float64Array(size)
  const half = Math.sqrt(0.5)
  for (let k = 0; k < r; k++) {
    values[2 * k] = s[k]
    values[2 * k + 1] = -s[k]
    for (const [column, sign] of [
      [2 * k, 1],
      [2 * k + 1, -1],
    ]) {
      for (let i = 0; i < rows; i++) basis[i * size + column] = half * u[i * r + k]
      for (let i = 0; i < columns; i++) basis[(rows + i) * size + column] = sign * half * v[i * r + k]
    }
  }
  const [long, vectors, first] = rows > columns ? [rows, u, 0] : [columns, v, rows]
  // Q of [vectors, I] is square and begins with the vectors.
  const extended = new Float64Array(long * (r + long))
  for (let i = 0; i < long; i++) {
    for (let k = 0; k < r; k++) extended[i * (r + long) + k] = vectors[i * r + k]
    extended[i * (r + long) + r + i] = 1
  }
  const { q } = householderQr(extended, long, r + long)
  for (let i = 0; i < long; i++) {
    for (let k = r; k < long; k++) basis[(first + i) * size + r + k] = q[i * long + k]
  }
  return { basis, values }
}

/** [[C1, A], [A', C2]]. */
function blockGram(a: Float64Array, rows: number, columns: number, c: number): Float64Array {
  const { left, right } = gramOf(a, rows, columns, c)
  const size = rows + columns
  const block = new Float64Array(size * size)
  for (let i = 0; i < rows; i++) {
    block.set(left.subarray(i * rows, (i + 1) * rows), i * size)
    block.set(a.subarray(i * columns, (i + 1) * columns), i * size + rows)
    for (let j = 0; j < columns; j++) block[(rows + j) * size + i] = a[i * columns + j]
  }
  for (let j = 0; j < columns; j++) {
    block.set(right.subarray(j * columns, (j + 1) * columns), (rows + j) * size + rows)
  }
  return block
}
