// What the experiments of this folder share.

/** The paper of the experiments on stochastic collapse. */
export const COLLAPSE_PAPER =
  'Chen, Kunin, Yamamura, Ganguli (2023), Stochastic collapse: how gradient noise attracts SGD dynamics towards simpler subnetworks, arXiv:2306.04251'

/** Counts of the values in equal cells of 0 .. end as a density: middles of the cells, and heights. */
export function histogram(values: ArrayLike<number>, end: number, cells: number): { x: number[]; y: number[] } {
  const counts = new Array<number>(cells).fill(0)
  for (let i = 0; i < values.length; i++) {
    const cell = Math.floor((values[i] / end) * cells)
    if (cell >= 0 && cell < cells) counts[cell]++
  }
  const width = end / cells
  return {
    x: counts.map((_, i) => (i + 0.5) * width),
    y: counts.map((count) => count / (values.length * width)),
  }
}

/** The middle one of the values, the upper of two. */
export function median(values: readonly number[]): number {
  return [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)]
}
