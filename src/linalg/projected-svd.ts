// The singular value decomposition of the small square matrix that a projection leaves, by the Jacobi kernel.
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import { ConvergenceError } from '../errors.js'
import type { Panels } from './panel.js'

/** `R = p diag(s) q'`, s descending; p and q are (n, n), row by row. */
export interface ProjectedSvd {
  readonly p: Float64Array
  readonly s: Float64Array
  readonly q: Float64Array
}

/** Sweeps at most; 4 to 9 are usual. */
const SWEEPS = 40

/** The decomposition with its scratch, for orders up to `capacity`; the panels own it. */
export class ProjectedSolver {
  readonly #engine: EngineCore
  readonly #x: Matrix
  readonly #squares: Matrix

  constructor(panels: Panels, capacity: number) {
    this.#engine = panels.engine
    this.#x = panels.matrix(capacity, 2 * capacity, 'float64')
    this.#squares = panels.matrix(1, capacity, 'float64')
  }

  /**
   * Decompose R (n, n), rows `ld` apart, entries of about 1 or less. Singular values are accurate to eps |R|, small ones better
   * where R is graded; q is completed to a basis where singular values are zero.
   * @throws {ConvergenceError} the sweeps ended at their cap
   */
  solve(r: Float64Array, n: number, ld: number): ProjectedSvd {
    const width = 2 * n
    const rows = this.#x.view()
    rows.fill(0, 0, n * width)
    for (let i = 0; i < n; i++) {
      for (let j = 0; j < n; j++) rows[i * width + j] = r[i * ld + j]
      rows[i * width + n + i] = 1
    }
    const [x, squares] = [this.#x.pointer, this.#squares.pointer]
    const status = this.#engine.guard((kernels) => kernels.djacobi(n, n, x, width, squares, SWEEPS))
    if (status < 0) throw new ConvergenceError(`Jacobi rotations did not converge in ${SWEEPS} sweeps`)
    return collect(this.#x.view(), this.#squares.view(), n)
  }
}

/** Sort the rows by length, and divide the short sides by it. */
function collect(rows: ArrayLike<number>, squares: ArrayLike<number>, n: number): ProjectedSvd {
  const width = 2 * n
  const order = Array.from({ length: n }, (_, i) => i).sort((i, j) => squares[j] - squares[i] || i - j)
  const p = new Float64Array(n * n)
  const s = new Float64Array(n)
  const q = new Float64Array(n * n)
  const floor = Math.sqrt(squares[order[0]]) * n * 2 ** -50
  for (let k = 0; k < n; k++) {
    const from = order[k] * width
    s[k] = Math.sqrt(squares[order[k]])
    for (let i = 0; i < n; i++) p[i * n + k] = rows[from + n + i]
    if (s[k] > floor) for (let i = 0; i < n; i++) q[i * n + k] = rows[from + i] / s[k]
    else complete(q, n, k)
  }
  return { p, s, q }
}

/** Make column k of q a unit vector orthogonal to the columns before it: the best of the axes, cleaned twice. */
function complete(q: Float64Array, n: number, k: number): void {
  // The axis with the least part in the span: its squared row is the smallest, at most k / n.
  let axis = 0
  let least = Infinity
  for (let i = 0; i < n; i++) {
    let part = 0
    for (let l = 0; l < k; l++) part += q[i * n + l] * q[i * n + l]
    if (part < least) {
      least = part
      axis = i
    }
  }
  q[axis * n + k] = 1
  for (let pass = 0; pass < 2; pass++) {
    for (let l = 0; l < k; l++) {
      let product = 0
      for (let i = 0; i < n; i++) product += q[i * n + l] * q[i * n + k]
      for (let i = 0; i < n; i++) q[i * n + k] -= product * q[i * n + l]
    }
  }
  let square = 0
  for (let i = 0; i < n; i++) square += q[i * n + k] * q[i * n + k]
  const length = Math.sqrt(square)
  for (let i = 0; i < n; i++) q[i * n + k] /= length
}
