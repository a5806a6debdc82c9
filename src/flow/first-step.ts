// The length of the first step: from the sizes of y, y' and an estimate of y'' by one explicit Euler step, such that the first two
// terms of the error would be about 1/100 of the tolerance (Hairer, Norsett, Wanner, section II.4).
import { pow } from '../math/elementary.js'
import { type Problem, rootMeanSquare, type Stepper } from './stepper.js'

/**
 * A length for the first attempt, positive; costs one evaluation.
 * @param direction 1 forward in time, -1 backward
 */
export function firstStep(stepper: Stepper, problem: Problem, direction: number, longest: number): number {
  const { y, slope, t } = stepper
  const size = rootMeanSquare(problem, y, y, y)
  const speed = rootMeanSquare(problem, slope, y, y)
  const guess = Math.min(longest, size < 1e-5 || !(speed >= 1e-5) ? 1e-6 : 0.01 * (size / speed))
  const point = new Float64Array(y.length)
  const change = new Float64Array(y.length)
  for (let i = 0; i < y.length; i++) point[i] = y[i] + direction * guess * slope[i]
  problem.rhs(t + direction * guess, point, change)
  stepper.evaluations++
  for (let i = 0; i < y.length; i++) change[i] -= slope[i]
  const bend = rootMeanSquare(problem, change, y, y) / guess
  const fastest = Math.max(speed, bend)
  const length = !(fastest > 1e-15) ? Math.max(1e-6, guess * 1e-3) : pow(0.01 / fastest, 1 / stepper.errorOrder)
  const first = Math.min(100 * guess, length, longest)
  // Slopes so steep that a norm overflows: any start will do, the controller shortens it.
  return first > 0 ? first : 1e-6 * longest
}
