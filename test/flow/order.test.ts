// The order of each method as it shows: the slope of the error against the length of fixed steps.
import { describe, expect, test } from 'vitest'
import { distance, type KnownProblem, METHODS, slope } from './problems.js'

/** Slopes of a method and its order may differ by this. */
const WITHIN = 0.1

const loose = { rtol: 1, atol: 1 }

describe.each(METHODS)('$name', ({ Stepper, measurements, dense, lengths }) => {
  const begin = (problem: KnownProblem, t: number) => {
    const y = Float64Array.from(problem.solution(t))
    const stepper = new Stepper({ ...problem, ...loose, size: y.length })
    stepper.begin(t, y)
    return stepper
  }

  test.each(measurements)('steps on $problem.name', ({ problem, counts }) => {
    const errors = counts.map((count) => {
      const stepper = begin(problem, 0)
      for (let i = 1; i <= count; i++) {
        stepper.attempt(problem.end / count)
        stepper.accept((i * problem.end) / count)
      }
      return distance(stepper.y, problem.solution(problem.end))
    })
    const { order } = begin(problem, 0)
    expect(Math.abs(-slope(counts, errors) - order), `errors ${errors}`).toBeLessThan(WITHIN)
  })

  test('dense output', () => {
    const problem = dense
    // The step is one order better than its inside, whose local error shrinks as h^(denseOrder + 1).
    const errors = lengths.map((h) => {
      const stepper = begin(problem, 0.7)
      stepper.attempt(h)
      stepper.accept(0.7 + h)
      const out = new Float64Array(stepper.y.length)
      return Math.max(
        ...[0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9].map((theta) => {
          stepper.interpolate(0.7 + theta * h, out)
          return distance(out, problem.solution(0.7 + theta * h))
        }),
      )
    })
    const { denseOrder } = begin(problem, 0)
    expect(Math.abs(slope(lengths, errors) - (denseOrder + 1)), `errors ${errors}`).toBeLessThan(WITHIN)
  })

  test('dense output meets both ends, and the slopes there', () => {
    const problem = dense
    const stepper = begin(problem, 0.7)
    stepper.attempt(0.2)
    stepper.accept(0.9)
    const out = new Float64Array(stepper.y.length)
    stepper.interpolate(0.7, out)
    expect(distance(out, problem.solution(0.7))).toBe(0)
    stepper.interpolate(0.9, out)
    expect(distance(out, stepper.y)).toBe(0)
    stepper.interpolate(0.9 * (1 - 1e-15), out)
    expect(distance(out, stepper.y)).toBeLessThan(1e-14)
  })
})
