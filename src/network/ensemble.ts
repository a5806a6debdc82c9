// An ensemble: networks of one kind and size that train side by side, member beside member in memory, so that one instruction works on as many
// members as a vector has lanes. What an update rule or a task sees is a network whose matrices are ensemble matrices; plans for it are written
// with `EnsembleBuilder`.
import { checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import { EngineCore } from '../engine/core.js'
import { EnsembleMatrix } from '../engine/ensemble-matrix.js'
import type { Matrix } from '../engine/matrix.js'
import { DTypeError, OptionError, RangeArgError, ShapeError } from '../errors.js'
import type { DType } from '../kernels/kernels.js'
import { foldIn, type Key, key } from '../random/key.js'
import { createNetwork, type NetworkOptions } from './create.js'
import { DeepLinearNetwork } from './deep-linear.js'
import { createDiagonalNetwork, type DiagonalNetwork, type DiagonalNetworkOptions } from './diagonal.js'
import { FeedforwardNetwork } from './feedforward.js'
import type { Initializer } from './initializer.js'

/** Options of `createEnsemble`: those of `createNetwork`, or of `createDiagonalNetwork`, and these. */
export type EnsembleOptions = (NetworkOptions | DiagonalNetworkOptions) & {
  /** Number of members, 1 .. 2^20. */
  replicas: number
  /** A seed a member. Default: member i has that of `foldIn(key(seed), i)`, which does not depend on how many there are. Diagonal networks have none. */
  seeds?: readonly (number | bigint)[]
  /** A factor a member of all its weights at the start, finite. Default 1. */
  scales?: readonly number[]
  /** A start a member, in the place of `init`; undefined is the default one. Diagonal networks have none. */
  inits?: readonly (Initializer | undefined)[]
}

/** What an ensemble can be made of. */
export type MemberNetwork = DeepLinearNetwork | FeedforwardNetwork | DiagonalNetwork

/** What the members of an ensemble are. */
export type MemberOf<O> = O extends DiagonalNetworkOptions ? DiagonalNetwork : DeepLinearNetwork | FeedforwardNetwork

const OWN_KEYS = ['replicas', 'seeds', 'scales', 'inits'] as const

/** Members that train side by side. Made by `createEnsemble`. */
export class Ensemble<N extends MemberNetwork = DeepLinearNetwork | FeedforwardNetwork> {
  readonly engine: EngineCore
  readonly dtype: DType
  readonly sizes: readonly number[]
  readonly replicas: number
  /** The seeds of the members: `createNetwork` with one of them makes that member, but for its scale. Empty for diagonal networks. */
  readonly seeds: readonly bigint[]
  /** What plans are written for: a network whose matrices hold all members. @internal */
  readonly network: N
  /** A network of the same kind that members are copied into, one at a time, to be looked at. @internal */
  readonly proxy: N
  readonly #make: (index: number) => N

  /** @internal Use `createEnsemble`. */
  constructor(replicas: number, seeds: readonly bigint[], make: (index: number) => N, network: N, proxy: N) {
    this.#make = make
    this.engine = proxy.engine
    this.dtype = proxy.dtype
    this.sizes = proxy.sizes
    this.replicas = replicas
    this.seeds = Object.freeze([...seeds])
    this.network = network
    this.proxy = proxy
  }

  /**
   * A copy of a member as an ordinary network, which the caller disposes.
   * @param index 0 .. replicas - 1
   * @throws {RangeArgError|DTypeError} no such member
   * @throws {DisposedError} the ensemble is gone
   * @example
   * const ensemble = createEnsemble(engine, { replicas: 3, sizes: [2, 4, 2], seed: 1 })
   * ensemble.member(2).parameterCount // -> 16
   */
  member(index: number): N {
    checkInteger(index, 'index', { max: this.replicas - 1 })
    const net = this.#make(index)
    try {
      this.read(index, net)
    } catch (error) {
      net.dispose()
      throw error
    }
    return net
  }

  /** Copy a member into a network of the same kind. @internal */
  read(index: number, net: MemberNetwork = this.proxy): void {
    const to = matricesOf(net)
    for (const [i, matrix] of matricesOf(this.network).entries()) {
      to[i].view().set((matrix as EnsembleMatrix).readMember(index))
    }
  }

  /** Free all members. Doing so twice is harmless. */
  dispose(): void {
    for (const matrix of matricesOf(this.network)) matrix.dispose()
    this.proxy.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

/**
 * An ensemble of `replicas` networks. Member i starts where `createNetwork` with seed `ensemble.seeds[i]` starts, times `scales[i]`; it has the same
 * bits in an ensemble of any size, and trains with the same bits as it would alone.
 *
 * @param options those of `createNetwork`, with `replicas`, `seeds`, `scales` and `inits`; or those of `createDiagonalNetwork`, with `replicas` and `scales`
 * @throws {RangeArgError|OptionError|ShapeError|DTypeError|MemoryError} before anything is kept
 * @example
 * const ensemble = createEnsemble(engine, { replicas: 100, sizes: [4, 4, 4], seed: 1, dtype: 'float32' })
 * ensemble.replicas // -> 100
 * createEnsemble(engine, { replicas: 10, depths: [2, 2], start: [[1, 1], [1, 1]] }).member(9).depths // -> [2, 2]
 */
export function createEnsemble<const O extends EnsembleOptions>(engine: EngineCore, options: O): Ensemble<MemberOf<O>> {
  if (!(engine instanceof EngineCore)) {
    throw new DTypeError(`engine must be an engine, got ${describe(engine)}`, { argument: 'engine' })
  }
  if (typeof options !== 'object' || options === null) {
    throw new OptionError(`ensemble must be an object of options, got ${describe(options)}`, { argument: 'ensemble' })
  }
  const rest: Record<string, unknown> = { ...options }
  const own: Record<string, unknown> = {}
  for (const name of OWN_KEYS) {
    if (name in rest) own[name] = rest[name]
    delete rest[name]
  }
  const given = checkOptions(own, 'ensemble', OWN_KEYS)
  const replicas = checkInteger(given.replicas, 'replicas', { min: 1, max: 2 ** 20 })
  const { seeds, inits, make } = makerOf(engine, rest, given, replicas)
  const scales = checkScales(given.scales, replicas)
  const proxy = make(0)
  const made: EnsembleMatrix[] = []
  try {
    const all = ensembleOf(proxy, replicas, made)
    const to = matricesOf(all) as readonly EnsembleMatrix[]
    for (let i = 0; i < replicas; i++) {
      // Members of one seed start alike, as those of a sweep do: drawn once.
      const alike = seeds.length === 0 || (seeds[i] === seeds[0] && inits?.[i] === inits?.[0])
      const member = alike ? proxy : make(i)
      try {
        for (const [j, matrix] of matricesOf(member).entries()) {
          const values = matrix.toArray()
          if (scales !== undefined) for (let e = 0; e < values.length; e++) values[e] *= scales[i]
          if (!values.every(Number.isFinite)) {
            throw new RangeArgError(`scales[${i}] = ${scales?.[i]} makes weights that are not finite`, {
              argument: 'scales',
            })
          }
          to[j].writeMember(i, values)
        }
      } finally {
        if (member !== proxy) member.dispose()
      }
    }
    return new Ensemble<MemberNetwork>(replicas, seeds, make, all, proxy) as Ensemble<MemberOf<O>>
  } catch (error) {
    for (const matrix of made) matrix.dispose()
    proxy.dispose()
    throw error
  }
}

/** How a member is made: from a seed, or, of a diagonal network, from the start that all have. */
function makerOf(
  engine: EngineCore,
  options: Record<string, unknown>,
  { seeds: givenSeeds, inits: givenInits }: { seeds?: unknown; inits?: unknown },
  replicas: number,
) {
  if ('depths' in options) {
    if (givenInits !== undefined) {
      throw new OptionError('diagonal networks start where start says: leave inits out; scales may differ', {
        argument: 'inits',
      })
    }
    if (givenSeeds !== undefined) {
      throw new OptionError('diagonal networks start where start says: leave seeds out; scales may differ', {
        argument: 'seeds',
      })
    }
    const make = (): MemberNetwork => createDiagonalNetwork(engine, options as unknown as DiagonalNetworkOptions)
    return { seeds: [], inits: undefined, make }
  }
  const network = options as unknown as NetworkOptions
  if (givenSeeds !== undefined && network.seed !== undefined) {
    throw new OptionError('an ensemble takes either seed or seeds', { argument: 'seeds' })
  }
  if (givenInits !== undefined && network.init !== undefined) {
    throw new OptionError('an ensemble takes either init or inits', { argument: 'inits' })
  }
  const seeds = checkSeeds(givenSeeds, network.seed ?? 0, replicas)
  const inits = checkInits(givenInits, replicas)
  const make = (index: number): MemberNetwork => {
    const init = inits === undefined ? network.init : inits[index]
    return createNetwork(engine, { ...network, seed: seeds[index], ...(init !== undefined && { init }) })
  }
  return { seeds, inits, make }
}

/** Everything that differs between members. */
function matricesOf(net: MemberNetwork): readonly Matrix[] {
  if (net.kind === 'layers') return net.weights
  if (net.kind === 'diagonal') return net.factors
  return net.layers.flatMap(({ weight, bias, feedback }) =>
    [weight, bias, feedback].filter((matrix) => matrix !== undefined),
  )
}

/** A network of all members with the structure of one; what members share, such as masks, stays that of the one. */
function ensembleOf(one: MemberNetwork, replicas: number, made: EnsembleMatrix[]) {
  const { engine, sizes, dtype } = one
  const like = ({ rows, cols }: Matrix) => {
    const matrix = new EnsembleMatrix(engine, rows, cols, dtype, replicas)
    made.push(matrix)
    return matrix
  }
  if (one.kind === 'layers') return new DeepLinearNetwork(engine, sizes, dtype, one.weights.map(like))
  if (one.kind === 'diagonal') return one.like(one.factors.map(like))
  const layers = one.layers.map((layer) => ({
    ...layer,
    weight: like(layer.weight),
    bias: layer.bias && like(layer.bias),
    feedback: layer.feedback && like(layer.feedback),
  }))
  return new FeedforwardNetwork(engine, {
    sizes,
    dtype,
    layers,
    activation: one.activation,
    rate: one.parameters[0].rate,
    feedbackRule: one.feedbackRule,
    description: one.description,
  })
}

function seedOf([high, low]: Key): bigint {
  return (BigInt(high >>> 0) << 32n) | BigInt(low >>> 0)
}

function checkSeeds(given: unknown, seed: number | bigint, replicas: number): readonly bigint[] {
  if (given === undefined) {
    const root = key(seed)
    return Array.from({ length: replicas }, (_, i) => seedOf(foldIn(root, i)))
  }
  if (!Array.isArray(given) || given.length !== replicas) {
    throw new ShapeError(`seeds must be an array of ${replicas} seeds, one a member, got ${describe(given)}`, {
      argument: 'seeds',
    })
  }
  return Array.from(given, (value) => seedOf(key(value)))
}

function checkInits(given: unknown, replicas: number): readonly (Initializer | undefined)[] | undefined {
  if (given === undefined) return undefined
  if (!Array.isArray(given) || given.length !== replicas) {
    throw new ShapeError(`inits must be an array of ${replicas} starts, one a member, got ${describe(given)}`, {
      argument: 'inits',
    })
  }
  return Array.from(given)
}

function checkScales(given: unknown, replicas: number): readonly number[] | undefined {
  if (given === undefined) return undefined
  if (!Array.isArray(given) || given.length !== replicas) {
    throw new ShapeError(`scales must be an array of ${replicas} factors, one a member, got ${describe(given)}`, {
      argument: 'scales',
    })
  }
  return Array.from(given, (value, i) => checkNumber(value, `scales[${i}]`))
}
