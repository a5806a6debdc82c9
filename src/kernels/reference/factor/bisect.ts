// Bisection for the largest singular values of a bidiagonal matrix, of the reference: one value after the other, by the count of
// negative pivots of B'B - x^2 that assembly/README.md lays down.
import type { Kernels } from '../../kernels.js'
import type { Views } from '../views.js'

const TINY = 2 ** -900

/** Singular values below x. */
function countBelow(squaresD: Float64Array, squaresE: Float64Array, x: number): number {
  const shift = x * x
  let t = -shift
  let count = 0
  for (let i = 0; i < squaresD.length; i++) {
    let q = squaresD[i] + t
    if (Math.abs(q) < TINY) q = -TINY
    if (q < 0) count++
    t = t * (squaresE[i] / q) - shift
  }
  return count
}

/** The kernel over views of a memory. */
export function makeBisect(views: () => Views): Pick<Kernels, 'dbisect'> {
  return {
    dbisect: (n, d, e, k, passes, values) => {
      const { float64 } = views()
      const squaresD = new Float64Array(n)
      const squaresE = new Float64Array(n)
      let bound = 0
      let left = 0
      for (let i = 0; i < n; i++) {
        const a = Math.abs(float64[(d >>> 3) + i])
        const b = i < n - 1 ? Math.abs(float64[(e >>> 3) + i]) : 0
        squaresD[i] = a * a
        squaresE[i] = b * b
        bound = Math.max(bound, a + b, a + left)
        left = b
      }
      for (let j = 0; j < k; j++) {
        let low = 0
        let high = bound
        for (let pass = 0; pass < passes; pass++) {
          const x = 0.5 * (low + high)
          if (countBelow(squaresD, squaresE, x) > n - 1 - j) high = x
          else low = x
        }
        float64[(values >>> 3) + j] = 0.5 * (low + high)
      }
    },
  }
}
