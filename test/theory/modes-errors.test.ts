// What does not apply is refused: by class, with the argument's name.
import { describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import * as theory from '../../src/theory/index.js'

const white = theory.squaredError([1, 0, 0, 1], 2, 2)
const wide = theory.squaredError([1, 0], 1, 2)
const big = new Array(17).fill(1)

// [call, code, argument]
const CASES: [string, () => unknown, string, string][] = [
  ['from 0, a saddle', () => theory.balancedModeTime(1, 0, 0.5, 2), 'RANGE', 'from'],
  ['to the target', () => theory.balancedModeTime(1, 0.1, 1, 2), 'RANGE', 'to'],
  ['backwards', () => theory.balancedModeTime(1, 0.5, 0.1, 3), 'RANGE', 'to'],
  ['negative target', () => theory.balancedModeTime(-1, 0.5, 0.1, 3), 'RANGE', 'value'],
  ['depth 1', () => theory.balancedModes([1], 0.1, 1, [0]), 'RANGE', 'depth'],
  ['negative time', () => theory.balancedModes([1], 0.1, 2, [-1]), 'RANGE', 'times[0]'],
  ['NaN start', () => theory.balancedModes([1], [NaN], 2, [1]), 'RANGE', 'initial[0]'],
  ['two starts for one mode', () => theory.balancedModes([1], [1, 1], 2, [1]), 'SHAPE', 'initial'],
  ['times missing', () => theory.balancedModes([1], 1, 2, undefined as never), 'DTYPE', 'times'],
  ['infinite covariance', () => theory.gidelModes([1], [Infinity], 1, [1]), 'RANGE', 'covariances[0]'],
  ['scale 0', () => theory.mixedModes([1], 0, 0, [1]), 'RANGE', 'scale'],
  ['past the target', () => theory.mixedModeTime(1, 0, 2, 0.5), 'RANGE', 'to'],
  ['a map of another size', () => theory.mixedGram([1, 2], 2, 2, 1), 'SHAPE', 'map'],
  ['a NaN in the map', () => theory.mixedWhiteFlow([1], [NaN], 1, 1, 1, [1]), 'RANGE', 'start[0]'],
  ['not an objective', () => theory.mixedFlow({} as never, [0], 1, [1]), 'DTYPE', 'objective'],
  [
    'an unknown option',
    () => theory.mixedFlow(white, [0, 0, 0, 0], 1, [1], { tol: 1 } as never),
    'OPTION',
    'options.tol',
  ],
  ['a tolerance of 1', () => theory.balancedFlow(white, [1, 0, 0, 1], 2, [1], { rtol: 1 }), 'RANGE', 'rtol'],
  ['a mask of 2', () => theory.completionError([1], [2], 1, 1), 'RANGE', 'mask'],
  ['no samples', () => theory.regressionError([], [], 1, 1, 0), 'RANGE', 'samples'],
  ['equal singular values', () => theory.singularMotion([1, 0, 0, 1], [1, 0, 0, 1], 2, 2), 'RANGE', 'map'],
  ['sizes and weights', () => theory.tangentKernel([[1]], [1, 1, 1]), 'SHAPE', 'weights'],
  ['a layer of another size', () => theory.tangentKernel([[1, 2], [1]], [1, 1, 1]), 'SHAPE', 'weights[0]'],
  ['both options', () => theory.kernelAtMinimum([1], { depth: 2, scale: 1 } as never), 'OPTION', 'options'],
  ['an indefinite kernel', () => theory.lazyFlow([1, 0, 0, -1], [0, 0], [1, 1], [1]), 'RANGE', 'kernel'],
  ['a lopsided kernel', () => theory.lazyFlow([1, 1, 0, 1], [0, 0], [1, 1], [1]), 'RANGE', 'kernel'],
  [
    'rank above the dimension',
    () => theory.mixedPhase({ dimension: 2, rank: 3, widthExponent: 1, varianceExponent: 1 }),
    'RANGE',
    'point.rank',
  ],
  ['never: no noise', () => theory.lazyOptimum(1, { noise: 0 }), 'RANGE', 'variances.noise'],
  ['a mode of size 0', () => theory.activeStopTime([0], 1), 'RANGE', 'values[0]'],
  ['eps above 1', () => theory.escapeTime(1, 2, 1.5), 'RANGE', 'size'],
  ['no gradient', () => theory.escapeDirection([0], [1, 1, 1]), 'RANGE', 'the norm of gradient'],
  ['two layers blow up never', () => theory.blowUp([[1], [1]], [1, 1, 1], [1]), 'SHAPE', 'sizes'],
  ['a start that stays', () => theory.blowUp([[1], [1], [1]], [1, 1, 1, 1], [1]), 'CONVERGENCE', 'weights'],
  ['fraction 1', () => theory.escapeOffset(1, 1, 3), 'RANGE', 'fraction'],
  ['ascending values', () => theory.plateaus([1, 2]), 'RANGE', 'values'],
  ['too many modes', () => theory.saddles(big), 'RANGE', 'values'],
  ['an empty path', () => theory.pathDistance([1], [], 1), 'SHAPE', 'path'],
  ['gamma too small', () => theory.widthExponents(0.1, 2), 'RANGE', 'gamma'],
  ['maps that are not square', () => theory.greedySymmetric(wide, 0.1), 'SHAPE', 'objective'],
  ['a rank that cannot be', () => theory.greedyLowRank(white, 2, 0.1, { maxRank: 3 }), 'RANGE', 'options.maxRank'],
  [
    'finer than the integrator',
    () => theory.greedyLowRank(white, 2, 0.1, { rtol: 1e-6, tolerance: 1e-7 }),
    'RANGE',
    'options.tolerance',
  ],
  [
    'too narrow',
    () =>
      theory.nearestMinimum(
        [
          [1, 1],
          [1, 1],
        ],
        [2, 1, 2],
        [1, 0, 0, 1],
      ),
    'SHAPE',
    'sizes',
  ],
  [
    'a start elsewhere',
    () => theory.nearestMinimum([[1]], [1, 1], [1], { from: 'there' as never }),
    'OPTION',
    'options.from',
  ],
]

describe('typed errors', () => {
  test.each(CASES)('%s', (_what, call, code, argument) => {
    let thrown: unknown
    try {
      call()
    } catch (error) {
      thrown = error
    }
    expect(thrown).toBeInstanceOf(DeepLinearError)
    expect([(thrown as DeepLinearError).code, (thrown as DeepLinearError).argument]).toEqual([code, argument])
  })
  test('arguments are neither kept nor changed', () => {
    const map = Float64Array.of(0.1, 0.2, 0.3, 0.4)
    const kept = map.slice()
    theory.mixedWhiteFlow(map, map, 2, 2, 1, [1])
    theory.mixedFlow(white, map, 1, [1])
    theory.balancedFlow(white, map, 3, [1])
    theory.nearestMinimum([map, map], [2, 2, 2], [1, 0, 0, 1])
    expect(map).toEqual(kept)
  })
})
