// A deep linear network on a fixed task: loss, singular values and layers, with the theory of its start.
import { createNetwork, gradientDescent, labelNoise, probes } from 'deeplinear'
import { isReversed } from '../../../state/reversal.js'
import { horizon } from '../../horizon.js'
import { fromZero, lossPanel, timeAxis } from '../../panels.js'
import { picturesOf } from '../../pictures.js'
import type { PanelView } from '../../protocol.js'
import { type MakeScene, number } from '../../scene.js'
import { makeTask } from '../../tasks.js'
import { trainScene } from '../../train-scene.js'
import { subscript } from '../../words.js'
import { codeOf } from './code.js'
import { firstLoss, targetOf } from './moments.js'
import { sizeOf, startOf, widthOf } from './start.js'
import { saddleLevels, settled, theoryOf } from './theory.js'

/** Singular values that are drawn. */
const MODES = 10

export const networkScene: MakeScene = ({ engine, values, seed, data }) => {
  const notes: string[] = []
  const learned = makeTask(values, seed, data)
  const { inputs, outputs, sigmaYX } = learned
  const white = learned.sigmaXX === undefined
  const kind = values.start as string
  const depth = kind === 'lambda' ? 2 : number(values, 'depth')
  const width = widthOf(values, learned, notes)
  const sizes = [inputs, ...new Array<number>(depth - 1).fill(width), outputs]
  const start = startOf(values, learned, sizes, seed)
  const net = createNetwork(engine, { sizes, init: start.init, seed })
  const target = targetOf(engine, learned)
  const size = sizeOf(net)

  const estimate = horizon({
    depth,
    values: target,
    size,
    lambda: kind === 'lambda' ? number(values, 'lambda') : 0,
    opposite: isReversed(values),
    variance: kind === 'gaussian' ? width ** (1 - number(values, 'gamma')) : 0,
  })
  const end = number(values, 'span') * (kind === 'balanced' && white ? settled(net, learned, estimate) : estimate)
  const [rate, noise] = [number(values, 'rate'), number(values, 'noise')]

  const rank = Math.min(inputs, outputs, MODES)
  const time = timeAxis(end)
  const levels = white ? saddleLevels(target, MODES) : []
  const top = 1.08 * Math.max(firstLoss(engine, net, learned), levels[0]?.value ?? 0)
  const panels: PanelView[] = [
    // Noise never stands still.
    lossPanel(
      time,
      { ...fromZero('loss', top), min: white ? 0 : learned.minimumLoss },
      { levels, plateaus: noise === 0 },
    ),
    {
      title: 'Singular values of the map',
      along: 'time',
      x: time,
      y: fromZero('singular value', white ? 1.12 * Math.max(target[0], size) : 1),
      series: Array.from({ length: rank }, (_, k) => ({
        label: `s${subscript(k + 1)}`,
        column: 'singularValues',
        index: k,
        color: k,
        ...(white ? { end: target[k] } : {}),
      })),
      levels: [],
    },
  ]

  const map = engine.matrix([outputs, inputs])
  const goal = engine.matrix([outputs, inputs], sigmaYX)
  const bound = white && depth > 1 ? 2 / (depth * Math.max(target[0], 1e-9) ** (2 - 2 / depth)) : undefined
  return trainScene({
    net,
    task: noise > 0 ? labelNoise(learned.task, { sigma: noise, seed }) : learned.task,
    optimizer: gradientDescent({ learningRate: rate }),
    steps: end / rate,
    probes: [
      probes.loss(),
      probes.gradientNorm(),
      probes.singularValues({ rank }),
      ...(depth > 1 ? [probes.balance()] : []),
    ],
    columns: { loss: 1, gradientNorm: 1, singularValues: rank, ...(depth > 1 ? { balance: depth - 1 } : {}) },
    panels,
    pictures: picturesOf([
      ...net.weights.map((matrix, l) => ({ label: `W${subscript(l + 1)}`, matrix })),
      { label: 'W = product', matrix: map, ...(white ? { limit: target[0] } : {}) },
      { label: white ? 'target' : '\u03a3yx', matrix: goal },
    ]),
    ...(bound === undefined ? {} : { bound }),
    notes,
    code: codeOf({ task: learned.code, sizes, init: start.code, seed, rate, noise }),
    look() {
      using now = net.endToEnd()
      map.set(now)
    },
    theory: () => theoryOf(kind, net, learned, end, rank),
    owned: [map, goal],
  })
}
