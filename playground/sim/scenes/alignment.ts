// Learning without weight symmetry: errors travel back through matrices of their own, which may learn to agree with the weights.
import {
  activationAlignment,
  addWeightDecay,
  chain,
  createNetwork,
  type FeedbackRule,
  informationAlignment,
  orthogonal,
  probes,
  symmetricAlignment,
  teacher,
  weightMirror,
} from 'deeplinear'
import { curvePanel, fromZero, lossPanel, timeAxis } from '../panels.js'
import { picturesOf } from '../pictures.js'
import { grid, type MakeScene, number, short, type Theory } from '../scene.js'
import { trainScene } from '../train-scene.js'
import { subscript } from '../words.js'

const VALUES = [1.5, 1.2, 1, 0.8, 0.6]
const INPUTS = 8
/** Of Kolen and Pollack's rule, which needs some. */
const DECAY = 0.05

const RULES: Readonly<Record<string, () => FeedbackRule>> = {
  fixed: () => 'fixed',
  'kolen-pollack': () => 'kolen-pollack',
  mirror: () => weightMirror({ rate: 4 }),
  symmetric: () => symmetricAlignment({ rate: 4 }),
  information: () => informationAlignment(),
  activation: () => activationAlignment(),
}

export const alignmentScene: MakeScene = ({ engine, values, seed }) => {
  const rule = values.rule as string
  const [depth, width, rate, end] = [
    number(values, 'depth'),
    number(values, 'width'),
    number(values, 'rate'),
    number(values, 'end'),
  ]
  const sizes = [INPUTS, ...new Array<number>(depth - 1).fill(width), VALUES.length]
  const task = teacher({ inputs: INPUTS, outputs: VALUES.length, singularValues: VALUES, seed })
  const net = createNetwork(engine, {
    sizes,
    init: orthogonal({ gain: 0.8 }),
    seed,
    feedback: { variance: 0.05, rule: RULES[rule]() },
  })
  const decay = rule === 'kolen-pollack' ? DECAY : 0
  const upper = net.layers.slice(1)
  const apart = () =>
    Math.sqrt(
      upper.reduce((sum, { weight, feedback }) => {
        const [w, b, { rows, cols }] = [weight.view(), feedback!.view(), weight]
        let part = 0
        for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) part += (w[i * cols + j] - b[j * rows + i]) ** 2
        return sum + part
      }, 0),
    )
  const first = apart()
  const time = timeAxis(end)
  const total = VALUES.reduce((sum, value) => sum + 0.5 * value * value, 0)
  const distance = probes.custom({ name: 'distance', read: () => apart() })
  return trainScene({
    net,
    task,
    optimizer: chain(decay > 0 ? [addWeightDecay(decay)] : [], { learningRate: rate }),
    steps: end / rate,
    probes: [probes.loss(), probes.weightAngle(), distance],
    columns: { loss: 1, weightAngle: depth - 1, distance: 1 },
    panels: [
      lossPanel(time, fromZero('loss', 1.4 * total)),
      {
        title: 'Angle between weights and feedback: 90\u00b0 knows nothing, 0\u00b0 is back-propagation',
        along: 'time',
        x: time,
        y: { label: 'degrees', scale: 'linear', min: 0, max: 110 },
        series: Array.from({ length: depth - 1 }, (_, l) => ({
          label: `W${subscript(l + 2)}`,
          column: 'weightAngle',
          index: l,
          color: l,
        })),
        levels: [{ value: 90, label: '90\u00b0' }],
        legend: 'right',
      },
      curvePanel('Distance |W \u2212 B\u2032| over all layers', 'distance', 5, time, fromZero('distance', 1.3 * first)),
    ],
    pictures: picturesOf(
      upper.flatMap(({ weight, feedback }, l) => [
        { label: `W${subscript(l + 2)}`, matrix: weight },
        { label: `B${subscript(l + 2)}, back`, matrix: feedback! },
      ]),
    ),
    code: [
      `const net = createNetwork(engine, { sizes: [${sizes.join(', ')}], init: orthogonal({ gain: 0.8 }), seed: ${seed}, feedback: { variance: 0.05, rule } })`,
      `const task = teacher({ inputs: ${INPUTS}, outputs: ${VALUES.length}, singularValues: ${JSON.stringify(VALUES)}, seed: ${seed} })`,
      `const run = train(net, task, { optimizer: chain([${decay > 0 ? `addWeightDecay(${decay})` : ''}], { learningRate: ${short(rate)} }), steps: STEPS, record: { every: EVERY, probes: [probes.weightAngle()] } })`,
    ].join('\n'),
    theory(): Theory {
      if (rule !== 'kolen-pollack')
        return {
          series: [],
          why: 'Only Kolen and Pollack\u2019s rule has an exact law on any task: choose it to see one.',
        }
      const x = grid(end)
      return {
        series: [
          {
            panel: 2,
            label: '(1 \u2212 eta lambda)^n',
            color: 5,
            x,
            y: x.map((t) => first * (1 - rate * DECAY) ** (t / rate)),
          },
        ],
      }
    },
  })
}
