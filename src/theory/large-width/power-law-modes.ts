// Power-law spectra over many decades in a few dozen modes: lam_k = k^-b, lam_k beta*_k^2 = k^-(1 + b s), k = 1 .. K, in logarithmic bins.
import { exp, log, pow } from '../../math/elementary.js'

/** Modes of a binned spectrum. */
export interface PowerLawModes {
  /** Geometric mean of the first and last lam_k of each bin. */
  readonly eigenvalues: Float64Array
  /** beta*^2 of each bin: its power over its eigenvalue. */
  readonly targets: Float64Array
}

/**
 * Bins between the integers nearest to `10^(i / perDecade)`, from 1 to `cutoff`.
 * @param cutoff K, at least 2
 */
export function powerLawModes(capacity: number, source: number, cutoff: number, perDecade: number): PowerLawModes {
  const edges = [1]
  const step = log(10) / perDecade
  for (let i = 1; edges[edges.length - 1] < cutoff; i++) {
    const edge = Math.min(cutoff, Math.round(exp(i * step)))
    if (edge > edges[edges.length - 1]) edges.push(edge)
  }
  // The cutoff itself belongs to the last bin.
  edges[edges.length - 1] = cutoff + 1
  const count = edges.length - 1
  const eigenvalues = new Float64Array(count)
  const targets = new Float64Array(count)
  for (let i = 0; i < count; i++) {
    eigenvalues[i] = pow(edges[i] * (edges[i + 1] - 1), -capacity / 2)
    targets[i] = sumOfPowers(edges[i], edges[i + 1], 1 + capacity * source) / eigenvalues[i]
  }
  return { eigenvalues, targets }
}

/**
 * `sum k^-x` over first <= k < end, x > 1: term by term below 100, then by Euler-Maclaurin with three corrections, whose error there is below
 * 1e-15 of the sum.
 */
export function sumOfPowers(first: number, end: number, x: number): number {
  let sum = 0
  let k = first
  for (; k < end && k < 100; k++) sum += pow(k, -x)
  if (k === end) return sum
  const at = (n: number) => {
    const term = pow(n, -x)
    const corrections = 0.5 + (x / (12 * n)) * (1 - ((x + 1) * (x + 2)) / (60 * n * n))
    return term * (n / (x - 1) + corrections)
  }
  return sum + at(k) - at(end)
}
