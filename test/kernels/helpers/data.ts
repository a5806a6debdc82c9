// Classes of test data, and the value that padding is filled with.
import type { DType } from '../../../src/kernels/kernels.js'
import type { Prng } from './prng.js'

/** What padding holds, as in the reference BLAS testers: a kernel that reads it shows, one that writes it shows too. */
export const ROGUE = -1e10

/** Which numbers an operand holds. */
export type DataClass = 'uniform' | 'small-integers' | 'special' | 'extreme'

const SPECIAL: Record<DType, readonly number[]> = {
  float64: [0, -0, 5e-324, -5e-324, 1e-310, Infinity, -Infinity, NaN, 1.7e308, -1.7e308, 1, -1, 0.3],
  float32: [0, -0, 1.4e-45, -1.4e-45, 1e-40, Infinity, -Infinity, NaN, 3.4e38, -3.4e38, 1, -1, 0.3],
}

/** One number of a class. */
export function sample(dtype: DType, data: DataClass, random: Prng): number {
  switch (data) {
    case 'uniform':
      return random.uniform()
    case 'small-integers':
      return random.integer(-8, 8)
    case 'special':
      return random.integer(0, 2) > 0 ? random.uniform() : random.pick(SPECIAL[dtype])
    // Products over and under the range of the type, without a NaN that would hide everything after it.
    case 'extreme':
      return random.uniform() * 2 ** random.pick(dtype === 'float64' ? [-1060, -530, 0, 530] : [-140, -75, 0, 60])
  }
}
