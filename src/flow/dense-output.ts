// Dense output: the state anywhere inside a step, as a polynomial in theta = (t - t_n) / h in nested form,
//
//   y(theta) = y_n + f_1 (v_1 + f_2 (v_2 + ... f_m v_m)),
//
// where every factor f is theta or 1 - theta. All methods share this evaluator; each brings its factors and fills the vectors v.

/** A factor of the nested form: theta, or 1 - theta. */
export type Factor = 'theta' | 'rest'

/**
 * Evaluate the nested form.
 * @param theta 0 at the start of the step, 1 at its end
 * @param out receives the state; must not be one of the inputs
 */
export function evaluateDense(
  start: Float64Array,
  vectors: readonly Float64Array[],
  factors: readonly Factor[],
  theta: number,
  out: Float64Array,
): void {
  const n = out.length
  const last = vectors.length - 1
  out.fill(0)
  for (let level = last; level >= 0; level--) {
    const factor = factors[level] === 'theta' ? theta : 1 - theta
    const vector = vectors[level]
    for (let i = 0; i < n; i++) out[i] = factor * (vector[i] + out[i])
  }
  for (let i = 0; i < n; i++) out[i] += start[i]
}
