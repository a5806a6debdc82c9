// Power iteration with a single vector: the leading singular triple, or the eigenvalue of largest modulus of a symmetric matrix.
import { checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import { Matrix, notMatrix } from '../engine/matrix.js'
import { DTypeError, OptionError, RangeArgError, ShapeError } from '../errors.js'
import { scaleByPowerOfTwo } from '../math/power-of-two.js'
import { key } from '../random/key.js'
import { normal } from '../random/normal.js'
import { Panels } from './panel.js'
import { checkEntries, scaledCopy } from './scaled-map.js'

/** Options of `powerIteration`. */
export interface PowerIterationOptions {
  /** Take `a` as symmetric and look for an eigenpair; only then may a value be negative. Default false. */
  symmetric?: boolean
  /** Largest residual relative to the value, 0 < tolerance < 1. Default 16 eps max(m, n). */
  tolerance?: number
  /** Double products at most, 1 .. 1 000 000. Default 1000. */
  maxIterations?: number
  /** Where to start, length n, not zero. Default: standard normal numbers of a fixed key. */
  start?: ArrayLike<number>
}

/** What power iteration found. */
export interface PowerIterationResult {
  /** The largest singular value, or the eigenvalue of largest modulus with its sign. */
  readonly value: number
  /** Left singular vector, length m; not for a symmetric matrix. */
  readonly u?: Float64Array
  /** Right singular vector or eigenvector, length n, of length one. */
  readonly v: Float64Array
  /** Products with A and A' (with A twice for a symmetric matrix). */
  readonly iterations: number
  /** `|A' u - value v|` with A v = value u, or `|A v - value v|`. */
  readonly residual: number
  readonly status: 'converged' | 'max-iterations'
}

/** Largest `maxIterations`. */
const MOST_ITERATIONS = 1_000_000
const START_KEY = /* @__PURE__ */ key(0x706f776572)

/**
 * The leading singular triple `A v = s u`, `A' u = s v` by power iteration on A'A, without forming it; for a symmetric matrix the eigenpair
 * `A v = lambda v` of largest modulus, by iteration on A^2, so that eigenvalues of either sign and equal size do no harm.
 *
 * The residual shrinks by `(s_2 / s_1)^2` an iteration: for close values, or for more than one, use `svd(a, { method: 'power', rank })`.
 * Zero matrices converge at once, to value 0. A start orthogonal to the answer to the last bit never finds it; rounding makes that unlikely, and
 * the residual cannot tell. A is scaled by a power of two, so nothing overflows, and accumulates in its own element type.
 *
 * @param a (m, n), finite, not empty; square where `symmetric`
 * @returns value, vectors (float64 arrays), residual and a status: `'converged'` when the residual is at most tolerance * |value|. The value is then that
 *   close to a singular value or eigenvalue of A
 * @throws {RangeArgError} NaN or an infinity in `a` or `start`, a start of zeros, an option out of range, an empty matrix
 * @throws {ShapeError} a start of another length; a symmetric matrix that is not square
 * @throws {OptionError} `symmetric` for a matrix that is not: a_ij and a_ji differ
 * @example
 * powerIteration(engine.matrix([[2, 0], [0, -3]]), { symmetric: true }).value // -> -3
 * @see Golub, Van Loan, Matrix Computations, section 7.3
 */
export function powerIteration(a: Matrix, options?: PowerIterationOptions): PowerIterationResult {
  if (!(a instanceof Matrix)) throw notMatrix(a, 'a')
  const given = checkOptions(options, 'options', ['symmetric', 'tolerance', 'maxIterations', 'start'])
  const { rows, cols } = a
  const symmetric = given.symmetric ?? false
  if (typeof symmetric !== 'boolean') {
    throw new DTypeError(`symmetric must be true or false, got ${describe(symmetric)}`, { argument: 'symmetric' })
  }
  if (a.size === 0) throw new RangeArgError('a is empty: it has no singular values', { argument: 'a' })
  const panels = new Panels(a.engine, a.dtype)
  const tolerance = checkNumber(given.tolerance ?? 16 * panels.eps * Math.max(rows, cols), 'tolerance', {
    above: 0,
    below: 1,
  })
  const maxIterations = checkInteger(given.maxIterations ?? 1000, 'maxIterations', { min: 1, max: MOST_ITERATIONS })
  const start = checkStartVector(given.start, cols)
  const exponent = checkEntries(a)
  if (symmetric) checkSymmetric(a)
  try {
    const { matrix, factor } = scaledCopy(panels, a, exponent)
    const pair = symmetric
      ? eigenpair(panels, matrix, start, tolerance, maxIterations)
      : triple(panels, matrix, start, tolerance, maxIterations)
    const unscale = (x: number) => scaleByPowerOfTwo(x, factor)
    return { ...pair, value: unscale(pair.value), residual: unscale(pair.residual) }
  } finally {
    panels.dispose()
  }
}

function checkStartVector(value: unknown, length: number): Float64Array {
  if (value === undefined) return normal(START_KEY, length)
  if (!(Array.isArray(value) || (ArrayBuffer.isView(value) && !(value instanceof DataView)))) {
    throw new DTypeError(`start must be an array of numbers, got ${describe(value)}`, { argument: 'start' })
  }
  const given = value as ArrayLike<number>
  if (given.length !== length) {
    throw new ShapeError(`start must have ${length} entries, got ${given.length}`, { argument: 'start' })
  }
  const start = Float64Array.from(given, (entry, i) => checkNumber(entry, `start[${i}]`))
  const largest = start.reduce((most, entry) => Math.max(most, Math.abs(entry)), 0)
  if (largest === 0) throw new RangeArgError('start must not be zero', { argument: 'start' })
  return start.map((entry) => entry / largest)
}

function checkSymmetric(a: Matrix): void {
  if (a.rows !== a.cols) {
    throw new ShapeError(`a is ${a.rows} x ${a.cols}: a symmetric matrix is square`, { argument: 'a' })
  }
  const view = a.view()
  for (let i = 0; i < a.rows; i++) {
    for (let j = 0; j < i; j++) {
      if (view[i * a.cols + j] !== view[j * a.cols + i]) {
        throw new OptionError(`a is not symmetric: entries (${i}, ${j}) and (${j}, ${i}) differ`, {
          argument: 'symmetric',
        })
      }
    }
  }
}

/** Length of x; x becomes a unit vector, or stays zero. */
function normalize(panels: Panels, x: Matrix): number {
  const wide = panels.dtype === 'float64'
  const { kernels } = panels.engine
  const length = (wide ? kernels.dnrm2 : kernels.snrm2)(x.rows, x.pointer, 1)
  // Divided, not multiplied by the inverse, which may overflow.
  if (length > 0) {
    const view = x.view()
    for (let i = 0; i < view.length; i++) view[i] /= length
  }
  return length
}

/** y := op(A) x. */
function product(panels: Panels, a: Matrix, transpose: boolean, x: Matrix, y: Matrix): void {
  const { kernels } = panels.engine
  const gemv = panels.dtype === 'float64' ? kernels.dgemv : kernels.sgemv
  gemv(transpose ? 1 : 0, a.rows, a.cols, 1, a.pointer, a.cols, x.pointer, 1, 0, y.pointer, 1)
}

/** |x - t y|, in float64. */
function distance(x: ArrayLike<number>, t: number, y: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i] - t * y[i]) * (x[i] - t * y[i])
  return Math.sqrt(sum)
}

