// Products on parts of matrices, and orthonormal columns: what block iterations are made of. Everything is a kernel call, so both
// executors run the same program and give the same bits.
import type { EngineCore } from '../engine/core.js'
import { Matrix } from '../engine/matrix.js'
import { gemmPath, gemmScratchBytes } from '../kernels/gemm-path.js'
import { type DType, elementBytes, type Kernels, type Pointer } from '../kernels/kernels.js'
import { foldIn, type Key, key } from '../random/key.js'
import { uniform } from '../random/uniform.js'

/** The stream that start blocks are drawn from: fixed, so that a decomposition is a function of its arguments. */
const START_KEY: Key = /* @__PURE__ */ key(0x626c6f636b)

/** Rounds of orthogonalization at most: two are enough for what is not noise, noise is replaced and takes two more. */
const ROUNDS = 4

/** The kernels of one element type on one engine. */
export class Panels {
  readonly engine: EngineCore
  readonly dtype: DType
  /** Distance from 1 to the next larger element. */
  readonly eps: number
  readonly #bytes: number
  readonly #owned: Matrix[] = []
  #draws = 0

  constructor(engine: EngineCore, dtype: DType) {
    this.engine = engine
    this.dtype = dtype
    this.eps = dtype === 'float64' ? 2 ** -52 : 2 ** -23
    this.#bytes = elementBytes(dtype)
  }

  /** A matrix that `dispose` frees; contents undefined. */
  matrix(rows: number, cols: number, dtype: DType = this.dtype): Matrix {
    const matrix = new Matrix(this.engine, rows, cols, dtype)
    this.#owned.push(matrix)
    return matrix
  }

