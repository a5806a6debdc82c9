// Representational similarity of hidden layers: products of representations of pairs of samples.
//
//   from the inputs     H' H,            H = W_l ... W_1 X
//   from the outputs    Y' (T_l T_l')^+ Y,   T_l = W_L ... W_{l+1}: H = T_l^+ Y is the shortest representation that gives the targets Y
import { checkChoice, checkInteger, checkOptions, describe } from '../check.js'
import { type DenseMatrix, type MatrixLike, readDense } from '../engine/coerce.js'
import type { Matrix } from '../engine/matrix.js'
import { DTypeError, OptionError, ShapeError } from '../errors.js'
import { matmul } from '../linalg/matmul.js'
import { svd } from '../linalg/svd.js'
import type { DeepLinearNetwork } from '../network/deep-linear.js'
import type { GramNetwork } from '../network/gram.js'
import type { Network } from '../network/network.js'
import type { PlanBuilder } from '../plan/builder.js'
import { cosine, largest } from './arrays.js'
import { checkRecorded, checkRows, readInputs, readSamples, samplesOf } from './inputs.js'
import { checkLayer, linearChain } from './parts.js'
import type { Probe } from './probe.js'
import { type Inputs, type Products, productsOf, readNow } from './products.js'
import { atStart } from './start.js'

const EPSILON = { float32: 2 ** -23, float64: 2 ** -52 } as const

/** What representational similarity is of. */
export interface RepresentationOptions {
  /** The hidden layer, 1 .. L-1; from the side of the inputs also L, the outputs. */
  layer: number
  /** `'input'` (default): `H' H` of the representations `H = W_l ... W_1 X`. `'output'`: `Y' (T_l T_l')^+ Y`, `T_l = W_L ... W_{l+1}`. */
  side?: 'input' | 'output'
  /** X - (n_0, P), finite, for the input side. Default: the identity, which stands for whitened inputs. */
  inputs?: MatrixLike
  /** Y - (n_L, P), finite, for the output side, which needs them. */
  targets?: MatrixLike
}

/**
 * The representational similarity matrix of a hidden layer, shape (P, P).
 *
 * On the output side, singular values of `T_l` up to `max(n_l, n_L) eps s_1` count as zero. NaN once the weights are not finite.
 * @throws {ShapeError} inputs or targets that do not fit the network
 * @throws {RangeArgError} a layer out of range, or P above 1024
 * @throws {OptionError} the output side without targets; a network that is not a chain of linear layers (two layers in Gram form are)
 * @example
 * probes.representationalSimilarity({ layer: 1, side: 'output', targets: [[1, 1, 0], [0, 1, 1]] })
 * @see Braun, Domine, Fitzgerald, Saxe (2022), Exact learning dynamics of deep linear networks with prior knowledge, NeurIPS 35
 */
export function representationalSimilarity(
  options: RepresentationOptions,
): Probe<'representationalSimilarity', Float64Array> {
  const wanted = readOptions(
    checkOptions(options, 'representationalSimilarity', ['layer', 'side', 'inputs', 'targets']),
  )
  const probe = 'representationalSimilarity'
  return {
    name: probe,
    shape(net) {
      const samples = checkRecorded(
        checkFit(wanted, linearChain(net, probe)),
        'the similarity matrix',
        'pass fewer inputs',
      )
      return [samples, samples]
    },
    emit(p, context) {
      const net = linearChain(context.net, probe)
      checkFit(wanted, net)
      return emitSimilarity(p, productsOf(p, context, net), net, wanted)
    },
  }
}

/**
 * Representational similarity analysis: the Pearson correlation, from -1 to 1, of the strict upper triangles of the representational similarity
 * matrix now and of another one. NaN where all entries above one of the diagonals are equal, as for orthogonal representations.
 * @param options.to `'start'` (default), the matrix when the run was made; or any symmetric (P, P), of which the part above the diagonal is read
 * @throws {ShapeError} inputs, targets or a matrix that do not fit; fewer than 3 samples, whose one pair correlates with nothing
 * @throws {RangeArgError} {OptionError} as `representationalSimilarity`
 * @example
 * probes.representationalAlignment({ layer: 1 })
 * @see Kriegeskorte, Mur, Bandettini (2008), Representational similarity analysis, Front. Syst. Neurosci. 2
 */
