// A training step in plain TypeScript at its fastest in float32: arrays, no library, products by the tile with float64 sums.
// One step of gradient descent on 1/2 |W - S|^2 for a chain of layers, products formed from the input side.
import { gemmFloat32Tile } from './float32-tile.js'

/** Returns a function that does one step on `weights` in place. `sizes` are n_0 .. n_L, `target` is S (n_L, n_0). */
export function createFloat32Step(
  weights: readonly Float32Array[],
  sizes: readonly number[],
  target: Float32Array,
  learningRate: number,
): () => void {
  const depth = weights.length
  const inputs = sizes[0]
  const forward: Float32Array[] = sizes.map((size) => new Float32Array(size * inputs))
  const back = sizes.map((size) => new Float32Array(size * inputs))
  const gradients = weights.map((w) => new Float32Array(w.length))
  const transposed = weights.map((w) => new Float32Array(w.length))
  const transposedForward = sizes.map((size) => new Float32Array(size * inputs))
  forward[1] = weights[0]
  return () => {
    for (let l = 2; l <= depth; l++)
      gemmFloat32Tile(sizes[l], inputs, sizes[l - 1], weights[l - 1], forward[l - 1], forward[l])
    const residual = back[depth]
    const output = forward[depth]
    for (let i = 0; i < residual.length; i++) residual[i] = output[i] - target[i]
    for (let l = depth; l >= 2; l--) {
      const [rows, cols] = [sizes[l], sizes[l - 1]]
      transpose(weights[l - 1], rows, cols, transposed[l - 1])
      gemmFloat32Tile(cols, inputs, rows, transposed[l - 1], back[l], back[l - 1])
      transpose(forward[l - 1], cols, inputs, transposedForward[l - 1])
      gemmFloat32Tile(rows, cols, inputs, back[l], transposedForward[l - 1], gradients[l - 1])
      subtractScaled(weights[l - 1], learningRate, gradients[l - 1])
    }
    subtractScaled(weights[0], learningRate, back[1])
  }
}

function transpose(a: Float32Array, rows: number, cols: number, out: Float32Array): void {
  for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) out[j * rows + i] = a[i * cols + j]
}

function subtractScaled(w: Float32Array, factor: number, gradient: Float32Array): void {
  for (let i = 0; i < w.length; i++) w[i] -= factor * gradient[i]
}
