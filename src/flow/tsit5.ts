// The method of Tsitouras of order 5 with an embedded one of order 4 and an interpolant of order 4 that costs nothing: six evaluations
// a step, the seventh being the first of the next one. For tolerances above 1e-6 it is cheaper than order 8.
// Ch. Tsitouras, Runge-Kutta pairs of order 5(4) satisfying only the first column simplifying assumption,
// Computers and Mathematics with Applications 62 (2011) 770-775. test/flow/order-conditions.test.ts checks the coefficients.
import type { Factor } from './dense-output.js'
import { ExplicitStepper } from './runge-kutta.js'
import { combine, type Problem, rootMeanSquare, sparse } from './stepper.js'

export const NODES = [0, 0.161, 0.327, 0.9, 0.9800255409045097, 1, 1]

/** Row s holds the weights of stages 0 .. s-1 in stage s; row 6 is the solution of order 5. */
export const STAGES: readonly (readonly number[])[] = [
  [],
  [0.161],
  [-0.008480655492356989, 0.335480655492357],
  [2.8971530571054935, -6.359448489975075, 4.3622954328695815],
  [5.325864828439257, -11.748883564062828, 7.4955393428898365, -0.09249506636175525],
  [5.86145544294642, -12.92096931784711, 8.159367898576159, -0.071584973281401, -0.028269050394068383],
  [0.09646076681806523, 0.01, 0.4798896504144996, 1.379008574103742, -3.290069515436081, 2.324710524099774],
]

/** Weights of the solution less those of the embedded one of order 4. */
export const ERROR = [
  -0.001780011052225777, -0.0008164344596567469, 0.007880878010261995, -0.1447110071732629, 0.5823571654525552,
  -0.45808210592918697, 0.015151515151515152,
]

/** Row d holds, for each stage, the coefficient of theta^(d+1) in its weight at theta. */
export const DENSE: readonly (readonly number[])[] = [
  [1, 0, 0, 0, 0, 0, 0],
  [
    -2.763706197274826, 0.13169999999999998, 3.9302962368947516, -12.411077166933676, 37.50931341651104,
    -27.896526289197286, 1.5,
  ],
  [2.9132554618219126, -0.2234, -5.941033872131505, 30.33818863028232, -88.1789048947664, 65.09189467479366, -4],
  [-1.0530884977290216, 0.1017, 2.490627285651253, -16.548102889244902, 47.37952196281928, -34.87065786149661, 2.5],
]

const FACTORS: readonly Factor[] = ['theta', 'theta', 'theta', 'theta']
const ERROR_ROW = /* @__PURE__ */ sparse(ERROR)
const DENSE_ROWS = /* @__PURE__ */ DENSE.map(sparse)

/** Tsitouras 5(4). */
export class Tsit5 extends ExplicitStepper {
  readonly order = 5
  readonly errorOrder = 5
  readonly denseOrder = 4
  readonly #error: Float64Array

  constructor(problem: Problem) {
    super(problem, { nodes: NODES, stages: STAGES, end: 6 }, FACTORS)
    this.#error = new Float64Array(problem.size)
  }

  protected compute(h: number): number {
    this.computeStages(h)
    this.evaluateEnd(h)
    combine(this.#error, undefined, h, ERROR_ROW, this.k)
    return rootMeanSquare(this.problem, this.#error, this.y, this.previous)
  }

  protected finish(): void {
    this.finishWith(true)
  }

  protected fillDense(vectors: readonly Float64Array[], h: number): void {
    for (let d = 0; d < DENSE_ROWS.length; d++) combine(vectors[d], undefined, h, DENSE_ROWS[d], this.k)
  }
}
