// Explicit Runge-Kutta methods: the stages of a tableau, each from those before it.
import type { Factor } from './dense-output.js'
import { combine, type Problem, type SparseRow, Stepper, sparse } from './stepper.js'

/** What an explicit method is made of. */
export interface Tableau {
  readonly nodes: readonly number[]
  /** Row s: weights of stages 0 .. s-1 in stage s. */
  readonly stages: readonly (readonly number[])[]
  /** The stage that stands at the end of the step; its row is the solution. */
  readonly end: number
}

/** The part that explicit methods share: stages, and the slope at the end as the first stage of the next step. */
export abstract class ExplicitStepper extends Stepper {
  /** All stages, one after the other. */
  protected readonly k: Float64Array
  readonly #stages: readonly Float64Array[]
  readonly #nodes: readonly number[]
  readonly #rows: readonly SparseRow[]
  readonly #end: number
  readonly #point: Float64Array
  #current = 0

  constructor(problem: Problem, { nodes, stages, end }: Tableau, factors: readonly Factor[]) {
    super(problem, factors)
    const n = problem.size
    this.k = new Float64Array(nodes.length * n)
    this.#stages = nodes.map((_, s) => this.k.subarray(s * n, (s + 1) * n))
    this.#nodes = nodes
    this.#rows = stages.map(sparse)
    this.#end = end
    this.#point = new Float64Array(n)
  }

  get slope(): Float64Array {
    return this.#stages[this.#current]
  }

  /** Stages 1 .. end-1 and the solution in `previous`. */
  protected computeStages(h: number): void {
    if (this.#current !== 0) {
      this.#stages[0].set(this.#stages[this.#current])
      this.#current = 0
    }
    for (let s = 1; s < this.#end; s++) this.#stage(s, this.t, this.y, h)
    combine(this.previous, this.y, h, this.#rows[this.#end], this.k)
  }

  /** f at the end of the attempt, before it is known whether it is taken. */
  protected evaluateEnd(h: number): void {
    this.evaluate(this.t + h, this.previous, this.#stages[this.#end])
  }

  /** f at the end of a step that was taken. */
  protected finishWith(evaluated: boolean): void {
    if (!evaluated) this.evaluate(this.t, this.y, this.#stages[this.#end])
    this.#current = this.#end
  }

  /** Stages beyond the end of the step, for dense output. */
  protected extraStages(h: number): void {
    for (let s = this.#end + 1; s < this.#nodes.length; s++) this.#stage(s, this.tPrevious, this.previous, h)
  }

  #stage(s: number, t: number, start: Float64Array, h: number): void {
    combine(this.#point, start, h, this.#rows[s], this.k)
    this.evaluate(t + this.#nodes[s] * h, this.#point, this.#stages[s])
  }
}
