// Vector kernels of an ensemble in the reference: member after member, each with a stride of one group. Positions are in elements, those of
// cells in float64.
import { dot } from './level1.js'
import type { Elements } from './views.js'

/** Calls `work` with the position of every member's first element and its number. */
function members(
  lanes: number,
  groups: number,
  elements: number,
  work: (offset: number, member: number) => void,
): void {
  for (let g = 0; g < groups; g++) {
    for (let l = 0; l < lanes; l++) work(g * elements * lanes + l, g * lanes + l)
  }
}

/** out_r := sum x_i y_i of member r. */
export function ensembleDot(
  array: Elements,
  cells: Float64Array,
  lanes: number,
  groups: number,
  elements: number,
  x: number,
  y: number,
  out: number,
): void {
  members(lanes, groups, elements, (offset, member) => {
    cells[out + member] = dot(array, elements, x + offset, lanes, y + offset, lanes)
  })
}

/** y := y + alpha x; alpha = 0 does nothing. */
export function ensembleAxpy(
  array: Elements,
  cells: Float64Array,
  lanes: number,
  groups: number,
  elements: number,
  alpha: number,
  x: number,
  y: number,
): void {
  const round = array instanceof Float32Array ? Math.fround : Number
  members(lanes, groups, elements, (offset, member) => {
    const factor = round(cells[alpha + member])
    if (factor === 0) return
    for (let i = 0; i < elements; i++) {
      array[y + offset + i * lanes] += round(factor * array[x + offset + i * lanes])
    }
  })
}

/** x := alpha x. */
export function ensembleScal(
  array: Elements,
  cells: Float64Array,
  lanes: number,
  groups: number,
  elements: number,
  alpha: number,
  x: number,
): void {
  const round = array instanceof Float32Array ? Math.fround : Number
  members(lanes, groups, elements, (offset, member) => {
    const factor = round(cells[alpha + member])
    for (let i = 0; i < elements; i++) array[x + offset + i * lanes] *= factor
  })
}

/** Every member's y := x. */
export function ensembleBroadcast(
  array: Elements,
  lanes: number,
  groups: number,
  elements: number,
  x: number,
  y: number,
): void {
  members(lanes, groups, elements, (offset) => {
    for (let i = 0; i < elements; i++) array[y + offset + i * lanes] = array[x + i]
  })
}

/** out := alpha a + b over cells; bits 1, 2 and 4 of `flags` tell that a, b and alpha are one a member. */
export function ensembleSlotAxpy(
  cells: Float64Array,
  flags: number,
  count: number,
  alpha: number,
  a: number,
  b: number,
  out: number,
): void {
  const at = (position: number, bit: number, member: number) => cells[flags & bit ? position + member : position]
  for (let r = 0; r < count; r++) cells[out + r] = at(alpha, 4, r) * at(a, 1, r) + at(b, 2, r)
}
