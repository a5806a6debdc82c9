// The closed form of the paper, as a cross-check: hidden = k = min(inputs, outputs), a task of full rank, and a start whose growing part B
// is invertible. With p = sqrt(2) n, m = sqrt(2) c (the paper's G + HG and G - HG, without their cancellation), e = e^{-sigma T}:
//
//   B = W_2' U~ p + W_1 V~ m,   C = W_2' U~ m - W_1 V~ p,   D = W_1 V~_perp or W_2' U~_perp
//   Z_1 = V~ (m - p e C' B'^{-1} e) + 2 V~_perp e^{l T} D' B'^{-1} e,   Z_2 = U~ (p + m e C' B'^{-1} e) + 2 U~_perp ...
//   M = 4 e B^{-1} B'^{-1} e + (1 - e^2)/sigma + e B^{-1} C ((1 - e^2)/sigma) C' B'^{-1} e + 2 e B^{-1} D ((e^{2 l T} - 1)/l) D' B'^{-1} e
//   P = [Z_1; Z_2] M^{-1} [Z_1; Z_2]',   l = lambda_perp <= sigma
import { checkOptions } from '../../check.js'
import { RangeArgError } from '../../errors.js'
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { dot } from '../../linalg/dense/vector.js'
import { exp } from '../../math/elementary.js'
import { compose, frobenius, multiply, multiplyLeftTransposed } from '../numerics/dense.js'
import { meanDecay } from '../numerics/expm1.js'
import {
  collect,
  FLOW_KEYS,
  type LambdaBalancedFlow,
  type LambdaBalancedFlowOptions,
  readStart,
  type Start,
} from './flow.js'
import { factorInPlace } from './pivoted.js'
import { columnsOf, transposed } from './small-matrix.js'

/**
 * The flow by the closed form of the paper (derived anew): for comparison; `lambdaBalancedFlow` needs none of the conditions.
 *
 * @param options as for `lambdaBalancedFlow` without `rankTolerance`
 * @throws {RangeArgError} hidden is not min(inputs, outputs), the task has not full rank, or the start's growing part is singular (reversal
 *   learning at lambda = 0); a start that is not lambda-balanced
 * @throws {ShapeError|DTypeError|OptionError} arguments that do not fit together
 * @example
 * lambdaBalancedTheorem({ w1: [[1]], w2: [[1]], sigmaYX: [[2]], times: [0, 100] }).w // -> [1, 2]
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623, exact dynamics of Q Q'; Braun et al. (2022), NeurIPS, for lambda = 0
 */
export function lambdaBalancedTheorem(options: Omit<LambdaBalancedFlowOptions, 'rankTolerance'>): LambdaBalancedFlow {
  const keys = checkOptions(options, 'lambdaBalancedTheorem', FLOW_KEYS)
  const start = readStart(keys as Partial<LambdaBalancedFlowOptions>)
  const parts = growingParts(start)
  return collect(start, (time) => at(start, parts, time))
}

interface Parts {
  /** B^{-1}, and C' B'^{-1} (k, k), D' B'^{-1} (extra, k). */
  readonly inverse: Float64Array
  readonly decaying: Float64Array
  readonly outside: Float64Array
}

