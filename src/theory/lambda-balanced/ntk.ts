// The neural tangent kernel of two linear layers, never formed:
//
//   K = I_out (x) X' A X + B (x) X' X,   A = W_1' W_1,   B = W_2 W_2',   entry (o P + p, o' P + p')
//
// For whitened inputs (X X' = P I) inner products need A and B alone:
//   <K, K'> = P^2 [out tr(A A') + tr A tr B' + tr B tr A' + in tr(B B')]
// Split off the identities, A = a I + A_0, B = b I + B_0 with traceless A_0, B_0, and it is a sum of three products, none of which cancels:
//   P^2 [out <A_0, A_0'> + in <B_0, B_0'> + out in (a + b)(a' + b')]
import type { MatrixLike } from '../../engine/coerce.js'
import { RangeArgError, ShapeError } from '../../errors.js'
import { inner, multiply, multiplyRightTransposed } from '../numerics/dense.js'
import type { LambdaBalancedFlow } from './flow.js'
import { readMatrix } from './operands.js'
import { traceOf } from './small-matrix.js'

/** The factors of a kernel: A (inputs, inputs) and B (outputs, outputs), symmetric. */
export interface NtkFactors {
  readonly a: MatrixLike
  readonly b: MatrixLike
}

/** Traceless parts and the sum of the mean eigenvalues. */
interface Split {
  readonly inputs: number
  readonly outputs: number
  readonly a: Float64Array
  readonly b: Float64Array
  readonly mean: number
}

/**
 * The inner product of two kernels on the same whitened inputs, over P^2:
 * `<K, K'>_F / P^2 = out tr(A A') + tr A tr B' + tr B tr A' + in tr(B B')`.
 *
 * @throws {ShapeError|DTypeError|RangeArgError} factors that do not fit together
 * @example
 * ntkInner({ a: [[1]], b: [[2]] }, { a: [[3]], b: [[4]] }) // -> 21
 * @see Domine et al. (2024), From lazy to rich, arXiv:2409.14623, the neural tangent kernel of a two-layer linear network
 */
export function ntkInner(first: NtkFactors, second: NtkFactors): number {
  return innerOf(...readPair(first, second))
}

/**
 * The kernel distance `1 - <K, K'>/(|K| |K'|)` on whitened inputs, as `1/2 | K/|K| - K'/|K'| |^2`: a distance of 1e-16 still has digits.
 *
 * @returns between 0 (proportional kernels) and 1
 * @throws {RangeArgError} a kernel that is zero; {ShapeError|DTypeError} factors that do not fit together
 * @example
 * ntkDistance({ a: [[1, 0], [0, 0]], b: [[0]] }, { a: [[0, 0], [0, 2]], b: [[0]] }) // -> 1
 * @see Fort, Dziugaite, Paul, Kharaghani, Roy, Ganguli (2020), Deep learning versus kernel learning, arXiv:2010.15110
 */
export function ntkDistance(first: NtkFactors, second: NtkFactors): number {
  return distanceOf(...readPair(first, second))
}

/**
 * The kernel distance of a flow from its own kernel at one of its times, for every time.
 *
 * @param from index of the time to measure from, default 0 (let `times` start with 0)
 * @returns shape (times)
 * @throws {RangeArgError} no such time, or a kernel that is zero
 * @example
 * // A kernel that only grows has not moved.
 * const eye = [[1, 0], [0, 1]]
 * ntkDistances(lambdaBalancedFlow({ w1: eye, w2: eye, sigmaYX: [[3, 0], [0, 3]], times: [0, 100] })) // -> [0, 0]
 */
