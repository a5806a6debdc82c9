// Activations of the reference. Positions are in elements, `alpha` is rounded already. Storing into a Float32Array rounds;
// the double product or difference of two float32 values rounds to their float32 one.
import type { Elements } from './views.js'

/** c := a where a > 0, else alpha a + 0, which is never -0. */
export function leakyRelu(array: Elements, n: number, alpha: number, a: number, c: number): void {
  if (array instanceof Float32Array) {
    // The product is rounded before 0 is added: it may round to -0.
    for (let i = 0; i < n; i++) {
      const x = array[a + i]
      array[c + i] = x > 0 ? x : Math.fround(alpha * x) + 0
    }
  } else {
    for (let i = 0; i < n; i++) {
      const x = array[a + i]
      array[c + i] = x > 0 ? x : alpha * x + 0
    }
  }
}

/** c := b where a > 0, else alpha b. */
export function leakyReluGradient(array: Elements, n: number, alpha: number, a: number, b: number, c: number): void {
  for (let i = 0; i < n; i++) array[c + i] = array[a + i] > 0 ? array[b + i] : alpha * array[b + i]
}

/** c := b (1 - a^2), three roundings. */
export function tanhGradient(array: Elements, n: number, a: number, b: number, c: number): void {
  if (array instanceof Float32Array) {
    for (let i = 0; i < n; i++) {
      const y = array[a + i]
      array[c + i] = array[b + i] * Math.fround(1 - Math.fround(y * y))
    }
  } else {
    for (let i = 0; i < n; i++) {
      const y = array[a + i]
      array[c + i] = array[b + i] * (1 - y * y)
    }
  }
}
