// The geometry of gradients and Hessians, on networks differentiated by dual numbers; and what does not apply, refused.
import { describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import * as theory from '../../src/theory/index.js'
import { scaleInvariantTrain } from '../../src/train/scale-invariant.js'

/** a + b e + c f + d ef with e^2 = f^2 = 0: one run gives a value, two slopes and a mixed second derivative. */
type Dual = [number, number, number, number]
const add = (x: Dual, y: Dual): Dual => [x[0] + y[0], x[1] + y[1], x[2] + y[2], x[3] + y[3]]
const times = (x: Dual, y: Dual): Dual => [
  x[0] * y[0],
  x[0] * y[1] + x[1] * y[0],
  x[0] * y[2] + x[2] * y[0],
  x[0] * y[3] + x[1] * y[2] + x[2] * y[1] + x[3] * y[0],
]
const real = (a: number): Dual => [a, 0, 0, 0]
const wave = (count: number, phase: number) =>
  Float64Array.from({ length: count }, (_, i) => Math.sin(2.3 * i * i + phase))

const [D, H, O, P] = [3, 4, 2, 5]
const [x, y] = [wave(D * P, 1), wave(O * P, 2)]
const shapes = [
  [H, D],
  [O, H],
] as const

/** 1/(2P) |Y - W2 f(W1 X)|^2 on duals, f linear or a rectifier. */
function loss(theta: Dual[], rectified: boolean): Dual {
  let sum = real(0)
  for (let p = 0; p < P; p++) {
    const hidden = Array.from({ length: H }, (_, i) => {
      let z = real(0)
      for (let j = 0; j < D; j++) z = add(z, times(theta[i * D + j], real(x[j * P + p])))
      return rectified && z[0] <= 0 ? real(0) : z
    })
    for (let o = 0; o < O; o++) {
      let r = real(-y[o * P + p])
      for (let i = 0; i < H; i++) r = add(r, times(theta[H * D + o * H + i], hidden[i]))
      sum = add(sum, times(r, r))
    }
  }
  return times(sum, real(1 / (2 * P)))
}

function derivatives(theta: Float64Array, along: Float64Array, rectified: boolean) {
  const [gradient, product] = [new Float64Array(theta.length), new Float64Array(theta.length)]
  for (let i = 0; i < theta.length; i++) {
    const out = loss(
      Array.from(theta, (value, j): Dual => [value, along[j], i === j ? 1 : 0, 0]),
      rectified,
    )
    gradient[i] = out[2]
    product[i] = out[3]
  }
  return { gradient, product }
}

const split = (flat: Float64Array) => {
  const at = H * D
  return [flat.subarray(0, at), flat.subarray(at)].map((data, l) => ({ data: data.slice(), shape: [...shapes[l]] }))
}

describe.each([
  ['linear', false],
  ['rectified', true],
])('%s layers', (_, rectified) => {
  const theta = wave(H * D + O * H, 3)
  const hessianProduct = (directions: readonly { data: Float64Array }[]) =>
    split(derivatives(theta, Float64Array.from(directions.flatMap(({ data }) => [...data])), rectified).product)
  const { gradient } = derivatives(theta, new Float64Array(theta.length), rectified)

  test('gradient and Hessian have the symmetry of their neurons', () => {
    const [found] = theory.symmetryResiduals(split(theta), split(gradient), { hessianProduct })
    expect(found.rescale).toBeLessThan(2e-15)
    expect(found.hessian).toBeLessThan(5e-15)
    // Only linear ones may also be mixed.
    if (rectified) expect(found.linear).toBeGreaterThan(0.01)
    else expect(found.linear).toBeLessThan(2e-15)
    const [all] = theory.symmetryResiduals(split(theta), split(gradient), { hessianProduct, generators: 'all' })
    if (rectified) expect(all.hessian).toBeGreaterThan(0.01)
    else expect(all.hessian).toBeLessThan(5e-15)
  })

  test('a gradient that is none is found out', () => {
    const other = gradient.slice()
    other[0] += 1e-3
    const [found] = theory.symmetryResiduals(split(theta), split(other), { hessianProduct })
    expect(found.rescale).toBeGreaterThan(1e-6)
    expect(found.hessian).toBeGreaterThan(1e-4)
  })
})

test('scale and translation', () => {
  // f = atan2(y, x): gradient (-y, x)/r^2.
  const [a, b] = [0.6, 1.1]
  const r2 = a * a + b * b
  const hessian = ([u, v]: Float64Array) => {
    const [xx, xy] = [(2 * a * b) / (r2 * r2), (b * b - a * a) / (r2 * r2)]
    return [xx * u + xy * v, xy * u - xx * v]
  }
  const scale = theory.scaleResiduals([a, b], [-b / r2, a / r2], hessian)
  expect(scale.gradient).toBeLessThan(1e-16)
  expect(scale.hessian).toBeLessThan(1e-15)
  expect(theory.scaleResiduals([a, b], [1, 1], hessian).gradient).toBeCloseTo(1.7, 14)
  // f = -log softmax_0: gradient p - e_0, Hessian diag(p) - p p'.
  const weights = [1, 2, 4].map((value) => value / 7)
  const soft = theory.translationResiduals([weights[0] - 1, weights[1], weights[2]], undefined, (v) => {
    const mean = weights[0] * v[0] + weights[1] * v[1] + weights[2] * v[2]
    return weights.map((p, i) => p * (v[i] - mean))
  })
  expect(soft.gradient).toBeLessThan(3e-16)
  expect(soft.hessian).toBeLessThan(3e-16)
  expect(theory.translationResiduals([1, 2, 3], [0, 2]).gradient).toBe(4)
})

const weights = [[[1, 2]], [[3]]]
const rule = { learningRate: 0.1 }
const decaying = { learningRate: 0.1, weightDecay: 0.1 }
const CASES: [string, () => unknown, string, string][] = [
  ['one layer', () => theory.noetherCharges([[[1]]]), 'SHAPE', 'weights'],
  ['layers that do not chain', () => theory.noetherCharges([[[1, 2]], [[1, 2]]]), 'SHAPE', 'weights[1]'],
  ['a NaN', () => theory.noetherCharges([[[NaN, 2]], [[1]]]), 'RANGE', 'weights[0]'],
  ['no list', () => theory.noetherCharges(3 as never), 'DTYPE', 'weights'],
  ['rates of 0', () => theory.noetherCharges(weights, { rates: [0, 1] }), 'RANGE', 'rates[0]'],
  ['velocities too few', () => theory.noetherCharges(weights, { velocities: [[[1, 2]]] }), 'SHAPE', 'velocities'],
  ['a long bias', () => theory.noetherCharges(weights, { biases: [[1, 2]] }), 'SHAPE', 'biases[0]'],
  ['gradients of another shape', () => theory.symmetryResiduals(weights, [[[1]], [[1]]]), 'SHAPE', 'gradients[0]'],
  [
    'a product that is none',
    () => theory.symmetryResiduals(weights, weights, { hessianProduct: 1 as never }),
    'DTYPE',
    'hessianProduct',
  ],
  ['vectors of different lengths', () => theory.scaleResiduals([1], [1, 2]), 'SHAPE', 'gradient'],
  ['an index of none', () => theory.translationResiduals([1], [1]), 'RANGE', 'subset[0]'],
  ['half an index', () => theory.translationResiduals([1, 2], [0.5]), 'SHAPE', 'subset'],
  [
    'two numbers as a matrix',
    () => theory.chargeRecorder({ ...rule, symmetry: 'linear', charge: [1, 2] }),
    'SHAPE',
    'charge',
  ],
  ['no symmetry', () => theory.chargeRecorder({ ...rule, charge: 1 } as never), 'OPTION', 'symmetry'],
  [
    'a kinetic term too long',
    () => theory.chargeRecorder({ ...rule, symmetry: 'scale', charge: 1 }).step([1, 2]),
    'SHAPE',
    'kinetic',
  ],
  [
    'a kinetic term of a translation',
    () => theory.chargeRecorder({ ...rule, symmetry: 'translation', charge: 1 }).step(1),
    'RANGE',
    'kinetic',
  ],
  ['momentum 1', () => theory.dampedOscillator({ learningRate: 1, momentum: 1 }, 1), 'RANGE', 'momentum'],
  ['half a step', () => theory.dampedOscillator(rule, 0.5), 'RANGE', 'steps'],
  [
    'flow with momentum',
    () => theory.brokenConservation({ ...rule, momentum: 0.5, start: 1, squares: [1], kind: 'flow' }),
    'OPTION',
    'kind',
  ],
  [
    'an oscillator of gradients',
    () => theory.brokenConservation({ ...rule, start: 1, squares: [1], kind: 'oscillator', of: 'gradient' }),
    'OPTION',
    'of',
  ],
  [
    'no Hessian',
    () => theory.modifiedGradientFlow({ gradient: () => {} }, [1], [1], rule),
    'DTYPE',
    'field.hessianProduct',
  ],
  ['no gradient', () => theory.lagrangianFlow({} as never, [1], [1], rule), 'DTYPE', 'field'],
  ['a radius of 0', () => theory.effectiveLearningRate(0, rule), 'RANGE', 'squaredRadius'],
  ['no decay', () => theory.rotationalEquilibrium(rule), 'RANGE', 'weightDecay'],
  ['an unknown option', () => theory.rotationalEquilibrium({ ...decaying, k: 1 } as never), 'OPTION', 'options.k'],
  [
    'exact with momentum',
    () => theory.radiusPrediction({ ...rule, momentum: 0.5, start: 1, squares: [1], mode: 'exact' }),
    'OPTION',
    'mode',
  ],
  ['negative squares', () => theory.radiusPrediction({ ...rule, start: 1, squares: [-1] }), 'RANGE', 'squares[0]'],
  ['a start of length 0', () => scaleInvariantTrain(() => {}, [0], { ...rule, steps: 1 }), 'RANGE', 'start'],
  ['nothing to start from', () => scaleInvariantTrain(() => {}, [], { ...rule, steps: 1 }), 'SHAPE', 'start'],
  ['no function', () => scaleInvariantTrain(1 as never, [1], { ...rule, steps: 1 }), 'DTYPE', 'gradient'],
]

test.each(CASES)('%s is refused', (_, call, code, argument) => {
  let caught: unknown
  try {
    call()
  } catch (error) {
    caught = error
  }
  expect(caught).toBeInstanceOf(DeepLinearError)
  expect(caught).toMatchObject({ code, argument })
})
