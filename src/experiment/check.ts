// Checks: a measured number, what is expected of it, and whether it holds. A NaN never holds.

/** One check of a run. */
export interface Check {
  readonly name: string
  readonly measured: number
  readonly expected: number
  /** What `measured` may be away from `expected`; 0 where `expected` is a bound. */
  readonly tolerance: number
  readonly pass: boolean
  /** How the numbers are compared. */
  readonly relation: 'within' | 'at most' | 'at least'
}

/** |measured - expected| <= tolerance. */
export function within(name: string, measured: number, expected: number, tolerance: number): Check {
  return { name, measured, expected, tolerance, relation: 'within', pass: Math.abs(measured - expected) <= tolerance }
}

/** measured <= bound. */
export function atMost(name: string, measured: number, bound: number): Check {
  return { name, measured, expected: bound, tolerance: 0, relation: 'at most', pass: measured <= bound }
}

/** measured >= bound. */
export function atLeast(name: string, measured: number, bound: number): Check {
  return { name, measured, expected: bound, tolerance: 0, relation: 'at least', pass: measured >= bound }
}
