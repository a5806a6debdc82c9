// A linear autoencoder with a penalty on its weights: it finds the principal axes themselves, shrinks them, and gives up the small ones.
import { autoencoder, createNetwork, explicit, gaussian, gradientDescent, probes, teacher } from 'deeplinear'
import { laeMode, laeShrinkage } from 'deeplinear/theory'
import { fromZero, lossPanel, timeAxis } from '../panels.js'
import { picturesOf } from '../pictures.js'
import { grid, type MakeScene, number, short } from '../scene.js'
import { trainScene } from '../train-scene.js'
import { subscript } from '../words.js'

const VARIANCES = [4, 3.2, 2.4, 1.6, 0.8]
/** Singular values of the map at an aligned start. */
const SMALL = 1e-3

export const autoencoderScene: MakeScene = ({ engine, values, seed }) => {
  const [lambda, rate, end] = [number(values, 'penalty'), number(values, 'rate'), number(values, 'end')]
  const n = VARIANCES.length
  // Random axes: Q diag(v) Q' with the left factor of a random map whose singular values are all 1.
  const q = teacher({ inputs: n, outputs: n, singularValues: VARIANCES.map(() => 1), seed }).map
  const covariance = new Float64Array(n * n)
  for (let i = 0; i < n; i++)
    for (let j = 0; j < n; j++)
      for (let k = 0; k < n; k++) covariance[i * n + j] += q[i * n + k] * VARIANCES[k] * q[j * n + k]
  const aligned = values.from === 'aligned'
  const encoder = Float64Array.from(
    { length: n * n },
    (_, at) => Math.sqrt(SMALL) * q[(at % n) * n + Math.floor(at / n)],
  )
  const decoder = Float64Array.from({ length: n * n }, (_, at) => Math.sqrt(SMALL) * q[at])
  const shape = [n, n] as const
  const init = aligned
    ? explicit([
        { data: encoder, shape },
        { data: decoder, shape },
      ])
    : gaussian({ variance: 1e-3 })
  const net = createNetwork(engine, { sizes: [n, n, n], init, seed })
  const task = autoencoder({ data: covariance, shape }, { penalty: 'sum', lambda })
  const axes = engine.matrix([n, n])
  const kept = laeShrinkage(VARIANCES, { penalty: 'sum', lambda })
  const time = timeAxis(end)
  /** How much of each row of the encoder lies along each principal axis. */
  const look = () => {
    const w = net.weights[0].view()
    const along = new Float64Array(n * n)
    for (let h = 0; h < n; h++)
      for (let k = 0; k < n; k++) for (let i = 0; i < n; i++) along[h * n + k] += w[h * n + i] * q[i * n + k]
    axes.set(along)
  }
  return trainScene({
    net,
    task,
    optimizer: gradientDescent({ learningRate: rate }),
    steps: end / rate,
    probes: [probes.loss(), probes.gradientNorm(), probes.singularValues(), probes.balance()],
    columns: { loss: 1, gradientNorm: 1, singularValues: n, balance: 1 },
    panels: [
      lossPanel(time, fromZero('loss', 0.55 * VARIANCES.reduce((sum, value) => sum + value, 0)), {
        title: 'Reconstruction loss',
        plateaus: true,
      }),
      {
        title: 'Singular values of decoder \u00d7 encoder',
        along: 'time',
        x: time,
        y: { label: 'singular value', scale: 'linear', min: 0, max: 1.1 },
        series: VARIANCES.map((_, k) => ({
          label: kept[k] > 0 ? `s${subscript(k + 1)}` : '',
          column: 'singularValues',
          index: k,
          color: k,
          end: kept[k],
        })),
        levels: [],
      },
    ],
    pictures: picturesOf([
      ...net.weights.map((matrix, l) => ({ label: l === 0 ? 'encoder' : 'decoder', matrix })),
      { label: 'encoder in principal axes', matrix: axes },
    ]),
    bound: 1 / (2 * VARIANCES[0]),
    code: [
      `const net = createNetwork(engine, { sizes: [${n}, ${n}, ${n}], init, seed: ${seed} })`,
      `const run = train(net, autoencoder(covariance, { penalty: 'sum', lambda: ${lambda} }), { optimizer: gradientDescent({ learningRate: ${short(rate)} }), steps: STEPS })`,
    ].join('\n'),
    look,
    theory() {
      const x = grid(end)
      const series = VARIANCES.map((variance, k) => ({
        panel: 1,
        label: 'theory',
        color: k,
        x,
        y: aligned ? laeMode(variance, SMALL, lambda, x) : x.map(() => kept[k]),
      }))
      const loss = x.map((_, t) =>
        VARIANCES.reduce(
          (sum, variance, k) => sum + 0.5 * variance * (1 - series[k].y[t]) ** 2 + lambda * series[k].y[t],
          0,
        ),
      )
      return aligned
        ? { series: [...series, { panel: 0, label: 'theory', color: -1, x, y: loss }] }
        : { series, why: 'From a random start the theory says where the singular values end, not how they get there.' }
    },
    owned: [axes],
  })
}
