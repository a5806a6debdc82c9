// gemm of an ensemble in the reference: for every member the sums of the contract, lane after lane of a group.
import type { Elements } from './views.js'

// The contract cuts sums over k here; named again on purpose, since the reference shares nothing with what it checks.
const KC = 256

/** Bits of `flags`: 1 and 2 transpose, 4 and 8 share A and B, 16 and 32 give every member an alpha and a beta. */
export type EnsembleGemm = (
  array: Elements,
  cells: Float64Array,
  flags: number,
  m: number,
  n: number,
  k: number,
  groups: number,
  alpha: number,
  a: number,
  b: number,
  beta: number,
  c: number,
) => void

/** Make it for an element type: `round` rounds to it. Positions in elements, those of cells in float64. */
export function makeEnsembleGemm(lanes: number, round: (x: number) => number): EnsembleGemm {
  const sums = lanes === 8 ? new Float32Array(lanes) : new Float64Array(lanes)
  const alphas = new Float64Array(lanes)
  const betas = new Float64Array(lanes)

  /** sums := op(A)(i, block) op(B)(block, j) for the members of a group. */
  function multiply(
    array: Elements,
    depth: number,
    a: number,
    stepA: number,
    laneA: number,
    b: number,
    stepB: number,
    laneB: number,
  ): void {
    sums.fill(0)
    for (let p = 0; p < depth; p++) {
      for (let l = 0; l < lanes; l++) sums[l] += round(array[a + l * laneA] * array[b + l * laneB])
      a += stepA
      b += stepB
    }
  }

  return (array, cells, flags, m, n, k, groups, alpha, a, b, beta, c) => {
    const [laneA, laneB] = [flags & 4 ? 0 : 1, flags & 8 ? 0 : 1]
    const [unitA, unitB] = [laneA === 0 ? 1 : lanes, laneB === 0 ? 1 : lanes]
    const [rowA, columnA] = flags & 1 ? [unitA, m * unitA] : [k * unitA, unitA]
    const [rowB, columnB] = flags & 2 ? [unitB, k * unitB] : [n * unitB, unitB]
    for (let g = 0; g < groups; g++) {
      const groupA = a + g * laneA * m * k * lanes
      const groupB = b + g * laneB * k * n * lanes
      for (let l = 0; l < lanes; l++) {
        alphas[l] = k === 0 ? 0 : round(cells[alpha + (flags & 16 ? g * lanes + l : 0)])
        betas[l] = round(cells[beta + (flags & 32 ? g * lanes + l : 0)])
      }
      for (let i = 0; i < m; i++) {
        for (let j = 0; j < n; j++) {
          const at = c + ((g * m + i) * n + j) * lanes
          for (let k0 = 0; k0 === 0 || k0 < k; k0 += KC) {
            const depth = Math.min(KC, k - k0)
            multiply(
              array,
              depth,
              groupA + i * rowA + k0 * columnA,
              columnA,
              laneA,
              groupB + k0 * rowB + j * columnB,
              rowB,
              laneB,
            )
            for (let l = 0; l < lanes; l++) {
              const factor = k0 === 0 ? betas[l] : 1
              const old = factor === 0 ? 0 : round(factor * array[at + l])
              if (alphas[l] === 0) array[at + l] = old
              else {
                const product = round(alphas[l] * sums[l])
                array[at + l] = factor === 0 ? product : old + product
              }
            }
          }
        }
      }
    }
  }
}
