// The leading singular triples of a matrix by block iteration: block power iteration with everything kept that it has passed
// through (a block Krylov space), Rayleigh-Ritz on it, thick restarts, and a look from outside before it claims to be done.
import { checkInteger, checkNumber, checkOptions } from '../check.js'
import { Matrix, notMatrix } from '../engine/matrix.js'
import { log } from '../math/elementary.js'
import { scaleByPowerOfTwo } from '../math/power-of-two.js'
import { KrylovBases, type Projection } from './krylov.js'
import { Panels } from './panel.js'
import { checkStart } from './power-start.js'
import { checkEntries, harmless, ScaledMap } from './scaled-map.js'

/** Options of `powerSvd`. */
export interface PowerSvdOptions {
  /** How many triples, 1 .. min(m, n). Default: one. */
  rank?: number
  /** Largest residual relative to the largest singular value, 0 < tolerance < 1. Default 16 eps max(m, n). */
  tolerance?: number
  /** Block steps at most, each one product with A and one with A'; 1 .. 100 000. Default 1000. */
  maxIterations?: number
  /** Columns that start the iteration, (n, p) with p >= 1, such as `v` of a similar matrix. Default: normal random numbers, always the same. */
  start?: Matrix
}

/** Leading singular triples with what is known of them. */
export interface PowerSvd {
  /** (m, k). */
  readonly u: Matrix
  /** Descending, length k. */
  readonly s: Float64Array
  /** (n, k). */
  readonly v: Matrix
  /** `'converged'`: every residual is within the tolerance and a look at random directions has shown no larger singular value. */
  readonly status: 'converged' | 'max-iterations'
  /** Block steps: products with A, and as many with A'. */
  readonly iterations: number
  /** `max(|A v - s u|, |A' u - s v|)` of each triple, from the vectors that are returned. */
  readonly residuals: Float64Array
  /** True when the next singular value cannot be told from the last one kept: the vectors of that value are one choice of many. */
  readonly clusterAtCut: boolean
}

/** Largest `maxIterations`. */
const MOST_ITERATIONS = 100_000
/** Columns of a block, two being the fastest: singular values of this multiplicity are found for certain, higher ones by the look from outside. */
export const POWER_BLOCK = 2
/** Block steps of that look. */
const LOOK_STEPS = 3
/** Further steps while the largest value that it sees may yet exceed the last one kept. */
const MORE_STEPS = 8
/**
 * The `rank` largest singular values with their vectors, by block iteration.
 *
 * Blocks of 2 columns span `[X, A'A X, (A'A)^2 X, ...]`, orthonormalized against one another; the triples of the projected matrix are taken once
 * `|A' u - s v| <= tolerance s_1` (`A v = s u` holds to rounding by construction), then, unless the energy that is left
 * shows that nothing can have been missed, the iteration goes on from random directions for 3 to 11 steps to look for a larger value. A is scaled by a power of two first, so none of this overflows.
 *
 * @param a (m, n), finite
 * @returns u (m, k), s (k) descending, v (n, k) with `status`: look at it. Converged residuals are below 50 eps max(m, n) |A| unless
 *   `tolerance` says otherwise, `|I - u'u|` and `|I - v'v|` below 50 eps max(m, n); singular values are then accurate to their residual, and to its
 *   square over the gap where there is one. Double values are resolved by the block, higher multiplicities by that look unless it is unlucky; at the cut, see `clusterAtCut`
 * @throws {RangeArgError} NaN or an infinity in `a`; an option out of range; a start of zeros
 * @throws {ShapeError} `start` has not n rows, or no column
 * @throws {DTypeError|OptionError} what is not a matrix, not a number or not an option
 * @example
 * const { s, status } = powerSvd(engine.matrix([[3, 0], [0, -2]]), { rank: 1 })
 * [s[0], status] // -> [3, 'converged']
 * @see Golub, Luk, Overton (1981), A block Lanczos method for computing the singular values and corresponding singular vectors of a matrix,
 *   ACM TOMS 7, 149-169
 */
