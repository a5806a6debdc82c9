// Two-layer linear networks in Gram form: exact at any width from min(m, n) on, at a cost that does not depend on the width. A
// narrower network bounds the rank of A; in the Gram matrices rounding would fill the missing rank and grow, so it is refused.
//
// For A = W_2 W_1 (m x n) only C_1 = W_2 W_2' (m x m), C_2 = W_1' W_1 (n x n) and A itself enter gradient descent, so these
// three are the state. They are blocks of  K'K,  K = [W_2', W_1]  (w x (m+n)):   K'K = [[C_1, A], [A', C_2]].
// With independent normal entries of variance v, K'K = v T'T in law with T upper triangular, T_ii = chi(w - i) and T_ij normal
// for j > i (Bartlett), so a start at any width costs (m+n)^2 random numbers.
import { checkOptions } from '../check.js'
import type { EngineCore } from '../engine/core.js'
import type { Matrix } from '../engine/matrix.js'
import { MemoryError, RangeArgError, ShapeError, UnsupportedError } from '../errors.js'
import type { DType } from '../kernels/kernels.js'
import type { PlanBuilder } from '../plan/builder.js'
import { chi } from '../random/chi.js'
import { foldIn, type Key } from '../random/key.js'
import { normal } from '../random/normal.js'
import { runEndToEnd } from './end-to-end.js'
import type { NetworkBase, Parameter, Pass, StatePart } from './network.js'
import { type CommonNetworkOptions, checkNetworkOptions, NETWORK_KEYS } from './options.js'

/** The Gram matrices of a two-layer network. Made by `createGramNetwork`. */
export class GramNetwork implements NetworkBase {
  readonly kind = 'gram'
  readonly linear = true
  readonly parameters: readonly Parameter[] = []
  readonly engine: EngineCore
  readonly dtype: DType
  readonly sizes: readonly number[]
  readonly depth = 2
  /** W_2 W_2', (m, m). */
  readonly c1: Matrix
  /** The end-to-end map W_2 W_1, (m, n). */
  readonly a: Matrix
  /** W_1' W_1, (n, n). */
  readonly c2: Matrix

  /** @internal Use `createGramNetwork`. */
  constructor(sizes: readonly number[], c1: Matrix, a: Matrix, c2: Matrix) {
    this.engine = a.engine
    this.dtype = a.dtype
    this.sizes = Object.freeze([...sizes])
    this.c1 = c1
    this.a = a
    this.c2 = c2
  }

  get state(): readonly StatePart[] {
    return [
      { name: "C_1 = W_2 W_2'", matrix: this.c1 },
      { name: 'A = W_2 W_1', matrix: this.a },
      { name: "C_2 = W_1' W_1", matrix: this.c2 },
    ]
  }

  get description() {
    return { kind: this.kind, sizes: this.sizes, dtype: this.dtype }
  }

  emitEndToEnd(_p: PlanBuilder): Matrix {
    return this.a
  }

  emitPass(_p: PlanBuilder, inputs?: Matrix): Pass {
    const needs = (what: string) =>
      new UnsupportedError(`${what} needs layers, and a Gram network has none; use createNetwork`, { argument: 'net' })
    if (inputs !== undefined) throw needs('a task of samples')
    return {
      outputs: this.a,
      emitGradients: () => {
        throw needs('an update rule other than gradientDescent')
      },
    }
  }

  endToEnd(): Matrix {
    return runEndToEnd(this)
  }

  dispose(): void {
    for (const { matrix } of this.state) matrix.dispose()
  }

  [Symbol.dispose](): void {
    this.dispose()
  }
}

/**
 * A two-layer linear network in Gram form. Width may be anything from min(m, n) to 10^12.
 *
 * Gaussian starts are drawn by Bartlett's decomposition (equal in law to drawing the layers, not equal number by number);
 * other starts form their layers once, so their width must fit in memory.
 * @param options.sizes `[n, w, m]`
 * @throws {ShapeError} not exactly two layers
 * @throws {RangeArgError} a width below min(m, n)
 * @throws {MemoryError} a start other than gaussian whose layers do not fit in memory
 * @example
 * const net = createGramNetwork(engine, { sizes: [4, 1e9, 4], init: gaussian({ gamma: 1.5 }) })
 */
