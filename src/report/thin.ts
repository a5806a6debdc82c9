// Thinning of long series for drawing. A run has more frames than a figure has pixels; per pixel column only the first,
// the last, the lowest and the highest point can be seen.

/** Points of a curve, in frames of the recording. */
export interface Curve {
  /** Positions on the horizontal axis, in pixels, ascending. */
  x: ArrayLike<number>
  /** Values; those that are not finite are gaps. */
  y: ArrayLike<number>
}

/**
 * The frames of a curve to draw, ascending: in each of `columns` columns of equal width the first, the last, the lowest
 * and the highest finite value, and one frame of each gap.
 */
export function thin({ x, y }: Curve, columns: number): number[] {
  const frames = x.length
  const left = x[0]
  const scale = columns / (x[frames - 1] - left || 1)
  const keep: number[] = []
  let from = 0
  while (from < frames) {
    const column = Math.floor((x[from] - left) * scale)
    let to = from + 1
    while (to < frames && Math.floor((x[to] - left) * scale) === column) to++
    keep.push(...extremes(y, from, to))
    from = to
  }
  return keep
}

/** Thins curves to at most `budget` points together, as finely as that allows. */
export function thinAll(curves: readonly Curve[], columns: number, budget: number): number[][] {
  for (let width = columns; ; width = Math.ceil(width / 2)) {
    const kept = curves.map((curve) => thin(curve, width))
    const points = kept.reduce((sum, frames) => sum + frames.length, 0)
    if (points <= budget || width <= 8) return kept
  }
}

function extremes(y: ArrayLike<number>, from: number, to: number): number[] {
  let low = -1
  let high = -1
  let last = -1
  let gap = -1
  const picked = new Set<number>()
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(y[i])) {
      gap = i
      continue
    }
    if (last < 0) picked.add(i)
    if (low < 0 || y[i] < y[low]) low = i
    if (high < 0 || y[i] > y[high]) high = i
    last = i
  }
  for (const i of [low, high, last, gap]) if (i >= 0) picked.add(i)
  return [...picked].sort((a, b) => a - b)
}
