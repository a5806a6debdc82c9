// Update rules with moments, in the reference. Positions are in elements; `cells` are float64 numbers, rounded here. A loop
// for each element type: with a rounding passed in as a function the float64 loop took 17 times as long. Storing into a
// Float32Array rounds.
import type { Elements } from './views.js'

/** m := b1 m + o1 g, v := b2 v + o2 g^2, g := (c1 m) / (sqrt(c2 v) + eps); cells: b1 o1 b2 o2 eps c1 c2. */
export function adam(array: Elements, n: number, m: number, v: number, g: number, cells: Float64Array): void {
  if (array instanceof Float32Array) {
    const [b1, o1, b2, o2, eps, c1, c2] = Float32Array.from(cells)
    for (let i = 0; i < n; i++) {
      const x = array[g + i]
      const first = Math.fround(Math.fround(b1 * array[m + i]) + Math.fround(o1 * x))
      const second = Math.fround(Math.fround(b2 * array[v + i]) + Math.fround(o2 * Math.fround(x * x)))
      array[m + i] = first
      array[v + i] = second
      const root = Math.fround(Math.sqrt(Math.fround(c2 * second)))
      array[g + i] = Math.fround(c1 * first) / Math.fround(root + eps)
    }
  } else {
    const [b1, o1, b2, o2, eps, c1, c2] = cells
    for (let i = 0; i < n; i++) {
      const x = array[g + i]
      const first = b1 * array[m + i] + o1 * x
      const second = b2 * array[v + i] + o2 * (x * x)
      array[m + i] = first
      array[v + i] = second
      array[g + i] = (c1 * first) / (Math.sqrt(c2 * second) + eps)
    }
  }
}

/** v := rho v + o g^2, g := g / (sqrt(v) + eps); cells: rho o eps. */
export function rmsprop(array: Elements, n: number, v: number, g: number, cells: Float64Array): void {
  if (array instanceof Float32Array) {
    const [rho, o, eps] = Float32Array.from(cells)
    for (let i = 0; i < n; i++) {
      const x = array[g + i]
      const second = Math.fround(Math.fround(rho * array[v + i]) + Math.fround(o * Math.fround(x * x)))
      array[v + i] = second
      array[g + i] = x / Math.fround(Math.fround(Math.sqrt(second)) + eps)
    }
  } else {
    const [rho, o, eps] = cells
    for (let i = 0; i < n; i++) {
      const x = array[g + i]
      const second = rho * array[v + i] + o * (x * x)
      array[v + i] = second
      array[g + i] = x / (Math.sqrt(second) + eps)
    }
  }
}

/** 1 where sqrt(square) is at most `limit`, else limit over it; NaN of NaN. */
export function clipFactor(limit: number, square: number): number {
  const norm = Math.sqrt(square)
  if (Number.isNaN(norm) || Number.isNaN(limit)) return NaN
  return norm > limit ? limit / norm : 1
}
