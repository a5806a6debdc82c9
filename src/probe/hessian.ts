// Products of the Hessian of the loss, in all weights, with a direction; and its largest eigenvalue by Lanczos.
//
// With F_l = W_l ... W_1, B_L = G and B_(l-1) = W_l' B_l the gradient of layer l is B_l F_(l-1)'. Along D = (D_1 .. D_L) these change by
//
//   dF_l = D_l F_(l-1) + W_l dF_(l-1),   dB_L = dG,   dB_(l-1) = D_l' B_l + W_l' dB_l,   (H D)_l = dB_l F_(l-1)' + B_l dF_(l-1)'
//
// exactly. dG = G(dF_L) - G(0), since G is affine in W: the losses here are quadratic in the end-to-end map.
import type { Matrix } from '../engine/matrix.js'
import type { DeepLinearNetwork } from '../network/deep-linear.js'
import { PlanBuilder } from '../plan/builder.js'
import type { Plan } from '../plan/plan.js'
import { foldIn, key } from '../random/key.js'
import { normal } from '../random/normal.js'
import type { BoundTask } from '../task/task.js'

const START_KEY = /* @__PURE__ */ key(0x7368617270)

/** How the iteration ends. */
export interface SharpnessOptions {
  /** Largest error relative to the largest modulus of an eigenvalue, as the residual bounds it. */
  readonly tolerance: number
  /** Hessian-vector products at most. */
  readonly maxIterations: number
}

/** The largest eigenvalue with what is known of it. */
export interface Sharpness {
  readonly value: number
  readonly iterations: number
  readonly converged: boolean
}

/** The Hessian at the weights of a network as they are, applied to directions of the weights. */
export class HessianOperator {
  readonly #net: DeepLinearNetwork
  readonly #direction: Matrix[]
  readonly #previous: Matrix[]
  readonly #prepare: Plan
  readonly #apply: Plan
  readonly #image: Matrix[]

  constructor(net: DeepLinearNetwork, task: BoundTask) {
    this.#net = net
    const { engine, dtype, depth, weights } = net
    const builders = [new PlanBuilder(engine, dtype), new PlanBuilder(engine, dtype)]
    const [first, each] = builders
    const made: Plan[] = []
    try {
      this.#direction = weights.map(({ rows, cols }) => each.temporary(rows, cols))
      this.#previous = weights.map(({ rows, cols }) => each.temporary(rows, cols))
      // What depends on the weights alone.
      const forward: Matrix[] = [weights[0]]
      first.note('forward')
      for (let l = 2; l <= depth; l++) forward.push(first.gemm({ a: weights[l - 1], b: forward[l - 2] }))
      const back = new Array<Matrix>(depth)
      back[depth - 1] = task.emitGradient(first, forward[depth - 1])
      first.note('back')
      for (let l = depth; l >= 2; l--) back[l - 2] = first.gemm({ a: weights[l - 1].T, b: back[l - 1] })
      const nothing = first.own(engine.matrix([weights[depth - 1].rows, weights[0].cols], undefined, { dtype }))
      const constant = first.copy(task.emitGradient(first, nothing))
      this.#prepare = first.build()
      made.push(this.#prepare)
      // What depends on the direction.
      const d = this.#direction
      const change: Matrix[] = [d[0]]
      each.note('change of the forward products')
      for (let l = 2; l <= depth; l++) {
        const sum = each.gemm({ a: d[l - 1], b: forward[l - 2] })
        change.push(each.gemm({ a: weights[l - 1], b: change[l - 2], beta: 1, c: sum }))
      }
      let carried = each.subtract(task.emitGradient(each, change[depth - 1]), constant)
      const image = new Array<Matrix>(depth)
      each.note('change of the gradient')
      for (let l = depth; l >= 2; l--) {
        image[l - 1] = each.gemm({ a: carried, b: forward[l - 2].T })
        each.gemm({ a: back[l - 1], b: change[l - 2].T, beta: 1, c: image[l - 1] })
        const below = each.gemm({ a: d[l - 1].T, b: back[l - 1] })
        carried = each.gemm({ a: weights[l - 1].T, b: carried, beta: 1, c: below })
      }
      image[0] = carried
      this.#image = image
      this.#apply = each.build()
    } catch (error) {
      for (const builder of builders) builder.discard()
      for (const plan of made) plan.dispose()
      throw error
    }
  }

  dispose(): void {
    this.#apply.dispose()
    this.#prepare.dispose()
  }

  /** H D at the weights as they are, for D given layer by layer. */
  product(direction: readonly ArrayLike<number>[]): Float64Array[] {
    this.#prepare.run(1)
    this.#direction.forEach((d, l) => {
      d.set(direction[l] as Float64Array)
    })
    this.#apply.run(1)
    return this.#image.map((matrix) => Float64Array.from(matrix.view()))
  }

  /**
   * The largest (not the most negative) eigenvalue: Lanczos from normal random numbers of a fixed key, three directions in memory, no
   * orthogonalization against older ones, which does the extreme value no harm (Paige 1980, Linear Algebra Appl. 34, 235-258).
   */
  largest({ tolerance, maxIterations }: SharpnessOptions): Sharpness {
    this.#prepare.run(1)
    const { engine } = this.#net
    const wide = this.#net.dtype === 'float64'
    const count = this.#net.parameterCount
    this.#direction.forEach((d, l) => {
      d.set(normal(foldIn(START_KEY, l), d.size))
    })
    for (const matrix of this.#previous) matrix.view().fill(0)
    let scale = Math.sqrt(this.#dot(this.#direction, this.#direction))
    this.#scale(this.#direction, 1 / scale)
    const alphas: number[] = []
    const betas: number[] = []
    const limit = Math.min(maxIterations, 2 * count)
    for (let k = 1; ; k++) {
      this.#apply.run(1)
      const alpha = this.#dot(this.#direction, this.#image)
      alphas.push(alpha)
      const beta = k > 1 ? betas[k - 2] : 0
      engine.guard((kernels) => {
        const axpy = wide ? kernels.daxpy : kernels.saxpy
        this.#image.forEach((image, l) => {
          axpy(image.size, -alpha, this.#direction[l].pointer, 1, image.pointer, 1)
          axpy(image.size, -beta, this.#previous[l].pointer, 1, image.pointer, 1)
        })
      })
      scale = Math.sqrt(Math.max(0, this.#dot(this.#image, this.#image)))
      const last = k >= limit
      // The small problem grows with k: it is solved now and then.
      if (k <= 8 || k % 4 === 0 || last || !(scale > 0)) {
        const { value, residual, size } = topOfTridiagonal(alphas, betas, scale)
        const converged = residual <= tolerance * size
        if (converged || last || !(scale > 0)) return { value, iterations: k, converged }
      }
      betas.push(scale)
      engine.guard((kernels) => {
        const copy = wide ? kernels.dcopy : kernels.scopy
        this.#image.forEach((image, l) => {
          copy(image.size, this.#direction[l].pointer, 1, this.#previous[l].pointer, 1)
          copy(image.size, image.pointer, 1, this.#direction[l].pointer, 1)
        })
      })
      this.#scale(this.#direction, 1 / scale)
    }
  }

  #dot(a: readonly Matrix[], b: readonly Matrix[]): number {
    const { kernels } = this.#net.engine
    const dot = this.#net.dtype === 'float64' ? kernels.ddot : kernels.sdot
    return a.reduce((sum, x, l) => sum + dot(x.size, x.pointer, 1, b[l].pointer, 1), 0)
  }

  #scale(x: readonly Matrix[], factor: number): void {
    const { kernels } = this.#net.engine
    const scal = this.#net.dtype === 'float64' ? kernels.dscal : kernels.sscal
    for (const matrix of x) scal(matrix.size, factor, matrix.pointer, 1)
  }
}

