// How far feedback matrices B_l are from the transposed weights that they stand for, layers l = 2 .. L: as matrices, in what they make of the
// signals on the way up, and in what they make of the errors on the way down.
import type { Matrix, Operand } from '../engine/matrix.js'
import { OptionError } from '../errors.js'
import { norm } from '../linalg/dense/vector.js'
import { atan } from '../math/arctangent.js'
import type { FeedforwardNetwork, Layer } from '../network/feedforward.js'
import type { Network } from '../network/network.js'
import type { PlanBuilder } from '../plan/builder.js'
import type { Probe, ProbeContext } from './probe.js'

/** A layer with feedback. */
type Fed = Layer & { readonly feedback: Matrix }

/** Two lists of numbers to be compared, once the ops have run. */
type Pair = () => readonly [Float64Array, Float64Array]

/**
 * The angles between `W_l` and `B_l'`, all entries in a row, in degrees, shape (L-1) for l = 2 .. L: 0 once they agree but for a factor, 90 on the
 * average for matrices drawn apart. 90 where one of the two is zero. Accurate to 1e-14 degrees for small angles too.
 * @throws {OptionError} a network without feedback matrices
 * @example
 * const net = createNetwork(engine, { sizes: [2, 4, 4, 2], feedback: { variance: 0.1, rule: symmetricAlignment() } })
 * const { columns } = trainSync(net, task, { optimizer, steps: 400, record: { every: 400, probes: [probes.weightAngle()] } })
 * columns.weightAngle.data.slice(2).every((angle) => angle < 1) // -> true
 * @see Kunin, Nayebi, Sagastuy-Brena, Ganguli, Bloom, Yamins (2020), Two routes to scalable credit assignment without weight symmetry, arXiv:2003.01513
 */
export function weightAngle(): Probe<'weightAngle', Float64Array> {
  return angles('weightAngle', (_p, { net }) =>
    fedLayers(net, 'weightAngle').map(({ weight, feedback }) => () => [values(weight), transposed(feedback)]),
  )
}

/**
 * The angles between `W_l h_{l-1}` and `B_l' h_{l-1}`, over all samples, in degrees, shape (L-1) for l = 2 .. L. A task of the end-to-end map has
 * unit vectors for samples.
 * @throws {OptionError} a network without feedback matrices
 * @example
 * probes.projectionAngle().name // -> 'projectionAngle'
 * @see Kunin et al. (2020), arXiv:2003.01513
 */
export function projectionAngle(): Probe<'projectionAngle', Float64Array> {
  return angles('projectionAngle', (p, context) => {
    const layers = fedLayers(context.net, 'projectionAngle')
    const { activities } = passOf(p, context)
    return layers.map(({ weight, feedback }, i) => products(p, weight, feedback.T, activities[i + 1]!))
  })
}

/**
 * The angles between `B_l d_l`, what is fed back, and `W_l' d_l`, what back-propagation would feed back of the same error, over all samples, in
 * degrees, shape (L-1) for l = 2 .. L. Below 90 the layer below learns in the right direction.
 * @throws {OptionError} a network without feedback matrices
 * @example
 * probes.gradientAngle().name // -> 'gradientAngle'
 * @see Kunin et al. (2020), arXiv:2003.01513
 */
export function gradientAngle(): Probe<'gradientAngle', Float64Array> {
  return angles('gradientAngle', (p, context) => {
    const layers = fedLayers(context.net, 'gradientAngle')
    const pass = passOf(p, context)
    const errors = pass.emitErrors(context.task.emitGradient(p, pass.outputs))
    return layers.map(({ weight, feedback }, i) => products(p, feedback, weight.T, errors[i + 1]))
  })
}

/**
 * `|B_l|_F / |W_l|_F`, shape (L-1) for l = 2 .. L: what scales errors from layer to layer.
 * @throws {OptionError} a network without feedback matrices
 * @example
 * probes.feedbackRatio().name // -> 'feedbackRatio'
 */
export function feedbackRatio(): Probe<'feedbackRatio', Float64Array> {
  return {
    name: 'feedbackRatio',
    shape: (net) => [net.depth - 1],
    emit(p, { net }) {
      p.note('norms of feedback')
      const squares = fedLayers(net, 'feedbackRatio').map(({ weight, feedback }) => [
        p.sumOfSquares(feedback),
        p.sumOfSquares(weight),
      ])
      return () => Float64Array.from(squares, ([b, w]) => Math.sqrt(b.value / w.value))
    },
  }
}

function angles<const Name extends string>(
  name: Name,
  emitPairs: (p: PlanBuilder, context: ProbeContext) => readonly Pair[],
): Probe<Name, Float64Array> {
  return {
    name,
    shape: (net) => [net.depth - 1],
    emit(p, context) {
      const pairs = emitPairs(p.note(name), context)
      return () => Float64Array.from(pairs, (pair) => degreesBetween(...pair()))
    },
  }
}

/** a x and b x. */
function products(p: PlanBuilder, a: Operand, b: Operand, x: Matrix): Pair {
  const [u, v] = [p.gemm({ a, b: x }), p.gemm({ a: b, b: x })]
  return () => [values(u), values(v)]
}

function passOf(p: PlanBuilder, { net, task }: ProbeContext) {
  return (net as FeedforwardNetwork).emitLayers(p, task.inputs)
}

/** Layers 2 .. L. @throws {OptionError} a network without feedback */
function fedLayers(net: Network, probe: string): readonly Fed[] {
  const layers = net.kind === 'feedforward' ? net.layers.slice(1) : []
  if (layers.length > 0 && layers.every(({ feedback }) => feedback !== undefined)) return layers as readonly Fed[]
  throw new OptionError(
    `probes.${probe} needs feedback matrices; make the network with feedback: { variance } and at least two layers`,
    { argument: probe },
  )
}

/** `2 atan(|u - v| / |u + v|)` of the unit vectors along x and y, which small angles survive (Kahan). */
export function degreesBetween(x: Float64Array, y: Float64Array): number {
  const [a, b] = [norm(x, 0, x.length), norm(y, 0, y.length)]
  if (a === 0 || b === 0) return 90
  let [apart, together] = [0, 0]
  for (let i = 0; i < x.length; i++) {
    const [u, v] = [x[i] / a, y[i] / b]
    apart += (u - v) * (u - v)
    together += (u + v) * (u + v)
  }
  return (360 / Math.PI) * atan(Math.sqrt(apart / together))
}

const values = (matrix: Matrix) => Float64Array.from(matrix.view())

function transposed(matrix: Matrix): Float64Array {
  const { rows, cols } = matrix
  const entries = matrix.view()
  return Float64Array.from(entries, (_, at) => entries[(at % rows) * cols + Math.floor(at / rows)])
}
