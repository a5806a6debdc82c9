// The fields of the hidden layers: activations h^l and back-propagated g^l of a typical unit, as sums over Gaussian sources
//
//   h^l = u^l + P^l g^l,   g^l = r^l + Q^l h^l                                        (plain)
//   h^{l+1} = h^l + b u^{l+1} + P^{l+1} g^{l+1},   g^l = g^{l+1} + b r^l + Q^l h^l      (residual branches, l < L)
//
// u^1 ~ C_q, u^{l+1} ~ H^l, r^l ~ G^{l+1}, r^L ~ the readout's start. A field is a panel of rows: row t has its coefficients on source i at
// time s in column `s S + i`, so that the first t + 1 times are the first (t + 1) S columns. In a plain network a field depends on the two
// sources of its layer, with branches on all 2 L.
import { type Arena, type Panel, place } from './arena.js'
import type { DmftModel } from './dmft-options.js'

export class HiddenFields {
  /** H^l and G^l at index l - 1: averages of h^l h^l and g^l g^l, (T, T). */
  readonly hidden: readonly Panel[]
  readonly gradients: readonly Panel[]
  readonly #model: DmftModel
  readonly #arena: Arena
  /** Sources of a field. */
  readonly #sources: number
  readonly #h: readonly Panel[]
  readonly #g: readonly Panel[]
  /** Covariances of u^l and r^l at index l - 1. */
  readonly #forwardCovariance: readonly Panel[]
  readonly #backwardCovariance: readonly Panel[]
  readonly #inputs: Panel
  readonly #start: Panel
  readonly #factors: Panel
  readonly #row: Panel

  /** @param inputs C_q, whose row t is there before `forward(t)` */
  constructor(arena: Arena, model: DmftModel, inputs: Panel) {
    const { depth, times, residual } = model
    this.#arena = arena
    this.#model = model
    this.#sources = residual === undefined ? 2 : 2 * depth
    const panels = (cols: number) => Array.from({ length: depth }, () => arena.panel(times, cols))
    this.#h = panels(times * this.#sources)
    this.#g = panels(times * this.#sources)
    this.hidden = panels(times)
    this.gradients = panels(times)
    this.#inputs = inputs
    this.#start = arena.panel(times, times)
    this.#forwardCovariance = [inputs, ...this.hidden.slice(0, -1)]
    this.#backwardCovariance = [...this.gradients.slice(1), this.#start]
    this.#factors = arena.panel(1, times)
    this.#row = arena.panel(1, times * this.#sources)
  }

  /** To be called once the arena is sealed. */
  begin(): void {
    this.#start.data.fill(this.#model.readoutVariance)
  }

  /** g^L .. g^1 and G at time t, from everything before t. */
  backward(t: number): void {
    const { depth, times, rates, richness, layerRates, residual } = this.#model
    const width = times * this.#sources
    const factors = this.#factors.data
    for (let l = depth; l >= 1; l--) {
      const g = this.#g[l - 1]
      const branch = residual !== undefined && l < depth
      if (branch) this.#copyRow(this.#g[l], g, t)
      const scale = branch ? residual : 1
      g.data[t * width + t * this.#sources + this.#backwardSource(l)] += scale
      for (let s = 0; s < t; s++) {
        const learned = rates[s] * layerRates[l] * richness
        if (l === depth) factors[s] = learned
        else {
          const above = this.gradients[l].data[t * times + s]
          factors[s] = scale * (this.forwardResponse(l + 1, t, s) + scale * learned * above)
        }
      }
      this.#arena.addRows(t, t * this.#sources, this.#factors.pointer, this.#h[l - 1], place(g, t * width))
      this.#correlate(g, this.gradients[l - 1], t, l)
    }
  }

  /** h^1 .. h^L and H at time t. `inputResponse` holds A^0(t, s), s <= t; C_q is there up to t. */
  forward(t: number, inputResponse: Float64Array): void {
    const { depth, times, rates, richness, layerRates, residual } = this.#model
    const width = times * this.#sources
    const factors = this.#factors.data
    for (let l = 1; l <= depth; l++) {
      const h = this.#h[l - 1]
      const branch = residual !== undefined && l > 1
      if (branch) this.#copyRow(this.#h[l - 2], h, t)
      const scale = branch ? residual : 1
      h.data[t * width + t * this.#sources + this.#forwardSource(l)] += scale
      const below = l === 1 ? this.#inputs : this.hidden[l - 2]
      for (let s = 0; s <= t; s++) {
        const response = l === 1 ? inputResponse[s] : this.#backwardResponse(l - 1, t, s)
        const learned = s < t ? rates[s] * layerRates[l - 1] * richness * below.data[t * times + s] : 0
        factors[s] = scale * (response + scale * learned)
      }
      this.#arena.addRows(t + 1, (t + 1) * this.#sources, this.#factors.pointer, this.#g[l - 1], place(h, t * width))
      this.#correlate(h, this.hidden[l - 1], t, l)
    }
  }

  /** B^{l-1}(t, s): how g^l at time t responds to u^l at time s. */
  forwardResponse(l: number, t: number, s: number): number {
    return this.#g[l - 1].data[(t * this.#model.times + s) * this.#sources + this.#forwardSource(l)]
  }

  /** A^l(t, s): how h^l at time t responds to r^l at time s. */
  #backwardResponse(l: number, t: number, s: number): number {
    return this.#h[l - 1].data[(t * this.#model.times + s) * this.#sources + this.#backwardSource(l)]
  }

  #forwardSource(l: number): number {
    return this.#model.residual === undefined ? 0 : l - 1
  }

  #backwardSource(l: number): number {
    return this.#model.residual === undefined ? 1 : this.#model.depth + l - 1
  }

  #copyRow(from: Panel, to: Panel, t: number): void {
    const start = t * from.cols
    to.data.set(from.data.subarray(start, start + (t + 1) * this.#sources), start)
  }

  /** Row and column t of the average of a field with itself. */
  #correlate(field: Panel, out: Panel, t: number, layer: number): void {
    const { depth, times, residual } = this.#model
    const sources = this.#sources
    const arena = this.#arena
    const row = place(field, t * field.cols)
    const [from, to] = residual === undefined ? [layer, layer] : [1, depth]
    for (let l = from; l <= to; l++) {
      const [i, j] = [this.#forwardSource(l), this.#backwardSource(l)]
      const spread = (covariance: Panel, at: number) =>
        arena.apply(t + 1, t + 1, covariance, row + 8 * at, sources, place(this.#row, at), sources)
      spread(this.#forwardCovariance[l - 1], i)
      spread(this.#backwardCovariance[l - 1], j)
    }
    arena.apply(t + 1, (t + 1) * sources, field, this.#row.pointer, 1, place(out, t * times), 1)
    mirror(out, t)
  }
}

/** Copy row t, up to the diagonal, into column t. */
export function mirror({ data, cols }: Panel, t: number): void {
  for (let s = 0; s < t; s++) data[s * cols + t] = data[t * cols + s]
}
