// Events: zeros of scalar functions of the solution. A change of sign between the ends of a step is followed into the step on the
// dense output. Two zeros within one step cancel and are not seen; `maxStep` keeps steps short where that matters.

/** Which crossings count: upwards, downwards, or both. */
export type Direction = 'rising' | 'falling'

/** Whether going from `before` to `after` crosses zero. Leaving an exact zero does not count; reaching one does. */
export function crosses(before: number, after: number, direction: Direction | undefined): boolean {
  if (before < 0 && after >= 0) return direction !== 'falling'
  return before > 0 && after <= 0 && direction !== 'rising'
}

/**
 * A zero of a continuous function between `a` and `b`, by Brent's method: inverse interpolation, with bisection wherever it would not
 * shrink the bracket fast enough.
 *
 * @param fa f(a), fb f(b), of opposite signs, or one of them 0
 * @param tolerance the bracket at the end is at most this wide (plus four units in the last place of the root)
 * @see R. P. Brent, Algorithms for Minimization without Derivatives, Prentice-Hall 1973, chapter 4
 */
export function findZero(
  f: (t: number) => number,
  a: number,
  fa: number,
  b: number,
  fb: number,
  tolerance: number,
): number {
  // [best, other] is the bracket, `before` the best point of the iteration before.
  let [before, fBefore, best, fBest, other, fOther] = [a, fa, b, fb, a, fa]
  let step = b - a
  let stepBefore = step
  for (let i = 0; i < 200; i++) {
    if (fBest > 0 === fOther > 0) {
      other = before
      fOther = fBefore
      step = best - before
      stepBefore = step
    }
    if (Math.abs(fOther) < Math.abs(fBest)) {
      before = best
      fBefore = fBest
      best = other
      fBest = fOther
      other = before
      fOther = fBefore
    }
    const width = 2 * Number.EPSILON * Math.abs(best) + 0.5 * tolerance
    const middle = 0.5 * (other - best)
    if (Math.abs(middle) <= width || fBest === 0) break
    if (Math.abs(stepBefore) < width || Math.abs(fBefore) <= Math.abs(fBest)) {
      step = middle
      stepBefore = middle
    } else {
      const s = fBest / fBefore
      let p: number
      let q: number
      if (before === other) {
        p = 2 * middle * s
        q = 1 - s
      } else {
        const u = fBefore / fOther
        const v = fBest / fOther
        p = s * (2 * middle * u * (u - v) - (best - before) * (v - 1))
        q = (u - 1) * (v - 1) * (s - 1)
      }
      if (p > 0) q = -q
      else p = -p
      if (2 * p < Math.min(3 * middle * q - Math.abs(width * q), Math.abs(stepBefore * q))) {
        stepBefore = step
        step = p / q
      } else {
        step = middle
        stepBefore = middle
      }
    }
    before = best
    fBefore = fBest
    best += Math.abs(step) > width ? step : middle > 0 ? width : -width
    fBest = f(best)
  }
  return best
}
