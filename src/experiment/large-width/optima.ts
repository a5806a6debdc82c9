// Best learning rates, simulated and predicted, in log2: what the experiments on their transfer compare and draw.
import { atMost, type Check } from '../check.js'
import type { Series } from '../figure.js'

/** Log2 of the best rates at increasing sizes of a network. */
export interface Optima {
  /** Sizes; the first of them were simulated. */
  readonly x: readonly number[]
  readonly predicted: readonly number[]
  readonly simulated: readonly number[]
}

/** The largest distance of a simulated optimum from theory. */
export function agreement(name: string, { predicted, simulated }: Optima, bound: number): Check {
  const apart = Math.max(...simulated.map((value, i) => Math.abs(value - predicted[i])))
  return atMost(`${name}: largest distance of the optimum from theory, in log2`, apart, bound)
}

/** Dots and dashes of one colour. */
export function optimaSeries(name: string, { x, predicted, simulated }: Optima): Series[] {
  const power = (values: readonly number[]) => values.map((value) => 2 ** value)
  return [
    { label: `${name}, simulation`, group: name, kind: 'dots', x: x.slice(0, simulated.length), y: power(simulated) },
    { label: `${name}, theory`, group: name, kind: 'dashes', x, y: power(predicted) },
  ]
}
