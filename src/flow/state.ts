// The weights of a network as one vector, and back: `W_1, ..., W_L` (or `C_1, A, C_2`) one after the other, row by row.
import type { EngineCore } from '../engine/core.js'
import type { Matrix, TypedArray } from '../engine/matrix.js'

/** Matrices of one engine that together hold one vector. Views of linear memory are kept for as long as it stays where it is. */
export class PackedMatrices {
  readonly size: number
  readonly #engine: EngineCore
  readonly #matrices: readonly Matrix[]
  #buffer: ArrayBufferLike | undefined
  #views: TypedArray[] = []
  readonly #parts = new WeakMap<Float64Array, readonly Float64Array[]>()

  constructor(engine: EngineCore, matrices: readonly Matrix[]) {
    this.#engine = engine
    this.#matrices = matrices
    this.size = matrices.reduce((sum, { size }) => sum + size, 0)
  }

  /** Vector to matrices. */
  write(from: Float64Array): void {
    const views = this.#fresh()
    const parts = this.#partsOf(from)
    for (let m = 0; m < views.length; m++) views[m].set(parts[m])
  }

  /** Matrices to vector. */
  read(to: Float64Array): void {
    const views = this.#fresh()
    let offset = 0
    for (const view of views) {
      to.set(view, offset)
      offset += view.length
    }
  }

  /** The vector cut into the sizes of the matrices. An integrator has few vectors and asks for each many times. */
  #partsOf(vector: Float64Array): readonly Float64Array[] {
    let parts = this.#parts.get(vector)
    if (parts === undefined) {
      let offset = 0
      parts = this.#matrices.map(({ size }) => vector.subarray(offset, (offset += size)))
      this.#parts.set(vector, parts)
    }
    return parts
  }

  #fresh(): readonly TypedArray[] {
    const { buffer } = this.#engine.linearMemory
    if (buffer !== this.#buffer) {
      this.#views = this.#matrices.map((matrix) => matrix.view())
      this.#buffer = buffer
    }
    return this.#views
  }
}
