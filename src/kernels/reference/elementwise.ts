// Updates over contiguous elements, in the reference. Positions are in elements, scalars are rounded already.
import type { Elements } from './views.js'

/** y := alpha x + beta y with three roundings, no shortcut for zeros. */
export function axpby(array: Elements, n: number, alpha: number, x: number, beta: number, y: number): void {
  if (array instanceof Float32Array) {
    for (let i = 0; i < n; i++) array[y + i] = Math.fround(alpha * array[x + i]) + Math.fround(beta * array[y + i])
  } else {
    for (let i = 0; i < n; i++) array[y + i] = alpha * array[x + i] + beta * array[y + i]
  }
}

/** x := min(max(x, -limit), limit); a NaN stays, and a limit that is NaN makes all NaN. */
export function clamp(array: Elements, n: number, limit: number, x: number): void {
  for (let i = 0; i < n; i++) array[x + i] = Math.min(Math.max(array[x + i], -limit), limit)
}
