// Panels: row-major float64 matrices in linear memory that grow row by row, and the products between them. All are made first; then memory
// stands still, their views stay valid, and the loops over time run on WebAssembly without allocating.
import type { EngineCore } from '../../engine/core.js'
import type { Matrix } from '../../engine/matrix.js'
import { gemmPath, gemmScratchBytes } from '../../kernels/gemm-path.js'
import type { Kernels, Pointer } from '../../kernels/kernels.js'

/** A matrix in linear memory with its elements in sight. */
export interface Panel {
  readonly cols: number
  /** Byte offset of the first element. */
  readonly pointer: Pointer
  /** The elements; there once the arena is sealed. */
  readonly data: Float64Array<ArrayBuffer>
}

class ArenaPanel implements Panel {
  data = new Float64Array()
  readonly pointer: Pointer
  constructor(
    readonly matrix: Matrix,
    readonly cols: number,
  ) {
    this.pointer = matrix.pointer
  }
}

/** The byte offset of element `at` of a panel. */
export function place({ pointer }: Panel, at: number): Pointer {
  return pointer + 8 * at
}

/** All panels of one computation. */
export class Arena {
  readonly #engine: EngineCore
  readonly #panels: ArenaPanel[] = []
  #work: Pointer = 0
  #kernels: Kernels | undefined

  constructor(engine: EngineCore) {
    this.#engine = engine
  }

  /** A panel of zeros. */
  panel(rows: number, cols: number): Panel {
    const panel = new ArenaPanel(this.#engine.matrix([rows, cols], undefined, { dtype: 'float64' }), cols)
    this.#panels.push(panel)
    return panel
  }

  /** Take no more memory from here on. Products C = A B have at most `inner` rows and inner size, and `columns` columns. */
  seal(inner: number, columns: number): void {
    let bytes = 0
    for (let n = 1; n <= inner; n++) bytes = Math.max(bytes, gemmScratchBytes('float64', 0, n, columns, n))
    this.#work = this.#engine.workspace(bytes)
    this.#kernels = this.#engine.kernels
    for (const panel of this.#panels) panel.data = panel.matrix.view() as Float64Array<ArrayBuffer>
  }

  /** y += factors' A over the first `rows` rows and `columns` columns of A: rows of a panel, added up. */
  addRows(rows: number, columns: number, factors: Pointer, a: Panel, y: Pointer, beta = 1): void {
    if (rows > 0) this.#kernels!.dgemv(1, rows, columns, 1, a.pointer, a.cols, factors, 1, beta, y, 1)
  }

  /** y := A x over the first `rows` rows and `columns` columns of A, with increments. */
  apply(rows: number, columns: number, a: Panel, x: Pointer, incx: number, y: Pointer, incy: number, beta = 0): void {
    this.#kernels!.dgemv(0, rows, columns, 1, a.pointer, a.cols, x, incx, beta, y, incy)
  }

  /** C := A B, A the first `n` rows and columns of a panel, B and C (n, columns) without gaps. */
  multiply(n: number, columns: number, a: Panel, b: Pointer, c: Pointer): void {
    const k = this.#kernels!
    const gemm = gemmPath('float64', 0, n, columns, n) === 'direct' ? k.dgemmDirect : k.dgemmPacked
    gemm(0, n, columns, n, 1, a.pointer, a.cols, b, columns, 0, c, columns, this.#work)
  }

  dispose(): void {
    for (const { matrix } of this.#panels.splice(0)) matrix.dispose()
  }
}
