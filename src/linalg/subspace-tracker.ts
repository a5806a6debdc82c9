// The leading singular triples of a matrix that changes a little at a time: a block iteration that begins where it last ended.
//
// Its answer is taken only when it is proved. With V (n, d) the directions that it has seen, A V = U R and E = |A|_F^2 - |R|_F^2 the
// energy outside them, no singular value besides the first k can exceed sqrt(r_(k+1)^2 + E); when that is below r_k, nothing was
// missed, and the k values are within |A' u - v r|^2 / (r_k - sqrt(r_(k+1)^2 + E)) of those of A. Otherwise the caller decomposes A in full.
import type { Matrix } from '../engine/matrix.js'
import { KrylovBases, type LinearMap } from './krylov.js'
import { Panels } from './panel.js'

/** Columns beyond those wanted: what lies next in size, so that a mode that rises is there before it counts. */
const GUARD = 4
/** Blocks that one update may add. */
const BLOCKS = 3
/** Updates without a try after one that failed: it would fail again. */
const PATIENCE = 8
/** Squares between these neither overflow nor lose bits. */
const [LEAST, MOST] = [2 ** -60, 2 ** 60]

export class SubspaceTracker {
  readonly #panels: Panels
  readonly #map: MatrixMap
  readonly #bases: KrylovBases
  readonly #rank: number
  readonly #tolerance: number
  /** Updates to let pass before the next try. */
  #wait = 0
  #cold = true

  /**
   * @param a the matrix to follow, (m, n); its handle stays, its entries change
   * @param rank how many triples, at least 1; see `worthwhile`
   * @param tolerance largest error of a singular value relative to the largest
   */
  constructor(a: Matrix, rank: number, tolerance: number) {
    this.#panels = new Panels(a.engine, a.dtype)
    this.#rank = rank
    this.#tolerance = tolerance
    try {
      this.#map = new MatrixMap(this.#panels, a)
      const block = rank + GUARD
      this.#bases = new KrylovBases(this.#panels, this.#map, BLOCKS * block, block, 1)
    } catch (error) {
      this.#panels.dispose()
      throw error
    }
  }

  /** Whether a block of this many columns is small beside the matrix. */
  static worthwhile(a: Matrix, rank: number): boolean {
    return 4 * (rank + GUARD) <= Math.min(a.rows, a.cols)
  }

  /** Free the bases. */
  dispose(): void {
    this.#panels.dispose()
  }

  /**
   * The leading singular values of A as it is now, or undefined where they are not proved: A has to be decomposed in full then, and the
   * values may be given to `expect`. A must be finite.
   */
  update(): Float64Array | undefined {
    if (this.#wait > 0) {
      this.#wait--
      return undefined
    }
    const energy = this.#map.energy()
    const size = Math.sqrt(energy)
    if (!(size > LEAST && size < MOST)) return undefined
    const bases = this.#bases
    if (this.#cold) bases.startCold()
    else bases.startWarm()
    this.#cold = false
    for (let block = 1; ; block++) {
      bases.step(2 * this.#panels.eps * size)
      const projection = bases.project()
      const values = this.#proved(projection.s, projection.residuals, energy)
      if (values !== undefined || block === BLOCKS) {
        bases.rotate(projection, this.#rank + GUARD)
        if (values === undefined) this.#wait = PATIENCE
        return values
      }
    }
  }

  /** The leading values as another method found them: says whether the next try has a chance to prove its own. */
  expect(values: Float64Array): void {
    const least = values[this.#rank - 1]
    let rest = this.#map.energy()
    for (let i = 0; i < this.#rank; i++) rest -= values[i] * values[i]
    if (!(rest < 0.8 * least * least)) this.#wait = Math.max(this.#wait, 1)
  }

  /** Left vectors (m, k), row by row, of the last update that was proved. */
  get u(): Float64Array {
    return leadingColumns(this.#map.swapped ? this.#bases.v : this.#bases.u, this.#rank)
  }

  /** Right vectors (n, k), row by row. */
  get v(): Float64Array {
    return leadingColumns(this.#map.swapped ? this.#bases.u : this.#bases.v, this.#rank)
  }

  #proved(s: Float64Array, residuals: Float64Array, energy: number): Float64Array | undefined {
    const k = this.#rank
    const outside = Math.max(0, energy - this.#bases.energy) + 32 * this.#panels.eps * energy
    const least = s[k - 1]
    const next = Math.sqrt(s[k] * s[k] + outside)
    let square = 0
    for (let i = 0; i < k; i++) square += residuals[i] * residuals[i]
    // Written so that NaN fails.
    if (!(next < least)) return undefined
    if (!(square <= this.#tolerance * s[0] * (least - next))) return undefined
    return s.slice(0, k)
  }
}

/** A matrix handle, or its transpose where that is taller, as a map on panels. */
class MatrixMap implements LinearMap {
  readonly rows: number
  readonly cols: number
  readonly swapped: boolean
  readonly #panels: Panels
  readonly #a: Matrix

  constructor(panels: Panels, a: Matrix) {
    this.swapped = a.rows < a.cols
    this.rows = Math.max(a.rows, a.cols)
    this.cols = Math.min(a.rows, a.cols)
    this.#panels = panels
    this.#a = a
  }

  /** |A|_F^2. */
  energy(): number {
    const { kernels } = this.#panels.engine
    return (this.#a.dtype === 'float64' ? kernels.dsumsq : kernels.ssumsq)(this.#a.size, this.#a.pointer)
  }

  forward(x: Matrix, y: Matrix, width: number): void {
    this.#apply(this.swapped, x, y, width)
  }

  backward(y: Matrix, x: Matrix, width: number): void {
    this.#apply(!this.swapped, y, x, width)
  }

  #apply(transpose: boolean, x: Matrix, y: Matrix, width: number): void {
    const a = this.#a
    const [m, k] = transpose ? [a.cols, a.rows] : [a.rows, a.cols]
    const operands = [[a.pointer, a.cols] as const, [x.pointer, width] as const] as const
    this.#panels.gemm(transpose ? 1 : 0, [m, width, k], 1, operands[0], operands[1], 0, [y.pointer, width])
  }
}

function leadingColumns(basis: Matrix, count: number): Float64Array {
  const view = basis.view()
  const out = new Float64Array(basis.rows * count)
  for (let i = 0; i < basis.rows; i++) {
    for (let j = 0; j < count; j++) out[i * count + j] = view[i * basis.cols + j]
  }
  return out
}