function growingParts({ sizes, w1, w2, task, system, q }: Start): Parts {
  const [inputs, hidden, outputs] = sizes
  const k = task.s.length
  if (hidden !== k || !(task.s[k - 1] > 1e-13 * task.s[0])) {
    throw new RangeArgError(
      `the theorem asks for hidden = min(inputs, outputs) = ${k} and a task of full rank, got hidden = ${hidden} and singular values ${task.s[0]} .. ${task.s[k - 1]}; use lambdaBalancedFlow`,
      { argument: 'sigmaYX' },
    )
  }
  // Rows of these are the hidden units: W_1 V~ (k, inputs), W_2' U~ (k, outputs).
  const below = multiply(w1, task.v, k, inputs, inputs)
  const above = multiplyLeftTransposed(w2, task.u, k, outputs, outputs)
  const grow = new Float64Array(k * k)
  const decay = new Float64Array(k * k)
  for (let h = 0; h < k; h++) {
    for (let i = 0; i < k; i++) {
      const p = Math.SQRT2 * system.n[i]
      const m = Math.SQRT2 * system.c[i]
      grow[h * k + i] = above[h * outputs + i] * p + below[h * inputs + i] * m
      decay[h * k + i] = above[h * outputs + i] * m - below[h * inputs + i] * p
    }
  }
  const { u, s, v } = jacobiSvd(grow, k, k)
  if (!(s[k - 1] > 1e-13 * frobenius(q))) {
    throw new RangeArgError(
      `the growing part of the start is singular (singular values ${s[0]} .. ${s[k - 1]}): it has nothing of some mode of the task; use lambdaBalancedFlow`,
      { argument: 'w1, w2' },
    )
  }
  const inverse = compose(
    v,
    s.map((value) => 1 / value),
    u,
    k,
    k,
  )
  const rest = inputs > outputs ? columnsOf(below, k, inputs, k, inputs) : columnsOf(above, k, outputs, k, outputs)
  const extra = Math.abs(inputs - outputs)
  // C' B'^{-1} = (B^{-1} C)'.
  return {
    inverse,
    decaying: transposed(multiply(inverse, decay, k, k, k), k, k),
    outside: transposed(multiply(inverse, rest, k, k, extra), k, extra),
  }
}

function at({ sizes, task, system }: Start, parts: Parts, time: number): [Float64Array, Float64Array] {
  const [inputs, k, outputs] = sizes
  const extra = Math.abs(inputs - outputs)
  const perp = extra > 0 ? system.x[2 * k] : 0
  // lambda_perp e^{..}: exponents are combined before they are taken, as lambda_perp <= sigma.
  const lift = Math.max(perp, 0)
  const outside = time * meanDecay(2 * Math.abs(perp) * time) * 2
  const m = new Float64Array(k * k)
  const top = new Float64Array(inputs * k)
  const bottom = new Float64Array(outputs * k)
  const e = Float64Array.from({ length: k }, (_, i) => exp(-system.x[i] * time))
  const lifted = Float64Array.from({ length: k }, (_, i) => exp((lift - system.x[i]) * time))
  const mean = Float64Array.from({ length: k }, (_, i) => 2 * time * meanDecay(2 * system.x[i] * time))
  for (let i = 0; i < k; i++) {
    for (let j = 0; j < k; j++) {
      let through = 0
      for (let l = 0; l < k; l++) through += parts.decaying[l * k + i] * mean[l] * parts.decaying[l * k + j]
      let beside = 0
      for (let l = 0; l < extra; l++) beside += parts.outside[l * k + i] * parts.outside[l * k + j]
      m[i * k + j] =
        e[i] * e[j] * (4 * dot(parts.inverse, i * k, parts.inverse, j * k, k) + through) +
        2 * lifted[i] * lifted[j] * outside * beside +
        (i === j ? mean[i] : 0)
      const both = e[i] * e[j] * parts.decaying[i * k + j]
      top[i * k + j] = Math.SQRT2 * ((i === j ? system.c[i] : 0) - system.n[i] * both)
      bottom[i * k + j] = Math.SQRT2 * ((i === j ? system.n[i] : 0) + system.c[i] * both)
    }
  }
  const apart = inputs > outputs ? top : bottom
  for (let l = 0; l < extra; l++) {
    for (let j = 0; j < k; j++) {
      apart[(k + l) * k + j] = 2 * exp((perp - system.x[j]) * time) * parts.outside[l * k + j]
    }
  }
  factorInPlace(m, k)
  return [
    divided(multiply(task.v, top, inputs, inputs, k), m, k),
    divided(multiply(task.u, bottom, outputs, outputs, k), m, k),
  ]
}

/** Z C'^{-1} for a Cholesky factor C. */
function divided(z: Float64Array, factor: Float64Array, k: number): Float64Array {
  for (let i = 0; i < z.length; i += k) {
    for (let j = 0; j < k; j++) z[i + j] = (z[i + j] - dot(factor, j * k, z, i, j)) / factor[j * (k + 1)]
  }
  return z
}
