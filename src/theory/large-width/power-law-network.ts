// A finite network on the population's modes, as the flow of large steps needs it: the map, the kernel that moves it, and the update of all
// weights by a given q. N is the width of all layers, K the number of modes,
//
//   beta = W_0' g_1 / (gamma_h N),   g_L = w,  g_l = W_l' g_{l+1} / sqrt(N),   J_1 = W_0,  J_{l+1} = W_l J_l / sqrt(N)
//   Ker = |g_1|^2/N + sum_l |g_{l+1}|^2/N J_l'J_l/N + J_L'J_L/N
import type { EngineCore } from '../../engine/core.js'
import type { Matrix } from '../../engine/matrix.js'
import { matmul } from '../../linalg/matmul.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'

export class FiniteNetwork {
  readonly #engine: EngineCore
  readonly #width: number
  readonly #richness: number
  /** W_0 (N, K), W_1 .. W_{L-1} (N, N), w (N, 1). */
  readonly #weights: readonly Matrix[]
  /** Of the weights as they are: g_1 .. g_L (N, 1), and beta. */
  #signals: readonly Matrix[] = []
  readonly #modes: number

  constructor(
    engine: EngineCore,
    width: number,
    modes: number,
    depth: number,
    richness: number,
    seed: number | bigint,
  ) {
    const start = key(seed)
    this.#engine = engine
    this.#width = width
    this.#modes = modes
    this.#richness = richness
    this.#weights = Array.from({ length: depth + 1 }, (_, l) => {
      const columns = l === 0 ? modes : l === depth ? 1 : width
      return engine.matrix([width, columns], normal(foldIn(start, l), width * columns), { dtype: 'float64' })
    })
  }

  /** beta, (K). */
  map(): Float64Array {
    const depth = this.#weights.length - 1
    this.#dropSignals()
    const signals = new Array<Matrix>(depth)
    signals[depth - 1] = this.#engine.matrix(this.#weights[depth])
    for (let l = depth - 1; l >= 1; l--) signals[l - 1] = this.#times(this.#weights[l], signals[l], true)
    this.#signals = signals
    return this.#reading(
      matmul(this.#weights[0], signals[0], { transposeA: true, alpha: 1 / (this.#richness * this.#width) }),
    )
  }

  /** Ker at the weights of the last `map`, (K, K). */
  kernel(): Float64Array {
    const depth = this.#weights.length - 1
    const modes = this.#modes
    const width = this.#width
    const out = this.#engine.matrix([modes, modes], undefined, { dtype: 'float64' })
    let jacobian = this.#weights[0]
    for (let l = 1; l <= depth; l++) {
      const factor = l === depth ? 1 : this.#energy(l + 1)
      matmul(jacobian, jacobian, { transposeA: true, alpha: factor / width, beta: 1, out })
      if (l === depth) break
      const next = this.#times(this.#weights[l], jacobian, false)
      if (l > 1) jacobian.dispose()
      jacobian = next
    }
    if (depth > 1) jacobian.dispose()
    const kernel = this.#reading(out)
    const first = this.#energy(1)
    for (let k = 0; k < modes; k++) kernel[k * (modes + 1)] += first
    return kernel
  }

  /** W += rate gamma_h (signal above) (activity below)' for all layers, from the old weights. */
  update(q: Float64Array, rate: number): void {
    const depth = this.#weights.length - 1
    const engine = this.#engine
    const direction = engine.matrix([this.#modes, 1], q, { dtype: 'float64' })
    let below = direction
    const inputs = [direction]
    for (let l = 0; l < depth; l++) {
      below = l === 0 ? matmul(this.#weights[0], below) : this.#times(this.#weights[l], below, false)
      inputs.push(below)
    }
    const alpha = rate * this.#richness
    const scale = 1 / Math.sqrt(this.#width)
    for (let l = 0; l < depth; l++) {
      const factor = l === 0 ? alpha : alpha * scale
      matmul(this.#signals[l], inputs[l], { transposeB: true, alpha: factor, beta: 1, out: this.#weights[l] })
    }
    const [readout, top] = [this.#weights[depth].view(), inputs[depth].view()]
    for (let i = 0; i < readout.length; i++) readout[i] += alpha * top[i]
    for (const matrix of inputs) matrix.dispose()
    this.#dropSignals()
  }

  dispose(): void {
    this.#dropSignals()
    for (const matrix of this.#weights) matrix.dispose()
  }

  /** |g_l|^2 / N. */
  #energy(l: number): number {
    let sum = 0
    for (const value of this.#signals[l - 1].view()) sum += value * value
    return sum / this.#width
  }

  #times(w: Matrix, x: Matrix, transposeA: boolean): Matrix {
    return matmul(w, x, { transposeA, alpha: 1 / Math.sqrt(this.#width) })
  }

  #reading(matrix: Matrix): Float64Array {
    const values = Float64Array.from(matrix.view())
    matrix.dispose()
    return values
  }

  #dropSignals(): void {
    for (const matrix of this.#signals) matrix.dispose()
    this.#signals = []
  }
}
