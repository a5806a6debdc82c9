// Gradient descent breaks what gradient flow conserves: the balance of two layers drifts, as the modified flow predicts.
import { createNetwork, gaussian, gradientDescent, probes, teacher, whitened } from 'deeplinear'
import { modifiedGradientFlow } from 'deeplinear/theory'
import { curvePanel, fromZero, lossPanel, timeAxis } from '../panels.js'
import { picturesOf } from '../pictures.js'
import { grid, type MakeScene, number, short } from '../scene.js'
import { trainScene } from '../train-scene.js'
import { subscript } from '../words.js'

const [N, M] = [6, 4]
const VALUES = [2, 1.5, 1, 0.5]

export const symmetryScene: MakeScene = ({ engine, values, seed }) => {
  const [rate, width, variance, end] = [
    number(values, 'rate'),
    number(values, 'width'),
    number(values, 'variance'),
    number(values, 'end'),
  ]
  const { map } = teacher({ inputs: N, outputs: M, singularValues: VALUES, seed })
  const net = createNetwork(engine, { sizes: [N, width, M], init: gaussian({ variance }), seed })
  const start = net.weights.map((matrix) => Float64Array.from(matrix.toArray()))
  const field = fieldOf(map, width)
  const times = grid(end, 201)
  const solve = () => {
    // Theory on its own: the equation of the modified flow, integrated.
    const path = modifiedGradientFlow(field, [...start[0], ...start[1]], times, { learningRate: rate, rtol: 1e-8 })
    const size = start[0].length + start[1].length
    const frames = Array.from(times, (_, t) => path.subarray(t * size, (t + 1) * size))
    return { drift: driftOf(frames, width), loss: Float64Array.from(frames, (theta) => field.loss(theta)) }
  }
  const known = solve()
  const time = timeAxis(end)
  const drifted = Math.max(...known.drift, 1e-12)
  const unit = Math.max(0, Math.ceil(-Math.log10(drifted)))
  return trainScene({
    net,
    task: whitened({ data: map, shape: [M, N] }),
    optimizer: gradientDescent({ learningRate: rate }),
    steps: end / rate,
    probes: [
      probes.loss(),
      probes.gradientNorm(),
      { ...probes.balance({ drift: true }), name: 'drift' },
      probes.singularValues(),
    ],
    columns: { loss: 1, gradientNorm: 1, drift: 1, singularValues: M },
    panels: [
      lossPanel(time, fromZero('loss', 1.05 * known.loss[0]), { plateaus: true }),
      curvePanel(
        'Drift of the balance D = W\u2082\u2032W\u2082 \u2212 W\u2081W\u2081\u2032; gradient flow would keep it at 0',
        'drift',
        1,
        time,
        fromZero('|D(t) \u2212 D(0)|', 1.2 * drifted),
      ),
    ],
    pictures: picturesOf(net.weights.map((matrix, l) => ({ label: `W${subscript(l + 1)}`, matrix }))),
    bound: 2 / (2 * VALUES[0]),
    notes: unit > 8 ? ['The drift is below what rounding shows; take a larger learning rate.'] : [],
    code: [
      `const net = createNetwork(engine, { sizes: [${N}, ${width}, ${M}], init: gaussian({ variance: ${variance} }), seed: ${seed} })`,
      `const task = teacher({ inputs: ${N}, outputs: ${M}, singularValues: ${JSON.stringify(VALUES)}, seed: ${seed} })`,
      `const run = train(net, task, { optimizer: gradientDescent({ learningRate: ${short(rate)} }), steps: STEPS, record: { every: EVERY, probes: [probes.balance({ drift: true })] } })`,
    ].join('\n'),
    theory: () => ({
      series: [
        { panel: 0, label: 'modified flow', color: -1, x: times, y: known.loss },
        { panel: 1, label: 'modified flow', color: 1, x: times, y: known.drift },
      ],
    }),
  })
}

/** The loss 1/2 |W_2 W_1 - map|^2 of all weights in a row, W_1 (width, N) before W_2 (M, width), with its derivatives. */
function fieldOf(map: Float64Array, width: number) {
  const split = (theta: Float64Array) => [theta.subarray(0, width * N), theta.subarray(width * N)]
  const residual = (theta: Float64Array) => {
    const [w1, w2] = split(theta)
    const r = map.map((entry) => -entry)
    for (let i = 0; i < M; i++)
      for (let k = 0; k < width; k++) for (let j = 0; j < N; j++) r[i * N + j] += w2[i * width + k] * w1[k * N + j]
    return r
  }
  const gradient = (theta: Float64Array, out: Float64Array) => {
    const [w1, w2] = split(theta)
    const r = residual(theta)
    out.fill(0)
    const [g1, g2] = split(out)
    for (let i = 0; i < M; i++)
      for (let j = 0; j < N; j++)
        for (let k = 0; k < width; k++) {
          g1[k * N + j] += w2[i * width + k] * r[i * N + j]
          g2[i * width + k] += r[i * N + j] * w1[k * N + j]
        }
  }
  const [plus, minus] = [new Float64Array(width * (N + M)), new Float64Array(width * (N + M))]
  return {
    gradient,
    /** The gradient is a polynomial of degree 3: this central difference is off by the cubic part alone, of order h^2. */
    hessianProduct(theta: Float64Array, v: Float64Array, out: Float64Array) {
      const h = 1e-4
      gradient(
        theta.map((entry, i) => entry + h * v[i]),
        plus,
      )
      gradient(
        theta.map((entry, i) => entry - h * v[i]),
        minus,
      )
      for (let i = 0; i < out.length; i++) out[i] = (plus[i] - minus[i]) / (2 * h)
    },
    loss: (theta: Float64Array) => residual(theta).reduce((sum, entry) => sum + 0.5 * entry * entry, 0),
  }
}

/** |D(t) - D(0)|_F along a path of weights. */
function driftOf(frames: readonly Float64Array[], width: number): Float64Array {
  const balance = (theta: Float64Array) => {
    const d = new Float64Array(width * width)
    const offset = width * N
    for (let a = 0; a < width; a++)
      for (let b = 0; b < width; b++) {
        let sum = 0
        for (let i = 0; i < M; i++) sum += theta[offset + i * width + a] * theta[offset + i * width + b]
        for (let j = 0; j < N; j++) sum -= theta[a * N + j] * theta[b * N + j]
        d[a * width + b] = sum
      }
    return d
  }
  const first = balance(frames[0])
  return Float64Array.from(frames, (theta) =>
    Math.sqrt(balance(theta).reduce((sum, entry, i) => sum + (entry - first[i]) ** 2, 0)),
  )
}
