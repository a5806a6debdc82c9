// One hidden neuron f(x) = a w.x: its loss, and the path of a w in the plane, with the exact solution.
import { createNetwork, explicit, gradientDescent, probes, whitened } from 'deeplinear'
import { singleNeuronExact, singleNeuronFromBeta } from 'deeplinear/theory'
import { curvePanel, fromZero, lossPanel, timeAxis } from '../panels.js'
import { picturesOf } from '../pictures.js'
import { grid, type MakeScene, number, short } from '../scene.js'
import { trainScene } from '../train-scene.js'

const TARGET = [1, 0.6]

export const neuronScene: MakeScene = ({ engine, values }) => {
  const delta = number(values, 'delta')
  const rate = number(values, 'rate')
  const angle = (Math.PI * number(values, 'angle')) / 180 + Math.atan2(TARGET[1], TARGET[0])
  const size = number(values, 'size')
  const start = singleNeuronFromBeta(delta, [size * Math.cos(angle), size * Math.sin(angle)])
  const end = number(values, 'end')
  const init = explicit([{ data: Float64Array.from(start.w), shape: [1, 2] }, [[start.a]]])
  const net = createNetwork(engine, { sizes: [2, 1, 1], init })
  const map = (name: string, i: number) => probes.custom({ name, read: ({ endToEnd }) => endToEnd.data[i] })
  const time = timeAxis(end)
  const exact = () => singleNeuronExact({ a0: start.a, w0: start.w, betaStar: TARGET }, grid(end))
  const first = exact().loss[0]
  return trainScene({
    net,
    task: whitened([TARGET]),
    optimizer: gradientDescent({ learningRate: rate }),
    steps: end / rate,
    probes: [probes.loss(), map('beta_1', 0), map('beta_2', 1), probes.kernelDistance(), probes.weights()],
    columns: { loss: 1, beta_1: 1, beta_2: 1, kernelDistance: 1, weights: 3 },
    panels: [
      lossPanel(time, fromZero('loss', 1.05 * first)),
      {
        title: 'Path of the map a w in the plane; the cross is what fits',
        along: 'beta_1',
        x: { label: 'a w\u2081', scale: 'linear', min: -1.1, max: 1.6 },
        y: { label: 'a w\u2082', scale: 'linear', min: -0.9, max: 1.1 },
        series: [{ label: '', column: 'beta_2', index: 0, color: 0 }],
        levels: [],
        square: true,
        marks: [
          { x: TARGET[0], y: TARGET[1], label: 'target', cross: true },
          { x: start.a * start.w[0], y: start.a * start.w[1], label: 'start' },
        ],
      },
      curvePanel(
        'How far the tangent kernel has turned: 0 is lazy',
        'kernelDistance',
        2,
        time,
        fromZero('1 \u2212 cos', 1),
      ),
    ],
    pictures: picturesOf(net.weights.map((matrix, l) => ({ label: l === 0 ? 'w' : 'a', matrix, limit: 2 }))),
    bound: 1 / Math.max(1, Math.hypot(...TARGET), Math.abs(delta) / 2),
    code: [
      `const net = createNetwork(engine, { sizes: [2, 1, 1], init: explicit([[[${[...start.w].map(short).join(', ')}]], [[${short(start.a)}]]]) })`,
      `const run = train(net, whitened([[${TARGET.join(', ')}]]), { optimizer: gradientDescent({ learningRate: ${short(rate)} }), steps: STEPS })`,
    ].join('\n'),
    theory() {
      const { beta, loss, kernelDistance } = exact()
      const times = grid(end)
      const column = (i: number) => times.map((_, t) => beta[2 * t + i])
      return {
        series: [
          { panel: 0, label: 'exact', color: -1, x: times, y: loss },
          { panel: 1, label: 'exact', color: 0, x: column(0), y: column(1) },
          { panel: 2, label: 'exact', color: 2, x: times, y: kernelDistance },
        ],
      }
    },
  })
}
