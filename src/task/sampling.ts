// Which samples a step of minibatch training sees: a function of the number of the step and of a key, so that a run can be replayed, cut
// and resumed anywhere.
import { checkInteger, checkOptions, describe } from '../check.js'
import { DTypeError, RangeArgError, ShapeError } from '../errors.js'
import { foldIn, type Key, key } from '../random/key.js'
import { permutation } from '../random/permutation.js'
import { uniform } from '../random/uniform.js'

/** How minibatches are drawn. */
export interface Sampling {
  readonly batchSize: number
  readonly replacement: boolean
  readonly key: Key
}

/** The options of sampling, checked. @internal */
export function checkSampling(given: { batchSize?: unknown; replacement?: unknown; seed?: unknown }): Sampling {
  const { replacement = false } = given
  if (typeof replacement !== 'boolean') {
    throw new DTypeError(`replacement must be true or false, got ${describe(replacement)}`, { argument: 'replacement' })
  }
  return {
    batchSize: checkInteger(given.batchSize, 'batchSize', { min: 1, max: 2 ** 28 }),
    replacement,
    key: key((given.seed ?? 0) as number | bigint),
  }
}

/**
 * The samples of each step of minibatch training, as `sgd` draws them with `key = key(seed)`.
 *
 * With replacement the indices of step s are `floor(P u)` of `uniform(foldIn(key, s), batchSize)`. Without, epoch e goes through
 * `permutation(foldIn(key, e), P)` from its start; an epoch has `floor(P / batchSize)` steps, and what is left over waits for the next shuffle.
 *
 * @param samples P, 1 .. 2^31 - 1
 * @param options.batchSize 1 .. 2^28; without replacement at most P
 * @param options.replacement default false
 * @param options.seed default 0
 * @returns a function that fills the first `batchSize` of an Int32Array with the indices of a step
 * @throws {OptionError|RangeArgError|DTypeError} bad options, among them a batch larger than the data, drawn without replacement
 * @example
 * const indices = new Int32Array(4)
 * minibatches(10, { batchSize: 4, seed: 1 })(0, indices)
 * new Set(indices).size // -> 4
 */
export function minibatches(
  samples: number,
  options: { batchSize: number; replacement?: boolean; seed?: number | bigint },
): (step: number, indices: Int32Array) => void {
  checkInteger(samples, 'samples', { min: 1, max: 2 ** 31 - 1 })
  const sampling = checkSampling(checkOptions(options, 'minibatches', ['batchSize', 'replacement', 'seed']))
  const fill = sampler(samples, sampling)
  return (step, indices) => {
    checkInteger(step, 'step')
    if (!(indices instanceof Int32Array)) {
      throw new DTypeError(`indices must be an Int32Array, got ${describe(indices)}`, { argument: 'indices' })
    }
    if (indices.length < sampling.batchSize) {
      throw new ShapeError(`indices must hold a batch of ${sampling.batchSize}, got ${indices.length}`, {
        argument: 'indices',
      })
    }
    fill(step, indices)
  }
}

/** The same from checked options, unchecked itself. @internal */
export function sampler(samples: number, { batchSize, replacement, key }: Sampling) {
  if (replacement) {
    return (step: number, indices: Int32Array) => {
      const u = uniform(foldIn(key, step), batchSize)
      for (let i = 0; i < batchSize; i++) indices[i] = Math.floor(u[i] * samples)
    }
  }
  if (batchSize > samples) {
    throw new RangeArgError(
      `batchSize is ${batchSize}, and there are ${samples} samples to draw without replacement; use a smaller batch, or replacement: true`,
      { argument: 'batchSize' },
    )
  }
  const stepsPerEpoch = Math.floor(samples / batchSize)
  let epoch = -1
  let order = new Uint32Array()
  return (step: number, indices: Int32Array) => {
    const wanted = Math.floor(step / stepsPerEpoch)
    if (wanted !== epoch) {
      epoch = wanted
      order = permutation(foldIn(key, epoch), samples) as Uint32Array<ArrayBuffer>
    }
    const from = (step - wanted * stepsPerEpoch) * batchSize
    for (let i = 0; i < batchSize; i++) indices[i] = order[from + i]
  }
}
