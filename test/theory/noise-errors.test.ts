// What does not apply to noise and diffusion is refused: by class, with the argument's name.
import { describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import * as theory from '../../src/theory/index.js'

const rule = { learningRate: 0.1 }
const quartic = { mu: 1, zeta: 1, theta0: [1], dt: 0.1, steps: 2 }
const noisy = { values: [1], learningRate: 0.1, sigma: 1, u0: 1, v0: 1, steps: 2 }
const data = { inputs: [[1, 2]], outputs: [1, 2], theta0: [0], ...rule }
const phases = [{ learningRate: 0.1, steps: 10 }]

// [what, call, code, argument]
const CASES: [string, () => unknown, string, string][] = [
  ['negative noise', () => theory.attractivity(1, -1), 'RANGE', 'noiseCurvature'],
  ['no noise', () => theory.quarticStationary(1, 0), 'RANGE', 'zeta'],
  ['a density at NaN', () => theory.quarticStationary(1, 1).density(Number.NaN), 'RANGE', 'x'],
  ['text as a moment', () => theory.quarticStationary(1, 1).moment('2' as never), 'DTYPE', 'q'],
  ['too few increments', () => theory.quarticFlow({ ...quartic, increments: [1] }), 'SHAPE', 'increments'],
  [
    'seed and increments',
    () => theory.quarticFlow({ ...quartic, seed: 1, increments: [1, 2] }),
    'OPTION',
    'increments',
  ],
  ['another method', () => theory.quarticFlow({ ...quartic, method: 'rk4' as never }), 'OPTION', 'method'],
  ['a start that is no array', () => theory.quarticFlow({ ...quartic, theta0: 1 as never }), 'DTYPE', 'theta0'],
  ['a step of 0', () => theory.quarticPath({ mu: 1, zeta: 1, theta0: 1, dt: 0 }, []), 'RANGE', 'dt'],
  ['a negative target', () => theory.shrinkage([-1], 0.1, 1), 'RANGE', 'values[0]'],
  ['a rate of 0', () => theory.collapseThreshold(0, 1), 'RANGE', 'learningRate'],
  ['infinite noise', () => theory.collapseExponent(1, 0.1, Infinity), 'RANGE', 'sigma'],
  ['half a width', () => theory.isotropicNoiseExponent(1.5, 1, 1), 'RANGE', 'width'],
  ['another number of starts', () => theory.labelNoiseModes({ ...noisy, u0: [1, 2] }), 'SHAPE', 'u0'],
  ['too much xi', () => theory.labelNoiseModes({ ...noisy, xi: [1, 2, 3] }), 'SHAPE', 'xi'],
  [
    'a rate in words',
    () => theory.labelNoiseModes({ ...noisy, learningRate: 'small' as never }),
    'DTYPE',
    'learningRate',
  ],
  [
    'a schedule that gives NaN',
    () => theory.labelNoiseModes({ ...noisy, learningRate: () => Number.NaN }).next(),
    'RANGE',
    'learningRate(0)',
  ],
  [
    'modes that diverge',
    () => [...theory.labelNoiseModes({ ...noisy, learningRate: 100, steps: 100 })],
    'CONVERGENCE',
    'learningRate',
  ],
  ['a negative start', () => theory.lrDropPrediction([1], [-1], 1, phases, [1]), 'RANGE', 'start[0]'],
  ['beyond the phases', () => theory.lrDropPrediction([1], [1], 1, phases, [11]), 'RANGE', 'steps'],
  ['no phases', () => theory.lrDropPrediction([1], [1], 1, [], [0]), 'DTYPE', 'phases'],
  ['inputs of 0', () => theory.neuronCollapse({ x: [0], y: [1], eta: 1, zeta: 1 }), 'RANGE', 'x'],
  ['another number of targets', () => theory.neuronCollapse({ x: [1], y: [1, 2], eta: 1, zeta: 1 }), 'SHAPE', 'y'],
  [
    'momentum of 1',
    () => theory.sgdMode({ rho: 1, noise: 1, theta0: 1, learningRate: 1, momentum: 1 }, [1]),
    'RANGE',
    'momentum',
  ],
  ['half a step', () => theory.sgdMode({ rho: 1, noise: 1, theta0: 1, ...rule }, [0.5]), 'RANGE', 'steps'],
  ['a mode that explodes', () => theory.sgdMode({ rho: 100, noise: 1, theta0: 1, ...rule }, [1e6]), 'RANGE', 'steps'],
  [
    'the letter of the paper',
    () => theory.sgdMode({ rho: 1, noise: 1, theta0: 1, eta: 1 } as never, [1]),
    'OPTION',
    'sgdMode.eta',
  ],
  ['no stationary state', () => theory.msdCurve({ rho: [1, 30], noise: 1, ...rule }, [1]), 'RANGE', 'rho[1]'],
  ['no restoring force', () => theory.msdCurve({ rho: [0], noise: 1, ...rule }, [1]), 'RANGE', 'rho[0]'],
  ['one step', () => theory.anomalousExponent([2, 2], [1, 2]), 'RANGE', 'steps'],
  ['a displacement of 0', () => theory.anomalousExponent([1, 2], [0, 2]), 'RANGE', 'msd[0]'],
  ['a spectrum without a sum', () => theory.anomalousDiffusion({ decay: 1, noise: 1, ...rule }, [1]), 'RANGE', 'decay'],
  [
    'more momentum than there is',
    () => theory.equivalentRule({ ...rule, momentum: 0, batchSize: 1 }, 2),
    'RANGE',
    'alpha',
  ],
  ['too few outputs', () => theory.sgdLinearRegression({ ...data, sigma: 1, outputs: [1] }, [1]), 'SHAPE', 'outputs'],
  ['a start of another size', () => theory.sgdMomentRecursion({ ...data, theta0: [1, 2] }, [1]), 'SHAPE', 'theta0'],
  ['too many steps', () => theory.sgdMomentRecursion(data, [2e6]), 'RANGE', 'steps'],
  ['moments that explode', () => theory.sgdMomentRecursion({ ...data, learningRate: 100 }, [1000]), 'RANGE', 'steps'],
  [
    'a lopsided Hessian',
    () =>
      theory.modifiedLoss(
        {
          hessian: [
            [1, 1],
            [0, 1],
          ],
          sigma: 1,
          ...rule,
        },
        [0, 0],
        [0, 0],
      ),
    'RANGE',
    'hessian',
  ],
  [
    'a Hessian with a saddle',
    () => theory.modifiedLoss({ hessian: [[-1]], sigma: 1, ...rule }, [0], [0]),
    'CONVERGENCE',
    '',
  ],
  ['no sigma', () => theory.modifiedLoss({ hessian: [[1]], sigma: 0, ...rule }, [0], [0]), 'RANGE', 'sigma'],
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
    expect([(thrown as DeepLinearError).code, (thrown as DeepLinearError).argument ?? '']).toEqual([code, argument])
  })
})
