// The method of Dormand and Prince of order 8, with an error estimate of orders 5 and 3 combined and dense output of order 7:
// 12 evaluations a step taken, 3 more where its inside is looked at.
//
// The two estimates e_5, e_3 enter as |h| |e_5|^2 / sqrt(|e_5|^2 + 0.01 |e_3|^2), which shrinks as h^8 and is never fooled by one of
// them vanishing by chance (Hairer, Norsett, Wanner, Solving Ordinary Differential Equations I, section II.10).
import type { Factor } from './dense-output.js'
import { DENSE, ERROR_3, ERROR_5, NODES, STAGES } from './dop853-tableau.js'
import { ExplicitStepper } from './runge-kutta.js'
import { combine, type Problem, ratio, scaleOf, sparse } from './stepper.js'

const FACTORS: readonly Factor[] = ['theta', 'rest', 'theta', 'rest', 'theta', 'rest', 'theta']
const END = 12
const DENSE_ROWS = /* @__PURE__ */ DENSE.map(sparse)

/** Dormand-Prince 8(5,3). */
export class Dop853 extends ExplicitStepper {
  readonly order = 8
  readonly errorOrder = 8
  readonly denseOrder = 7
  readonly #error5: Float64Array
  readonly #error3: Float64Array

  constructor(problem: Problem) {
    super(problem, { nodes: NODES, stages: STAGES, end: END }, FACTORS)
    this.#error5 = new Float64Array(problem.size)
    this.#error3 = new Float64Array(problem.size)
  }

  protected compute(h: number): number {
    this.computeStages(h)
    const { problem, y, previous: next } = this
    combine(this.#error5, undefined, h, ERROR_5_ROW, this.k)
    combine(this.#error3, undefined, h, ERROR_3_ROW, this.k)
    let five = 0
    let three = 0
    for (let i = 0; i < problem.size; i++) {
      const scale = scaleOf(problem, y[i], next[i])
      const a = ratio(this.#error5[i], scale)
      const b = ratio(this.#error3[i], scale)
      five += a * a
      three += b * b
    }
    if (five === 0 && three === 0) return 0
    return five / Math.sqrt((five + 0.01 * three) * problem.size)
  }

  protected finish(): void {
    this.finishWith(false)
  }

  protected fillDense(vectors: readonly Float64Array[], h: number): void {
    this.extraStages(h)
    const { problem, y, previous, k } = this
    const n = problem.size
    for (let i = 0; i < n; i++) {
      const change = y[i] - previous[i]
      vectors[0][i] = change
      vectors[1][i] = h * k[i] - change
      vectors[2][i] = 2 * change - h * (k[END * n + i] + k[i])
    }
    for (let d = 0; d < DENSE_ROWS.length; d++) combine(vectors[3 + d], undefined, h, DENSE_ROWS[d], k)
  }
}

const ERROR_5_ROW = /* @__PURE__ */ sparse(ERROR_5)
const ERROR_3_ROW = /* @__PURE__ */ sparse(ERROR_3)
