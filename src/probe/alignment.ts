// How far the modes of the network are those of a teacher.
import { checkInteger, checkNumber, checkOptions } from '../check.js'
import { type DenseMatrix, type MatrixLike, readDense } from '../engine/coerce.js'
import { OptionError, RangeArgError, ShapeError } from '../errors.js'
import { jacobiSvd } from '../linalg/dense/svd.js'
import type { Probe } from './probe.js'
import { leadingTriples } from './spectrum.js'

/** Teacher values closer than this part of the largest are one value. */
const SAME_VALUE = 1e-6
/** Network modes weaker than this part of the largest have no direction. */
const NO_MODE = 1e-14

/** Options of `alignment`: a teacher map, or its modes. */
export interface AlignmentOptions {
  /** The teacher's map (n_L, n_0), such as `Sigma_yx`; its modes are taken from its decomposition. */
  of?: MatrixLike
  /** Instead of `of`: left modes (n_L, k), orthonormal columns, strongest first. */
  u?: MatrixLike
  /** Right modes (n_0, k). */
  v?: MatrixLike
  /** Strengths of these modes, descending, length k: equal ones are compared as a subspace. Default: all different. */
  values?: ArrayLike<number>
  /** How many modes are compared, 1 .. k. Default: all modes of the teacher that are not zero. */
  rank?: number
}

/**
 * Alignment of the modes of W with a teacher's: `a_i = |u_i . U_i| |v_i . V_i|` for the i-th strongest of each, shape (rank), from 0 to 1.
 *
 * Where teacher values are equal, to 1e-6 of the largest, only the span of their vectors means anything: the numbers are then the cosines of the
 * principal angles between the spans on the left, times those on the right, largest first. A mode of W below 1e-14 s_1 has no direction and gets 0.
 * NaN once W is not finite.
 * @throws {OptionError} neither a map nor modes, or both
 * @throws {ShapeError} modes that do not fit together or to the network
 * @throws {RangeArgError} modes that are not orthonormal to 1e-6, a rank out of range, values that are not descending
 * @example
 * probes.alignment({ of: [[3, 0], [0, 1]], rank: 2 })
 * @see Bjorck, Golub (1973), Numerical methods for computing angles between linear subspaces, Math. Comp. 27
 */
export function alignment(options: AlignmentOptions): Probe<'alignment', Float64Array> {
  const teacher = checkTeacher(options)
  const { rank } = teacher
  return {
    name: 'alignment',
    shape: () => [rank],
    emit(p, context) {
      const { sizes, depth } = context.net
      const [outputs, inputs] = [sizes[depth], sizes[0]]
      if (teacher.u.rows !== outputs || teacher.v.rows !== inputs) {
        throw new ShapeError(
          `the teacher maps ${teacher.v.rows} inputs to ${teacher.u.rows} outputs, the network ${inputs} to ${outputs}`,
          { argument: 'alignment' },
        )
      }
      const read = leadingTriples(p, context, rank)
      return () => {
        const { u, s, v } = read()
        const out = new Float64Array(rank)
        for (let from = 0; from < rank; ) {
          const to = groupEnd(teacher.values, from, rank)
          const left = cosines(u, rank, teacher.u, from, to)
          const right = cosines(v, rank, teacher.v, from, to)
          for (let i = from; i < to; i++) {
            const overlap = left[i - from] * right[i - from]
            out[i] = s[i] <= NO_MODE * s[0] ? 0 : Math.min(1, overlap)
          }
          from = to
        }
        return out
      }
    },
  }
}

interface Teacher {
  readonly u: DenseMatrix
  readonly v: DenseMatrix
  readonly values: Float64Array
  readonly rank: number
}

