// One network of finite width beside infinitely wide ones: the mean-field equations know the loss of every step.
import { createNetwork, gradientDescent, meanField, probes, whitened } from 'deeplinear'
import { dlnDmft } from 'deeplinear/theory'
import { picturesOf } from '../pictures.js'
import { type MakeScene, number, short } from '../scene.js'
import { trainScene } from '../train-scene.js'
import { subscript } from '../words.js'

const INPUTS = 64
const STEPS = 40

export const widthScene: MakeScene = ({ engine, values, seed }) => {
  const [depth, width, richness, rate] = [
    number(values, 'hidden'),
    Math.round(number(values, 'width')),
    number(values, 'richness'),
    number(values, 'rate'),
  ]
  const sizes = [INPUTS, ...new Array<number>(depth).fill(width), 1]
  const net = createNetwork(engine, {
    sizes,
    parameterization: meanField({ gamma0: richness, normalizer: INPUTS }),
    seed,
  })
  const ones = new Float64Array(INPUTS).fill(1 / Math.sqrt(INPUTS))
  const twice = {
    ...probes.custom({
      name: 'test',
      read: ({ endToEnd: { data } }) => data.reduce((sum, entry, i) => sum + (entry - ones[i]) ** 2, 0),
    }),
  }
  const bias = probes.custom({
    name: 'unlearned',
    read: ({ endToEnd: { data } }) => 1 - data.reduce((sum, entry) => sum + entry, 0) / Math.sqrt(INPUTS),
  })
  const options = { depth, steps: STEPS, learningRate: rate, richness, engine }
  const own = dlnDmft({ ...options, widthRatio: width / INPUTS })
  const x = { label: 'step', scale: 'linear', min: 0, max: STEPS } as const
  const top = Math.min(4, Math.max(...Array.from(own.test).filter(Number.isFinite), 1))
  return trainScene({
    net,
    task: whitened({ data: ones, shape: [1, INPUTS] }),
    optimizer: gradientDescent({ learningRate: rate }),
    steps: STEPS,
    frames: STEPS,
    pace: 8,
    probes: [probes.loss(), twice, bias],
    columns: { loss: 1, test: 1, unlearned: 1 },
    panels: [
      {
        title: 'Loss; the lower dashes are for infinite width',
        along: 'step',
        x,
        y: { label: 'loss', scale: 'linear', min: 0, max: 1.15 * top },
        series: [{ label: '', column: 'test', index: 0, color: 0 }],
        levels: [],
        main: true,
      },
      {
        title: 'Part of the teacher that is still to be learned',
        along: 'step',
        x,
        y: { label: 'unlearned', scale: 'linear', min: Math.min(-0.1, 1.1 * Math.min(...own.bias)), max: 1.15 },
        series: [{ label: '', column: 'unlearned', index: 0, color: 1 }],
        levels: [],
      },
    ],
    pictures: picturesOf(net.layers.map(({ weight }, l) => ({ label: `W${subscript(l + 1)}`, matrix: weight }))),
    code: [
      `const net = createNetwork(engine, { sizes: [${sizes.join(', ')}], parameterization: meanField({ gamma0: ${richness}, normalizer: ${INPUTS} }), seed: ${seed} })`,
      `const run = train(net, whitened([new Array(${INPUTS}).fill(1 / Math.sqrt(${INPUTS}))]), { optimizer: gradientDescent({ learningRate: ${short(rate)} }), steps: STEPS })`,
    ].join('\n'),
    theory() {
      const wide = dlnDmft(options)
      const steps = Float64Array.from(own.test, (_, t) => t)
      const finite = (curve: Float64Array) => curve.slice(0, steps.length)
      return {
        series: [
          { panel: 0, label: 'this width', color: 0, x: steps, y: finite(own.test) },
          { panel: 0, label: 'infinite width', color: 3, x: steps, y: finite(wide.test) },
          { panel: 1, label: 'this width', color: 1, x: steps, y: finite(own.bias) },
        ],
      }
    },
  })
}
