// The parts of a network that a probe looks at, with an error where a kind of network has none: to let another kind in, let it through
// here, or in network/layers-of.ts.
import { checkInteger } from '../check.js'
import type { Matrix } from '../engine/matrix.js'
import { OptionError } from '../errors.js'
import type { DeepLinearNetwork } from '../network/deep-linear.js'
import type { GramNetwork } from '../network/gram.js'
import type { Network, StatePart } from '../network/network.js'

/** b_1 .. b_L, (n_l, 1); undefined where a layer has none. */
export function biasesOf(net: Network): readonly (Matrix | undefined)[] {
  return net.kind === 'feedforward' ? net.layers.map(({ bias }) => bias) : new Array(net.depth).fill(undefined)
}

/** Everything that update rules change, but for feedback matrices. @throws {OptionError} a Gram network, whose state is none of it */
export function parametersOf(net: Network, probe: string): readonly StatePart[] {
  if (net.kind === 'gram') {
    throw new OptionError(`probes.${probe} needs layers, and a Gram network has none; use createNetwork`, {
      argument: probe,
    })
  }
  return net.parameters.filter(({ role }) => role !== 'feedback')
}

/** A network whose hidden layers are products of weights, or known through their Gram matrices. @throws {OptionError} any other */
export function linearChain(net: Network, probe: string): DeepLinearNetwork | GramNetwork {
  if (net.kind === 'layers' || net.kind === 'gram') return net
  throw new OptionError(
    `probes.${probe} needs a chain of weights, made by createNetwork with sizes alone, or a Gram network; got one of kind '${net.kind}'`,
    { argument: probe },
  )
}

/** The number of a layer as asked for, once the depth is known: 1 .. last. */
export function checkLayer(layer: number, net: Network, last: number): number {
  if (last >= 1) return checkInteger(layer, 'layer', { min: 1, max: last })
  throw new OptionError(`a network of depth ${net.depth} has no such layer`, { argument: 'layer' })
}