function checkTeacher(options: AlignmentOptions): Teacher {
  const given = checkOptions(options, 'alignment', ['of', 'u', 'v', 'values', 'rank'])
  const byModes = given.u !== undefined && given.v !== undefined
  const anyModes = given.u !== undefined || given.v !== undefined || given.values !== undefined
  if (given.of !== undefined ? anyModes : !byModes) {
    throw new OptionError("alignment takes either a teacher's map, { of }, or its modes, { u, v }", { argument: 'of' })
  }
  const { u, v, values } = given.of !== undefined ? modesOf(given.of as MatrixLike) : modesFrom(given)
  const all = values.length
  const rank = checkInteger(given.rank ?? all, 'rank', { min: 1, max: all })
  return { u, v, values, rank }
}

function modesOf(of: MatrixLike): Omit<Teacher, 'rank'> {
  const map = readDense(of, 'of', { finite: true })
  const { u, s, v } = jacobiSvd(Float64Array.from(map.data), map.rows, map.cols)
  const columns = s.length
  const count = s.reduce((sum, value) => sum + (value > NO_MODE * s[0] ? 1 : 0), 0)
  if (count === 0) throw new RangeArgError('of is zero: it has no modes', { argument: 'of' })
  return {
    u: { rows: map.rows, cols: columns, data: u },
    v: { rows: map.cols, cols: columns, data: v },
    values: s.slice(0, count),
  }
}

function modesFrom(given: Partial<Record<'u' | 'v' | 'values', unknown>>): Omit<Teacher, 'rank'> {
  const u = readDense(given.u, 'u', { finite: true })
  const v = readDense(given.v, 'v', { finite: true })
  if (u.cols !== v.cols || u.cols === 0) {
    throw new ShapeError(`u has ${u.cols} modes (columns), v ${v.cols}; they must agree and not be none`, {
      argument: 'v',
    })
  }
  checkOrthonormal(u, 'u')
  checkOrthonormal(v, 'v')
  const values = (given.values ?? Float64Array.from({ length: u.cols }, (_, i) => u.cols - i)) as ArrayLike<number>
  if (values?.length !== u.cols) {
    throw new ShapeError(`values must have ${u.cols} entries, one a mode, got ${values?.length}`, {
      argument: 'values',
    })
  }
  const checked = Float64Array.from(values, (value, i) => checkNumber(value, `values[${i}]`, { above: 0 }))
  for (let i = 1; i < checked.length; i++) {
    if (checked[i] > checked[i - 1]) throw new RangeArgError('values must be descending', { argument: 'values' })
  }
  return { u, v, values: checked }
}

function checkOrthonormal({ rows, cols, data }: DenseMatrix, name: string): void {
  for (let i = 0; i < cols; i++) {
    for (let j = 0; j <= i; j++) {
      let product = 0
      for (let t = 0; t < rows; t++) product += data[t * cols + i] * data[t * cols + j]
      if (!(Math.abs(product - (i === j ? 1 : 0)) <= 1e-6)) {
        throw new RangeArgError(
          `the columns of ${name} must be orthonormal: columns ${j} and ${i} have product ${product}`,
          {
            argument: name,
          },
        )
      }
    }
  }
}

/** The first mode after `from` with another value. */
function groupEnd(values: Float64Array, from: number, rank: number): number {
  let to = from + 1
  while (to < rank && values[from] - values[to] <= SAME_VALUE * values[0]) to++
  return to
}

/** Cosines of the principal angles between columns from .. to of x (rows, rank) and of the teacher's, descending. */
function cosines(x: Float64Array, rank: number, teacher: DenseMatrix, from: number, to: number): Float64Array {
  const size = to - from
  const products = new Float64Array(size * size)
  for (let i = 0; i < size; i++) {
    for (let j = 0; j < size; j++) {
      for (let t = 0; t < teacher.rows; t++) {
        products[i * size + j] += x[t * rank + from + i] * teacher.data[t * teacher.cols + from + j]
      }
    }
  }
  if (size === 1) return products.map(Math.abs)
  if (!products.every(Number.isFinite)) return products.fill(Number.NaN)
  return jacobiSvd(products, size, size, { vectors: false }).s
}
