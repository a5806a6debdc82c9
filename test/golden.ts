// The golden numbers of the two papers on saddle-to-saddle and mixed dynamics, as they stand in the file: made by high-order
// integrators with error control, never by this library.
import { readFileSync } from 'node:fs'

/** General start: explicit weights, gradient descent and flow. */
export interface GeneralCase {
  kind: 'general'
  W: number[][][]
  Y: number[][]
  t: number[]
  A: number[][]
  loss: number[]
  gd_eta: number
  gd_steps: number
  gd_A: Record<'simultaneous' | 'alternating', number[]>
}

/** Balanced diagonal start, gradient flow. */
export interface BalancedCase {
  kind: 'balanced_modes'
  L: number
  Yd: number[]
  a0: number
  t: number[]
  sv: number[][]
  loss: number[]
}

/** Two layers with `C_1 = C_2 = c I`, `A = 0`, whitened loss, gradient flow. */
export interface MixedWhiteCase {
  kind: 'mixed_white'
  Yd: number[]
  c: number
  t: number[]
  sv: number[][]
  loss: number[]
}

/** The same start with data: loss `1/(2N) |(A - Y) X|^2`. */
export interface MixedDataCase {
  kind: 'mixed_aniso'
  Y: number[][]
  X: number[][]
  c: number
  t: number[]
  A: number[][]
  sv: number[][]
  loss: number[]
}

type GoldenCase = GeneralCase | BalancedCase | MixedWhiteCase | MixedDataCase

const cases = JSON.parse(
  readFileSync(new URL('./golden/saddle-and-mixed.json', import.meta.url), 'utf8'),
) as GoldenCase[]

/** All cases of one kind. */
export function golden<K extends GoldenCase['kind']>(kind: K): Extract<GoldenCase, { kind: K }>[] {
  return cases.filter((entry): entry is Extract<GoldenCase, { kind: K }> => entry.kind === kind)
}
