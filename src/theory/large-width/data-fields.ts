// The fields of the data: for each mode k the error v_k = beta*_k - beta_k and what the data make of it, q_k,
//
//   v_k = beta*_k 1 - r_xi / (gamma_h sqrt(nu)) - M q_k,      q_k = lam_k R_D v_k + sqrt(lam_k / alpha) r_phi
//
// as sums over beta*_k and the sources r_xi ~ G^1 (the start) and r_phi ~ C_Delta (the samples). A panel holds all modes: row t has the
// coefficient of mode k on a source at time s in column `s K + k`. Sources that a model does not have are left out.
import { type Arena, type Panel, place } from './arena.js'
import type { DmftModel } from './dmft-options.js'
import { mirror } from './hidden-fields.js'

/** Coefficients on one random source, of v and of q. */
interface SourcePanels {
  readonly v: Panel
  readonly q: Panel
  readonly covariance: Panel
}

export class DataFields {
  /** C_v and C_q, (T, T), and C_Delta. */
  readonly errors: Panel
  readonly inputs: Panel
  readonly residuals: Panel
  /** Coefficients of v_k on beta*_k, (T, K). */
  readonly bias: Panel
  /** A^0(t, s) of the last t. */
  readonly inputResponse: Float64Array
  readonly #model: DmftModel
  readonly #arena: Arena
  readonly #start: SourcePanels | undefined
  readonly #samples: SourcePanels | undefined
  readonly #biasOfQ: Panel
  /** R_D, (T, T); of repeated data. */
  readonly #response: Panel | undefined
  readonly #factors: Panel
  readonly #row: Panel

  /**
   * @param inputs where C_q goes
   * @param gradients G^1; undefined without hidden layers
   */
  constructor(arena: Arena, model: DmftModel, inputs: Panel, gradients: Panel | undefined) {
    const { times, eigenvalues, inverseWidth, data } = model
    const modes = eigenvalues.length
    this.#arena = arena
    this.#model = model
    const panels = (covariance: Panel): SourcePanels => ({
      v: arena.panel(times, times * modes),
      q: arena.panel(times, times * modes),
      covariance,
    })
    this.errors = arena.panel(times, times)
    this.inputs = inputs
    this.residuals = arena.panel(times, times)
    this.bias = arena.panel(times, modes)
    this.#biasOfQ = arena.panel(times, modes)
    this.#start = gradients !== undefined && inverseWidth > 0 ? panels(gradients) : undefined
    this.#samples = data === 'population' ? undefined : panels(this.residuals)
    this.#response = data === 'repeated' ? arena.panel(times, times) : undefined
    this.#factors = arena.panel(1, times)
    this.#row = arena.panel(1, times * modes)
    this.inputResponse = new Float64Array(times)
  }

