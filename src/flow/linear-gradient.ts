// The derivative of G(W) = dC/dW along a direction, for losses that are quadratic in the end-to-end map: there G is affine, so that
// G~ = G(direction) - G(0) exactly. Whether it is affine is found by trying.
import type { Matrix } from '../engine/matrix.js'
import { UnsupportedError } from '../errors.js'
import { PlanBuilder } from '../plan/builder.js'
import type { BoundTask } from '../task/task.js'

/** An emitter of G~ along directions of shape (m, n). */
export function linearGradient(
  p: PlanBuilder,
  task: Pick<BoundTask, 'emitGradient'>,
  m: number,
  n: number,
): (direction: Matrix) => Matrix {
  let atZero: Matrix | undefined
  return (direction) => {
    atZero ??= task.emitGradient(p.note('G at 0'), p.own(p.engine.matrix([m, n], undefined, { dtype: p.dtype })))
    const at = task.emitGradient(p.note('G along the direction'), direction)
    return p.subtract(at, atZero)
  }
}

/** What rounding may leave of G(2 D) - 2 G(D) + G(0), relative to its terms. */
const AFFINE_TOLERANCE = 1e-10

/**
 * Check that G is affine.
 * @param what the feature that needs it, for the message
 * @throws {UnsupportedError} if it is not
 */
export function assertAffine(builder: PlanBuilder, task: BoundTask, m: number, n: number, what: string): void {
  const p = new PlanBuilder(builder.engine, builder.dtype)
  try {
    // Any direction without symmetries: multiples of 1/8 between -1 and 1.
    const entries = Float64Array.from({ length: m * n }, (_, i) => (((7 * i + 3 * ((i * i) % 11)) % 17) - 8) / 8)
    const once = p.own(p.engine.matrix([m, n], entries, { dtype: p.dtype }))
    const values = [p.own(p.engine.matrix([m, n], undefined, { dtype: p.dtype })), once, p.add(once, once)].map((w) =>
      p.copy(task.emitGradient(p, w)),
    )
    const plan = p.build()
    try {
      plan.run(1)
      const [zero, one, two] = values.map((value) => value.toArray())
      const bent = one.some((value, i) => {
        const size = Math.abs(two[i]) + 2 * Math.abs(value) + Math.abs(zero[i])
        return !(Math.abs(two[i] - 2 * value + zero[i]) <= AFFINE_TOLERANCE * Math.max(1, size))
      })
      if (!bent) return
    } finally {
      plan.dispose()
    }
  } catch (error) {
    p.discard()
    throw error
  }
  throw new UnsupportedError(
    `${what} needs second derivatives of the loss, which the flow has for losses quadratic in the end-to-end map only; use method 'dop853' without modified`,
    { argument: 'task' },
  )
}