function triple(
  panels: Panels,
  a: Matrix,
  start: Float64Array,
  tolerance: number,
  maxIterations: number,
): PowerIterationResult {
  const [v, u, w] = [panels.matrix(a.cols, 1), panels.matrix(a.rows, 1), panels.matrix(a.cols, 1)]
  v.view().set(start)
  normalize(panels, v)
  for (let iterations = 1; ; iterations++) {
    product(panels, a, false, v, u)
    const value = normalize(panels, u)
    product(panels, a, true, u, w)
    const residual = distance(w.view(), value, v.view())
    const converged = residual <= tolerance * value
    if (converged || iterations === maxIterations || value === 0) {
      const vectors = { u: Float64Array.from(value > 0 ? u.view() : firstAxis(a.rows)), v: Float64Array.from(v.view()) }
      // Value 0 for a start in the null space proves nothing unless A is zero.
      const sure = value > 0 ? converged : isZero(a)
      if (sure || value > 0 || iterations === maxIterations) {
        return { value, ...vectors, iterations, residual, status: sure ? 'converged' : 'max-iterations' }
      }
      v.view().set(normal(START_KEY, a.cols))
      normalize(panels, v)
    } else {
      v.view().set(w.view())
      normalize(panels, v)
    }
  }
}

function eigenpair(
  panels: Panels,
  a: Matrix,
  start: Float64Array,
  tolerance: number,
  maxIterations: number,
): PowerIterationResult {
  const [x, y, z, candidate, image] = Array.from({ length: 5 }, () => panels.matrix(a.cols, 1))
  x.view().set(start)
  normalize(panels, x)
  for (let iterations = 1; ; iterations++) {
    product(panels, a, false, x, y)
    // In the span of x and A x lie both eigenvectors when A^2 x = t^2 x: A x + t x and A x - t x. The longer one has no cancellation.
    const modulus = panels.norm(y, a.cols, 1, 0)
    const [xs, ys] = [x.view(), y.view()]
    let inner = 0
    for (let i = 0; i < xs.length; i++) inner += xs[i] * ys[i]
    const sign = inner < 0 ? -1 : 1
    const c = candidate.view()
    for (let i = 0; i < c.length; i++) c[i] = ys[i] + sign * modulus * xs[i]
    normalize(panels, candidate)
    product(panels, a, false, candidate, image)
    const w = image.view()
    let value = 0
    for (let i = 0; i < c.length; i++) value += c[i] * w[i]
    const residual = distance(w, value, c)
    const sure = modulus > 0 ? residual <= tolerance * Math.abs(value) : isZero(a)
    if (sure || iterations === maxIterations) {
      const v = Float64Array.from(modulus > 0 ? c : xs)
      return { value, v, iterations, residual, status: sure ? 'converged' : 'max-iterations' }
    }
    product(panels, a, false, y, z)
    if (modulus > 0) x.view().set(z.view())
    else x.view().set(normal(START_KEY, a.cols))
    normalize(panels, x)
  }
}

function isZero(a: Matrix): boolean {
  return a.view().every((entry) => entry === 0)
}

function firstAxis(n: number): Float64Array {
  const axis = new Float64Array(n)
  axis[0] = 1
  return axis
}
