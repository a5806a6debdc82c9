// Block Golub-Kahan-Lanczos: orthonormal bases V of right and U of left directions that grow by a block a step,
//
//   A V = U R        R (d, d) upper triangular, V' V = U' U = I
//   A' U = V R' + V_next M        V_next (n, b) the next block, M (b, d) the coupling to it, zero but for what the last block gives
//
// with full orthogonalization, so that both hold to rounding whatever came before. The singular triples of R are those of A as far as the
// bases see it: for R = P S Q' the pair U p, V q has A v = s u exactly, and |A' u - s v| = |M p|. `rotate` puts the bases into these
// coordinates and may drop the last columns, which is a thick restart (Baglama, Reichel 2005, SIAM J. Sci. Comput. 27, 19-42).
import type { Matrix } from '../engine/matrix.js'
import type { Panels } from './panel.js'
import { ProjectedSolver, type ProjectedSvd } from './projected-svd.js'

/** y := op(A) x on compact panels of `cols` columns. */
export interface LinearMap {
  readonly rows: number
  /** At most `rows`. */
  readonly cols: number
  /** y (rows, width) := A x (cols, width). */
  forward(x: Matrix, y: Matrix, width: number): void
  /** x (cols, width) := A' y (rows, width). */
  backward(y: Matrix, x: Matrix, width: number): void
}

/** The triples that the bases see. */
export interface Projection extends ProjectedSvd {
  /** |A' u - s v| of each. */
  readonly residuals: Float64Array
}

export class KrylovBases {
  /** Columns in use. */
  size = 0
  /** Double passes over A. */
  steps = 0
  /** Singular values of R after `rotate`. */
  values: Float64Array = new Float64Array(0)
  readonly #panels: Panels
  readonly #map: LinearMap
  readonly #capacity: number
  readonly #block: number
  #negligible: number
  #u: Matrix
  #v: Matrix
  #spare: Matrix
  #otherSpare: Matrix
  /** The next block of V, compact. */
  readonly #next: Matrix
  /** A times the current block, then U's new block, compact. */
  readonly #image: Matrix
  readonly #coupling: Matrix
  readonly #turn: Matrix
  readonly #r: Float64Array
  readonly #solver: ProjectedSolver
  #m: Float64Array
  #width = 0

  /** @param scale about |A|: parts below eps * scale are noise */
  constructor(panels: Panels, map: LinearMap, capacity: number, block: number, scale: number) {
    this.#panels = panels
    this.#map = map
    this.#capacity = Math.min(capacity, map.cols)
    this.#block = Math.min(block, map.cols)
    this.#negligible = 2 * panels.eps * scale
    this.#u = panels.matrix(map.rows, this.#capacity)
    this.#v = panels.matrix(map.cols, this.#capacity)
    this.#spare = panels.matrix(map.rows, this.#capacity)
    this.#otherSpare = panels.matrix(map.cols, this.#capacity)
    this.#next = panels.matrix(map.cols, this.#block)
    this.#image = panels.matrix(map.rows, this.#block)
    this.#coupling = panels.matrix(this.#block, this.#capacity)
    this.#turn = panels.matrix(this.#capacity, this.#capacity)
    this.#r = new Float64Array(this.#capacity * this.#capacity)
    this.#solver = new ProjectedSolver(panels, this.#capacity)
    this.#m = new Float64Array(0)
  }

  /** Whether V spans everything, so that R has all singular values of A. */
  get complete(): boolean {
    return this.size === this.#map.cols
  }

  /** Whether another block fits. */
  get room(): boolean {
    return this.#width > 0 && this.size + this.#width <= this.#capacity
  }

  /** Left and right vectors in the first columns of (rows, capacity) and (cols, capacity). */
  get u(): Matrix {
    return this.#u
  }

  get v(): Matrix {
    return this.#v
  }