export function ntkDistances(flow: LambdaBalancedFlow, from = 0): Float64Array {
  const [inputs, , outputs] = flow.sizes
  if (!(Number.isInteger(from) && from >= 0 && from < flow.times.length)) {
    throw new RangeArgError(`from must be the index of one of ${flow.times.length} times, got ${from}`, {
      argument: 'from',
    })
  }
  const at = (i: number): Split =>
    splitOf(
      flow.a.subarray(i * inputs * inputs, (i + 1) * inputs * inputs),
      flow.b.subarray(i * outputs * outputs, (i + 1) * outputs * outputs),
      inputs,
      outputs,
    )
  const reference = at(from)
  return Float64Array.from(flow.times, (_, i) => (i === from ? 0 : distanceOf(reference, at(i))))
}

/**
 * `K vec(V)`, output-major, for any inputs: `(V X' A + B V X') X`. The flow of the outputs is `dYhat/dt = -K vec(Yhat - Y)/(tau P)`.
 *
 * @param kernel A (inputs, inputs), B (outputs, outputs)
 * @param x X, shape (inputs, P)
 * @param v V, shape (outputs, P)
 * @returns shape (outputs, P)
 * @throws {ShapeError|DTypeError|RangeArgError} matrices that do not fit together
 * @example
 * ntkApply({ a: [[2]], b: [[3]] }, [[1, 2]], [[1, 0]]) // -> [5, 10]
 */
export function ntkApply(kernel: NtkFactors, x: MatrixLike, v: MatrixLike): Float64Array {
  const { rows: inputs, cols: samples, data } = readMatrix(x, 'x')
  const { rows: outputs, data: directions } = readMatrix(v, 'v', undefined, samples)
  const a = readMatrix(kernel.a, 'a', inputs, inputs).data
  const b = readMatrix(kernel.b, 'b', outputs, outputs).data
  const projected = multiplyRightTransposed(directions, data, outputs, samples, inputs)
  const through = multiply(projected, a, outputs, inputs, inputs)
  const above = multiply(b, projected, outputs, outputs, inputs)
  for (let i = 0; i < through.length; i++) through[i] += above[i]
  return multiply(through, data, outputs, inputs, samples)
}

function readPair(first: NtkFactors, second: NtkFactors): [Split, Split] {
  const a = readMatrix(first.a, 'a')
  const b = readMatrix(first.b, 'b')
  if (a.rows !== a.cols || b.rows !== b.cols) {
    throw new ShapeError(`a and b must be square, got ${a.rows} x ${a.cols} and ${b.rows} x ${b.cols}`, {
      argument: 'a',
    })
  }
  const otherA = readMatrix(second.a, 'second a', a.rows, a.rows)
  const otherB = readMatrix(second.b, 'second b', b.rows, b.rows)
  return [splitOf(a.data, b.data, a.rows, b.rows), splitOf(otherA.data, otherB.data, a.rows, b.rows)]
}

function splitOf(a: Float64Array, b: Float64Array, inputs: number, outputs: number): Split {
  const meanA = traceOf(a, inputs) / inputs
  const meanB = traceOf(b, outputs) / outputs
  return {
    inputs,
    outputs,
    a: a.map((value, i) => (i % (inputs + 1) === 0 ? value - meanA : value)),
    b: b.map((value, i) => (i % (outputs + 1) === 0 ? value - meanB : value)),
    mean: meanA + meanB,
  }
}

function innerOf(k: Split, l: Split): number {
  return k.outputs * inner(k.a, l.a) + k.inputs * inner(k.b, l.b) + k.inputs * k.outputs * k.mean * l.mean
}

function distanceOf(k: Split, l: Split): number {
  const [first, second] = [k, l].map((kernel) => Math.sqrt(innerOf(kernel, kernel)))
  if (!(first > 0 && second > 0)) {
    throw new RangeArgError('a kernel that is zero has no direction; start from weights that are not zero', {
      argument: 'a',
    })
  }
  const moved = (x: Float64Array, y: Float64Array) => x.map((value, i) => value / first - y[i] / second)
  const step = { ...k, a: moved(k.a, l.a), b: moved(k.b, l.b), mean: k.mean / first - l.mean / second }
  return 0.5 * innerOf(step, step)
}
