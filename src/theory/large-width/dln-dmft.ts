// Deep linear networks of large width: the exact limit of gradient descent as N, D and P go to infinity at fixed ratios, by dynamical
// mean-field theory. Order parameters are (T, T) matrices over times. Every field at time t is a sum over Gaussian sources at times up to t,
// so one march through time finds everything, without sampling and without iteration:
//
//   backward through the layers, then the error of the map, then the samples, then forward (hidden-fields.ts, data-fields.ts)
import { createEngineSync } from '../../linalg/engine.js'
import { Arena } from './arena.js'
import { DataFields } from './data-fields.js'
import { checkDmft, type DlnDmftOptions, type DmftModel } from './dmft-options.js'
import { HiddenFields } from './hidden-fields.js'

/** What `dlnDmft` gives, at times t = 0 .. T - 1; matrices are (T, T) row-major. */
export interface DlnDmft {
  /** `1/D_0 sum lam_i (beta*_i - beta_i)^2`, (T): twice the population's loss without the noise. */
  readonly test: Float64Array
  /** `1/P sum (y - f)^2` before the update, with the noise, (T): of the samples seen, of the fresh batch, or of the population. */
  readonly train: Float64Array
  /** vbar_k(t), the part of the teacher's mode k that is still to be learned on average, (T, K). */
  readonly bias: Float64Array
  /** Loss of the predictor that is averaged over starts and samples, (T), and the rest of `test`. */
  readonly biasLoss: Float64Array
  readonly variance: Float64Array
  /** C_v, correlations of the error between times. */
  readonly errors: Float64Array
  /** C_Delta, correlations of the residuals of samples; only the diagonal where samples are fresh, or the population's. */
  readonly residuals: Float64Array
  /** H^1 .. H^L, `h^l(t).h^l(s)/N`, and G^1 .. G^L, the same of the back-propagated signals. */
  readonly hidden: readonly Float64Array[]
  readonly gradients: readonly Float64Array[]
  /** The first time at which something left the range of numbers, or -1. Losses are Infinity from there. */
  readonly divergedAt: number
}

/**
 * Losses, bias and order parameters of a deep linear network of large width under gradient descent, in discrete time.
 *
 * The network has L hidden layers of width N between D inputs and one output, weights of unit variance,
 *
 * `h_1 = W_0 x / sqrt(D_0)`, `h_{l+1} = W_l h_l / sqrt(N)`, `f = sqrt(D_0) / (gamma_h N) w.h_L`,
 *
 * and learns `y = beta*.x / sqrt(D_0) + sigma eps` on `1/(2P) sum (y - f)^2`, every parameter at the rate `eta gamma_h^2 N`: in this library
 * `meanField({ gamma0: gamma_h, normalizer: D_0 })` with `learningRate: eta`; `ntk({ gamma })` is `gamma_h = gamma / sqrt(nu)` with
 * `learningRate: eta D_0`. D_0 is D for isotropic inputs, and 1 for spectra with a finite trace. Exact as N, D, P grow at fixed ratios: a network
 * of finite size differs by O(1/D) on average, and fluctuates by O(1/sqrt(D)).
 *
 * The march costs O(L T^3 + K T^3), with residual branches O(L^2 T^3), on the engine's linear algebra. Rounding apart it is exact for discrete
 * time: it agrees with a fixed-point iteration with dense inverses to 1e-11. Rates that diverge give losses of Infinity, never NaN.
 *
 * @throws {RangeArgError|OptionError|ShapeError|DTypeError} a bad option
 * @throws {MemoryError} panels of O(L T^2), with branches O(L^2 T^2), and O(K T^2) numbers do not fit into the engine's budget
 * @example
 * const { test } = dlnDmft({ depth: 2, steps: 7, learningRate: 0.08, widthRatio: 2, sampleRatio: 1.5, noise: 0.5 })
 * test[0] // -> 1.5
 * @see Bordelon, Pehlevan (2025), Deep linear network training dynamics from random initialization: data, width, depth, and hyperparameter
 *   transfer, arXiv:2502.02531: the model; the equations here were derived anew, see docs/papers/large-width.md
 */
export function dlnDmft(options: DlnDmftOptions): DlnDmft {
  const { model, engine: given } = checkDmft(options)
  const engine = given ?? createEngineSync({ reproducible: true })
  const arena = new Arena(engine)
  try {
    return engine.guard(() => march(arena, model))
  } finally {
    arena.dispose()
    if (given === undefined) engine.dispose()
  }
}

function march(arena: Arena, model: DmftModel): DlnDmft {
  const { depth, times, rates, richness, layerRates, eigenvalues, noise } = model
  const modes = eigenvalues.length
  const inputs = arena.panel(times, times)
  const fields = depth === 0 ? undefined : new HiddenFields(arena, model, inputs)
  const data = new DataFields(arena, model, inputs, fields?.gradients[0])
  arena.seal(times, modes)
  fields?.begin()
  const test = new Float64Array(times).fill(Infinity)
  const train = test.slice()
  const finite = (t: number) =>
    [data.errors, data.residuals, inputs, ...(fields?.hidden ?? []), ...(fields?.gradients ?? [])].every((panel) =>
      panel.data.subarray(t * times, t * times + t + 1).every(Number.isFinite),
    )
  let divergedAt = -1
  for (let t = 0; t < times; t++) {
    fields?.backward(t)
    data.advance(t, (s) => {
      const learned = rates[s] * layerRates[0]
      if (fields === undefined) return learned
      return fields.forwardResponse(1, t, s) / richness + learned * fields.gradients[0].data[t * times + s]
    })
    fields?.forward(t, data.inputResponse)
    if (!finite(t)) {
      divergedAt = t
      break
    }
    // A difference of numbers of order 1: rounding may leave it just below 0.
    test[t] = Math.max(0, data.errors.data[t * times + t])
    train[t] = model.data === 'population' ? test[t] + noise * noise : Math.max(0, data.residuals.data[t * times + t])
  }
  const known = divergedAt < 0 ? times : divergedAt
  const matrix = ({ data: values }: { data: Float64Array }) =>
    values.map((value, at) => (at % times < known && at < known * times ? value : Infinity))
  const bias = data.bias.data.map((value, at) => (at < known * modes ? value : Infinity))
  const biasLoss = new Float64Array(times).fill(Infinity)
  for (let t = 0; t < known; t++) {
    let sum = 0
    for (let k = 0; k < modes; k++) {
      sum += model.weights[k] * eigenvalues[k] * model.targets[k] * bias[t * modes + k] * bias[t * modes + k]
    }
    biasLoss[t] = sum
  }
  return {
    test,
    train,
    bias,
    biasLoss,
    variance: test.map((value, t) => (t < known ? Math.max(0, value - biasLoss[t]) : Infinity)),
    errors: matrix(data.errors),
    residuals: matrix(data.residuals),
    hidden: (fields?.hidden ?? []).map(matrix),
    gradients: (fields?.gradients ?? []).map(matrix),
    divergedAt,
  }
}