  /** Take the next block at random, orthogonal to what is there. */
  startRandom(): void {
    this.#width = Math.min(this.#block, this.#map.cols - this.size)
    if (this.#width === 0) return
    this.#panels.fillRandom(this.#next, this.#map.cols, this.#width)
    this.#orthonormalizeNext()
    this.#m = new Float64Array(this.#width * this.size)
  }

  /** Begin anew with random columns. */
  startCold(): void {
    this.size = 0
    this.startRandom()
  }

  /** Begin with the given columns (cols, width) in the first block; random ones fill it up. */
  startFrom(columns: Float64Array, width: number): void {
    const { cols } = this.#map
    this.size = 0
    this.#width = this.#block
    this.#panels.fillRandom(this.#next, cols, this.#width)
    const to = this.#next.view()
    for (let i = 0; i < cols; i++) for (let j = 0; j < width; j++) to[i * this.#width + j] = columns[i * width + j]
    this.#orthonormalizeNext()
    this.#m = new Float64Array(0)
  }

  /** Begin with the first columns of V as they are: a warm start for another A of the same shape. */
  startWarm(): void {
    this.#width = Math.min(this.#block, this.size)
    const [from, to] = [this.#v.view(), this.#next.view()]
    for (let i = 0; i < this.#map.cols; i++) {
      for (let j = 0; j < this.#width; j++) to[i * this.#width + j] = from[i * this.#capacity + j]
    }
    this.size = 0
    this.#orthonormalizeNext()
    this.#m = new Float64Array(0)
  }

  /** Take the next block into the bases; `negligible` replaces the length of what counts as noise. */
  step(negligible = this.#negligible): void {
    this.#negligible = negligible
    const width = this.#width
    const d = this.size
    const { rows, cols } = this.#map
    this.#append(this.#next, this.#v, cols, width)
    this.#map.forward(this.#next, this.#image, width)
    const left = this.#panels.orthonormalize(this.#image, rows, width, this.#u, d, this.#negligible, this.#coupling)
    this.#append(this.#image, this.#u, rows, width)
    for (let j = 0; j < width; j++) {
      for (let i = 0; i < d; i++) this.#r[i * this.#capacity + d + j] = left.c[i * width + j]
      for (let i = 0; i <= j; i++) this.#r[(d + i) * this.#capacity + d + j] = left.s[i * width + j]
      for (let i = j + 1; i < width; i++) this.#r[(d + i) * this.#capacity + d + j] = 0
      for (let i = 0; i < d; i++) this.#r[(d + j) * this.#capacity + i] = 0
    }
    this.size = d + width
    this.steps++
    this.#map.backward(this.#image, this.#next, width)
    // The new block may be narrower: V cannot have more columns than rows.
    const next = Math.min(width, cols - this.size)
    if (next < width) {
      this.#nextFromSpan(width, next)
      return
    }
    const right = this.#orthonormalizeNext()
    this.#m = new Float64Array(width * this.size)
    for (let i = 0; i < width; i++) {
      for (let j = 0; j < width; j++) this.#m[i * this.size + d + j] = right.s[i * width + j]
    }
  }

  /** Singular values of R, and the norm of M p for each: what A' u - s v is. Changes nothing. */
  project(): Projection {
    const d = this.size
    const { p, s, q } = this.#solver.solve(this.#r, d, this.#capacity)
    const residuals = new Float64Array(d)
    for (let k = 0; k < d; k++) {
      let square = 0
      for (let i = 0; i < this.#width; i++) {
        let sum = 0
        for (let j = 0; j < d; j++) sum += this.#m[i * d + j] * p[j * d + k]
        square += sum * sum
      }
      residuals[k] = Math.sqrt(square)
    }
    return { s, residuals, p, q }
  }

  /** U := U P, V := V Q, R := diag(s), the first `keep` columns. */
  rotate({ s, p, q }: ProjectedSvd, keep: number): void {
    const d = this.size
    ;[this.#u, this.#spare] = [this.#turned(this.#u, this.#spare, this.#map.rows, p, keep), this.#u]
    ;[this.#v, this.#otherSpare] = [this.#turned(this.#v, this.#otherSpare, this.#map.cols, q, keep), this.#v]
    const m = new Float64Array(this.#width * keep)
    for (let i = 0; i < this.#width; i++) {
      for (let k = 0; k < keep; k++) {
        for (let j = 0; j < d; j++) m[i * keep + k] += this.#m[i * d + j] * p[j * d + k]
      }
    }
    this.#m = m
    this.#r.fill(0)
    for (let k = 0; k < keep; k++) this.#r[k * this.#capacity + k] = s[k]
    this.values = s.slice(0, keep)
    this.size = keep
  }

  /** |R|_F^2: the energy of A that V sees. */
  get energy(): number {
    let sum = 0
    for (let i = 0; i < this.size; i++) {
      for (let j = i; j < this.size; j++) sum += this.#r[i * this.#capacity + j] ** 2
    }
    return sum
  }

  #orthonormalizeNext() {
    const { cols } = this.#map
    return this.#panels.orthonormalize(
      this.#next,
      cols,
      this.#width,
      this.#v,
      this.size,
      this.#negligible,
      this.#coupling,
    )
  }

  /** Fewer directions than the block has are left: take them all, from random ones, and the coupling as products with A' U. */
  #nextFromSpan(width: number, left: number): void {
    const { cols } = this.#map
    const back = Float64Array.from(this.#next.view().subarray(0, cols * width))
    this.#width = left
    this.#m = new Float64Array(left * this.size)
    if (left === 0) return
    this.#panels.fillRandom(this.#next, cols, left)
    this.#orthonormalizeNext()
    const next = this.#next.view()
    for (let i = 0; i < left; i++) {
      for (let j = 0; j < width; j++) {
        let sum = 0
        for (let t = 0; t < cols; t++) sum += next[t * left + i] * back[t * width + j]
        this.#m[i * this.size + this.size - width + j] = sum
      }
    }
  }

  /** Copy a compact panel behind the columns in use. */
  #append(panel: Matrix, basis: Matrix, rows: number, width: number): void {
    const [from, to] = [panel.view(), basis.view()]
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < width; j++) to[i * this.#capacity + this.size + j] = from[i * width + j]
    }
  }

  /** basis turn, into `out`. */
  #turned(basis: Matrix, out: Matrix, rows: number, turn: Float64Array, keep: number): Matrix {
    const d = this.size
    const view = this.#turn.view()
    for (let i = 0; i < d; i++) for (let k = 0; k < keep; k++) view[i * keep + k] = turn[i * d + k]
    const [b, c] = [this.#turn.pointer, out.pointer]
    this.#panels.gemm(0, [rows, keep, d], 1, [basis.pointer, this.#capacity], [b, keep], 0, [c, this.#capacity])
    return out
  }
}
