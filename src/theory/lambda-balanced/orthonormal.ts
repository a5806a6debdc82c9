// The check of a basis that a caller gives.
import { RangeArgError } from '../../errors.js'
import { multiplyLeftTransposed } from '../numerics/dense.js'

/** Columns of A (rows, cols) are orthonormal to 1e-8. */
export function checkOrthonormal(a: Float64Array, name: string, rows: number, cols: number): void {
  const gram = multiplyLeftTransposed(a, a, cols, rows, cols)
  for (let i = 0; i < gram.length; i++) {
    const wanted = i % (cols + 1) === 0 ? 1 : 0
    if (!(Math.abs(gram[i] - wanted) <= 1e-8)) {
      throw new RangeArgError(
        `${name} must have orthonormal columns, but the product of columns ${Math.floor(i / cols)} and ${i % cols} is ${gram[i]}`,
        { argument: name },
      )
    }
  }
}
