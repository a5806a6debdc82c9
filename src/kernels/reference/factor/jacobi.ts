// One-sided Jacobi of the reference, float64: J [X | G] = [diag(s) Z | J G] by rotations of rows, in the order of roundings
// that assembly/README.md lays down. Positions and leading dimensions in elements.
import type { Kernels } from '../../kernels.js'
import { dot } from '../level1.js'
import type { Views } from '../views.js'

const NEGLIGIBLE = 2 ** -480
const EPS = 2 ** -52
const RELATIVE_SWEEPS = 8

/** Orthogonalize the rows of X (n, n); sweeps done, or -1 at the cap. */
function jacobi(
  array: Float64Array,
  n: number,
  extra: number,
  x: number,
  ld: number,
  squares: number,
  maxSweeps: number,
): number {
  const tolerance = EPS * Math.sqrt(Math.max(n, 4))
  for (let sweep = 1; sweep <= maxSweeps; sweep++) {
    const largest = sumSquares(array, n, x, ld, squares)
    const floor = sweep > RELATIVE_SWEEPS ? Math.max(NEGLIGIBLE, EPS * EPS * n * largest) : NEGLIGIBLE
    let turned = false
    for (let p = 0; p < n - 1; p++) {
      for (let q = p + 1; q < n; q++) {
        const a = array[squares + p]
        const b = array[squares + q]
        if (!(a > floor && b > floor)) continue
        const product = dot(array, n, x + p * ld, 1, x + q * ld, 1)
        if (!(Math.abs(product) > tolerance * (Math.sqrt(a) * Math.sqrt(b)))) continue
        const z = (b - a) / (2 * product)
        const t = (z < 0 ? -1 : 1) / (Math.abs(z) + Math.sqrt(1 + z * z))
        const c = 1 / Math.sqrt(1 + t * t)
        rotate(array, n + extra, c, c * t, x + p * ld, x + q * ld)
        array[squares + p] = Math.max(a - t * product, 0)
        array[squares + q] = b + t * product
        turned = true
      }
    }
    if (!turned) return sweep
  }
  sumSquares(array, n, x, ld, squares)
  return -1
}

function rotate(array: Float64Array, n: number, c: number, s: number, x: number, y: number): void {
  for (let i = 0; i < n; i++) {
    const a = array[x + i]
    const b = array[y + i]
    array[x + i] = c * a - s * b
    array[y + i] = s * a + c * b
  }
}

function sumSquares(array: Float64Array, n: number, x: number, ld: number, squares: number): number {
  let largest = 0
  for (let p = 0; p < n; p++) {
    const square = dot(array, n, x + p * ld, 1, x + p * ld, 1)
    array[squares + p] = square
    if (square > largest) largest = square
  }
  return largest
}

/** The kernel over views of a memory: pointers become positions. */
export function makeJacobi(views: () => Views): Pick<Kernels, 'djacobi'> {
  return {
    djacobi: (n, extra, x, ld, squares, maxSweeps) =>
      jacobi(views().float64, n, extra, x >>> 3, ld, squares >>> 3, maxSweeps),
  }
}
