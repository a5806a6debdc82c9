// Which gates of a rectifier network have flipped since the start: the signs of the hidden units on given samples.
import { checkOptions } from '../check.js'
import type { DenseMatrix, MatrixLike } from '../engine/coerce.js'
import { OptionError } from '../errors.js'
import type { FeedforwardNetwork } from '../network/feedforward.js'
import type { Network } from '../network/network.js'
import type { PlanBuilder } from '../plan/builder.js'
import { readFeedforward, samplesFor } from './feedforward-kernel.js'
import { readInputs, samplesOf } from './inputs.js'
import type { Probe } from './probe.js'
import { atStart } from './start.js'

/**
 * The Hamming distance of the activation pattern from that of the start: the share of all pairs of a hidden unit and a sample whose gate has flipped, from
 * 0 to 1. A unit's gate is open on a sample where its activity is above 0.
 *
 * @param options.inputs X - (n_0, P), finite. Default: the unit vectors
 * @throws {ShapeError} inputs that do not fit the network
 * @throws {OptionError} a network without rectifiers (`activation: 'relu'` or `{ leakyRelu }`), or with residual branches
 * @example
 * const net = createNetwork(engine, { sizes: [2, 8, 1], activation: 'relu', seed: 1 })
 * const options = { optimizer: gradientDescent({ learningRate: 0.1 }), steps: 1, record: { probes: [probes.hammingDistance()] } }
 * trainSync(net, regression([[1, -1], [0, 1]], [[1, 2]]), options).columns.hammingDistance.data[0] // -> 0
 * @see Kunin, Raventos, Domine, Chen, Klindt, Saxe, Ganguli (2024), Get rich quick, arXiv:2406.06158
 */
export function hammingDistance(options?: { inputs?: MatrixLike }): Probe<'hammingDistance', number> {
  const inputs = readInputs(checkOptions(options, 'hammingDistance', ['inputs']).inputs)
  const self = {}
  return {
    name: 'hammingDistance',
    shape: () => [],
    emit(p, context) {
      const net = rectifiers(context.net)
      samplesOf(inputs, net)
      const samples = samplesFor(inputs, net)
      const start = atStart(context, self, () => readFeedforward(net, (builder) => emitGates(builder, net, samples)))
      const read = emitGates(p, net, samples)
      return () => {
        const now = read()
        let flipped = 0
        for (let i = 0; i < now.length; i++) flipped += now[i] ^ start[i]
        return flipped / now.length
      }
    },
  }
}

function rectifiers(net: Network): FeedforwardNetwork {
  const fits =
    net.kind === 'feedforward' &&
    /relu/i.test(net.activation.name) &&
    net.layers.every(({ residual }) => residual === undefined)
  if (fits) return net
  throw new OptionError("probes.hammingDistance needs activation: 'relu' or { leakyRelu }, and no residual branches", {
    argument: 'hammingDistance',
  })
}

/** 1 where a unit is active, layer after layer, unit after unit. */
function emitGates(p: PlanBuilder, net: FeedforwardNetwork, { rows, cols, data }: DenseMatrix): () => Uint8Array {
  const inputs = p.own(net.engine.matrix([rows, cols], data, { dtype: net.dtype }))
  const hidden = net.emitLayers(p.note('activation pattern'), inputs).activities.slice(1)
  return () => {
    const gates = new Uint8Array(hidden.reduce((sum, layer) => sum + layer!.size, 0))
    let at = 0
    for (const layer of hidden) for (const value of layer!.view()) gates[at++] = value > 0 ? 1 : 0
    return gates
  }
}