export function powerSvd(a: Matrix, options?: PowerSvdOptions): PowerSvd {
  if (!(a instanceof Matrix)) throw notMatrix(a, 'a')
  const given = checkOptions(options, 'options', ['rank', 'tolerance', 'maxIterations', 'start'])
  const { rows, cols, engine, dtype } = a
  const largest = Math.max(rows, cols)
  const smaller = Math.min(rows, cols)
  const panels = new Panels(engine, dtype)
  const rank = smaller === 0 ? 0 : checkInteger(given.rank ?? 1, 'rank', { min: 1, max: smaller })
  const tolerance = checkNumber(given.tolerance ?? 16 * panels.eps * largest, 'tolerance', { above: 0, below: 1 })
  const maxIterations = checkInteger(given.maxIterations ?? 1000, 'maxIterations', { min: 1, max: MOST_ITERATIONS })
  const start = checkStart(given.start, a)
  const exponent = harmless(a) ? 0 : checkEntries(a)
  if (rank === 0) return emptySvd(a)
  try {
    const width = Math.max(POWER_BLOCK, start?.width ?? 0, Math.ceil(rank / maxIterations))
    const problem = new ScaledMap(panels, a, exponent, width, rank)
    const run = iterate(panels, problem, { rank, tolerance, maxIterations, start })
    return result(panels, problem, a, rank, tolerance, run)
  } finally {
    panels.dispose()
  }
}

interface Wanted {
  readonly rank: number
  readonly tolerance: number
  readonly maxIterations: number
  readonly start: { width: number; columns: Float64Array } | undefined
}

interface Outcome {
  readonly bases: KrylovBases
  readonly next: number
  /** Whether a larger singular value could have been missed only by bad luck. */
  readonly certain: boolean
}

/** The start as the first block: mapped by A where the problem is that of A'. */
function startColumns(
  panels: Panels,
  problem: ScaledMap,
  { width, columns }: { width: number; columns: Float64Array },
): [Float64Array, number] {
  if (!problem.swapped) return [columns, width]
  const [input, output] = [panels.matrix(problem.rows, width), panels.matrix(problem.cols, width)]
  input.view().set(columns)
  problem.apply(false, input, output, width)
  return [Float64Array.from(output.view()), width]
}

/** Grow, project, restart; when the wanted triples have converged, look from outside; stop when that shows nothing new. */
function iterate(panels: Panels, problem: ScaledMap, { rank, tolerance, maxIterations, start }: Wanted): Outcome {
  const { block } = problem
  // Restarts at this size cost no passes in practice, and the projected problems stay small.
  const capacity = Math.max(2 * rank + 20, rank + 3 * block + 12)
  const bases = new KrylovBases(panels, problem, capacity, block, Math.sqrt(problem.energy))
  if (start === undefined) bases.startRandom()
  else bases.startFrom(...startColumns(panels, problem, start))
  let projectAt = rank + 4 * block
  let last: { size: number; residual: number } | undefined
  /** A lower bound of the first value that was not asked for. */
  let next = 0
  for (;;) {
    bases.step()
    const ended = bases.steps >= maxIterations
    if (!(bases.size >= projectAt || !bases.room || bases.complete || ended)) continue
    const projection = bases.project()
    const worst = largestOf(projection.residuals, rank)
    const converged = worst <= 0.5 * tolerance * projection.s[0]
    if (projection.s.length > rank) next = Math.max(next, projection.s[rank])
    if (bases.complete || ended) {
      const sure = bases.complete || certain(bases, projection, problem.energy, rank, panels.eps)
      bases.rotate(projection, rank)
      return { bases, next, certain: sure }
    }
    if (converged) {
      if (certain(bases, projection, problem.energy, rank, panels.eps)) {
        bases.rotate(projection, rank)
        return { bases, next, certain: true }
      }
      const before = projection.s[rank - 1]
      bases.rotate(projection, rank)
      bases.startRandom()
      const end = Math.min(maxIterations, bases.steps + LOOK_STEPS)
      const whole = end === bases.steps + LOOK_STEPS
      while (bases.steps < end && bases.room) bases.step()
      let seen = bases.project()
      // What is seen may still be on its way up to a value that was missed: go on until it has come to rest below the last one kept.
      for (let i = 0; i < MORE_STEPS && bases.room && bases.steps < maxIterations; i++) {
        if (!(seen.s[rank] + seen.residuals[rank] > before)) break
        bases.step()
        seen = bases.project()
      }
      if (seen.s.length > rank) next = Math.max(next, seen.s[rank])
      const found = seen.s[rank - 1] - before > tolerance * seen.s[0]
      if (!found && largestOf(seen.residuals, rank) <= tolerance * seen.s[0]) {
        bases.rotate(seen, rank)
        return { bases, next, certain: whole || bases.complete }
      }
      next = 0
      last = undefined
      projectAt = bases.size + block
      continue
    }
    projectAt = nextLook(bases.size, worst / (tolerance * projection.s[0]), last, block, capacity)
    last = { size: bases.size, residual: worst / (tolerance * projection.s[0]) }
    if (!bases.room) {
      const keep = Math.min(bases.size - 2 * block, rank + Math.max(10, Math.ceil(rank / 2)))
      bases.rotate(projection, Math.max(rank, keep))
      projectAt = bases.size + 2 * block
      last = undefined
    }
  }
}

