// Kolen and Pollack: B_l moves by the transposed update of W_l, so that under weight decay the difference of the two dies out,
// W_n - B_n' = (1 - eta lambda)^n (W_0 - B_0'), without either ever being read by the other.
import type { Matrix } from '../../engine/matrix.js'
import type { PlanBuilder } from '../../plan/builder.js'
import type { AlignmentRule } from './rule.js'

export const KOLEN_POLLACK: AlignmentRule = {
  name: 'kolen-pollack',
  own: false,
  rate: 1,
  signal: 'none',
  description: { rule: 'kolen-pollack' },
  emitUpdate(p, { multiplier, below, delta, mask }) {
    const same = p.gemm({ alpha: multiplier, a: below, b: delta.T })
    if (mask !== undefined) p.multiply(same, transposed(p, mask), same)
    return same
  },
}

/** The transpose of a matrix that does not change, which is read now. */
function transposed(p: PlanBuilder, matrix: Matrix): Matrix {
  const { rows, cols } = matrix
  const entries = matrix.view()
  const data = Float64Array.from(entries, (_, at) => entries[(at % rows) * cols + Math.floor(at / rows)])
  return p.own(p.engine.matrix([cols, rows], data, { dtype: p.dtype }))
}
