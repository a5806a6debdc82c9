// Systems with a symmetric positive definite matrix, by Cholesky factorization without pivoting: entries may differ in size by many orders
// (diagonal scaling does not change the relative error).
import { ConvergenceError } from '../../errors.js'

/**
 * X = S^-1 B.
 *
 * @param s (n, n) symmetric positive definite; overwritten by its factor
 * @param b (n, columns); overwritten by X
 * @throws {ConvergenceError} S is not positive definite to rounding
 */
export function solvePositive(s: Float64Array, n: number, b: Float64Array, columns: number): Float64Array {
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = s[i * n + j]
      for (let k = 0; k < j; k++) sum -= s[i * n + k] * s[j * n + k]
      if (i > j) s[i * n + j] = sum / s[j * n + j]
      else if (sum > 0) s[j * n + j] = Math.sqrt(sum)
      else throw new ConvergenceError(`a matrix of order ${n} that should be positive definite is not to rounding`)
    }
  }
  for (let i = 0; i < n; i++) {
    for (let k = 0; k < i; k++) subtractRow(b, i, k, s[i * n + k], columns)
    divideRow(b, i, s[i * n + i], columns)
  }
  for (let i = n - 1; i >= 0; i--) {
    for (let k = i + 1; k < n; k++) subtractRow(b, i, k, s[k * n + i], columns)
    divideRow(b, i, s[i * n + i], columns)
  }
  return b
}

function subtractRow(b: Float64Array, i: number, k: number, factor: number, columns: number): void {
  for (let c = 0; c < columns; c++) b[i * columns + c] -= factor * b[k * columns + c]
}

function divideRow(b: Float64Array, i: number, divisor: number, columns: number): void {
  for (let c = 0; c < columns; c++) b[i * columns + c] /= divisor
}
