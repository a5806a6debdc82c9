// The loss of a small network, its gradient in the weights, and the Hessian times that gradient (Pearlmutter's R-operator), in plain float64: what
// scores that look at data are made of. Once or a hundred times before training, never in it.
//
//   z_l = W_l h_{l-1} + b_l,  d_{l-1} = phi' o W_l' d_l,  G_l = d_l h_{l-1}'
//   R{z_l} = V_l h_{l-1} + W_l R{h_{l-1}},  R{d_{l-1}} = phi' o (V_l' d_l + W_l' R{d_l}) + phi'' o R{z_{l-1}} o W_l' d_l
//   (H V)_l = R{d_l} h_{l-1}' + d_l R{h_{l-1}}'
import { axpy, dot } from '../../linalg/dense/vector.js'
import { exp } from '../../math/elementary.js'
import { tanh } from '../../math/hyperbolic.js'
import type { PrunableModel } from './model.js'

/** Samples in columns, row by row, and what is to come out. */
export interface PruningData {
  readonly x: Float64Array
  readonly y: Float64Array
  readonly samples: number
  readonly loss: 'squared' | 'softmax-cross-entropy'
}

/** G_1 .. G_L, and on demand H G. */
export interface Derivatives {
  readonly gradient: readonly Float64Array[]
  curvature(): readonly Float64Array[]
}

/** All derivatives at the weights of a model. */
export function derivatives({ layers, slope }: PrunableModel, { x, y, samples: p, loss }: PruningData): Derivatives {
  const depth = layers.length
  const h: Float64Array[] = [x]
  layers.forEach(({ rows, cols, weight, bias }, l) => {
    const z = times(weight, h[l], rows, cols, p)
    if (bias !== undefined) for (let i = 0; i < rows; i++) for (let c = 0; c < p; c++) z[i * p + c] += bias[i]
    h.push(l === depth - 1 ? z : z.map((value) => activate(slope, value)))
  })
  const chances = loss === 'squared' ? undefined : softmax(h[depth], layers[depth - 1].rows, p)
  /** W_l' d_l of the layers above, before phi' is on it. */
  const through = new Array<Float64Array>(depth)
  const d = new Array<Float64Array>(depth)
  d[depth - 1] = (chances ?? h[depth]).map((value, i) => (value - y[i]) / p)
  for (let l = depth - 1; l >= 1; l--) {
    through[l - 1] = transposedTimes(layers[l].weight, d[l], layers[l].rows, layers[l].cols, p)
    d[l - 1] = through[l - 1].map((value, i) => value * firstDerivative(slope, h[l][i]))
  }
  const outer = (u: Float64Array, v: Float64Array, l: number, into?: Float64Array) =>
    timesTransposed(u, v, layers[l].rows, layers[l].cols, p, into)
  const gradient = layers.map((_, l) => maskedBy(outer(d[l], h[l], l), layers[l].mask))
  return {
    gradient,
    curvature() {
      const rh: Float64Array[] = [new Float64Array(x.length)]
      const rz: Float64Array[] = []
      layers.forEach(({ rows, cols, weight }, l) => {
        const change = times(weight, rh[l], rows, cols, p)
        times(gradient[l], h[l], rows, cols, p, change)
        rz.push(change)
        rh.push(l === depth - 1 ? change : change.map((value, i) => value * firstDerivative(slope, h[l + 1][i])))
      })
      const rd = new Array<Float64Array>(depth)
      const top =
        chances === undefined ? rz[depth - 1] : softmaxChange(chances, rz[depth - 1], layers[depth - 1].rows, p)
      rd[depth - 1] = top.map((value) => value / p)
      for (let l = depth - 1; l >= 1; l--) {
        const { rows, cols, weight } = layers[l]
        const change = transposedTimes(weight, rd[l], rows, cols, p)
        transposedTimes(gradient[l], d[l], rows, cols, p, change)
        rd[l - 1] = change.map(
          (value, i) =>
            value * firstDerivative(slope, h[l][i]) +
            secondDerivative(slope, h[l][i]) * rz[l - 1][i] * through[l - 1][i],
        )
      }
      return layers.map(({ mask }, l) => maskedBy(outer(d[l], rh[l], l, outer(rd[l], h[l], l)), mask))
    },
  }
}

const activate = (slope: number | undefined, z: number) => (slope === undefined ? tanh(z) : z > 0 ? z : slope * z)

/** phi' from y = phi(z). */
const firstDerivative = (slope: number | undefined, y: number) => (slope === undefined ? 1 - y * y : y > 0 ? 1 : slope)

/** phi'' from y = phi(z). */
const secondDerivative = (slope: number | undefined, y: number) => (slope === undefined ? -2 * y * (1 - y * y) : 0)

function maskedBy(values: Float64Array, mask: Uint8Array): Float64Array {
  return values.map((value, i) => (mask[i] === 1 ? value : 0))
}

/** Shares of the classes, column by column. */
function softmax(z: Float64Array, classes: number, p: number): Float64Array {
  const out = new Float64Array(z.length)
  for (let c = 0; c < p; c++) {
    let most = -Infinity
    for (let k = 0; k < classes; k++) most = Math.max(most, z[k * p + c])
    let sum = 0
    for (let k = 0; k < classes; k++) sum += out[k * p + c] = exp(z[k * p + c] - most)
    for (let k = 0; k < classes; k++) out[k * p + c] /= sum
  }
  return out
}

/** s o (r - <s, r>), column by column. */
function softmaxChange(s: Float64Array, r: Float64Array, classes: number, p: number): Float64Array {
  const out = new Float64Array(r.length)
  for (let c = 0; c < p; c++) {
    let mean = 0
    for (let k = 0; k < classes; k++) mean += s[k * p + c] * r[k * p + c]
    for (let k = 0; k < classes; k++) out[k * p + c] = s[k * p + c] * (r[k * p + c] - mean)
  }
  return out
}

/** c + A B for A (m, k), B (k, p). */
function times(
  a: Float64Array,
  b: Float64Array,
  m: number,
  k: number,
  p: number,
  c: Float64Array = new Float64Array(m * p),
) {
  for (let i = 0; i < m; i++) for (let j = 0; j < k; j++) axpy(a[i * k + j], b, j * p, c, i * p, p)
  return c
}

/** c + A' B for A (m, k), B (m, p). */
function transposedTimes(
  a: Float64Array,
  b: Float64Array,
  m: number,
  k: number,
  p: number,
  c: Float64Array = new Float64Array(k * p),
) {
  for (let i = 0; i < m; i++) for (let j = 0; j < k; j++) axpy(a[i * k + j], b, i * p, c, j * p, p)
  return c
}

/** c + A B' for A (m, p), B (k, p). */
function timesTransposed(
  a: Float64Array,
  b: Float64Array,
  m: number,
  k: number,
  p: number,
  c: Float64Array = new Float64Array(m * k),
) {
  for (let i = 0; i < m; i++) for (let j = 0; j < k; j++) c[i * k + j] += dot(a, i * p, b, j * p, p)
  return c
}