/**
 * The largest eigenvalue of the tridiagonal matrix with the given diagonal and off-diagonal, by bisection on the number of eigenvalues above a
 * shift; `residual` is `next` times the last component of its eigenvector, `size` the largest modulus of an eigenvalue, by Gershgorin.
 */
export function topOfTridiagonal(
  diagonal: readonly number[],
  off: readonly number[],
  next: number,
): { value: number; residual: number; size: number } {
  const n = diagonal.length
  let low = Infinity
  let high = -Infinity
  for (let i = 0; i < n; i++) {
    const radius = (i > 0 ? Math.abs(off[i - 1]) : 0) + (i < n - 1 ? Math.abs(off[i]) : 0)
    low = Math.min(low, diagonal[i] - radius)
    high = Math.max(high, diagonal[i] + radius)
  }
  const size = Math.max(Math.abs(low), Math.abs(high))
  if (!Number.isFinite(size)) return { value: Number.NaN, residual: Number.NaN, size }
  for (let pass = 0; pass < 128; pass++) {
    const middle = low + (high - low) / 2
    if (middle <= low || middle >= high) break
    if (anyAbove(diagonal, off, middle)) low = middle
    else high = middle
  }
  const value = high
  return { value, residual: next * lastComponent(diagonal, off, value), size }
}

/** Whether an eigenvalue exceeds x: a pivot of x I - T is not positive. */
function anyAbove(diagonal: readonly number[], off: readonly number[], x: number): boolean {
  let pivot = x - diagonal[0]
  for (let i = 1; i < diagonal.length; i++) {
    if (!(pivot > 0)) return true
    pivot = x - diagonal[i] - (off[i - 1] * off[i - 1]) / pivot
  }
  return !(pivot > 0)
}

/** Modulus of the last component of the unit eigenvector of the largest eigenvalue: all pivots of (x I - T) down to it are positive. */
function lastComponent(diagonal: readonly number[], off: readonly number[], x: number): number {
  // From the last component, 1, upwards: (x - d_i) y_i = off_(i-1) y_(i-1) + off_i y_(i+1), by the pivots from the top.
  const n = diagonal.length
  const pivots = new Float64Array(n)
  pivots[0] = x - diagonal[0]
  for (let i = 1; i < n; i++) pivots[i] = x - diagonal[i] - (off[i - 1] * off[i - 1]) / pivots[i - 1]
  let square = 1
  let y = 1
  for (let i = n - 2; i >= 0; i--) {
    y = (off[i] * y) / pivots[i]
    square += y * y
    if (!Number.isFinite(square)) return 0
  }
  return 1 / Math.sqrt(square)
}
