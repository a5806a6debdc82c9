// What a warm-up runs: the kernels that training and products live on, each on a few thousand numbers. Engines compile functions, not sizes, so that a
// small product makes the large one fast too, as long as it takes the same path through the same loops.

import { Matrix } from '../engine/matrix.js'
import { type GemmPath, gemmPath, gemmScratchBytes, KC } from '../kernels/gemm-path.js'
import type { DType } from '../kernels/kernels.js'
import { PlanBuilder } from '../plan/builder.js'
import type { Engine } from './engine.js'

/** A product: an (m, k) by a (k, n) matrix. */
export type ProductShape = readonly [m: number, n: number, k: number]

/** One kernel with something to do. */
export interface WarmupWork {
  readonly name: string
  /** Operands, made anew for every slice: what the caller does with the engine in between is no concern of theirs. */
  readonly prepare: () => { readonly run: () => void; readonly dispose?: () => void }
}

/**
 * Rows and columns that whole tiles divide (what is left of a size decides which edges run), most of the inner size, and the layers of the training step. The
 * TypeScript executor is interpreted at first, a thousand times slower than in the end: no call may take many milliseconds even so.
 */
const EXTENTS = {
  wasm: { rows: 12, cols: 32, depth: KC, layers: [16, 32, 16] },
  typescript: { rows: 4, cols: 8, depth: 32, layers: [8, 8, 8] },
} as const
const VECTOR = 1024
const GEMV = 64

/** All kernels of one element type. */
export function warmupWork(engine: Engine, dtype: DType, shapes: readonly ProductShape[]): WarmupWork[] {
  const products = new Map<string, WarmupWork>()
  for (const shape of shapes) {
    const work = product(engine, dtype, shape)
    products.set(work.name, work)
  }
  return [
    ...products.values(),
    call(engine, dtype),
    gemv(engine, dtype),
    ...vectors(engine, dtype),
    step(engine, dtype),
  ]
}

/** A product with the path, the whole tiles and the edges of `shape`. */
function product(engine: Engine, dtype: DType, [rows, cols, depth]: ProductShape): WarmupWork {
  const path = gemmPath(dtype, 0, rows, cols, depth)
  const extent = EXTENTS[engine.info.backend]
  const [m, n, k] = [reduced(rows, extent.rows), reduced(cols, extent.cols), Math.min(depth, extent.depth)]
  const kernel = `${dtype === 'float64' ? 'd' : 's'}${KERNELS[path]}` as const
  const prepare = () => {
    const [a, b, c] = [filled(engine, dtype, m, k), filled(engine, dtype, k, n), filled(engine, dtype, m, n)]
    const work = engine.workspace(gemmScratchBytes(dtype, 0, m, n, k, path))
    const gemm = engine.kernels[kernel]
    return { run: () => gemm(0, m, n, k, 1, a.pointer, k, b.pointer, n, 0, c.pointer, n, work) }
  }
  return { name: `${kernel} ${m} x ${n} x ${k}`, prepare }
}

const KERNELS: Record<GemmPath, 'gemmDirect' | 'gemmPacked'> = { direct: 'gemmDirect', packed: 'gemmPacked' }

function reduced(size: number, tile: number): number {
  return size <= 2 * tile ? size : tile + (size % tile)
}

/** The way into a product, through its checks. */
function call(engine: Engine, dtype: DType): WarmupWork {
  const prepare = () => {
    const [a, b, out] = [0, 1, 2].map(() => filled(engine, dtype, 16, 16))
    return { run: () => void engine.matmul(a, b, { out }) }
  }
  return { name: 'matmul 16 x 16 x 16', prepare }
}

function gemv(engine: Engine, dtype: DType): WarmupWork {
  const name = dtype === 'float64' ? 'dgemv' : 'sgemv'
  const prepare = () => {
    const [a, x, y] = [GEMV, 1, 1].map((cols) => filled(engine, dtype, GEMV, cols).pointer)
    const multiply = engine.kernels[name]
    return { run: () => multiply(0, GEMV, GEMV, 1, a, GEMV, x, 1, 0, y, 1) }
  }
  return { name: `${name} ${GEMV} x ${GEMV}`, prepare }
}

/** Level 1: one that reads, one that writes. */
function vectors(engine: Engine, dtype: DType): WarmupWork[] {
  const [dotName, axpyName] = dtype === 'float64' ? (['ddot', 'daxpy'] as const) : (['sdot', 'saxpy'] as const)
  const on = (name: string, bind: (x: number, y: number) => () => void): WarmupWork => ({
    name: `${name} ${VECTOR}`,
    prepare: () => ({ run: bind(filled(engine, dtype, VECTOR, 1).pointer, filled(engine, dtype, VECTOR, 1).pointer) }),
  })
  return [
    on(dotName, (x, y) => {
      const dot = engine.kernels[dotName]
      return () => void dot(VECTOR, x, 1, y, 1)
    }),
    on(axpyName, (x, y) => {
      const axpy = engine.kernels[axpyName]
      return () => axpy(VECTOR, 2 ** -10, x, 1, y, 1)
    }),
  ]
}

/** A plan: gradient descent of two layers towards a map, with the transposed products that only ways back have. */
function step(engine: Engine, dtype: DType): WarmupWork {
  const { layers } = EXTENTS[engine.info.backend]
  const [inputs, hidden, outputs] = layers
  const prepare = () => {
    const w1 = filled(engine, dtype, hidden, inputs)
    const w2 = filled(engine, dtype, outputs, hidden)
    const target = filled(engine, dtype, outputs, inputs)
    const p = new PlanBuilder(engine, dtype)
    const residual = p.gemm({ a: w2, b: w1 })
    p.subtract(residual, target, residual)
    p.sumOfSquares(residual)
    const gradient = p.gemm({ a: residual, b: w1.T })
    p.gemm({ alpha: -RATE, a: w2.T, b: residual, beta: 1, c: w1 })
    p.axpy(-RATE, gradient, w2)
    const plan = p.build()
    return { run: () => plan.run(1), dispose: () => plan.dispose() }
  }
  return { name: `plan step ${layers.join(':')}`, prepare }
}

/** Small enough for the step to converge. */
const RATE = 2 ** -10

/** A matrix of numbers that no product of these sizes makes large, or so small that arithmetic slows down. */
function filled(engine: Engine, dtype: DType, rows: number, cols: number): Matrix {
  const matrix = new Matrix(engine, rows, cols, dtype)
  matrix.view().fill(0.125)
  return matrix
}
