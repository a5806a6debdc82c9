// The gradient flow of one hidden neuron, simulated: what the closed forms are compared with.
import type { Engine } from '../../linalg/engine.js'
import { createNetwork } from '../../network/create.js'
import { explicit } from '../../network/initializer.js'
import { ntk } from '../../probe/ntk.js'
import { weights } from '../../probe/weights.js'
import type { Task } from '../../task/task.js'
import { gradientFlowSync } from '../../train/flow.js'

export const PAPER =
  'Kunin, Raventos, Domine, Chen, Klindt, Saxe, Ganguli (2024), Get rich quick: exact solutions reveal how unbalanced initializations promote rapid feature learning, arXiv:2406.06158'

/** A start of f(x) = a w.x. */
export interface Neuron {
  readonly a: number
  readonly w: ArrayLike<number>
}

/** A flow at T times, of d inputs. */
export interface SimulatedNeuron {
  readonly a: Float64Array
  readonly beta: Float64Array
  /** Kernel on the unit vectors, (T, d, d). */
  readonly kernel: Float64Array
}

/** A network of one hidden unit. */
export function neuronNetwork(engine: Engine, { a, w }: Neuron) {
  const init = explicit([{ data: Float64Array.from(w), shape: [1, w.length] }, [[a]]])
  return createNetwork(engine, { sizes: [w.length, 1, 1], init })
}

/** Simulate the gradient flow at ascending times, with equal rates. */
export function simulateNeuron(engine: Engine, start: Neuron, task: Task, times: readonly number[]): SimulatedNeuron {
  const net = neuronNetwork(engine, start)
  try {
    const observed = [weights(), ntk()] as const
    const { status, message, columns } = gradientFlowSync<typeof observed>(net, task, {
      time: times[times.length - 1],
      rtol: 1e-12,
      record: { at: times, probes: observed },
    })
    if (status !== 'completed') throw new Error(message ?? status)
    const d = start.w.length
    const all = columns.weights.data
    const a = Float64Array.from(times, (_, t) => all[t * (d + 1) + d])
    const beta = Float64Array.from({ length: times.length * d }, (_, i) => {
      const t = Math.floor(i / d)
      return a[t] * all[t * (d + 1) + (i % d)]
    })
    return { a, beta, kernel: columns.ntk.data }
  } finally {
    net.dispose()
  }
}

/** Largest difference; NaN where one is. */
export function apart(x: ArrayLike<number>, y: ArrayLike<number>): number {
  let most = x.length === y.length ? 0 : Number.NaN
  for (let i = 0; i < x.length; i++) {
    const difference = Math.abs(x[i] - y[i])
    if (!(difference <= most)) most = difference
  }
  return most
}

/** `count` numbers from `from` to `to`. */
export const spread = (from: number, to: number, count: number): number[] =>
  Array.from({ length: count }, (_, i) => from + ((to - from) * i) / (count - 1))
