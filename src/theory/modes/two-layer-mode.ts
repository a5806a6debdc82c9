// One balanced mode of two layers.
import { exp } from '../../math/elementary.js'
import { expm1, meanDecay } from '../numerics/expm1.js'

/**
 * a(t) of `da/dt = 2 a (correlation - covariance a)`, a(0) = start: both terms of the denominator are positive, so that nothing cancels for a
 * tiny start, and nothing overflows late. The textbook's `s e^x / (e^x - 1 + s/a0)` does both.
 */
export function twoLayerMode(correlation: number, covariance: number, start: number, t: number): number {
  const x = 2 * correlation * t
  // (1 - e^-x) / correlation, where t or the correlation may vanish, or their product overflow.
  const passed = x > 1 ? -expm1(-x) / correlation : 2 * t * meanDecay(x)
  return 1 / (covariance * passed + exp(-x) / start)
}
