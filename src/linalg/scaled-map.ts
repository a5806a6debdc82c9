// A matrix as a map on panels: checked, scaled by a power of two so that squares neither overflow nor vanish, taller than wide, and read in
// whichever order its size makes fast.
import type { Matrix } from '../engine/matrix.js'
import { RangeArgError } from '../errors.js'
import { exponentOf, scaleByPowerOfTwo } from '../math/power-of-two.js'
import type { LinearMap } from './krylov.js'
import type { Panels } from './panel.js'

/** A float64 matrix of at least this many elements has A' copied once. A float32 one, of half the bytes, is as fast read against its rows. */
const COPY_FROM = 16_384
/** Elements between the rows of that copy: rows a power of two apart would share the sets of a cache. */
const GAP = 8
/** Rows of A in one product with A' that reads against them: as much as stays near meanwhile. */
const BACK_ROWS = 64

/** Whether the energy of A shows at once that its entries are finite and need no scaling. */
export function harmless(a: Matrix): boolean {
  const { kernels } = a.engine
  const energy = (a.dtype === 'float64' ? kernels.dsumsq : kernels.ssumsq)(a.size, a.pointer)
  return energy > 2 ** -50 && energy < 2 ** 50
}

/** The first non-finite entry is an error; otherwise the exponent of the largest, 0 for a matrix of zeros. */
export function checkEntries(a: Matrix): number {
  const { kernels } = a.engine
  const wide = a.dtype === 'float64'
  const bad = (wide ? kernels.dnonfinite : kernels.snonfinite)(a.size, a.pointer)
  if (bad >= 0) {
    throw new RangeArgError(`a[${bad}] is ${a.view()[bad]}; every entry must be finite`, {
      argument: 'a',
      data: { index: bad },
    })
  }
  if (a.size === 0) return 0
  const size = Math.abs(a.view()[(wide ? kernels.idamax : kernels.isamax)(a.size, a.pointer, 1)])
  return size === 0 ? 0 : exponentOf(size)
}

/** A, or A' where that has fewer columns, scaled to entries of about 1, as a map on panels. */
export class ScaledMap implements LinearMap {
  readonly rows: number
  readonly cols: number
  readonly swapped: boolean
  readonly block: number
  /** |A|_F^2 of the scaled matrix. */
  readonly energy: number
  /** A is 2^factor times the matrix of this map. */
  readonly factor: number
  readonly #panels: Panels
  readonly #a: Matrix
  /** A' row by row, where it was copied. */
  readonly #copy: Matrix | undefined
  /** A product with A', transposed. */
  readonly #back: Matrix

  constructor(panels: Panels, a: Matrix, exponent: number, block: number, rank: number) {
    this.swapped = a.rows < a.cols
    this.rows = Math.max(a.rows, a.cols)
    this.cols = Math.min(a.rows, a.cols)
    this.block = Math.min(block, this.cols)
    this.#panels = panels
    const { matrix, factor } = scaledCopy(panels, a, exponent)
    this.#a = matrix
    this.factor = factor
    this.#copy = a.dtype === 'float64' && a.size >= COPY_FROM ? transposed(panels, this.#a) : undefined
    this.#back = panels.matrix(Math.max(this.block, rank), a.cols)
    const { kernels } = panels.engine
    const sum = a.dtype === 'float64' ? kernels.dsumsq : kernels.ssumsq
    this.energy = sum(a.size, this.#a.pointer)
  }

  forward(x: Matrix, y: Matrix, width: number): void {
    this.apply(this.swapped, x, y, width)
  }

  backward(y: Matrix, x: Matrix, width: number): void {
    this.apply(!this.swapped, y, x, width)
  }

  /** out := A in or A' in. */
  apply(transpose: boolean, input: Matrix, output: Matrix, width: number): void {
    const a = this.#a
    const [m, k] = transpose ? [a.cols, a.rows] : [a.rows, a.cols]
    const operand = transpose ? this.#copy : a
    if (operand === undefined) this.#applyTransposed(input, output, width)
    else {
      const operands = [[operand.pointer, operand.cols] as const, [input.pointer, width] as const] as const
      this.#panels.gemmInPlace([m, width, k], ...operands, [output.pointer, width])
    }
  }

  /** (in' A)', from the last rows of A to the first: those were read last by a product with A, and are still near. */
  #applyTransposed(input: Matrix, output: Matrix, width: number): void {
    const { rows, cols } = this.#a
    const back = this.#back.pointer
    const panels = this.#panels
    let beta = 0
    for (let end = rows; end > 0; end -= BACK_ROWS) {
      const from = Math.max(0, end - BACK_ROWS)
      const [x, a] = [panels.at(input, from * width), panels.at(this.#a, from * cols)]
      panels.gemm(1, [width, cols, end - from], 1, [x, width], [a, cols], beta, [back, cols])
      beta = 1
    }
    panels.transpose(width, cols, back, output.pointer)
  }
}

/** A itself where its squares are safe from overflow and underflow, else A 2^-factor, which the panels own. */
export function scaledCopy(panels: Panels, a: Matrix, exponent: number): { matrix: Matrix; factor: number } {
  if (Math.abs(exponent) <= (a.dtype === 'float64' ? 200 : 30)) return { matrix: a, factor: 0 }
  const copy = panels.matrix(a.rows, a.cols)
  const [from, to] = [a.view(), copy.view()]
  const half = Math.floor(-exponent / 2)
  const [first, second] = [scaleByPowerOfTwo(1, half), scaleByPowerOfTwo(1, -exponent - half)]
  for (let i = 0; i < from.length; i++) to[i] = from[i] * first * second
  return { matrix: copy, factor: exponent }
}

function transposed(panels: Panels, a: Matrix): Matrix {
  const { rows, cols } = a
  const copy = panels.matrix(cols, rows + GAP)
  panels.transpose(rows, cols, a.pointer, copy.pointer, copy.cols)
  return copy
}
