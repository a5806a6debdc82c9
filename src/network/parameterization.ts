// Parameterisations: fixed factors in front of the layers and of the outputs, and the learning rates that go with them.
//
//   z_l = m_l W_l h_{l-1} + b_l,   f = c z_L;   all parameters learn at `rate` times the learning rate
import { checkNumber, checkOptions } from '../check.js'
import { gaussian, type Initializer } from './initializer.js'

/** The factors of a network of given sizes. */
export interface LayerScales {
  /** m_1 .. m_L. */
  readonly multipliers: readonly number[]
  /** c, the factor of the outputs: of the last weights and of the last bias alike. */
  readonly output: number
  /** Factor of every learning rate. */
  readonly rate: number
}

/** How weights are scaled against the function that they make. */
export interface Parameterization {
  readonly name: string
  /** Where the weights start if nothing else is said. */
  readonly init: Initializer
  scales(sizes: readonly number[]): LayerScales
}

/**
 * The weights are the layers: `m_l = c = 1`. The scale of the function is that of the start, by default `gaussian({ gamma: 1 })`.
 * @example
 * createNetwork(engine, { sizes: [4, 16, 2], parameterization: standard() }).parameterCount // -> 96
 */
export function standard(): Parameterization {
  return {
    name: 'standard',
    init: gaussian({ gamma: 1 }),
    scales: (sizes) => ({ multipliers: new Array<number>(sizes.length - 1).fill(1), output: 1, rate: 1 }),
  }
}

/**
 * The NTK parameterisation: weights of variance 1 (the start unless `init` is given), `m_l = 1 / sqrt(n_{l-1})`, and the outputs divided by
 * `gamma`; every rate times `gamma^2`. As the width grows at fixed gamma the network becomes lazy.
 * @param options.gamma > 0, default 1
 * @throws {RangeArgError|DTypeError|OptionError} a bad option
 * @example
 * createNetwork(engine, { sizes: [4, 256, 1], parameterization: ntk({ gamma: 2 }), activation: 'tanh' }).parameterCount // -> 1280
 * @see Jacot, Gabriel, Hongler (2018), Neural tangent kernel, arXiv:1806.07572
 */
export function ntk(options?: { gamma?: number }): Parameterization {
  const gamma = checkNumber(checkOptions(options, 'ntk', ['gamma']).gamma ?? 1, 'gamma', { above: 0 })
  return {
    name: `ntk(gamma ${gamma})`,
    init: gaussian({ variance: 1 }),
    scales: (sizes) => ({ multipliers: fanIn(sizes, sizes[0]), output: 1 / gamma, rate: gamma * gamma }),
  }
}

/**
 * The mean-field parameterisation (muP) with richness `gamma0`: weights of variance 1 (the start unless `init` is given),
 * `m_l = 1 / sqrt(n_{l-1})`, and the outputs divided once more by `gamma0 sqrt(N / D)`, N the last hidden width; every rate times `gamma0^2 N`.
 * Features learn at a rate that does not depend on the width; small `gamma0` is lazy, large is rich.
 *
 * @param options.gamma0 > 0, default 1
 * @param options.normalizer D: the first layer is divided by `sqrt(D)`, and targets are of the order of `x / sqrt(D)`. Default: the first layer
 *   by `sqrt(n_0)`, and targets of order 1 (D = 1 at the output)
 * @throws {RangeArgError|DTypeError|OptionError} a bad option
 * @example
 * createNetwork(engine, { sizes: [8, 64, 64, 1], parameterization: meanField({ gamma0: 2 }) }).parameters[0].rate // -> 256
 * @see Bordelon, Pehlevan (2022), Self-consistent dynamical field theory of kernel evolution in wide neural networks, arXiv:2205.09653
 * @see Yang, Hu (2021), Tensor programs IV: feature learning in infinite-width neural networks, arXiv:2011.14522
 */
export function meanField(options?: { gamma0?: number; normalizer?: number }): Parameterization {
  const given = checkOptions(options, 'meanField', ['gamma0', 'normalizer'])
  const gamma0 = checkNumber(given.gamma0 ?? 1, 'gamma0', { above: 0 })
  const normalizer =
    given.normalizer === undefined ? undefined : checkNumber(given.normalizer, 'normalizer', { above: 0 })
  return {
    name: `meanField(gamma0 ${gamma0}${normalizer === undefined ? '' : `, normalizer ${normalizer}`})`,
    init: gaussian({ variance: 1 }),
    scales(sizes) {
      const width = sizes[sizes.length - 2]
      return {
        multipliers: fanIn(sizes, normalizer ?? sizes[0]),
        output: Math.sqrt((normalizer ?? 1) / width) / gamma0,
        rate: gamma0 * gamma0 * width,
      }
    },
  }
}

/** 1 / sqrt(n_{l-1}), the first with another number of inputs. */
function fanIn(sizes: readonly number[], inputs: number): number[] {
  return sizes.slice(0, -1).map((size, l) => 1 / Math.sqrt(l === 0 ? inputs : size))
}
