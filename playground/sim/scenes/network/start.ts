// How the weights of the network begin: the initializer of the chosen start, on a width at which it exists.
import { balanced, type DeepLinearNetwork, gaussian, type Initializer, lambdaBalanced, teacher } from 'deeplinear'
import type { Values } from '../../../state/controls.js'
import { isReversed } from '../../../state/reversal.js'
import { number } from '../../scene.js'
import type { Learned } from '../../tasks.js'

export interface Start {
  readonly init: Initializer
  /** As TypeScript has it. */
  readonly code: string
}

export function startOf(
  values: Values,
  { inputs, outputs, sigmaYX }: Learned,
  sizes: readonly number[],
  seed: number,
): Start {
  if (values.start === 'gaussian') {
    const gamma = number(values, 'gamma')
    return { init: gaussian({ gamma }), code: `gaussian({ gamma: ${gamma} })` }
  }
  const lambda = number(values, 'lambda')
  const shape = [outputs, inputs] as const
  if (isReversed(values)) {
    const endToEnd = { data: sigmaYX.map((entry) => -entry), shape }
    return {
      init: lambdaBalanced({ lambda, endToEnd }),
      code: `lambdaBalanced({ lambda: ${lambda}, endToEnd: minus the task })`,
    }
  }
  // A random map of the rank that the layers can have, with singular values of this size.
  const rank = Math.min(...sizes)
  const random = teacher({ inputs, outputs, rank, seed: seed + 1 }).map
  const norm = Math.sqrt(random.reduce((sum, entry) => sum + entry * entry, 0))
  const factor = (number(values, 'scale') * Math.sqrt(rank)) / norm
  const endToEnd = { data: random.map((entry) => factor * entry), shape }
  return values.start === 'lambda'
    ? { init: lambdaBalanced({ lambda, endToEnd }), code: `lambdaBalanced({ lambda: ${lambda}, endToEnd: start })` }
    : { init: balanced({ endToEnd }), code: 'balanced({ endToEnd: start })' }
}

/** The width, made such that the start exists; notes say what was changed. */
export function widthOf(values: Values, { inputs, outputs }: Learned, notes: string[]): number {
  const asked = number(values, 'width')
  if (values.start === 'gaussian') return asked
  const { start, lambda } = values
  const rank = Math.min(inputs, outputs)
  const most = start !== 'lambda' || lambda === 0 ? Number.POSITIVE_INFINITY : Number(lambda) > 0 ? outputs : inputs
  // Layers that have learned the opposite of a task have its rank.
  const least = isReversed(values) ? rank : 1
  const width = Math.max(least, Math.min(most, asked))
  if (width < asked)
    notes.push(`With lambda = ${lambda} layers exist up to width ${width} on this task: that width is used.`)
  if (width > asked)
    notes.push(
      `Layers that have learned the opposite of this task have a width of at least ${width}: that width is used.`,
    )
  if (width < rank) notes.push(`A width of ${width} lets ${width} of ${rank} modes be learned.`)
  return width
}

/** Typical singular value of the map of a network. */
export function sizeOf(net: DeepLinearNetwork): number {
  using map = net.endToEnd()
  const square = Float64Array.from(map.view()).reduce((sum, entry) => sum + entry * entry, 0)
  return Math.sqrt(square / Math.min(...net.sizes))
}
