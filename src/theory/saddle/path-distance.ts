// How far one path of maps strays from another.
import { checkInteger } from '../../check.js'
import { ShapeError } from '../../errors.js'
import { checkNumbers } from '../numerics/arrays.js'

/**
 * The largest distance of the points of one path from the polyline of another: `max_i min_(x on path) |point_i - x|`, Euclidean. It compares where two runs go,
 * whenever they go there, and is not symmetric.
 *
 * @param points shape (P, size) row-major, at least one point
 * @param path corners of the polyline, shape (K, size) row-major, at least one
 * @param size numbers in a point, e.g. rows times columns of a map
 * @returns the distance, in the units of the points
 * @throws {DTypeError} {ShapeError} {RangeArgError} arguments that do not fit together
 * @example pathDistance([1, 1, 3, 0], [0, 0, 2, 0], 2) // -> 1
 * @see Jacot, Ged, Simsek, Hongler, Gabriel (2021), arXiv:2106.15933: training approaches the path of the greedy algorithm
 */
export function pathDistance(points: ArrayLike<number>, path: ArrayLike<number>, size: number): number {
  checkInteger(size, 'size', { min: 1 })
  const p = checkPoints(points, 'points', size)
  const corners = checkPoints(path, 'path', size)
  let largest = 0
  for (let i = 0; i < p.length; i += size) {
    let least = Infinity
    for (let k = 0; k < corners.length; k += size) {
      least = Math.min(least, squaredDistance(p, i, corners, k, Math.min(k + size, corners.length - size), size))
    }
    largest = Math.max(largest, least)
  }
  return Math.sqrt(largest)
}

/** Of the point at i from the segment between the corners at a and b. */
function squaredDistance(
  p: Float64Array,
  i: number,
  corners: Float64Array,
  a: number,
  b: number,
  size: number,
): number {
  let [along, length] = [0, 0]
  for (let t = 0; t < size; t++) {
    const edge = corners[b + t] - corners[a + t]
    along += (p[i + t] - corners[a + t]) * edge
    length += edge * edge
  }
  const share = length > 0 ? Math.min(1, Math.max(0, along / length)) : 0
  let sum = 0
  for (let t = 0; t < size; t++) {
    const gap = p[i + t] - corners[a + t] - share * (corners[b + t] - corners[a + t])
    sum += gap * gap
  }
  return sum
}

function checkPoints(value: unknown, name: string, size: number): Float64Array {
  const points = checkNumbers(value, name)
  if (points.length === 0 || points.length % size !== 0) {
    throw new ShapeError(`${name} must hold a positive multiple of ${size} numbers, got ${points.length}`, {
      argument: name,
    })
  }
  return points
}
