// What the functions refuse, with the class of the error and the argument that it names.
import { describe, expect, test } from 'vitest'
import {
  convergedBlocks,
  convergedNoiseLoss,
  crossLosses,
  crossLossRate,
  differentiation,
  forgetting,
  gaussianLambda,
  halfTimes,
  hiddenSimilarity,
  identityDeviation,
  initializationVariances,
  inputNoiseLoss,
  itemTransfer,
  kernelDistance,
  lambdaBalance,
  lambdaBalancedFactors,
  lambdaBalancedFlow,
  lambdaBalancedPath,
  lambdaBalancedSteps,
  lambdaBalancedTheorem,
  lambdaBalancedWeights,
  lambdaModes,
  lazyFraction,
  lazyLimit,
  learnedFraction,
  modeAlignment,
  modeTimes,
  momentOf,
  ntkApply,
  ntkDistance,
  ntkDistances,
  outputSimilarity,
  parameterNoiseLoss,
  regimeLimit,
  regimeMap,
  regimeRates,
  reversalModes,
  reversalTimes,
  richFraction,
  spectrumRanks,
  subspaceOverlap,
  targetAlignment,
  taskBasis,
} from '../../src/theory/index.js'

const eye = [
  [1, 0],
  [0, 1],
]
const base = {
  w1: eye,
  w2: eye,
  sigmaYX: [
    [2, 0],
    [0, 1],
  ],
  times: [0, 1],
}
const flow = () => lambdaBalancedFlow(base)
const bad = (change: object) => ({ ...base, ...change }) as typeof base
const NAN = [
  [1, 0],
  [0, NaN],
]

/** 1e8 numbers a time. */
const WIDE = { w1: { data: new Float64Array(1e4), shape: [1, 1e4] }, w2: [[0]], times: new Float64Array(11) }