  dispose(): void {
    for (const matrix of this.#owned.splice(0)) matrix.dispose()
  }

  /** Pointer to element (0, column). */
  at(matrix: Matrix, column: number): Pointer {
    return matrix.pointer + column * this.#bytes
  }

  /** C := alpha op(A) op(B) + beta C on pointers; sizes of the product. */
  gemm(
    trans: number,
    [m, n, k]: readonly [number, number, number],
    alpha: number,
    [a, lda]: readonly [Pointer, number],
    [b, ldb]: readonly [Pointer, number],
    beta: number,
    [c, ldc]: readonly [Pointer, number],
  ): void {
    const path = gemmPath(this.dtype, trans, m, n, k)
    const work = this.engine.workspace(gemmScratchBytes(this.dtype, trans, m, n, k, path))
    const { kernels } = this.engine
    const run = path === 'packed' ? this.#pick(kernels, 'gemmPacked') : this.#pick(kernels, 'gemmDirect')
    run(trans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, work)
  }

  /** C := A B for few columns B: A is read where it lies, however large, since each of its elements is used once. */
  gemmInPlace(
    [m, n, k]: readonly [number, number, number],
    [a, lda]: readonly [Pointer, number],
    [b, ldb]: readonly [Pointer, number],
    [c, ldc]: readonly [Pointer, number],
  ): void {
    const work = this.engine.workspace(gemmScratchBytes(this.dtype, 0, m, n, k, 'direct'))
    this.#pick(this.engine.kernels, 'gemmDirect')(0, m, n, k, 1, a, lda, b, ldb, 0, c, ldc, work)
  }

  /** b (cols, rows) := a' for a compact a; rows of b are `ldb` elements apart. */
  transpose(rows: number, cols: number, a: Pointer, b: Pointer, ldb = rows): void {
    this.#pick(this.engine.kernels, 'omatcopy')(1, rows, cols, 1, a, cols, b, ldb)
  }

  /** Euclidean norm of column j of the first `cols` columns of a compact panel. */
  norm(panel: Matrix, rows: number, cols: number, j: number): number {
    return this.#pick(this.engine.kernels, 'nrm2')(rows, this.at(panel, j), cols)
  }

  /** Uniform numbers of (-1/2, 1/2), of the next stream, into all of a panel, or into one of its columns. */
  fillRandom(panel: Matrix, rows: number, cols: number, column?: number): void {
    const stream = foldIn(START_KEY, this.#draws++)
    const view = panel.view()
    const [first, stride, count] = column === undefined ? [0, 1, rows * cols] : [column, cols, rows]
    const numbers = uniform(stream, count)
    for (let i = 0; i < count; i++) view[first + i * stride] = numbers[i] - 0.5
  }

  /** Begin the streams again. */
  rewind(): void {
    this.#draws = 0
  }

  /**
   * Orthonormalize a compact panel Y (rows, cols) against the first d columns of Q and within itself:
   *
   *   Y = Q C + Y_new S,   Y_new' Y_new = I,   Q' Y_new = 0
   *
   * Block Gram-Schmidt in rounds, until no column cancels. A column that is no longer than `negligible` after the others were
   * taken out is noise: it gets a zero row in S, and its place in Y_new goes to a random direction. Needs d + cols <= rows.
   *
   * @returns coefficients C (d, cols) and S (cols, cols) upper triangular, row by row in float64
   */
  orthonormalize(y: Matrix, rows: number, cols: number, q: Matrix, d: number, negligible: number, coupling: Matrix) {
    const c = new Float64Array(d * cols)
    let s: Float64Array | undefined
    // A column and the basis agree to `small` after one projection unless it cancelled; squares of that are below eps.
    const small = 0.25 * Math.sqrt(this.eps)
    for (let round = 1; ; round++) {
      const inner = this.#project(y, rows, cols, q, d, coupling)
      for (let i = 0; i < d; i++) {
        for (let j = 0; j < cols; j++) {
          let sum = s === undefined ? inner[j * d + i] : 0
          if (s !== undefined) for (let l = 0; l <= j; l++) sum += inner[l * d + i] * s[l * cols + j]
          c[i * cols + j] += sum
        }
      }
      // The first projection leaves what cancellation has made of eps; the second finds next to nothing, and then Y is done.
      if (s !== undefined && inner.every((value) => Math.abs(value) <= small)) return { c, s }
      const factor = this.#panelQr(y, rows, cols, round === 1 ? negligible : 0)
      s = s === undefined ? factor : multiplyUpper(factor, s, cols)
      if (round === ROUNDS || (d === 0 && round === 2)) return { c, s }
    }
  }

  /** Y := Y - Q (Q' Y); returns (Q' Y)' (cols, d). */
  #project(y: Matrix, rows: number, cols: number, q: Matrix, d: number, coupling: Matrix): Float64Array {
    if (d === 0) return new Float64Array(0)
    this.gemm(1, [cols, d, rows], 1, [y.pointer, cols], [q.pointer, q.cols], 0, [coupling.pointer, d])
    this.gemm(2, [rows, cols, d], -1, [q.pointer, q.cols], [coupling.pointer, d], 1, [y.pointer, cols])
    return new Float64Array(coupling.view().subarray(0, cols * d))
  }

  /** Gram-Schmidt, again while a column cancels, among the columns of a panel; returns the triangular factor. */
  #panelQr(y: Matrix, rows: number, cols: number, negligible: number): Float64Array {
    const { kernels } = this.engine
    const [dot, axpy, scal] = [this.#pick(kernels, 'dot'), this.#pick(kernels, 'axpy'), this.#pick(kernels, 'scal')]
    const factor = new Float64Array(cols * cols)
    const clean = (j: number, keep: boolean) => {
      const column = this.at(y, j)
      let length = this.norm(y, rows, cols, j)
      for (let before = Infinity; j > 0 && length < 0.5 * before; ) {
        before = length
        for (let i = 0; i < j; i++) {
          const t = dot(rows, this.at(y, i), cols, column, cols)
          axpy(rows, -t, this.at(y, i), cols, column, cols)
          if (keep) factor[i * cols + j] += t
        }
        length = this.norm(y, rows, cols, j)
        if (!(length > negligible)) break
      }
      return length
    }
    for (let j = 0; j < cols; j++) {
      let length = clean(j, true)
      if (length > negligible) factor[j * cols + j] = length
      else {
        this.fillRandom(y, rows, cols, j)
        length = clean(j, false)
      }
      scal(rows, 1 / length, this.at(y, j), cols)
    }
    return factor
  }

  #pick<N extends 'gemmPacked' | 'gemmDirect' | 'nrm2' | 'dot' | 'axpy' | 'scal' | 'omatcopy'>(
    kernels: Kernels,
    name: N,
  ): Kernels[`d${N}`] {
    return this.dtype === 'float64' ? kernels[`d${name}`] : (kernels[`s${name}`] as Kernels[`d${N}`])
  }
}

/** A B of upper triangular matrices of order n. */
function multiplyUpper(a: Float64Array, b: Float64Array, n: number): Float64Array {
  const out = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = i; j < n; j++) {
      let sum = 0
      for (let l = i; l <= j; l++) sum += a[i * n + l] * b[l * n + j]
      out[i * n + j] = sum
    }
  }
  return out
}
