// A linearly implicit method for stiff systems: Rodas5P, order 5 with an embedded one of order 4, L-stable, stiffly accurate, with
// dense output of order 4. Each stage solves one linear system with the same matrix, and nothing is iterated:
//
//   (I / (gamma h) - J) u_i = f(t + c_i h, y + sum_j a_ij u_j) + 1/h sum_j C_ij u_j + h d_i df/dt,   next = y + sum_i b_i u_i,
//
// with the exact Jacobian J = df/dy. The last u is the error estimate.
// G. Steinebach, Construction of Rosenbrock-Wanner method Rodas5P and numerical benchmarks within the Julia Differential Equations
// package, BIT Numerical Mathematics 63 (2023) 27. test/flow/order-conditions.test.ts checks the coefficients.
import type { Factor } from './dense-output.js'
import { factorize, solve } from './lu.js'
import { combine, type Problem, rootMeanSquare, type SparseRow, Stepper, sparse } from './stepper.js'

/** The largest system: its Jacobian takes n^2 numbers and a step 2/3 n^3 flops, outside the executor. */
export const LARGEST_IMPLICIT = 512

export const GAMMA = 0.21193756319429014
export const NODES = [0, 0.6358126895828704, 0.4095798393397535, 0.9769306725060716, 0.4288403609558664, 1, 1, 1]
/** Weights of h df/dt. */
export const TIME = [
  0.21193756319429014, -0.42387512638858027, -0.3384627126235924, 1.8046452872882734, 2.325825639765069, 0, 0, 0,
]
const LAST = [-7.502846399306121, 2.561846144803919, -11.627539656261098, -0.18268767659942256, 0.030198172008377946]
/** a_ij; the ninth row is b. */
export const STAGES: readonly (readonly number[])[] = [
  [],
  [3],
  [2.849394379747939, 0.45842242204463923],
  [-6.954028509809101, 2.489845061869568, -10.358996098473584],
  [2.8029986275628964, 0.5072464736228206, -0.3988312541770524, -0.04721187230404641],
  LAST,
  [...LAST, 1],
  [...LAST, 1, 1],
  [...LAST, 1, 1, 1],
]
/** C_ij. */
export const COUPLING: readonly (readonly number[])[] = [
  [],
  [-14.155112264123755],
  [-17.97296035885952, -2.859693295451294],
  [147.12150275711716, -1.41221402718213, 71.68940251302358],
  [165.43517024871676, -0.4592823456491126, 42.90938336958603, -5.961986721573306],
  [24.854864614690072, -3.0009227002832186, 47.4931110020768, 5.5814197821558125, -0.6610691825249471],
  [
    30.91273214028599, -3.1208243349937974, 77.79954646070892, 34.28646028294783, -19.097331116725623,
    -28.087943162872662,
  ],
  [
    37.80277123390563, -3.2571969029072276, 112.26918849496327, 66.9347231244047, -40.06618937091002,
    -54.66780262877968, -9.48861652309627,
  ],
]
/** Vectors of dense output as weights of the u_i; the first is the change over the step. */
export const DENSE: readonly (readonly number[])[] = [
  [
    25.948786856663858, -2.5579724845846235, 10.433815404888879, -2.3679251022685204, 0.524948541321073,
    1.1241088310450404, 0.4272876194431874, -0.17202221070155493,
  ],
  [
    -9.91568850695171, -0.9689944594115154, 3.0438037242978453, -24.495224566215796, 20.176138334709044,
    15.98066361424651, -6.789040303419874, -6.710236069923372,
  ],
  [
    11.419903575922262, 2.8879645146136994, 72.92137995996029, 80.12511834622643, -52.072871366152654,
    -59.78993625266729, -0.15582684282751913, 4.883087185713722,
  ],
]

const COUNT = 8
const FACTORS: readonly Factor[] = ['theta', 'rest', 'theta', 'theta']
const STAGE_ROWS: readonly SparseRow[] = /* @__PURE__ */ STAGES.map(sparse)
const COUPLING_ROWS: readonly SparseRow[] = /* @__PURE__ */ COUPLING.map(sparse)
const DENSE_ROWS: readonly SparseRow[] = /* @__PURE__ */ DENSE.map(sparse)

/** Rodas5P with a dense Jacobian. */
export class Rosenbrock extends Stepper {
  readonly order = 5
  readonly errorOrder = 5
  readonly denseOrder = 4
  /** Jacobians formed. */
  jacobians = 0
  readonly slope: Float64Array
  readonly #u: Float64Array
  readonly #stages: readonly Float64Array[]
  readonly #point: Float64Array
  readonly #jacobian: Float64Array
  readonly #matrix: Float64Array
  readonly #pivots: Int32Array
  readonly #timeDerivative: Float64Array
  #jacobianReady = false

  constructor(problem: Problem) {
    super(problem, FACTORS)
    const n = problem.size
    this.slope = new Float64Array(n)
    this.#u = new Float64Array(COUNT * n)
    this.#stages = Array.from({ length: COUNT }, (_, s) => this.#u.subarray(s * n, (s + 1) * n))
    this.#point = new Float64Array(n)
    this.#jacobian = new Float64Array(n * n)
    this.#matrix = new Float64Array(n * n)
    this.#pivots = new Int32Array(n)
    this.#timeDerivative = new Float64Array(n)
  }

  override begin(t: number, y: Float64Array): void {
    this.#jacobianReady = false
    super.begin(t, y)
  }

  protected compute(h: number): number {
    const { problem, y, t } = this
    const n = problem.size
    if (!this.#factorize(h)) return NaN
    for (let s = 0; s < COUNT; s++) {
      const u = this.#stages[s]
      if (s === 0) u.set(this.slope)
      else {
        combine(this.#point, y, 1, STAGE_ROWS[s], this.#u)
        this.evaluate(t + NODES[s] * h, this.#point, u)
        combine(this.#point, undefined, 1 / h, COUPLING_ROWS[s], this.#u)
        for (let i = 0; i < n; i++) u[i] += this.#point[i]
      }
      if (problem.timeDerivative !== undefined && TIME[s] !== 0) {
        for (let i = 0; i < n; i++) u[i] += h * TIME[s] * this.#timeDerivative[i]
      }
      solve(this.#matrix, n, this.#pivots, u)
    }
    combine(this.previous, y, 1, STAGE_ROWS[COUNT], this.#u)
    return rootMeanSquare(problem, this.#stages[COUNT - 1], y, this.previous)
  }

  protected finish(): void {
    this.#jacobianReady = false
    this.evaluate(this.t, this.y, this.slope)
  }

  protected fillDense(vectors: readonly Float64Array[]): void {
    for (let i = 0; i < this.problem.size; i++) vectors[0][i] = this.y[i] - this.previous[i]
    for (let d = 0; d < DENSE_ROWS.length; d++) combine(vectors[1 + d], undefined, 1, DENSE_ROWS[d], this.#u)
  }

  /** I / (gamma h) - J, factored. The Jacobian of one state serves all attempts from it. */
  #factorize(h: number): boolean {
    const { problem, t, y } = this
    const n = problem.size
    if (!this.#jacobianReady) {
      problem.jacobian!(t, y, this.#jacobian)
      problem.timeDerivative?.(t, y, this.#timeDerivative)
      this.jacobians++
      this.#jacobianReady = true
    }
    for (let i = 0; i < n * n; i++) this.#matrix[i] = -this.#jacobian[i]
    for (let i = 0; i < n; i++) this.#matrix[i * (n + 1)] += 1 / (GAMMA * h)
    return factorize(this.#matrix, n, this.#pivots)
  }
}