  /** Everything at time t. `memory(s)` is M(t, s), s < t. */
  advance(t: number, memory: (s: number) => number): void {
    const { times, eigenvalues, weights, targets, richness, inverseWidth, inverseSamples, noise } = this.#model
    const modes = eigenvalues.length
    const arena = this.#arena
    const factors = this.#factors.data
    // v at time t.
    for (let s = 0; s < t; s++) factors[s] = -memory(s)
    const at = t * modes
    this.bias.data.fill(1, at, at + modes)
    arena.addRows(t, modes, this.#factors.pointer, this.#biasOfQ, place(this.bias, at))
    for (const source of [this.#start, this.#samples]) {
      if (source === undefined) continue
      arena.addRows(t, t * modes, this.#factors.pointer, source.q, place(source.v, t * source.v.cols))
    }
    const diagonal = t * times * modes + at
    this.#start?.v.data.fill(-Math.sqrt(inverseWidth) / richness, diagonal, diagonal + modes)
    // q at time t, without the part of r_phi at the same time.
    this.#respond(t)
    this.#scaleRow(this.bias, this.#biasOfQ, t, 1)
    for (const source of [this.#start, this.#samples])
      if (source !== undefined) this.#scaleRow(source.v, source.q, t, t + 1)
    if (this.#samples !== undefined) {
      for (let k = 0; k < modes; k++) this.#samples.q.data[diagonal + k] += Math.sqrt(eigenvalues[k] * inverseSamples)
    }
    // Averages at time t: C_v, then C_Delta, which C_q needs.
    this.#correlate(this.errors, t, this.bias, 'v', (k) => weights[k] * eigenvalues[k], targets)
    this.#judge(t, noise)
    this.#correlate(this.inputs, t, this.#biasOfQ, 'q', (k) => weights[k], targets)
    if (this.#start !== undefined) {
      const { data } = this.#start.q
      for (let s = 0; s <= t; s++) {
        let sum = 0
        for (let k = 0; k < modes; k++) sum += weights[k] * data[(t * times + s) * modes + k]
        this.inputResponse[s] = Math.sqrt(inverseWidth) * sum
      }
    }
  }

  /** Row t of R_D: how the samples' errors at time t respond to what r_phi did before. */
  #respond(t: number): void {
    if (this.#response === undefined) return
    const { times, eigenvalues, weights, inverseSamples } = this.#model
    const modes = eigenvalues.length
    const factors = this.#factors.data
    const { data } = this.#samples!.v
    const scale = eigenvalues.map((lam, k) => weights[k] * Math.sqrt(lam * inverseSamples))
    for (let s = 0; s < t; s++) {
      let sum = 0
      for (let k = 0; k < modes; k++) sum += scale[k] * data[(t * times + s) * modes + k]
      factors[s] = sum
    }
    const row = t * times
    this.#arena.addRows(t, t, this.#factors.pointer, this.#response, place(this.#response, row))
    this.#response.data[row + t] = 1
  }

  /** Row t of q from the rows up to t of v, over `blocks` blocks of modes: lam_k R_D v_k. */
  #scaleRow(v: Panel, q: Panel, t: number, blocks: number): void {
    const { times, eigenvalues } = this.#model
    const modes = eigenvalues.length
    const [start, length] = [t * v.cols, blocks * modes]
    if (this.#response !== undefined) {
      this.#arena.addRows(t + 1, length, place(this.#response, t * times), v, place(q, start), 0)
    } else q.data.set(v.data.subarray(start, start + length), start)
    for (let s = 0; s < blocks; s++) for (let k = 0; k < modes; k++) q.data[start + s * modes + k] *= eigenvalues[k]
  }

  /** Row and column t of sum_k weight_k <f_k f_k>, f = v or q. */
  #correlate(
    out: Panel,
    t: number,
    bias: Panel,
    of: 'v' | 'q',
    weight: (k: number) => number,
    targets: Float64Array,
  ): void {
    const { times, eigenvalues } = this.#model
    const modes = eigenvalues.length
    const arena = this.#arena
    const row = this.#row.data
    for (let k = 0; k < modes; k++) row[k] = weight(k) * targets[k] * bias.data[t * modes + k]
    arena.apply(t + 1, modes, bias, this.#row.pointer, 1, place(out, t * times), 1)
    for (const source of [this.#start, this.#samples]) {
      if (source === undefined) continue
      const field = source[of]
      arena.multiply(t + 1, modes, source.covariance, place(field, t * field.cols), this.#row.pointer)
      for (let s = 0; s <= t; s++) for (let k = 0; k < modes; k++) row[s * modes + k] *= weight(k)
      arena.apply(t + 1, (t + 1) * modes, field, this.#row.pointer, 1, place(out, t * times), 1, 1)
    }
    mirror(out, t)
  }

  /** Row and column t of C_Delta: R_D (C_v + sigma^2) R_D' of repeated data, its diagonal with R_D = 1 of fresh ones. */
  #judge(t: number, noise: number): void {
    const { times } = this.#model
    const { errors, residuals } = this
    const at = t * times
    if (this.#response === undefined) {
      residuals.data[at + t] = errors.data[at + t] + noise * noise
      return
    }
    const response = this.#response
    const sum = this.#factors
    this.#arena.apply(t + 1, t + 1, errors, place(response, at), 1, sum.pointer, 1)
    let total = 0
    for (let s = 0; s <= t; s++) total += response.data[at + s]
    for (let s = 0; s <= t; s++) sum.data[s] += noise * noise * total
    this.#arena.apply(t + 1, t + 1, response, sum.pointer, 1, place(residuals, at), 1)
    mirror(residuals, t)
  }
}