/** What is left of the steps that a constant rate would take: residuals fall faster the more columns there are. */
const SPEEDING = 0.65

/** Where the residual should have come down to 1, going by how it fell since the last look; looks cost one to three steps each. */
function nextLook(
  size: number,
  residual: number,
  last: { size: number; residual: number } | undefined,
  block: number,
  capacity: number,
): number {
  if (last === undefined || !(residual < last.residual)) return size + 4 * block
  const slope = log(last.residual / residual) / (size - last.size)
  const ahead = Math.ceil((SPEEDING * log(residual)) / slope / block)
  return Math.min(capacity, size + block * Math.max(1, Math.min(ahead, 8)))
}

/**
 * Whether nothing can have been missed: outside V the energy |A|_F^2 - |R|_F^2 is left, so that no singular value besides the first
 * `rank` exceeds sqrt(s_next^2 + rest).
 */
function certain(bases: KrylovBases, { s }: Projection, energy: number, rank: number, eps: number): boolean {
  const rest = Math.max(0, energy - bases.energy) + 16 * eps * energy
  const next = s.length > rank ? s[rank] : 0
  return next * next + rest <= s[rank - 1] * s[rank - 1]
}

function largestOf(values: Float64Array, count: number): number {
  let most = 0
  for (let k = 0; k < count; k++) if (!(values[k] <= most)) most = values[k]
  return most
}

function result(
  panels: Panels,
  problem: ScaledMap,
  a: Matrix,
  rank: number,
  tolerance: number,
  { bases, next, certain }: Outcome,
): PowerSvd {
  const { engine, dtype } = a
  // The vectors as they are returned, and their residuals by two more products.
  const left = compact(panels, bases.u, problem.rows, rank)
  const right = compact(panels, bases.v, problem.cols, rank)
  const [image, back] = [panels.matrix(problem.rows, rank), panels.matrix(problem.cols, rank)]
  problem.forward(right, image, rank)
  problem.backward(left, back, rank)
  const s = bases.values
  const residuals = new Float64Array(rank)
  for (let k = 0; k < rank; k++) {
    const one = distance(image.view(), left.view(), s[k], problem.rows, rank, k)
    residuals[k] = Math.max(one, distance(back.view(), right.view(), s[k], problem.cols, rank, k))
  }
  const converged = certain && residuals.every((residual) => residual <= tolerance * s[0])
  const unscale = (value: number) => scaleByPowerOfTwo(value, problem.factor)
  const [u, v] = problem.swapped ? [right, left] : [left, right]
  const made = engine.matrix([a.rows, rank], u.view(), { dtype })
  try {
    return {
      u: made,
      s: s.map(unscale),
      v: engine.matrix([a.cols, rank], v.view(), { dtype }),
      status: converged ? 'converged' : 'max-iterations',
      iterations: bases.steps,
      residuals: residuals.map(unscale),
      clusterAtCut:
        rank < problem.cols && s[rank - 1] - next <= Math.max(tolerance, 50 * panels.eps * problem.rows) * s[0],
    }
  } catch (error) {
    made.dispose()
    throw error
  }
}

function compact(panels: Panels, basis: Matrix, rows: number, width: number): Matrix {
  const out = panels.matrix(rows, width)
  const [from, to] = [basis.view(), out.view()]
  for (let i = 0; i < rows; i++) for (let j = 0; j < width; j++) to[i * width + j] = from[i * basis.cols + j]
  return out
}

/** |x - s y| of column k. */
function distance(
  x: ArrayLike<number>,
  y: ArrayLike<number>,
  s: number,
  rows: number,
  width: number,
  k: number,
): number {
  let sum = 0
  for (let i = 0; i < rows; i++) {
    const d = x[i * width + k] - s * y[i * width + k]
    sum += d * d
  }
  return Math.sqrt(sum)
}

function emptySvd(a: Matrix): PowerSvd {
  const { engine, dtype, rows, cols } = a
  const none = { s: new Float64Array(0), status: 'converged' as const, iterations: 0, residuals: new Float64Array(0) }
  const u = engine.matrix([rows, 0], undefined, { dtype })
  return { ...none, u, v: engine.matrix([cols, 0], undefined, { dtype }), clusterAtCut: false }
}
