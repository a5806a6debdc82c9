// Dense systems of a linearly implicit step: LU with partial pivoting in float64, in place, rows contiguous. Sizes are those of a
// small network's state, up to a few hundred; 2/3 n^3 flops.

/**
 * Factor `a` (n, n) in place as P a = L U.
 * @param pivots receives the row exchanged with row j
 * @returns false where a pivot is 0 or not finite: `a` is then spoiled
 */
export function factorize(a: Float64Array, n: number, pivots: Int32Array): boolean {
  for (let j = 0; j < n; j++) {
    let best = j
    for (let i = j + 1; i < n; i++) if (Math.abs(a[i * n + j]) > Math.abs(a[best * n + j])) best = i
    const pivot = a[best * n + j]
    if (!(Math.abs(pivot) > 0 && Math.abs(pivot) < Infinity)) return false
    pivots[j] = best
    if (best !== j) {
      for (let k = 0; k < n; k++) {
        const kept = a[j * n + k]
        a[j * n + k] = a[best * n + k]
        a[best * n + k] = kept
      }
    }
    for (let i = j + 1; i < n; i++) {
      const factor = a[i * n + j] / pivot
      a[i * n + j] = factor
      if (factor === 0) continue
      for (let k = j + 1; k < n; k++) a[i * n + k] -= factor * a[j * n + k]
    }
  }
  return true
}

/** Solve with the factors of `factorize`; `b` becomes the solution. */
export function solve(lu: Float64Array, n: number, pivots: Int32Array, b: Float64Array): void {
  for (let j = 0; j < n; j++) {
    const kept = b[pivots[j]]
    b[pivots[j]] = b[j]
    b[j] = kept
  }
  for (let i = 1; i < n; i++) {
    let sum = b[i]
    for (let k = 0; k < i; k++) sum -= lu[i * n + k] * b[k]
    b[i] = sum
  }
  for (let i = n - 1; i >= 0; i--) {
    let sum = b[i]
    for (let k = i + 1; k < n; k++) sum -= lu[i * n + k] * b[k]
    b[i] = sum / lu[i * n + i]
  }
}
