// The numbers that every contender of a problem gets, always the same.
import { key } from '../../src/random/key.js'
import { normal } from '../../src/random/normal.js'
import type { DType, GemmWork, Problem, StepWork, SvdWork } from './problems.js'

export type Numbers = Float32Array | Float64Array

/** A as stored: (m, k), or (k, m) if it is to be transposed; B likewise. */
export interface GemmInputs {
  readonly a: Numbers
  readonly b: Numbers
}

/** A, row-major, and the singular values that it was made with. */
export interface SvdInputs {
  readonly a: Numbers
  readonly s: Float64Array
}

/** Weights W_1 .. W_L of one member, row-major; X (n_0, P) and Y (n_L, P), or the target S (n_L, n_0) as `y`. */
export interface StepInputs {
  readonly weights: readonly Numbers[]
  readonly x?: Numbers
  readonly y: Numbers
}

export type Inputs = GemmInputs | SvdInputs | StepInputs

export function inputsOf({ work, dtype }: Problem): Inputs {
  if (work.kind === 'gemm') return gemmInputs(work, dtype)
  return work.kind === 'svd' ? svdInputs(work, dtype) : stepInputs(work, dtype)
}

export function gemmInputs({ m, n, k }: GemmWork, dtype: DType): GemmInputs {
  return { a: as(dtype, normal(key(1), m * k)), b: as(dtype, normal(key(2), k * n)) }
}

/** A = H_u diag(s) H_v with two reflections H = I - 2 w w', |w| = 1, and s_i = 1 / (1 + i): the values are known without any algorithm. */
export function svdInputs({ n }: SvdWork, dtype: DType): SvdInputs {
  const s = Float64Array.from({ length: n }, (_, i) => 1 / (1 + i))
  const [u, v] = [unit(normal(key(1), n)), unit(normal(key(2), n))]
  let inner = 0
  for (let i = 0; i < n; i++) inner += u[i] * s[i] * v[i]
  const a = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j < n; j++) {
      a[i * n + j] = (i === j ? s[i] : 0) - 2 * u[i] * u[j] * s[j] - 2 * s[i] * v[i] * v[j] + 4 * inner * u[i] * v[j]
    }
  }
  return { a: as(dtype, a), s }
}

export function stepInputs({ sizes, samples }: StepWork, dtype: DType): StepInputs {
  const weights = sizes.slice(1).map((rows, l) => {
    const scale = 1 / Math.sqrt(Math.max(...sizes))
    return as(
      dtype,
      normal(key(l), rows * sizes[l]).map((value) => value * scale),
    )
  })
  const [inputs, outputs] = [sizes[0], sizes.at(-1)!]
  if (samples > 0) {
    return {
      weights,
      x: as(dtype, normal(key(100), inputs * samples)),
      y: as(dtype, normal(key(101), outputs * samples)),
    }
  }
  const y = new Float64Array(outputs * inputs)
  for (let i = 0; i < Math.min(inputs, outputs); i++) y[i * inputs + i] = 1 / (1 + i)
  return { weights, y: as(dtype, y) }
}

function as(dtype: DType, values: Float64Array): Numbers {
  return dtype === 'float32' ? Float32Array.from(values) : values
}

function unit(values: Float64Array): Float64Array {
  let sum = 0
  for (const value of values) sum += value * value
  return values.map((value) => value / Math.sqrt(sum))
}
