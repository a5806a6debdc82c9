// One mode of SGD with momentum as it runs, v := b v - h theta + noise, theta := theta + eta v: a linear map with additive noise, exactly.
import { atan2 } from '../../math/arctangent.js'
import type { GaussianStep } from './gaussian-step.js'
import type { CheckedSgd } from './mode-parameters.js'

/** One step, relative to the fixed point; h = rho + lambda, V = Sigma / S. */
export function discreteStep(h: number, v: number, { eta, b }: CheckedSgd): GaussianStep {
  return {
    n11: -eta * h,
    n12: eta * b,
    n21: -h,
    n22: b - 1,
    c11: eta * eta * v,
    c12: eta * v,
    c22: v,
  }
}

/** Whether the mean returns: `0 < eta h < 2 (1 + b)`. */
export function isStable(h: number, { eta, b }: CheckedSgd): boolean {
  return h > 0 && eta * h < 2 * (1 + b)
}

/** Stationary covariance [theta, cross, v]; Infinity where the mode is not stable. */
export function discreteStationary(h: number, v: number, sgd: CheckedSgd): [number, number, number] {
  const { eta, b } = sgd
  if (!isStable(h, sgd)) return v === 0 ? [0, 0, 0] : [Infinity, Infinity, Infinity]
  const den = (1 - b) * (2 * (1 + b) - eta * h)
  return [(eta * (1 + b) * v) / (h * den), (eta * v) / den, (2 * v) / den]
}

/** The eigenvalues of a step: their angle, 0 or pi where they are real, and the larger size. */
export function discreteTurn(h: number, { eta, b }: CheckedSgd): { angle: number; decay: number } {
  const trace = 1 + b - eta * h
  const root = Math.sqrt(b)
  // 4 b - trace^2, factored: it cancels at the borders.
  const gap = (eta * h - (1 - root) * (1 - root)) * ((1 + root) * (1 + root) - eta * h)
  if (gap > 0) return { angle: atan2(Math.sqrt(gap), trace), decay: root }
  return { angle: trace < 0 ? Math.PI : 0, decay: 0.5 * (Math.abs(trace) + Math.sqrt(-gap)) }
}
