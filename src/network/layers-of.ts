// Weights of a network whose layers stand in memory, for whoever reads layers.
import type { Matrix } from '../engine/matrix.js'
import { OptionError } from '../errors.js'
import type { Network } from './network.js'

/**
 * `W_1 .. W_L` of a network.
 * @param what who asks, for the message
 * @throws {OptionError} a network without layers
 */
export function layersOf(net: Network, what: string): readonly Matrix[] {
  if (net.kind === 'layers' || net.kind === 'feedforward') return net.weights
  const name = { gram: 'a Gram network', diagonal: 'a diagonal network', tied: 'a tied autoencoder' }[net.kind]
  throw new OptionError(`${what} needs layers, and ${name} has none; use createNetwork`, {
    argument: what.replace(/^probes\./, ''),
  })
}
