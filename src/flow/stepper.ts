// One-step methods as the driver sees them: an attempt of length h gives the state at its end and one number, the estimated error in
// units of the tolerance; the attempt is then taken, or made again with a shorter h. Nothing here knows what is integrated.
import { evaluateDense, type Factor } from './dense-output.js'

/** The right-hand side of dy/dt = f(t, y): writes f into `dy`, and neither keeps nor changes `y`. */
export type RightHandSide = (t: number, y: Float64Array, dy: Float64Array) => void

/** The Jacobian df/dy, row by row: `jacobian[i * n + j] = df_i/dy_j`. */
export type Jacobian = (t: number, y: Float64Array, jacobian: Float64Array) => void

/** A system of equations with the tolerances of its solution. */
export interface Problem {
  readonly size: number
  readonly rhs: RightHandSide
  readonly rtol: number
  readonly atol: number
  /** Needed by linearly implicit methods. */
  readonly jacobian?: Jacobian
  /** df/dt; leave out where f does not depend on t. */
  readonly timeDerivative?: RightHandSide
}

/** State and bookkeeping that all methods share. */
export abstract class Stepper {
  /** The error of one step of length h shrinks as h^(order + 1). */
  abstract readonly order: number
  /** The estimated error shrinks as h^errorOrder. */
  abstract readonly errorOrder: number
  /** Order of the interpolant within a step. */
  abstract readonly denseOrder: number
  readonly problem: Problem
  t = 0
  tPrevious = 0
  /** State at `t`. */
  y: Float64Array
  /** State at `tPrevious`; the target of the next attempt. */
  previous: Float64Array
  /** Calls of the right-hand side. */
  evaluations = 0
  readonly #dense: readonly Float64Array[]
  readonly #factors: readonly Factor[]
  #denseReady = false

  constructor(problem: Problem, factors: readonly Factor[]) {
    this.problem = problem
    this.y = new Float64Array(problem.size)
    this.previous = new Float64Array(problem.size)
    this.#factors = factors
    this.#dense = factors.map(() => new Float64Array(problem.size))
  }

  /** Start from a state; evaluates f there. */
  begin(t: number, y: Float64Array): void {
    this.t = t
    this.tPrevious = t
    this.y.set(y)
    this.previous.set(y)
    this.evaluate(t, this.y, this.slope)
  }

  /** f at (t, y). Valid after `begin` and after `accept`. */
  abstract get slope(): Float64Array

  /**
   * Try a step of length h from (t, y) into `previous`.
   * @returns the error in units of the tolerance, at most 1 where it is met; NaN where something is not finite
   */
  attempt(h: number): number {
    this.#denseReady = false
    return this.compute(h)
  }

  /** Take the attempt of length h. `end` is t + h, or the exact end of the interval. */
  accept(end: number): void {
    const { y } = this
    this.y = this.previous
    this.previous = y
    this.tPrevious = this.t
    this.t = end
    this.finish()
  }

  /** The state at `t`, between `tPrevious` and `t` of the last step taken. */
  interpolate(t: number, out: Float64Array): void {
    if (t === this.t) {
      out.set(this.y)
      return
    }
    if (!this.#denseReady) {
      this.fillDense(this.#dense, this.t - this.tPrevious)
      this.#denseReady = true
    }
    evaluateDense(this.previous, this.#dense, this.#factors, (t - this.tPrevious) / (this.t - this.tPrevious), out)
  }

  protected evaluate(t: number, y: Float64Array, dy: Float64Array): void {
    this.evaluations++
    this.problem.rhs(t, y, dy)
  }

  protected abstract compute(h: number): number
  /** After the states were exchanged: make `slope` that of the new state. */
  protected abstract finish(): void
  /** Fill the vectors of dense output for the step from `previous` to `y`. */
  protected abstract fillDense(vectors: readonly Float64Array[], h: number): void
}

/** Weights of stages without those that are zero, filled up to a multiple of four by weights of 0. */
export interface SparseRow {
  readonly stages: Int32Array
  readonly weights: Float64Array
}

/** The entries of a row that are not zero. */
export function sparse(row: readonly number[]): SparseRow {
  const used = [...row.keys()].filter((j) => row[j] !== 0)
  const padded = 4 * Math.ceil(used.length / 4)
  const stages = Int32Array.from({ length: padded }, (_, q) => used[q] ?? used[0])
  return { stages, weights: Float64Array.from({ length: padded }, (_, q) => row[used[q]] ?? 0) }
}

/**
 * out := base + h sum_j weight_j k_j, where stage j stands at `k[j * n]`; without a base, h sum_j weight_j k_j. Four stages a pass: that is
 * what keeps this loop, the larger part of the work outside the executor, at half the time of the obvious one.
 */
export function combine(
  out: Float64Array,
  base: Float64Array | undefined,
  h: number,
  { stages, weights }: SparseRow,
  k: Float64Array,
): void {
  const n = out.length
  if (stages.length === 0) out.fill(0)
  for (let q = 0; q < stages.length; q += 4) {
    const [a, b, c, d] = [stages[q] * n, stages[q + 1] * n, stages[q + 2] * n, stages[q + 3] * n]
    addFour(out, q > 0, k, a, b, c, d, weights[q], weights[q + 1], weights[q + 2], weights[q + 3])
  }
  // The base comes last: one rounding of its size.
  if (base === undefined) for (let i = 0; i < n; i++) out[i] *= h
  else for (let i = 0; i < n; i++) out[i] = base[i] + h * out[i]
}

/** out := (out if `more`) + four vectors within k, each times its weight. */
function addFour(
  out: Float64Array,
  more: boolean,
  k: Float64Array,
  a: number,
  b: number,
  c: number,
  d: number,
  wa: number,
  wb: number,
  wc: number,
  wd: number,
): void {
  const n = out.length
  if (more) for (let i = 0; i < n; i++) out[i] += wa * k[a + i] + wb * k[b + i] + wc * k[c + i] + wd * k[d + i]
  else for (let i = 0; i < n; i++) out[i] = wa * k[a + i] + wb * k[b + i] + wc * k[c + i] + wd * k[d + i]
}

/** What a component of the error is measured in: atol + rtol max(|y_i|, |next_i|). */
export function scaleOf({ atol, rtol }: Problem, y: number, next: number): number {
  const before = Math.abs(y)
  const after = Math.abs(next)
  // Written so that NaN stays NaN.
  return atol + rtol * (before > after ? before : after)
}

/** |error / scale|, 0 for no error at scale 0, NaN where the state overflowed. */
export function ratio(error: number, scale: number): number {
  if (error === 0 && scale === 0) return 0
  return scale === Infinity ? NaN : error / scale
}

/** The root mean square of error_i / scale_i. */
export function rootMeanSquare(problem: Problem, error: Float64Array, y: Float64Array, next: Float64Array): number {
  let sum = 0
  for (let i = 0; i < problem.size; i++) {
    const part = ratio(error[i], scaleOf(problem, y[i], next[i]))
    sum += part * part
  }
  return Math.sqrt(sum / problem.size)
}
