// Parameterisations: fixed factors in front of the layers, and the learning rates that go with them. Layer l computes m_l W_l h and its
// weights learn at `rate` times the learning rate.
import { checkNumber, checkOptions } from '../check.js'

/** The factors of a network of given sizes. */
export interface LayerScales {
  /** m_1 .. m_L. */
  readonly multipliers: readonly number[]
  /** Factor of every learning rate. */
  readonly rate: number
}

/** How weights are scaled against the function that they make. */
export interface Parameterization {
  readonly name: string
  scales(sizes: readonly number[]): LayerScales
}

/**
 * The weights are the layers: `m_l = 1`. The scale of the function is that of the start.
 * @example
 * createNetwork(engine, { sizes: [4, 16, 2], parameterization: standard() }).parameterCount // -> 96
 */
export function standard(): Parameterization {
  return {
    name: 'standard',
    scales: (sizes) => ({ multipliers: new Array<number>(sizes.length - 1).fill(1), rate: 1 }),
  }
}

/**
 * The NTK parameterisation: weights of variance 1, `m_l = 1 / sqrt(n_{l-1})`, and the output divided by `gamma`; every rate times `gamma^2`.
 * As the width grows at fixed gamma the network becomes lazy.
 * @param options.gamma > 0, default 1
 * @example
 * createNetwork(engine, { sizes: [4, 256, 1], parameterization: ntk(), init: gaussian({ variance: 1 }) })
 * @see Jacot, Gabriel, Hongler (2018), Neural tangent kernel, arXiv:1806.07572
 */
export function ntk(options?: { gamma?: number }): Parameterization {
  const gamma = checkNumber(checkOptions(options, 'ntk', ['gamma']).gamma ?? 1, 'gamma', { above: 0 })
  return {
    name: `ntk(gamma ${gamma})`,
    scales: (sizes) => ({ multipliers: fanIn(sizes, 1 / gamma, sizes[0]), rate: gamma * gamma }),
  }
}

/**
 * The mean-field parameterisation (muP) with richness `gamma0`: weights of variance 1, `m_l = 1 / sqrt(n_{l-1})`, and the output divided once
 * more by `gamma0 sqrt(N / D)`, N the last hidden width; every rate times `gamma0^2 N`. Features learn at a rate that does not depend on
 * the width; small `gamma0` is lazy, large is rich.
 *
 * @param options.gamma0 > 0, default 1
 * @param options.normalizer D: the first layer is divided by `sqrt(D)`, and targets are of the order of `x / sqrt(D)`. Default: the first layer
 *   by `sqrt(n_0)`, and targets of order 1 (D = 1 at the output)
 * @example
 * createNetwork(engine, { sizes: [8, 64, 64, 1], parameterization: meanField({ gamma0: 2 }), init: gaussian({ variance: 1 }) })
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
    scales(sizes) {
      const width = sizes[sizes.length - 2]
      return {
        multipliers: fanIn(sizes, Math.sqrt((normalizer ?? 1) / width) / gamma0, normalizer ?? sizes[0]),
        rate: gamma0 * gamma0 * width,
      }
    },
  }
}

/** 1 / sqrt(n_{l-1}), the first with another number of inputs, the last times `output`. */
function fanIn(sizes: readonly number[], output: number, inputs: number): number[] {
  const factors = sizes.slice(0, -1).map((size, l) => 1 / Math.sqrt(l === 0 ? inputs : size))
  factors[factors.length - 1] *= output
  return factors
}
