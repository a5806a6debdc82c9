// Thinning of long curves for drawing. A run has more frames than a figure has pixels: in one pixel column only the
// first, the last, the lowest and the highest point can be seen, and of a straight stretch only its ends.

/** Points of a curve in pixels. */
export interface Curve {
  /** Horizontal positions, ascending. */
  x: ArrayLike<number>
  /** Vertical positions; those that are not finite are gaps. */
  y: ArrayLike<number>
}

/** Nobody sees less than this. */
const TOLERANCE = 0.1
const FEWEST_COLUMNS = 8

/**
 * The points of a curve to draw, as ascending indices: at most `budget` of them, as long as that leaves a curve at all.
 *
 * @param columns width of the curve in pixels
 */
export function thin(curve: Curve, columns: number, budget: number): number[] {
  for (let width = columns; ; width = Math.ceil(width / 2)) {
    const kept = straightened(curve, extremes(curve, width))
    if (kept.length <= budget || width <= FEWEST_COLUMNS) return kept
  }
}

/** Of each column the first, the last, the lowest and the highest point, and one point of each gap. */
function extremes({ x, y }: Curve, columns: number): number[] {
  const left = x[0]
  const scale = columns / (x[x.length - 1] - left || 1)
  const kept: number[] = []
  let from = 0
  while (from < x.length) {
    const column = Math.floor((x[from] - left) * scale)
    let to = from + 1
    while (to < x.length && Math.floor((x[to] - left) * scale) === column) to++
    kept.push(...columnExtremes(y, from, to))
    from = to
  }
  return kept
}

function columnExtremes(y: ArrayLike<number>, from: number, to: number): number[] {
  let first = -1
  let last = -1
  let low = -1
  let high = -1
  let gap = -1
  for (let i = from; i < to; i++) {
    if (!Number.isFinite(y[i])) {
      gap = i
      continue
    }
    if (first < 0) first = low = high = i
    if (y[i] < y[low]) low = i
    if (y[i] > y[high]) high = i
    last = i
  }
  return [...new Set([first, last, low, high, gap])].filter((i) => i >= 0).sort((a, b) => a - b)
}

/** Leaves out the points that a straight line passes within the tolerance. */
function straightened({ x, y }: Curve, indices: number[]): number[] {
  const kept: number[] = []
  let anchor = -1
  // The slopes of the lines from the anchor that pass all points since within the tolerance.
  let least = -Infinity
  let most = Infinity
  indices.forEach((i, place) => {
    const previous = place > 0 ? indices[place - 1] : -1
    const slope = anchor < 0 ? Number.NaN : (y[i] - y[anchor]) / (x[i] - x[anchor])
    // False as well for gaps and for points one above the other, where the slope is no number.
    if (!(slope >= least && slope <= most && Number.isFinite(slope))) {
      if (previous >= 0 && kept.at(-1) !== previous) kept.push(previous)
      anchor = previous >= 0 && Number.isFinite(y[previous]) ? previous : i
      if (anchor === i) kept.push(i)
      least = -Infinity
      most = Infinity
    }
    const run = x[i] - x[anchor]
    if (run > 0) {
      least = Math.max(least, (y[i] - TOLERANCE - y[anchor]) / run)
      most = Math.min(most, (y[i] + TOLERANCE - y[anchor]) / run)
    }
  })
  const end = indices.at(-1)
  if (end !== undefined && kept.at(-1) !== end) kept.push(end)
  return kept
}
