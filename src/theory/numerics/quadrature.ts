// Gauss-Legendre quadrature with eight nodes: exact for polynomials of degree 15, and to rounding for functions that are analytic within
// a few interval lengths.

const NODES = [0.1834346424956498, 0.525532409916329, 0.7966664774136267, 0.9602898564975363]
const WEIGHTS = [0.362683783378362, 0.31370664587788727, 0.22238103445337448, 0.10122853629037626]

/** The integral of f from `start` over `length`. */
export function integral(f: (x: number) => number, start: number, length: number): number {
  const half = 0.5 * length
  const middle = start + half
  let sum = 0
  for (let i = 0; i < NODES.length; i++) sum += WEIGHTS[i] * (f(middle - half * NODES[i]) + f(middle + half * NODES[i]))
  return half * sum
}
