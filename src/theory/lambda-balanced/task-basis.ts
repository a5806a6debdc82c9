// The task by its singular vectors, complete: Sigma_yx = U~ s V~', U~ (outputs, outputs), V~ (inputs, inputs). One decomposition serves
// any lambda, any start and any time.
import type { MatrixLike } from '../../engine/coerce.js'
import { ConvergenceError } from '../../errors.js'
import { householderQr } from '../../linalg/dense/qr.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { readMatrix } from './operands.js'

/** A whitened task and its complete singular value decomposition; all matrices row-major. */
export interface TaskBasis {
  readonly inputs: number
  readonly outputs: number
  /** Sigma_yx, shape (outputs, inputs). */
  readonly sigma: Float64Array
  /** Singular values, descending, shape (k), k = min(inputs, outputs). */
  readonly s: Float64Array
  /** U~, shape (outputs, outputs). */
  readonly u: Float64Array
  /** V~, shape (inputs, inputs). */
  readonly v: Float64Array
}

/** A task as a matrix Sigma_yx (outputs, inputs), or decomposed already. */
export type TaskLike = MatrixLike | TaskBasis

const made = new WeakSet<object>()

/**
 * The complete singular value decomposition `Sigma_yx = U~ diag(s) V~'` of a whitened task, to be handed to every function that takes a
 * task: one decomposition for any number of lambdas, starts and times.
 *
 * Inputs with `Sigma_xx = alpha I` are covered by `Sigma_yx/alpha` and `tau/alpha`.
 *
 * @param sigmaYX Sigma_yx = Y X'/P, shape (outputs, inputs), finite; a `TaskBasis` comes back as it is
 * @returns orthonormal u and v to a few max(m, n) eps, also for rank-deficient tasks
 * @throws {ShapeError|DTypeError|RangeArgError} not a finite matrix
 * @throws {ConvergenceError} the decomposition did not converge
 * @example
 * taskBasis([[3, 0, 0], [0, -4, 0]]).s // -> [4, 3]
 */
export function taskBasis(sigmaYX: TaskLike): TaskBasis {
  if (typeof sigmaYX === 'object' && sigmaYX !== null && made.has(sigmaYX)) return sigmaYX as TaskBasis
  const { rows, cols, data } = readMatrix(sigmaYX as MatrixLike, 'sigmaYX')
  const { u, s, v, converged } = jacobiSvd(data, rows, cols)
  if (!converged) {
    throw new ConvergenceError(`the singular value decomposition of sigmaYX (${rows} x ${cols}) did not converge`, {
      argument: 'sigmaYX',
    })
  }
  const basis: TaskBasis = Object.freeze({
    inputs: cols,
    outputs: rows,
    sigma: data,
    s,
    u: completed(u, rows, s.length),
    v: completed(v, cols, s.length),
  })
  made.add(basis)
  return basis
}

/** Orthonormal columns (n, k) with n - k more. The reflections of zero columns are identities, so Q's last columns are the complement. */
export function completed(a: Float64Array, n: number, k: number): Float64Array {
  if (k === n) return a
  const padded = new Float64Array(n * n)
  for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) padded[i * n + j] = a[i * k + j]
  const { q } = householderQr(padded, n, n)
  for (let i = 0; i < n; i++) for (let j = 0; j < k; j++) q[i * n + j] = a[i * k + j]
  return q
}
