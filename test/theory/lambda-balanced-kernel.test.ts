// The tangent kernel against its explicit Jacobian, representations, and metrics of kernels, spectra and bases.
import { describe, expect, test } from 'vitest'
import { haar, tree7 } from '../../src/index.js'
import {
  centredAlignment,
  convergedBlocks,
  hiddenSimilarity,
  identityDeviation,
  kernelDistance,
  kernelMovement,
  lambdaBalancedFlow,
  modeAlignment,
  momentOf,
  ntkApply,
  ntkDistance,
  ntkInner,
  outputSimilarity,
  spectrumRanks,
  subspaceOverlap,
  targetAlignment,
} from '../../src/theory/index.js'
import { apart, dct, init4, matmul, nested, reflection, square, taskS4, transpose } from './lambda-balanced-setup.js'

describe('the tangent kernel', () => {
  const x = dct(4)
    .slice(0, 4)
    .map((row, i) => [...row, i - 1, 0.5])
  /** K from the derivatives of every output with respect to every weight. */
  function kernel(w1: number[][], w2: number[][], data: number[][]): number[][] {
    const h = matmul(w1, data)
    const rows: number[][] = []
    for (let o = 0; o < w2.length; o++) {
      for (let p = 0; p < data[0].length; p++) {
        const first = w1.map((_, unit) => data.map((row) => w2[o][unit] * row[p]))
        const second = w2.map((_, other) => h.map((row) => (other === o ? row[p] : 0)))
        rows.push([...first.flat(), ...second.flat()])
      }
    }
    return matmul(rows, transpose(rows))
  }
  const starts = [0.5, 3].map((lambda) => {
    const start = init4(lambda)
    const { a, b } = momentOf(lambdaBalancedFlow({ w1: start.w1, w2: start.w2, sigmaYX: taskS4, times: [0.4] }), 0)
    const layers = momentOf(lambdaBalancedFlow({ w1: start.w1, w2: start.w2, sigmaYX: taskS4, times: [0.4] }), 0)
    return {
      a,
      b,
      full: (data: number[][]) => kernel(nested(layers.w1.data, 4, 4), nested(layers.w2.data, 4, 4), data),
    }
  })

  test('applied to a vector, for any inputs', () => {
    const v = dct(4).map((row) => [...row, 1, -2])
    const wanted = matmul(
      starts[0].full(x),
      v.flat().map((value) => [value]),
    ).flat()
    expect(apart(ntkApply(starts[0], x, v), wanted)).toBeLessThan(1e-13)
  })
  test('inner products and distances, without forming it', () => {
    const [first, second] = starts.map(({ full }) => full(dct(4).map((row) => row.map((value) => 2 * value))).flat())
    const wanted = first.reduce((sum, value, i) => sum + value * second[i], 0)
    expect(ntkInner(starts[0], starts[1]) / (wanted / 16)).toBeCloseTo(1, 13)
    const cosine = wanted / Math.sqrt(square([first]) * square([second]))
    expect(ntkDistance(starts[0], starts[1])).toBeCloseTo(1 - cosine, 13)
    expect(ntkDistance(starts[0], starts[0])).toBe(0)
  })
})

test('representations seen from below and above agree after convergence', () => {
  for (const lambda of [0, 5, -5]) {
    const { a, b, w } = convergedBlocks({ sigmaYX: taskS4, lambda })
    const y = matmul(nested(w.data, 4, 4), dct(4))
    expect(apart(hiddenSimilarity(a, dct(4)), outputSimilarity(b, y))).toBeLessThan(1e-12)
  }
  // The Haar task: the large layer loses its structure.
  const deviations = [-5, 0].map((lambda) => {
    const { a, b } = convergedBlocks({ sigmaYX: haar(8).sigmaYX, lambda })
    return [identityDeviation(a), identityDeviation(b)]
  })
  expect(apart(deviations.flat(), [0.011458, 0.514228, 0.289735, 0.289735])).toBeLessThan(5e-7)
  // Rank 4 of 7 x 8: the pseudo-inverse leaves out what is not there.
  const { a, b, w } = convergedBlocks({ sigmaYX: tree7().sigmaYX, lambda: 0 })
  expect(apart(outputSimilarity(b, w), a.data)).toBeLessThan(1e-12)
})

test('metrics', () => {
  const k = [
    [2, 1, 0],
    [1, 3, 1],
    [0, 1, 1],
  ]
  const l = [
    [1, 0, 1],
    [0, 2, 0],
    [1, 0, 2],
  ]
  expect(kernelDistance(k, l)).toBeCloseTo(0.289330945481, 12)
  expect(kernelMovement(l, k)).toBeCloseTo(Math.sqrt(9 / 18), 14)
  expect(targetAlignment(k, [1, 2, 3])).toBeCloseTo(0.656599153959, 12)
  expect(centredAlignment(k, l)).toBeCloseTo(0.708010432394, 12)
  const { effective, stable, participation } = spectrumRanks([4, 2, 1, 1])
  expect(apart([effective, stable, participation], [3.36358566101, 1.375, 1.76642335766])).toBeLessThan(1e-11)
  const mode = modeAlignment(taskS4, taskS4)
  expect(apart(mode.strengths, [2, 1.5, 1, 0.7])).toBeLessThan(1e-14)
  expect(mode.misalignment).toBeLessThan(1e-15)
  const basis = transpose(transpose(reflection([1, 2, 3])).slice(0, 2))
  expect(subspaceOverlap(basis, basis)).toBeCloseTo(1, 14)
})
