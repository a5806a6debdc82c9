// A seeded generator for test data: 32 bits of a multiplicative hash of a counter. Good enough to fill matrices, and the
// same on every machine.

/** Numbers for a test, fixed by the seed. */
export interface Prng {
  /** Uniform in [-1, 1). */
  uniform(): number
  /** Uniform integer from low to high, both included. */
  integer(low: number, high: number): number
  /** One of the values. */
  pick<T>(values: readonly T[]): T
}

export function prng(seed: number): Prng {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x9e3779b9) >>> 0
    let z = state
    z = Math.imul(z ^ (z >>> 16), 0x85ebca6b)
    z = Math.imul(z ^ (z >>> 13), 0xc2b2ae35)
    return (z ^ (z >>> 16)) >>> 0
  }
  const integer = (low: number, high: number) => low + (next() % (high - low + 1))
  return {
    uniform: () => next() / 2147483648 - 1,
    integer,
    pick: (values) => values[integer(0, values.length - 1)],
  }
}
