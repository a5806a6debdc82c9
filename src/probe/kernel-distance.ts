// How far the neural tangent kernel has moved, from its Kronecker factors (ntk.ts): the kernel is never formed.
import { checkChoice, checkOptions } from '../check.js'
import type { MatrixLike } from '../engine/coerce.js'
import { emitFeedforwardKernel, readFeedforward, samplesFor } from './feedforward-kernel.js'
import { checkRecorded, readInputs, reduceInputs, samplesOf } from './inputs.js'
import { cosineDistance, kroneckerSum, relativeDistance } from './kronecker.js'
import { emitKernel } from './ntk.js'
import { linearChain } from './parts.js'
import type { Probe } from './probe.js'
import { productsOf, readNow } from './products.js'
import { atStart } from './start.js'

/** Options of `kernelDistance`. */
export interface KernelDistanceOptions {
  /** X - (n_0, P), finite. Default: the identity, which stands for whitened inputs. */
  inputs?: MatrixLike
  /** What is compared with: the kernel of the weights when the run was made. */
  from?: 'start'
  /** `'cosine'` (default): `1 - <K, K_0> / (|K| |K_0|)`, from 0 to 2. `'relative'`: `|K - K_0| / |K_0|`. */
  measure?: 'cosine' | 'relative'
}

/**
 * The distance of the neural tangent kernel from that of the start, `1 - <K, K_0> / (|K| |K_0|)`, or relative to it, `|K - K_0| / |K_0|`.
 *
 * The cosine distance is summed from differences of the factors and not taken from a number near 1, so its error is a few eps times its value
 * plus a few eps^2: a lazy run reads as what it is. For chains of linear layers the cost does not depend on the number of samples; for other
 * networks the kernel is formed, of at most 1024 rows. NaN while a kernel is zero, as at the
 * origin, or not finite.
 * @throws {ShapeError} inputs that do not fit the network
 * @throws {RangeArgError} P n_L above 1024 for a network that is not a chain of linear layers
 * @throws {OptionError} a network that is neither made of layers nor two layers in Gram form, or has masks or feedback matrices
 * @example
 * probes.kernelDistance({ measure: 'relative' })
 * @see Fort et al. (2020), Deep learning versus kernel learning, arXiv:2010.15110
 */
export function kernelDistance(options?: KernelDistanceOptions): Probe<'kernelDistance', number> {
  const given = checkOptions(options, 'kernelDistance', ['inputs', 'from', 'measure'])
  const inputs = readInputs(given.inputs)
  checkChoice(given.from ?? 'start', 'from', ['start'])
  const measure = checkChoice(given.measure ?? 'cosine', 'measure', ['cosine', 'relative'])
  const self = {}
  return {
    name: 'kernelDistance',
    shape: () => [],
    emit(p, context) {
      const distance = measure === 'cosine' ? cosineDistance : relativeDistance
      if (context.net.kind === 'feedforward') {
        const net = context.net
        checkRecorded(samplesOf(inputs, net) * net.sizes[net.depth], 'the kernel', 'pass fewer inputs')
        const samples = samplesFor(inputs, net)
        const emit = (builder: typeof p) => {
          const read = emitFeedforwardKernel(builder, net, samples, 'kernelDistance')
          return () => kroneckerSum([{ a: read(), b: Float64Array.of(1) }])
        }
        const start = atStart(context, self, () => readFeedforward(net, emit))
        const read = emit(p)
        return () => distance(read(), start)
      }
      const net = linearChain(context.net, 'kernelDistance')
      samplesOf(inputs, net)
      const reduced = reduceInputs(net.engine, inputs).inputs
      const start = atStart(context, self, () =>
        kroneckerSum(readNow(net, (products) => emitKernel(products, net, reduced))),
      )
      const read = emitKernel(productsOf(p, context, net), net, reduced)
      return () => distance(kroneckerSum(read()), start)
    },
  }
}
