// Single steps of the autoencoder methods that are not descent of a network: plain matrices of at most n x n numbers.
import { jacobiSvd } from '../linalg/dense/svd.js'
import type { AutoencoderPenalty } from '../task/autoencoder.js'

/** C (n, n), k hidden units, what is added to the loss. */
export interface LaeProblem {
  readonly c: Float64Array
  readonly n: number
  readonly k: number
  readonly penalty: AutoencoderPenalty
  readonly lambda: number
}

/** Encoder (k, n) and decoder (n, k). */
interface Weights {
  readonly w1: Float64Array
  readonly w2: Float64Array
}

/** `1/2 tr((I - W) C (I - W)')`, W = W_2 W_1, with half the penalty. */
export function laeLoss({ c, n, k, penalty, lambda }: LaeProblem, w1: Float64Array, w2: Float64Array): number {
  const map = product(w2, w1, n, k, n)
  const apart = map.map((value, i) => (i % (n + 1) === 0 ? 1 : 0) - value)
  const loss = inner(product(apart, c, n, n, n), apart)
  if (penalty === 'none') return 0.5 * loss
  return 0.5 * (loss + lambda * (penalty === 'product' ? inner(map, map) : inner(w1, w1) + inner(w2, w2)))
}

/** One step of the regularised Oja rule with tied weights W_1 = W, W_2 = W': `W := W - eta (W C (W'W - I) + lambda W)`. */
export function ojaStep({ c, n, k, lambda }: LaeProblem, w: Float64Array, eta: number): Weights {
  const along = product(w, c, k, n, n)
  const gram = product(along, transposed(w, k, n), k, n, k)
  const back = product(gram, w, k, k, n)
  const w1 = w.map((value, i) => value - eta * (back[i] - along[i] + lambda * value))
  return { w1, w2: transposed(w1, k, n) }
}

/**
 * One turn of alternating minimisation of the sum-penalised loss: W_2 solves `W_2 (W_1 C W_1' + lambda I) = C W_1'`, then W_1 solves
 * `(W_2'W_2) W_1 C + lambda W_1 = W_2' C`, each in the eigenvectors of its matrices; `together` makes both the mean of W_1 and W_2'.
 */
export function alternate(problem: LaeProblem, w1: Float64Array, w2: Float64Array, together: boolean): Weights {
  const { c, n, k, lambda } = problem
  const first = together ? mean(w1, w2, n, k) : w1
  const down = product(first, c, k, n, n)
  const inside = jacobiSvd(product(down, transposed(first, k, n), k, n, k), k, k)
  // Positive semidefinite: left singular vectors are eigenvectors.
  const right = product(transposed(down, k, n), inside.u, n, k, k)
  for (let i = 0; i < n; i++)
    for (let a = 0; a < k; a++) right[i * k + a] = divide(right[i * k + a], inside.s[a] + lambda)
  const decoder = product(right, transposed(inside.u, k, k), n, k, k)
  const gram = jacobiSvd(product(transposed(decoder, n, k), decoder, k, n, k), k, k)
  const data = jacobiSvd(c, n, n)
  const turned = product(transposed(gram.u, k, k), product(transposed(decoder, n, k), data.u, k, n, n), k, k, n)
  for (let a = 0; a < k; a++) {
    for (let i = 0; i < n; i++) {
      turned[a * n + i] = divide(turned[a * n + i] * data.s[i], gram.s[a] * data.s[i] + lambda)
    }
  }
  const encoder = product(gram.u, product(turned, transposed(data.u, n, n), k, n, n), k, k, n)
  if (!together) return { w1: encoder, w2: decoder }
  const both = mean(encoder, decoder, n, k)
  return { w1: both, w2: transposed(both, k, n) }
}

/** Without penalty a direction that is not there takes no weight. */
function divide(x: number, y: number): number {
  return y === 0 ? 0 : x / y
}

function mean(w1: Float64Array, w2: Float64Array, n: number, k: number): Float64Array {
  return transposed(w2, n, k).map((value, i) => 0.5 * (value + w1[i]))
}

function inner(x: Float64Array, y: Float64Array): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += x[i] * y[i]
  return sum
}

/** a b, (m, k) times (k, n). */
function product(a: Float64Array, b: Float64Array, m: number, k: number, n: number): Float64Array {
  const out = new Float64Array(m * n)
  for (let i = 0; i < m; i++) {
    for (let p = 0; p < k; p++) {
      const factor = a[i * k + p]
      for (let j = 0; j < n; j++) out[i * n + j] += factor * b[p * n + j]
    }
  }
  return out
}

function transposed(a: Float64Array, m: number, n: number): Float64Array {
  const out = new Float64Array(a.length)
  for (let i = 0; i < m; i++) for (let j = 0; j < n; j++) out[j * m + i] = a[i * n + j]
  return out
}
