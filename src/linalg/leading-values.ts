// The largest singular values alone, without any iteration that could fail: reduction to bidiagonal form, then bisection.
import type { Matrix } from '../engine/matrix.js'
import { bidiagonalPanel, bidiagonalScratchBytes, rotatedRowLength } from '../kernels/factor-scratch.js'
import { elementBytes } from '../kernels/kernels.js'
import { scaleByPowerOfTwo } from '../math/power-of-two.js'
import { Layout, orthogonalKernels, scalingExponent, withBlock } from './orthogonal-kernels.js'

/** Bisection pays up to this part of all values; beyond, QR sweeps give all of them in the same time. */
const SHARE = 4

/** Order up to which a matrix is cached near enough for narrow panels. */
const CACHED = 160
/** Halvings: what the rounding of the reduction leaves to find. */
const PASSES = { float32: 34, float64: 56 } as const

/** Whether the energy of A shows at once that it is finite and of a size that nothing overflows or vanishes from. */
function needsNoScaling(a: Matrix): boolean {
  const { engine, dtype, size, pointer } = a
  const energy = engine.guard((k) => (dtype === 'float64' ? k.dsumsq : k.ssumsq)(size, pointer))
  return energy > 2 ** -50 && energy < 2 ** 50
}

/** Whether `count` values of an (m, n) matrix are few enough. */
export function fewValues(a: Matrix, count: number): boolean {
  return SHARE * count <= Math.min(a.rows, a.cols)
}

/**
 * The `count` largest singular values of a finite matrix, descending.
 *
 * @param count 1 .. min(m, n)
 * @returns in float64; the reduction is in the element type of `a`, errors of the size of its rounding beside the largest value
 * @throws {RangeArgError} NaN or an infinity in `a`
 * @see Barth, Martin, Wilkinson (1967), Numer. Math. 9, 386-393; Fernando (1998), SIAM J. Matrix Anal. Appl. 20, 373-399
 */
export function leadingValuesByBisection(a: Matrix, count: number): Float64Array {
  const { engine, dtype } = a
  const exponent = needsNoScaling(a) ? 0 : scalingExponent(a, 'a')
  const wide = a.rows < a.cols
  const [m, n] = wide ? [a.cols, a.rows] : [a.rows, a.cols]
  const bytes = elementBytes(dtype)
  const ld = rotatedRowLength(dtype, n)
  // Values alone need less of the second half of the work; narrow panels are faster while everything is cached.
  const nb = n <= CACHED ? 4 : bidiagonalPanel(n)
  const layout = new Layout()
  const [d, e, values] = [layout.take(8 * n), layout.take(8 * n), layout.take(8 * count)]
  const [tauq, taup, core] = [layout.take(bytes * n), layout.take(bytes * n), layout.take(m * ld * bytes)]
  const work = layout.take(Math.max(bidiagonalScratchBytes(dtype, m, n, nb), 8 * (2 * n + 24)))
  const source = a.pointer
  return withBlock(engine, layout.bytes, (block) => {
    engine.guard((kernels) => {
      const k = orthogonalKernels(kernels, dtype)
      k.omatcopy(wide ? 1 : 0, a.rows, a.cols, scaleByPowerOfTwo(1, -exponent), source, a.cols, block + core, ld)
      k.gebrd(m, n, block + core, ld, block + d, block + e, block + tauq, block + taup, block + work, nb)
      kernels.dbisect(n, block + d, block + e, count, PASSES[dtype], block + values, block + work)
    })
    return new Float64Array(engine.linearMemory.buffer, block + values, count).map((value) =>
      scaleByPowerOfTwo(value, exponent),
    )
  })
}
