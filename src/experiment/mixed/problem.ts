// The problem of the mixed experiments: a square teacher of low rank with entries of variance 1, seen through noise of variance 1, in the singular
// basis of what is seen. A map whose part there is diag(a) has the errors of `errorsOf`; the closed forms of mixed dynamics are such maps.
import type { Engine } from '../../linalg/engine.js'
import { pow } from '../../math/elementary.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { teacher } from '../../task/teacher.js'

export interface Problem {
  /** d: inputs and outputs. */
  readonly dimension: number
  /** A*, row-major. */
  readonly teacher: Float64Array
  /** Y = A* + E, row-major. */
  readonly target: Float64Array
  /** |A*|_op. */
  readonly largest: number
  /** |A*|^2 / d^2. */
  readonly signal: number
  /** |E|^2 / d^2. */
  readonly noise: number
  /** s_i of Y = sum s_i u_i v_i', falling. */
  readonly values: Float64Array
  /** u_i'A* v_i. */
  readonly reached: Float64Array
  /** |A* - sum (u_i'A* v_i) u_i v_i'|^2: what no diag(a) can learn. */
  readonly outside: number
  /** u_i'A v_i of a map, row-major. */
  modesOf(map: Float64Array): Float64Array
}

/** Errors of one map. */
export interface Errors {
  readonly train: number
  readonly test: number
  readonly stableRank: number
}

export function noisyTeacher(engine: Engine, dimension: number, rank: number, seed: number): Problem {
  const d = dimension
  const truth = teacher({ inputs: d, outputs: d, rank, seed }).map
  const errors = normal(foldIn(key(seed), 11), d * d)
  const target = truth.map((entry, i) => entry + errors[i])
  const held = [engine.matrix([d, d], target), engine.matrix([d, d], truth)]
  try {
    const { u, s, v } = engine.svd(held[0])
    held.push(u, v)
    const [left, right] = [Float64Array.from(u.toArray()), Float64Array.from(v.toArray())]
    const modesOf = (map: Float64Array) => {
      const matrices = [engine.matrix([d, d], map), engine.matrix([d, d], right)]
      try {
        matrices.push(engine.matmul(matrices[0], matrices[1]))
        const product = matrices[2].view()
        const along = new Float64Array(d)
        for (let i = 0; i < d; i++) for (let k = 0; k < d; k++) along[k] += left[i * d + k] * product[i * d + k]
        return along
      } finally {
        for (const matrix of matrices) matrix.dispose()
      }
    }
    const reached = modesOf(truth)
    const energy = sumOfSquares(truth)
    return {
      dimension,
      teacher: truth,
      target,
      largest: engine.singularValues(held[1])[0],
      signal: energy / d ** 2,
      noise: sumOfSquares(errors) / d ** 2,
      values: s,
      reached,
      outside: Math.max(0, energy - sumOfSquares(reached)),
      modesOf,
    }
  } finally {
    for (const matrix of held) matrix.dispose()
  }
}

/** Errors per entry of `sum a_i u_i v_i'`. */
export function errorsOf({ dimension, values, reached, outside }: Problem, sizes: ArrayLike<number>): Errors {
  let [train, test, squares, largest] = [0, outside, 0, 0]
  for (let k = 0; k < values.length; k++) {
    train += (sizes[k] - values[k]) ** 2
    test += (sizes[k] - reached[k]) ** 2
    squares += sizes[k] ** 2
    largest = Math.max(largest, sizes[k] ** 2)
  }
  const entries = dimension ** 2
  return { train: train / entries, test: test / entries, stableRank: largest === 0 ? 0 : squares / largest }
}

/** Width, variance and step length of a point of the phase diagram, as in the official code of the paper. */
export function pointOf(
  { dimension, largest }: Problem,
  widthExponent: number,
  varianceExponent: number,
  divisor: number,
) {
  const variance = pow(dimension, varianceExponent)
  const scale = pow(dimension, widthExponent + varianceExponent)
  const lazy = widthExponent + varianceExponent > 1
  return {
    width: Math.floor(pow(dimension, widthExponent)),
    variance,
    /** c = sigma^2 w. */
    scale,
    /** v0 = sigma^4 w, variance of an entry of A_0. */
    startVariance: variance * scale,
    lazy,
    learningRate: 1 / (divisor * (lazy ? scale : largest)),
  }
}

function sumOfSquares(values: Float64Array): number {
  let sum = 0
  for (const value of values) sum += value * value
  return sum
}
