// The QR iteration of the reference on a symmetric tridiagonal matrix, in float64: rotations are written down, not applied.
import type { Kernels } from '../../kernels.js'
import type { Views } from '../views.js'

const FLOOR = 2 ** -500
const SMALL = 2 ** -960
const SCALE = 2 ** 600

/** One sweep over rows first .. last of d and e; pairs (c, s) go to `out`. All are indices of `array`. */
function sweep(array: Float64Array, first: number, last: number, d: number, e: number, out: number): void {
  const b = array[e + last - 1]
  const delta = 0.5 * (array[d + last - 1] - array[d + last])
  const root = Math.sqrt(delta * delta + b * b)
  const shift = array[d + last] - (b * b) / (delta + (delta >= 0 ? root : -root))
  let x = array[d + first] - shift
  let z = array[e + first]
  for (let k = first; k < last; k++) {
    let square = x * x + z * z
    const scale = square < SMALL ? SCALE : 1
    if (scale !== 1) square = x * scale * (x * scale) + z * scale * (z * scale)
    const length = Math.sqrt(square)
    const c = square > 0 ? (x * scale) / length : 1
    const s = square > 0 ? (z * scale) / length : 0
    if (k > first) array[e + k - 1] = square > 0 ? length / scale : 0
    const p = array[d + k]
    const q = array[d + k + 1]
    const g = array[e + k]
    const t = c * p + s * g
    const r = c * g + s * q
    array[d + k] = c * t + s * r
    array[d + k + 1] = c * (c * q - s * g) - s * (c * g - s * p)
    x = c * r - s * t
    array[e + k] = x
    array[out++] = c
    array[out++] = s
    if (k + 1 < last) {
      z = s * array[e + k + 1]
      array[e + k + 1] *= c
    }
  }
}

/** steqrSweeps: sweeps until T is diagonal, at most `limit` in a call and `cap` in all. */
export function makeSteqrSweeps(views: () => Views): Kernels['dsteqrSweeps'] {
  return (dPointer, ePointer, eps, limit, cap, state, sweeps, rotations) => {
    const { float64: array, int32 } = views()
    const d = dPointer / 8
    const e = ePointer / 8
    let out = rotations / 8
    let last = int32[state / 4]
    let total = int32[state / 4 + 1]
    let count = 0
    let status = 0
    while (last > 0) {
      let first = last
      for (; first > 0; first--) {
        const size = Math.abs(array[e + first - 1])
        const scale = Math.abs(array[d + first - 1]) + Math.abs(array[d + first])
        if (size > eps * scale && size > FLOOR) continue
        array[e + first - 1] = 0
        break
      }
      if (first === last) {
        last--
        continue
      }
      if (total >= cap || count === limit) {
        status = total >= cap ? 2 : 1
        break
      }
      sweep(array, first, last, d, e, out)
      int32[sweeps / 4 + 2 * count] = first
      int32[sweeps / 4 + 2 * count + 1] = last - first
      out += 2 * (last - first)
      count++
      total++
    }
    int32.set([last, total, count], state / 4)
    return status
  }
}
