// The routines under their BLAS names, over an engine.
import { describe } from '../check.js'
import type { EngineCore } from '../engine/core.js'
import { DTypeError } from '../errors.js'
import { type Level1, makeLevel1 } from './level1.js'
import { type Level2, makeLevel2 } from './level2.js'
import { type Level3, makeLevel3 } from './level3.js'

type Single = 'float32'
type Double = 'float64'

/** The routines of `deeplinear/blas`. */
export interface Blas {
  readonly sgemm: Level3<Single>['gemm']
  readonly dgemm: Level3<Double>['gemm']
  readonly sgemv: Level2<Single>['gemv']
  readonly dgemv: Level2<Double>['gemv']
  readonly sger: Level2<Single>['ger']
  readonly dger: Level2<Double>['ger']
  readonly sdot: Level1<Single>['dot']
  readonly ddot: Level1<Double>['dot']
  readonly saxpy: Level1<Single>['axpy']
  readonly daxpy: Level1<Double>['axpy']
  readonly sscal: Level1<Single>['scal']
  readonly dscal: Level1<Double>['scal']
  readonly snrm2: Level1<Single>['nrm2']
  readonly dnrm2: Level1<Double>['nrm2']
  readonly sasum: Level1<Single>['asum']
  readonly dasum: Level1<Double>['asum']
  readonly isamax: Level1<Single>['iamax']
  readonly idamax: Level1<Double>['iamax']
  readonly scopy: Level1<Single>['copy']
  readonly dcopy: Level1<Double>['copy']
  readonly sswap: Level1<Single>['swap']
  readonly dswap: Level1<Double>['swap']
}

/** The routines over an engine that is asked for at each call. @internal */
export function blasOver(engine: () => EngineCore): Blas {
  const s = { ...makeLevel1(engine, 'float32'), ...makeLevel2(engine, 'float32'), ...makeLevel3(engine, 'float32') }
  const d = { ...makeLevel1(engine, 'float64'), ...makeLevel2(engine, 'float64'), ...makeLevel3(engine, 'float64') }
  return {
    ...{ sgemm: s.gemm, dgemm: d.gemm, sgemv: s.gemv, dgemv: d.gemv, sger: s.ger, dger: d.ger },
    ...{ sdot: s.dot, ddot: d.dot, saxpy: s.axpy, daxpy: d.axpy, sscal: s.scal, dscal: d.scal },
    ...{ snrm2: s.nrm2, dnrm2: d.nrm2, sasum: s.asum, dasum: d.asum, isamax: s.iamax, idamax: d.iamax },
    ...{ scopy: s.copy, dcopy: d.copy, sswap: s.swap, dswap: d.swap },
  }
}

/**
 * The BLAS routines on plain typed arrays, computed on an engine of yours: its build, its memory, its budget.
 *
 * @param engine from `createEngine` or `createEngineSync`; its scratch holds copies of the operands during a call
 * @throws {DTypeError} not an engine
 * @example
 * const { ddot } = createBlas(engine)
 * ddot(2, new Float64Array([1, 2]), 1, new Float64Array([3, 4]), 1) // -> 11
 */
export function createBlas(engine: EngineCore): Blas {
  // By shape, not by class: this module may be bundled apart from the one that made the engine.
  const candidate = engine as Partial<EngineCore> | null | undefined
  if (typeof candidate?.workspace !== 'function' || typeof candidate.guard !== 'function') {
    throw new DTypeError(`engine must come from createEngine or createEngineSync, got ${describe(engine)}`, {
      argument: 'engine',
    })
  }
  return Object.freeze(blasOver(() => engine))
}