const CASES: [string, string, () => unknown][] = [
  ['DTYPE', 'w1', () => lambdaBalancedFlow(bad({ w1: 3 }))],
  ['RANGE', 'w1', () => lambdaBalancedFlow(bad({ w1: NAN }))],
  ['SHAPE', 'w2', () => lambdaBalancedFlow(bad({ w2: [[1, 0, 0]] }))],
  ['SHAPE', 'w1', () => lambdaBalancedFlow(bad({ w1: { data: [], shape: [0, 0] } }))],
  ['SHAPE', 'sigmaYX', () => lambdaBalancedFlow(bad({ sigmaYX: [[1, 2]] }))],
  [
    'RANGE',
    'sigmaYX',
    () =>
      lambdaBalancedFlow(
        bad({
          sigmaYX: [
            [1, 0],
            [Infinity, 1],
          ],
        }),
      ),
  ],
  ['RANGE', 'times[1]', () => lambdaBalancedFlow(bad({ times: [0, -1] }))],
  ['RANGE', 'times[0]', () => lambdaBalancedFlow(bad({ times: [NaN] }))],
  ['RANGE', 'times', () => lambdaBalancedFlow(bad({ times: [1e300] }))],
  [
    'RANGE',
    'times',
    () =>
      lambdaBalancedFlow(
        bad({
          sigmaYX: [
            [1e200, 0],
            [0, 1],
          ],
          times: [1e200],
        }),
      ),
  ],
  ['MEMORY', 'times', () => lambdaBalancedFlow(bad(WIDE))],
  ['DTYPE', 'times', () => lambdaBalancedFlow(bad({ times: 3 }))],
  ['RANGE', 'tau', () => lambdaBalancedFlow(bad({ tau: 0 }))],
  ['RANGE', 'tolerance', () => lambdaBalancedFlow(bad({ tolerance: -1 }))],
  ['RANGE', 'rankTolerance', () => lambdaBalancedFlow(bad({ rankTolerance: 1 }))],
  ['RANGE', 'minimumLoss', () => lambdaBalancedFlow(bad({ minimumLoss: -1 }))],
  ['OPTION', 'lambdaBalancedFlow.time', () => lambdaBalancedFlow(bad({ time: [1] }))],
  ['RANGE', 'w1, w2', () => lambdaBalancedFlow(bad({ lambda: 1 }))],
  [
    'RANGE',
    'w1, w2',
    () =>
      lambdaBalancedFlow(
        bad({
          w2: [
            [2, 0],
            [0, 1],
          ],
        }),
      ),
  ],
  ['OPTION', 'lambdaBalancedSteps.rankTolerance', () => lambdaBalancedSteps(bad({ rankTolerance: 0 }))],
  ['RANGE', 'times', () => lambdaBalancedSteps(bad({ times: [1, 0] }))],
  ['RANGE', 'times', () => lambdaBalancedSteps(bad({ times: [1e9] }))],
  ['RANGE', 'times', () => lambdaBalancedPath(bad({ times: [1e9] }))],
  [
    'RANGE',
    'sigmaYX',
    () =>
      lambdaBalancedTheorem(
        bad({
          sigmaYX: [
            [1, 0],
            [0, 0],
          ],
        }),
      ),
  ],
  [
    'RANGE',
    'w1, w2',
    () =>
      lambdaBalancedTheorem(
        bad({
          sigmaYX: [
            [-1, 0],
            [0, -1],
          ],
        }),
      ),
  ],
  ['RANGE', 'index', () => momentOf(flow(), 2)],
  ['SHAPE', 'task', () => crossLosses(flow(), [[[1]]])],
  ['SHAPE', 'task', () => crossLossRate(momentOf(flow(), 0), eye, [[1]])],
  ['OPTION', 'tasks', () => forgetting([])],
  ['SHAPE', 'task', () => forgetting([eye, [[1]]])],
  ['SHAPE', 'sigmaYX', () => taskBasis([] as never)],
  ['DTYPE', 'sigmaYX', () => taskBasis({ ...taskBasis(eye) } as never)],
  ['RANGE', 'w2', () => lambdaBalance(eye, NAN)],
  ['OPTION', 'sizes', () => lambdaBalancedWeights({ sizes: [2, 2] as never, lambda: 0, strengths: [1] })],
  ['RANGE', 'strengths[0]', () => lambdaBalancedWeights({ sizes: [2, 2, 2], lambda: 0, strengths: [-1] })],
  ['SHAPE', 'strengths', () => lambdaBalancedWeights({ sizes: [2, 2, 2], lambda: 0, strengths: [1, 1, 1] })],
  [
    'RANGE',
    'left',
    () =>
      lambdaBalancedWeights({
        sizes: [2, 2, 2],
        lambda: 0,
        strengths: [1],
        left: [
          [1, 1],
          [0, 1],
        ],
      }),
  ],
  ['SHAPE', 'right', () => lambdaBalancedWeights({ sizes: [2, 2, 2], lambda: 0, strengths: [1], right: [[1], [0]] })],
  ['RANGE', 'lambda', () => lambdaBalancedWeights({ sizes: [2, 3, 2], lambda: 1, strengths: [1] })],
  ['SHAPE', 'map', () => lambdaBalancedFactors(eye, { lambda: 0, hidden: 1 })],
  ['RANGE', 'hidden', () => lambdaBalancedFactors(eye, { lambda: 0, hidden: 0 })],
  [
    'RANGE',
    'hidden',
    () =>
      convergedBlocks({
        sigmaYX: [
          [2, 0, 0],
          [0, 1, 0],
        ],
        lambda: -1,
        hidden: 3,
      }),
  ],
  ['RANGE', 'hidden', () => convergedBlocks({ sigmaYX: eye, lambda: 1, hidden: 1 })],
  [
    'RANGE',
    'hidden',
    () =>
      convergedBlocks({
        sigmaYX: [
          [1, 0],
          [0, 0],
          [0, 0],
        ],
        lambda: 1,
      }),
  ],
  [
    'RANGE',
    'inputs',
    () =>
      itemTransfer({
        sigmaYX: [
          [1, 0],
          [0, 0],
        ],
        lambda: 0,
      }),
  ],
  ['SHAPE', 'a', () => hiddenSimilarity([[1]], eye)],
  ['RANGE', 'tolerance', () => outputSimilarity(eye, eye, 1)],
  ['RANGE', 'v1', () => parameterNoiseLoss(eye, eye, -1)],
  ['RANGE', 'v2', () => convergedNoiseLoss({ sigmaYX: eye, lambda: 0, v1: 1, v2: NaN })],
  ['RANGE', 'v', () => inputNoiseLoss(eye, -1)],
  ['OPTION', 'u0', () => lambdaModes({ s: [1], times: [0] })],
  ['OPTION', 'u0', () => lambdaModes({ s: [1], a0: [1], b0: [1], lambda: 0, times: [0] })],
  ['SHAPE', 'u0', () => lambdaModes({ s: [1], u0: [1, 2], times: [0] })],
  ['RANGE', 's[0]', () => lambdaModes({ s: [NaN], u0: 1, times: [0] })],
  ['OPTION', 'u0', () => learnedFraction({ s: 1, u0: 1, lambda: 0, times: [0] })],
  ['RANGE', 'u0', () => richFraction(1, 0, [0])],
  ['RANGE', 'lambda', () => lazyFraction(Infinity, [0])],
  ['RANGE', 'to', () => modeTimes({ s: [1], u0: 0.5, to: 0.4 })],
  ['RANGE', 'to', () => modeTimes({ s: [1], u0: 0.5, to: 1.1 })],
  ['RANGE', 's', () => halfTimes({ s: [0], u0: 1 })],
  ['RANGE', 's', () => differentiation({ s: [1, 0], u0: 0.1 })],
  ['RANGE', 's', () => reversalTimes([0], 1)],
  ['RANGE', 's[0]', () => reversalModes({ s: [-1], lambda: 1, times: [0] })],
  ['RANGE', 'sizes', () => regimeLimit([3, 4, 3], 1)],
  ['RANGE', 'w1, w2', () => regimeRates({ w1: eye, w2: eye, sigmaYX: eye })],
  [
    'RANGE',
    'lambda',
    () =>
      regimeMap({
        sigmaYX: [
          [1, 0, 0],
          [0, 1, 0],
        ],
        lambdas: [1],
        strengths: [1],
        hidden: 3,
      }),
  ],
  ['RANGE', 'a', () => regimeMap({ sigmaYX: eye, lambdas: [0], strengths: [0] })],
  ['RANGE', 'lambda', () => lazyLimit(eye, 0)],
  ['RANGE', 'lambda', () => lazyLimit([[1, 0]], -2)],
  ['RANGE', 'from', () => ntkDistances(flow(), 2)],
  ['SHAPE', 'a', () => ntkDistance({ a: [[1, 0]], b: eye }, { a: eye, b: eye })],
  ['SHAPE', 'v', () => ntkApply({ a: eye, b: eye }, eye, [[1]])],
  ['OPTION', 'scheme', () => initializationVariances('xavier' as never, [1, 1, 1])],
  ['RANGE', 'v2', () => gaussianLambda([1, 1, 1], 1, -1)],
  ['SHAPE', 'l', () => kernelDistance(eye, [[1]])],
  ['RANGE', 'kernel', () => kernelDistance([[0]], [[1]])],
  ['SHAPE', 'k', () => targetAlignment(eye, [1])],
  ['SHAPE', 'a', () => identityDeviation([[1, 2]])],
  ['RANGE', 's', () => spectrumRanks([0])],
  ['RANGE', 'u', () => subspaceOverlap([[2], [0]], [[1], [0]])],
  ['SHAPE', 'map', () => modeAlignment([[1]], eye)],
]

describe('refused', () => {
  test.each(CASES)('%s: %s', (code, argument, call) => {
    expect(call).toThrow(expect.objectContaining({ code, argument }))
  })
})

test('an unbalanced start: the error says by how much, and a tolerance lets it pass', () => {
  const start = bad({
    w2: [
      [2, 0],
      [0, 1],
    ],
  })
  // D = diag(3, 0): lambda 1.5, off by sqrt(2) 1.5, over 2 + 5.
  const error = 1.5 * Math.SQRT2
  expect(() => lambdaBalancedFlow(start)).toThrow(
    expect.objectContaining({
      data: { lambda: 1.5, error: expect.closeTo(error), scaledError: expect.closeTo(error / 7) },
    }),
  )
  const flow = lambdaBalancedFlow({ ...start, tolerance: Infinity })
  expect(flow.lambda).toBe(1.5)
  expect(flow.balanceError).toBeCloseTo(error, 14)
})

test('arguments are not changed', () => {
  const times = Float64Array.of(1, 0)
  const data = Float64Array.of(1, 0, 0, 1)
  lambdaBalancedFlow({ ...base, times, w1: { data, shape: [2, 2] } })
  expect([...times, ...data]).toEqual([1, 0, 1, 0, 0, 1])
})
