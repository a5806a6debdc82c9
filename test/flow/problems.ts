// Problems with known solutions, for measurements of order.
import { Dop853 } from '../../src/flow/dop853.js'
import { Rosenbrock } from '../../src/flow/rosenbrock.js'
import type { Jacobian, RightHandSide } from '../../src/flow/stepper.js'
import { Tsit5 } from '../../src/flow/tsit5.js'

export interface KnownProblem {
  readonly name: string
  readonly end: number
  readonly rhs: RightHandSide
  readonly jacobian: Jacobian
  readonly timeDerivative?: RightHandSide
  readonly solution: (t: number) => number[]
}

/** y' = y cos t: depends on t. */
export const growth: KnownProblem = {
  name: "y' = y cos t",
  end: 3,
  rhs: (t, y, dy) => {
    dy[0] = y[0] * Math.cos(t)
  },
  jacobian: (t, _y, out) => {
    out[0] = Math.cos(t)
  },
  timeDerivative: (t, y, dy) => {
    dy[0] = -y[0] * Math.sin(t)
  },
  solution: (t) => [Math.exp(Math.sin(t))],
}

/** A mode of a two-layer network, u' = 2 u (1 - u). */
export const mode: KnownProblem = {
  name: "u' = 2 u (1 - u)",
  end: 3,
  rhs: (_t, y, dy) => {
    dy[0] = 2 * y[0] * (1 - y[0])
  },
  jacobian: (_t, y, out) => {
    out[0] = 2 - 4 * y[0]
  },
  solution: (t) => [1 / (1 + 9 * Math.exp(-2 * t))],
}

/** z' = i |z|^2 z on the unit circle: nonlinear, two components. */
export const circle: KnownProblem = {
  name: "z' = i |z|^2 z",
  end: 4,
  rhs: (_t, y, dy) => {
    const square = y[0] * y[0] + y[1] * y[1]
    dy[0] = -square * y[1]
    dy[1] = square * y[0]
  },
  jacobian: (_t, [a, b], out) => {
    out.set([-2 * a * b, -(a * a + 3 * b * b), 3 * a * a + b * b, 2 * a * b])
  },
  solution: (t) => [Math.cos(t), Math.sin(t)],
}

/** The harmonic oscillator. */
export const spring: KnownProblem = {
  name: "y'' = -y",
  end: 20,
  rhs: (_t, y, dy) => {
    dy[0] = y[1]
    dy[1] = -y[0]
  },
  jacobian: (_t, _y, out) => {
    out.set([0, 1, -1, 0])
  },
  solution: (t) => [Math.cos(t), -Math.sin(t)],
}

/** On the way to infinity at t = 2. */
export const blowUp: KnownProblem = {
  name: "y' = y^2",
  end: 1.5,
  rhs: (_t, y, dy) => {
    dy[0] = y[0] * y[0]
  },
  jacobian: (_t, y, out) => {
    out[0] = 2 * y[0]
  },
  solution: (t) => [1 / (2 - t)],
}

interface Measurement {
  readonly problem: KnownProblem
  /** Numbers of steps for which the error is neither rough nor rounding. */
  readonly counts: readonly number[]
}

/** Every method with what its order is measured on, and the lengths of single steps whose inside is measured. */
export const METHODS = [
  {
    name: 'dop853',
    Stepper: Dop853,
    measurements: [
      { problem: spring, counts: [70, 80, 90, 100] },
      { problem: blowUp, counts: [20, 24, 28, 32] },
    ] as readonly Measurement[],
    dense: spring,
    lengths: [0.4, 0.3, 0.2, 0.15],
  },
  {
    name: 'tsit5',
    Stepper: Tsit5,
    measurements: [growth, mode, circle].map((problem): Measurement => ({ problem, counts: [80, 120, 160, 240] })),
    dense: circle,
    lengths: [0.1, 0.07, 0.05, 0.035],
  },
  {
    name: 'rosenbrock',
    Stepper: Rosenbrock,
    measurements: [growth, mode, circle].map((problem): Measurement => ({ problem, counts: [40, 80, 120, 160] })),
    dense: circle,
    lengths: [0.1, 0.07, 0.05, 0.035],
  },
] as const

/** Euclidean distance. */
export function distance(a: ArrayLike<number>, b: ArrayLike<number>): number {
  let sum = 0
  for (let i = 0; i < a.length; i++) sum += (a[i] - b[i]) ** 2
  return Math.sqrt(sum)
}

/** Slope of log y against log x by least squares. */
export function slope(x: readonly number[], y: readonly number[]): number {
  const mean = (values: readonly number[]) => values.reduce((sum, value) => sum + value, 0) / values.length
  const [u, v] = [x.map(Math.log), y.map(Math.log)]
  const [mu, mv] = [mean(u), mean(v)]
  const covariance = u.reduce((sum, value, i) => sum + (value - mu) * (v[i] - mv), 0)
  return covariance / u.reduce((sum, value) => sum + (value - mu) ** 2, 0)
}