export function representationalAlignment(
  options: RepresentationOptions & { to?: 'start' | MatrixLike },
): Probe<'representationalAlignment', number> {
  const probe = 'representationalAlignment'
  const given = checkOptions(options, probe, ['layer', 'side', 'inputs', 'targets', 'to'])
  const wanted = readOptions(given)
  const to = given.to ?? 'start'
  if (typeof to === 'string' && to !== 'start') {
    throw new DTypeError(`to must be 'start' or a matrix, got ${describe(to)}`, { argument: 'to' })
  }
  const reference = to === 'start' ? undefined : readDense(to, 'to', { finite: true })
  const self = {}
  return {
    name: probe,
    shape: () => [],
    emit(p, context) {
      const net = linearChain(context.net, probe)
      const samples = checkFit(wanted, net)
      if (samples < 3) {
        throw new ShapeError(
          `probes.${probe} correlates pairs of samples and needs at least 3 samples, got ${samples}`,
          {
            argument: wanted.side === 'input' ? 'inputs' : 'targets',
          },
        )
      }
      if (reference !== undefined && (reference.rows !== samples || reference.cols !== samples)) {
        throw new ShapeError(`to must be ${samples} x ${samples}, got ${reference.rows} x ${reference.cols}`, {
          argument: 'to',
        })
      }
      const now = () => readNow(net, (products, builder) => emitSimilarity(builder, products, net, wanted))
      const start = reference?.data ?? atStart(context, self, now)
      const epsilon = EPSILON[net.dtype]
      const other = deviations(start, samples, epsilon)
      const read = emitSimilarity(p, productsOf(p, context, net), net, wanted)
      return () => cosine(deviations(read(), samples, epsilon), other)
    },
  }
}

interface Wanted {
  readonly layer: number
  readonly side: 'input' | 'output'
  readonly inputs: Inputs
  readonly targets: DenseMatrix | undefined
}

function readOptions(given: Partial<Record<'layer' | 'side' | 'inputs' | 'targets', unknown>>): Wanted {
  const layer = checkInteger(given.layer, 'layer', { min: 1 })
  const side = checkChoice(given.side ?? 'input', 'side', ['input', 'output'])
  const [needed, other] = side === 'input' ? (['inputs', 'targets'] as const) : (['targets', 'inputs'] as const)
  if (given[other] !== undefined || (side === 'output' && given.targets === undefined)) {
    throw new OptionError(`the ${side} side of a representation takes ${needed}, not ${other}`, {
      argument: given[other] === undefined ? needed : other,
    })
  }
  return {
    layer,
    side,
    inputs: readInputs(given.inputs),
    targets: given.targets === undefined ? undefined : readSamples(given.targets, 'targets'),
  }
}

/** The number of samples, once everything fits the network. */
function checkFit({ layer, side, inputs, targets }: Wanted, net: Network): number {
  checkLayer(layer, net, side === 'input' ? net.depth : net.depth - 1)
  if (targets === undefined) return samplesOf(inputs, net)
  checkRows(targets, net.sizes[net.depth], 'targets')
  return targets.cols
}

function emitSimilarity(
  p: PlanBuilder,
  products: Products,
  net: DeepLinearNetwork | GramNetwork,
  { layer, inputs, targets }: Wanted,
): () => Float64Array {
  if (targets === undefined) {
    const gram = products.hiddenGram(inputs, layer)
    return () => new Float64Array(gram.view())
  }
  const { engine, dtype } = net
  const above = products.above(layer)
  const kept = Math.min(above.matrix.rows, above.matrix.cols)
  const y = p.own(engine.matrix([targets.rows, targets.cols], targets.data, { dtype }))
  const z = p.own(engine.matrix([kept, targets.cols], undefined, { dtype }))
  const similarity = p.own(engine.matrix([targets.cols, targets.cols], undefined, { dtype }))
  const order = Math.max(net.sizes[layer], targets.rows)
  return () => {
    if (!finite(above.matrix)) return new Float64Array(similarity.size).fill(Number.NaN)
    shortest(above, order, y, z)
    matmul(z, z, { transposeA: true, out: similarity })
    return new Float64Array(similarity.view())
  }
}

/** z := diag(1/s) U' Y with T = U diag(s) V', or with T T' = U diag(s^2) U': T^+ Y up to a rotation. */
function shortest(above: { matrix: Matrix; squared: boolean }, order: number, y: Matrix, z: Matrix): void {
  const { u, s, v } = svd(above.matrix)
  try {
    matmul(u, y, { transposeA: true, out: z })
  } finally {
    u.dispose()
    v.dispose()
  }
  const entries = z.view()
  const least = order * EPSILON[y.dtype] * s[0]
  for (let i = 0; i < s.length; i++) {
    const strength = above.squared ? Math.sqrt(s[i]) : s[i]
    for (let j = i * z.cols; j < (i + 1) * z.cols; j++) entries[j] = s[i] > least ? entries[j] / strength : 0
  }
}

function finite({ engine: { kernels }, dtype, size, pointer }: Matrix): boolean {
  return (dtype === 'float64' ? kernels.dnonfinite : kernels.snonfinite)(size, pointer) < 0
}

/** The entries above the diagonal with their mean taken out; zero where they are equal but for rounding. */
function deviations(matrix: Float64Array, order: number, epsilon: number): Float64Array {
  const above: number[] = []
  for (let i = 0; i < order; i++) for (let j = i + 1; j < order; j++) above.push(matrix[i * order + j])
  const mean = above.reduce((sum, value) => sum + value, 0) / above.length
  const moved = Float64Array.from(above, (value) => value - mean)
  return largest(moved) <= order * epsilon * largest(matrix) ? moved.fill(0) : moved
}
