// The engine as users hold it: the core of engine/ with linear algebra as methods.

import { base64 } from '../engine/binaries/simd.generated.js'
import { EngineCore } from '../engine/core.js'
import { load, loadSync } from '../engine/load.js'
import type { Matrix } from '../engine/matrix.js'
import { checkEngineOptions, type EngineOptions } from '../engine/options.js'
import { type MatmulOptions, matmul } from './matmul.js'
import { type Svd, singularValues, svd } from './svd.js'

/** One executor with its memory: makes matrices, multiplies and decomposes them. See `createEngine`. */
export class Engine extends EngineCore {
  /** See `matmul`. */
  matmul(a: Matrix, b: Matrix, options?: MatmulOptions): Matrix {
    return matmul(a, b, options)
  }

  /** See `svd`. */
  svd(a: Matrix): Svd {
    return svd(a)
  }

  /** See `singularValues`. */
  singularValues(a: Matrix): Float64Array {
    return singularValues(a)
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
  return new Engine(loadSync(checked.load, base64), { ...checked, budgetBytes: checked.load.budgetBytes })
}
