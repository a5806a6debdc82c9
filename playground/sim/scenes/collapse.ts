// Label noise on copies of a two-layer diagonal network: every mode is shrunk by a threshold, and those below it collapse.
import { createDiagonalNetwork, labelNoise, probes, sgd, whitened } from 'deeplinear'
import { shrinkage } from 'deeplinear/theory'
import { timeAxis } from '../panels.js'
import { picturesOf } from '../pictures.js'
import { type MakeScene, number, short } from '../scene.js'
import { trainScene } from '../train-scene.js'
import { subscript } from '../words.js'

const TARGETS = [1, 0.8, 0.6, 0.4, 0.2]
/** Independent copies of each mode; curves are their means. */
const COPIES = 160
/** A mode this small is gone. */
const GONE = 1e-3

export const collapseScene: MakeScene = ({ engine, values, seed }) => {
  const [rate, sigma, end] = [number(values, 'rate'), number(values, 'sigma'), number(values, 'end')]
  const modes = TARGETS.length
  const all = TARGETS.flatMap((value) => new Array<number>(COPIES).fill(value))
  const start = [1, 2].map(() => new Array<number>(all.length).fill(0.7))
  const net = createDiagonalNetwork(engine, { depths: all.map(() => 2), start })
  const law = shrinkage(TARGETS, rate, sigma)
  const overCopies = (name: string, of: (s: number) => number) =>
    probes.custom({
      name,
      shape: [modes],
      read: ({ endToEnd: { data } }) =>
        Float64Array.from(TARGETS, (_, k) => {
          let sum = 0
          for (let i = 0; i < COPIES; i++) sum += of(data[k * COPIES + i])
          return sum / COPIES
        }),
    })
  const means = overCopies('modes', (s) => s)
  const collapsed = overCopies('collapsed', (s) => (Math.abs(s) < GONE ? 1 : 0))
  const shown = engine.matrix([modes, COPIES])
  const time = timeAxis(end)
  return trainScene({
    net,
    task: labelNoise(whitened([all]), { sigma, seed }),
    optimizer: sgd({ learningRate: rate }),
    steps: end / rate,
    probes: [probes.loss(), means, collapsed],
    columns: { loss: 1, modes, collapsed: modes },
    panels: [
      {
        title: `Modes, mean of ${COPIES} networks; the threshold is ${law.threshold.toPrecision(2)}`,
        along: 'time',
        x: time,
        y: { label: 's = u v', scale: 'linear', min: 0, max: 1.15 },
        series: TARGETS.map((_, k) => ({
          label: `s${subscript(k + 1)}`,
          column: 'modes',
          index: k,
          color: k,
          end: law.mean[k],
        })),
        levels: [],
      },
      {
        title: `Share of the networks in which a mode has collapsed, s < ${GONE}`,
        along: 'time',
        x: time,
        y: { label: 'share', scale: 'linear', min: 0, max: 1.05 },
        series: TARGETS.map((_, k) => ({ label: '', column: 'collapsed', index: k, color: k })),
        levels: [],
      },
    ],
    pictures: picturesOf([{ label: 's of every network (rows: modes)', matrix: shown, limit: 1 }]),
    code: [
      `const depths = ${JSON.stringify(TARGETS)}.flatMap(() => new Array(${COPIES}).fill(2)) // two layers, ${COPIES} copies`,
      'const net = createDiagonalNetwork(engine, { depths, start })',
      `const run = train(net, labelNoise(whitened([targets]), { sigma: ${sigma}, seed: ${seed} }), { optimizer: sgd({ learningRate: ${short(rate)} }), steps: STEPS })`,
    ].join('\n'),
    look() {
      const map = net.endToEnd()
      shown.set(Float64Array.from(map.view()))
      map.dispose()
    },
    theory() {
      const x = Float64Array.of(0, end)
      const flat = (y: number) => Float64Array.of(y, y)
      return {
        series: TARGETS.map((_, k) => ({ panel: 0, label: 'settles at', color: k, x, y: flat(law.mean[k]) })),
      }
    },
    owned: [shown],
  })
}
