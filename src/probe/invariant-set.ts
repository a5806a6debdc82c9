// Which neurons of a network stand in an invariant set: sets of weights that no minibatch, noise on labels, momentum or weight decay leads out of.
//
//   sign set          incoming and outgoing weights of a neuron are 0
//   permutation set   two neurons of a layer have the same incoming and the same outgoing weights
import { checkNumber, checkOptions, describe } from '../check.js'
import { DTypeError, UnsupportedError } from '../errors.js'
import type { DiagonalNetwork } from '../network/diagonal.js'
import { layersOf } from '../network/layers-of.js'
import type { Network } from '../network/network.js'
import { biasesOf } from './parts.js'

/** What `isInInvariantSet` found. */
export interface InvariantSets {
  /** Whether there is anything of it. */
  readonly inSet: boolean
  /** Neurons in the sign set: hidden layer 1 .. L-1, and the neuron in it, from 0. Of a diagonal network: layer 1 and the coordinate. */
  readonly sign: readonly { readonly layer: number; readonly neuron: number }[]
  /** Groups of two and more neurons of a layer that are the same, those in the sign set aside. */
  readonly duplicates: readonly { readonly layer: number; readonly neurons: readonly number[] }[]
}

/**
 * Neurons that have vanished, and neurons that have become one: a network in such a set is a smaller network, and training does not lead out of it.
 *
 * Of each hidden neuron the row of weights (and the bias) into it and the column of weights out of it are looked at. It is in the sign set where the norm of both together is at most
 * `tol`; two neurons are duplicates where the distance of theirs is (and so are all in a chain of such pairs). Of a diagonal network a coordinate is in the sign set where at least two of its
 * factors are at most `tol`.
 *
 * @param net layers, feedforward without residual branches, masks and feedback, or diagonal
 * @param options.tol absolute, >= 0, default 1e-6
 * @throws {UnsupportedError} residual branches, masks or feedback matrices, which make other sets
 * @throws {OptionError} a network without layers
 * @throws {RangeArgError|DTypeError} a bad tolerance, something that is no network
 * @example
 * const init = explicit([[[1, 2], [0, 0], [1, 2]], [[3, 0, 3]]])
 * const { sign, duplicates } = isInInvariantSet(createNetwork(engine, { sizes: [2, 3, 1], init }))
 * sign // -> [{ layer: 1, neuron: 1 }]
 * duplicates // -> [{ layer: 1, neurons: [0, 2] }]
 * @see Chen, Kunin, Yamamura, Ganguli (2023), Stochastic collapse, arXiv:2306.04251
 */
export function isInInvariantSet(net: Network, options?: { tol?: number }): InvariantSets {
  const given = checkOptions(options, 'isInInvariantSet', ['tol'])
  const tol = checkNumber(given.tol ?? 1e-6, 'tol', { min: 0 })
  if (typeof net?.emitPass !== 'function') {
    throw new DTypeError(`net must be a network, got ${describe(net)}; make one with createNetwork`, {
      argument: 'net',
    })
  }
  if (net.kind === 'diagonal') return found(stuckCoordinates(net, tol), [])
  const weights = layersOf(net, 'isInInvariantSet').map((matrix) => matrix.toArray())
  refuseOthers(net)
  const biases = biasesOf(net).map((bias) => bias?.toArray())
  const sign: { layer: number; neuron: number }[] = []
  const duplicates: { layer: number; neurons: number[] }[] = []
  for (let layer = 1; layer < net.depth; layer++) {
    const [below, here, above] = [layer - 1, layer, layer + 1].map((l) => net.sizes[l])
    const [into, out, bias] = [weights[layer - 1], weights[layer], biases[layer - 1]]
    // Neuron by neuron: what comes in, the bias, what goes out.
    const neurons = Array.from({ length: here }, (_, i) =>
      Float64Array.from({ length: below + 1 + above }, (_, j) =>
        j < below ? into[i * below + j] : j === below ? (bias?.[i] ?? 0) : out[(j - below - 1) * here + i],
      ),
    )
    const groups: number[][] = []
    neurons.forEach((neuron, i) => {
      if (distance(neuron, undefined) <= tol) {
        sign.push({ layer, neuron: i })
        return
      }
      const near = groups.filter((group) => group.some((j) => distance(neuron, neurons[j]) <= tol))
      for (const group of near) groups.splice(groups.indexOf(group), 1)
      groups.push([...near.flat(), i])
    })
    const alike = groups.filter((group) => group.length > 1).map((group) => group.sort((a, b) => a - b))
    for (const group of alike.sort((a, b) => a[0] - b[0])) duplicates.push({ layer, neurons: group })
  }
  return found(sign, duplicates)
}

function found(sign: InvariantSets['sign'], duplicates: InvariantSets['duplicates']): InvariantSets {
  return { inSet: sign.length + duplicates.length > 0, sign, duplicates }
}

function stuckCoordinates({ factors, depths }: DiagonalNetwork, tol: number) {
  const levels = factors.map((factor) => factor.toArray())
  const stuck = depths.map((depth, i) => levels.slice(0, depth).filter((level) => Math.abs(level[i]) <= tol).length > 1)
  return stuck.flatMap((is, neuron) => (is ? [{ layer: 1, neuron }] : []))
}

function refuseOthers(net: Network): void {
  if (net.kind !== 'feedforward') return
  for (const { residual, mask, feedback } of net.layers) {
    if (residual === undefined && mask === undefined && feedback === undefined) continue
    const what = residual !== undefined ? 'residual branches' : mask !== undefined ? 'masks' : 'feedback matrices'
    throw new UnsupportedError(`isInInvariantSet knows no network with ${what}: its invariant sets are others`, {
      argument: 'net',
    })
  }
}

/** |x - y|, or |x|. */
function distance(x: Float64Array, y: Float64Array | undefined): number {
  let sum = 0
  for (let i = 0; i < x.length; i++) sum += (x[i] - (y?.[i] ?? 0)) ** 2
  return Math.sqrt(sum)
}