export function createGramNetwork(engine: EngineCore, options: CommonNetworkOptions): GramNetwork {
  const given = checkOptions(options, 'network', NETWORK_KEYS)
  const bounded = { ...given, sizes: representable(given.sizes) } as CommonNetworkOptions
  const { sizes: small, dtype, init, seed } = checkNetworkOptions(engine, bounded)
  const sizes = [small[0], (given.sizes as number[])[1], small[2]]
  const [n, w, m] = sizes
  if (w < Math.min(n, m)) {
    throw new RangeArgError(
      `a Gram network must be at least as wide as its smaller end: sizes[1] must be at least ${Math.min(n, m)}, got ${w}; ` +
        'use createNetwork, which is cheaper there and keeps the rank',
      { argument: 'sizes' },
    )
  }
  const order = m + n
  if (init.variance === undefined && w * order > LARGEST_LAYERS) {
    throw new MemoryError(
      `${init.name} forms layers of ${w} x ${order} numbers, more than ${LARGEST_LAYERS}; use a gaussian start, or a smaller width`,
      { argument: 'sizes', data: { requested: 8 * w * order, limit: 8 * LARGEST_LAYERS } },
    )
  }
  const gram =
    init.variance !== undefined
      ? gaussianGram(w, order, init.variance(sizes), seed)
      : gramOf(init.weights(sizes, seed), n, w, m)
  const block = (row: number, col: number, rows: number, cols: number) => {
    const data = new Float64Array(rows * cols)
    for (let i = 0; i < rows; i++) {
      for (let j = 0; j < cols; j++) data[i * cols + j] = gram[(row + i) * order + col + j]
    }
    return engine.matrix([rows, cols], data, { dtype })
  }
  const made: Matrix[] = []
  try {
    made.push(block(0, 0, m, m))
    made.push(block(0, m, m, n))
    made.push(block(m, m, n, n))
  } catch (error) {
    for (const matrix of made) matrix.dispose()
    throw error
  }
  return new GramNetwork(sizes, made[0], made[1], made[2])
}

const LARGEST_WIDTH = 1e12
/** Numbers in both layers together that a start other than gaussian may form: 1 GiB. */
const LARGEST_LAYERS = 2 ** 27

/** The sizes with the width cut to what an index can hold: it is never allocated, so it may be larger. */
function representable(sizes: unknown): readonly number[] {
  if (!Array.isArray(sizes) || sizes.length !== 3) {
    throw new ShapeError(
      `a Gram network has two layers: sizes must be [n, w, m], got ${Array.isArray(sizes) ? `${sizes.length} entries` : String(sizes)}`,
      {
        argument: 'sizes',
      },
    )
  }
  const [n, w, m] = sizes
  const fits = typeof w === 'number' && Number.isInteger(w) && w > 2 ** 31 - 1 && w <= LARGEST_WIDTH
  return [n, fits ? 2 ** 31 - 1 : w, m]
}

/** K'K for K (w x order) with independent N(0, variance) entries: Bartlett where w >= order, K itself otherwise. */
function gaussianGram(w: number, order: number, variance: number, key: Key): Float64Array {
  const rows = Math.min(w, order)
  const t = new Float64Array(rows * order)
  const entries = normal(foldIn(key, 1), rows * order)
  if (w < order) t.set(entries)
  else {
    const diagonal = chi(
      foldIn(key, 2),
      Float64Array.from({ length: order }, (_, i) => w - i),
    )
    for (let i = 0; i < order; i++) {
      t[i * order + i] = diagonal[i]
      for (let j = i + 1; j < order; j++) t[i * order + j] = entries[i * order + j]
    }
  }
  const gram = transposeTimesSelf(t, rows, order)
  for (let i = 0; i < gram.length; i++) gram[i] *= variance
  return gram
}

function gramOf([w1, w2]: readonly Float64Array[], n: number, w: number, m: number): Float64Array {
  const order = m + n
  const k = new Float64Array(w * order)
  for (let i = 0; i < w; i++) {
    for (let j = 0; j < m; j++) k[i * order + j] = w2[j * w + i]
    for (let j = 0; j < n; j++) k[i * order + m + j] = w1[i * n + j]
  }
  return transposeTimesSelf(k, w, order)
}

/**
 * k'k. Sums run in ascending order of the rows on every build, so the start of a seed has the same bits everywhere. Four rows of the
 * result, which stay in cache, take each row of k at once; below the diagonal the result is its own mirror.
 */
function transposeTimesSelf(k: Float64Array, rows: number, cols: number): Float64Array {
  const out = new Float64Array(cols * cols)
  const sums = Array.from({ length: 4 }, () => new Float64Array(cols))
  const [s0, s1, s2, s3] = sums
  for (let a = 0; a < cols; a += 4) {
    for (const sum of sums) sum.fill(0)
    for (let i = 0; i < rows; i++) {
      const row = i * cols
      const [x0, x1, x2, x3] = [k[row + a], k[row + a + 1], k[row + a + 2], k[row + a + 3]]
      if (x0 === 0 && x1 === 0 && x2 === 0 && x3 === 0) continue
      for (let b = a; b < cols; b++) {
        const y = k[row + b]
        s0[b] += x0 * y
        s1[b] += x1 * y
        s2[b] += x2 * y
        s3[b] += x3 * y
      }
    }
    for (let r = a; r < Math.min(a + 4, cols); r++) {
      for (let b = r; b < cols; b++) out[r * cols + b] = out[b * cols + r] = sums[r - a][b]
    }
  }
  return out
}
