// SGD once it has settled: how far the weights wander from where one began to look, on a power-law spectrum.
import { createNetwork, gaussian, labelNoise, probes, regression, sgd } from 'deeplinear'
import { msdCurve } from 'deeplinear/theory'
import { picturesOf } from '../pictures.js'
import { logGrid, type MakeScene, number, short } from '../scene.js'
import { trainScene } from '../train-scene.js'

/** Modes, and independent networks: rows of one layer, each with noise of its own. */
const MODES = 40
const WALKERS = 48
const STEPS = 6000

export const diffusionScene: MakeScene = ({ engine, values, seed }) => {
  const [rate, decay] = [number(values, 'rate'), number(values, 'decay')]
  const rho = Array.from({ length: MODES }, (_, l) => (l + 1) ** -decay)
  const variance = rate / (2 * MODES)
  const net = createNetwork(engine, { sizes: [MODES, WALKERS], init: gaussian({ variance }), seed })
  const start = Float64Array.from(net.weights[0].toArray())
  const inputs = rho.map((value, l) => rho.map((_, n) => (n === l ? Math.sqrt(MODES * value) : 0)))
  const calm = regression(
    inputs,
    Array.from({ length: WALKERS }, () => new Array<number>(MODES).fill(0)),
  )
  const moved = probes.custom({
    name: 'moved',
    read: ({ endToEnd: { data } }) =>
      data.reduce((sum, entry, i) => sum + (entry - start[i]) ** 2, 0) / WALKERS || Number.MIN_VALUE,
  })
  const shown = engine.matrix([WALKERS, MODES])
  const every = STEPS / 600
  const steps = Array.from(logGrid(every, STEPS, 121), Math.round)
  const curve = () => msdCurve({ rho, noise: rho, learningRate: rate, batchSize: MODES }, steps).discrete
  const top = curve().at(-1)!
  const bottom = curve()[0]
  return trainScene({
    net,
    task: labelNoise(calm, { sigma: 1, seed: seed + 1 }),
    optimizer: sgd({ learningRate: rate }),
    steps: STEPS,
    probes: [probes.loss(), moved],
    columns: { loss: 1, moved: 1 },
    panels: [
      {
        title: 'Mean squared displacement of 48 networks',
        along: 'step',
        x: { label: 'step', scale: 'log', min: every, max: STEPS },
        y: { label: '|w(k) \u2212 w(0)|\u00b2', scale: 'log', min: 0.5 * bottom, max: 2.5 * top },
        series: [{ label: '', column: 'moved', index: 0, color: 0 }],
        levels: [],
      },
      {
        title: 'Loss: it has nothing more to learn, and goes on moving',
        along: 'step',
        x: { label: 'step', scale: 'linear', min: 0, max: STEPS },
        y: {
          label: 'loss',
          scale: 'linear',
          min: 0,
          max: (WALKERS * rate * rho.reduce((sum, value) => sum + value, 0)) / (2 * MODES),
        },
        series: [{ label: '', column: 'loss', index: 0, color: -1 }],
        levels: [],
      },
    ],
    pictures: picturesOf([{ label: 'displacement (rows: networks, columns: modes)', matrix: shown }]),
    bound: 2 / rho[0],
    code: [
      `const net = createNetwork(engine, { sizes: [${MODES}, ${WALKERS}], init: gaussian({ variance: ${short(variance)} }), seed: ${seed} })`,
      `const task = labelNoise(regression(inputs, zeros), { sigma: 1, seed: ${seed + 1} }) // inputs: diag(sqrt(${MODES} l^-${decay}))`,
      `const run = train(net, task, { optimizer: sgd({ learningRate: ${short(rate)} }), steps: STEPS })`,
    ].join('\n'),
    look() {
      const now = net.weights[0].view()
      shown.set(start.map((entry, i) => now[i] - entry))
    },
    theory: () => {
      const x = Float64Array.from(steps)
      const calmLoss = (WALKERS * variance * rho.reduce((sum, value) => sum + value, 0)) / 2
      return {
        series: [
          { panel: 0, label: 'stationary SGD', color: 0, x, y: curve() },
          { panel: 1, label: 'mean', color: -1, x: Float64Array.of(0, STEPS), y: Float64Array.of(calmLoss, calmLoss) },
        ],
        why: `The displacement grows as steps to the power ${(1 / decay).toFixed(2)} before it ends: anomalous, where a free walker has 1.`,
      }
    },
    owned: [shown],
  })
}
