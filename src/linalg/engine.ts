// The engine as users hold it: the core of engine/ with linear algebra as methods.

import { EngineCore } from '../engine/core.js'
import { inlinedSync } from '../engine/inlined-sync.js'
import { load, loadSync } from '../engine/load.js'
import type { Matrix } from '../engine/matrix.js'
import { checkEngineOptions, type EngineOptions } from '../engine/options.js'
import type { PowerSvd, PowerSvdOptions } from './block-power.js'
import { cholesky } from './cholesky.js'
import { type Eigh, eigh } from './eigh.js'
import { expm } from './expm.js'
import { type LeastSquares, leastSquares } from './least-squares.js'
import { type MatmulOptions, matmul } from './matmul.js'
import { cond, type NormKind, norm, rank, type ToleranceOptions } from './norm.js'
import { pinv } from './pinv.js'
import { type PowerIterationOptions, type PowerIterationResult, powerIteration } from './power-iteration.js'
import { type Qr, qr } from './qr.js'
import { type SolveOptions, type SolveTriangularOptions, solve, solveTriangular } from './solve.js'
import { sqrtm } from './sqrtm.js'
import { type Svd, type SvdOptions, singularValues, svd } from './svd.js'
import { type Warmup, type WarmupOptions, warmup } from './warmup.js'

/** One executor with its memory: makes matrices, multiplies and decomposes them. See `createEngine`. */
export class Engine extends EngineCore {
  /** See `matmul`. */
  matmul(a: Matrix, b: Matrix, options?: MatmulOptions): Matrix {
    return matmul(a, b, options)
  }

  /** See `qr`. */
  qr(a: Matrix): Qr {
    return qr(a)
  }

  /** See `svd`. */
  svd(a: Matrix, options: PowerSvdOptions & { method: 'power' }): PowerSvd
  svd(a: Matrix, options?: SvdOptions): Svd
  svd(a: Matrix, options?: SvdOptions | (PowerSvdOptions & { method: 'power' })): Svd | PowerSvd {
    return svd(a, options as SvdOptions)
  }

  /** See `powerIteration`. */
  powerIteration(a: Matrix, options?: PowerIterationOptions): PowerIterationResult {
    return powerIteration(a, options)
  }

  /** See `singularValues`. */
  singularValues(a: Matrix): Float64Array {
    return singularValues(a)
  }

  /** See `cholesky`. */
  cholesky(a: Matrix): Matrix {
    return cholesky(a)
  }

  /** See `solve`. */
  solve(a: Matrix, b: Matrix, options?: SolveOptions): Matrix {
    return solve(a, b, options)
  }

  /** See `solveTriangular`. */
  solveTriangular(a: Matrix, b: Matrix, options?: SolveTriangularOptions): Matrix {
    return solveTriangular(a, b, options)
  }

  /** See `leastSquares`. */
  leastSquares(a: Matrix, b: Matrix, options?: ToleranceOptions): LeastSquares {
    return leastSquares(a, b, options)
  }

  /** See `eigh`. */
  eigh(a: Matrix): Eigh {
    return eigh(a)
  }

  /** See `expm`. */
  expm(a: Matrix): Matrix {
    return expm(a)
  }

  /** See `sqrtm`. */
  sqrtm(a: Matrix): Matrix {
    return sqrtm(a)
  }

  /** See `pinv`. */
  pinv(a: Matrix, options?: ToleranceOptions): Matrix {
    return pinv(a, options)
  }

  /** See `norm`. */
  norm(a: Matrix, kind?: NormKind): number {
    return norm(a, kind)
  }

  /** See `cond`. */
  cond(a: Matrix): number {
    return cond(a)
  }

  /** See `rank`. */
  rank(a: Matrix, options?: ToleranceOptions): number {
    return rank(a, options)
  }

  /** See `warmup`. */
  warmup(options?: WarmupOptions): Promise<Warmup> {
    return warmup(this, options)
  }
}

/**
 * An engine on the fastest binary that this host validates; TypeScript, with a reason in `engine.info`, where it validates none.
 *
 * @throws {UnsupportedError} `backend: 'wasm'` on a host that cannot run it
 * @throws {OptionError|RangeArgError|DTypeError} a bad option
 * @throws {MemoryError} the host refuses the memory
 * @example
 * const engine = await createEngine({ reproducible: true })
 * engine.info.build // -> 'simd'
 */
export async function createEngine(options?: EngineOptions): Promise<Engine> {
  const checked = checkEngineOptions(options)
  return new Engine(await load(checked.load), { ...checked, budgetBytes: checked.load.budgetBytes })
}

/**
 * The same without waiting: runs the `simd` build, which is always the reproducible one.
 * @example
 * createEngineSync().matrix([[1, 2]]).toNested() // -> [[1, 2]]
 */
export function createEngineSync(options?: EngineOptions): Engine {
  const checked = checkEngineOptions(options)
  return new Engine(loadSync(checked.load, inlinedSync), { ...checked, budgetBytes: checked.load.budgetBytes })
}
