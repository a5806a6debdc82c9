// What the experiments of this folder share.
import type { Engine } from '../../linalg/engine.js'
import { singularValues } from '../../linalg/svd.js'
import { orthogonal } from '../../network/initializer.js'
import { key } from '../../random/key.js'
import type { LaeResult } from '../../train/lae.js'

export const AUTOENCODER_PAPER =
  'Kunin, Bloom, Goeva, Seed (2019), Loss landscapes of regularized linear autoencoders, arXiv:1901.08168'

/** C = U diag(variances) U' with Haar-random U, and U. */
export function covarianceOf(variances: readonly number[], seed: number) {
  const n = variances.length
  const [u] = orthogonal().weights([n, n], key(seed))
  const data = new Float64Array(n * n)
  for (let i = 0; i < n; i++) {
    for (let j = 0; j <= i; j++) {
      let sum = 0
      for (let a = 0; a < n; a++) sum += u[i * n + a] * variances[a] * u[j * n + a]
      data[i * n + j] = data[j * n + i] = sum
    }
  }
  const shape: [number, number] = [n, n]
  return { covariance: { data, shape }, directions: { data: u, shape } }
}

/** Singular values of W_2 W_1, falling, k of them. */
export function mapValues(engine: Engine, { encoder, decoder }: LaeResult): Float64Array {
  const k = encoder.shape[0]
  const [w1, w2] = [engine.matrix(encoder), engine.matrix(decoder)]
  const map = engine.matmul(w2, w1)
  const values = singularValues(map).slice(0, k)
  for (const matrix of [w1, w2, map]) matrix.dispose()
  return values
}

/** max |W_1 - W_2'|. */
export function transposeGap({ encoder, decoder }: LaeResult): number {
  const [k, n] = encoder.shape
  let gap = 0
  for (let a = 0; a < k; a++) {
    for (let i = 0; i < n; i++) gap = Math.max(gap, Math.abs(encoder.data[a * n + i] - decoder.data[i * k + a]))
  }
  return gap
}

/** Largest |x_i - y_i|. */
export function farthest(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let most = 0
  for (let i = 0; i < x.length; i++) most = Math.max(most, Math.abs(x[i] - y[i]))
  return most
}
