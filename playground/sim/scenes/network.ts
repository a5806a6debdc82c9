// A deep linear network on a fixed task: loss, singular values and layers, with the theory of its start.
import {
  balanced,
  createNetwork,
  type DeepLinearNetwork,
  type Engine,
  gaussian,
  gradientDescent,
  type Initializer,
  labelNoise,
  lambdaBalanced,
  overlays,
  probes,
  type TheoryOverlay,
  teacher,
  UnsupportedError,
} from 'deeplinear'
import { plateaus } from 'deeplinear/theory'
import type { Values } from '../../state/controls.js'
import { horizon } from '../horizon.js'
import { picturesOf } from '../pictures.js'
import type { PanelView, TheorySeries } from '../protocol.js'
import { grid, type MakeScene, number, type Scene, short, type Theory } from '../scene.js'
import { type Learned, makeTask } from '../tasks.js'
import { trainScene } from '../train-scene.js'
import { subscript } from '../words.js'

/** Singular values that are drawn. */
const MODES = 10

export const networkScene: MakeScene = ({ engine, values, seed, data }): Scene => {
  const notes: string[] = []
  const learned = makeTask(values, seed, data)
  const { inputs, outputs } = learned
  const kind = values.start as string
  const depth = kind === 'lambda' ? 2 : number(values, 'depth')
  const hidden = widthOf(values, learned, notes)
  const sizes = [inputs, ...new Array<number>(depth - 1).fill(hidden), outputs]
  const start = startOf(values, learned, sizes, seed)
  const net = createNetwork(engine, { sizes, init: start.init, seed })
  const target = singularValuesOf(engine, learned.sigmaYX, outputs, inputs)
  const white = learned.sigmaXX === undefined
  const rank = Math.min(inputs, outputs, MODES)
  const opposite = kind === 'lambda' && values.before === 'opposite'
  const estimate = horizon({
    depth,
    values: target,
    size: start.size(net),
    lambda: kind === 'lambda' ? number(values, 'lambda') : 0,
    opposite,
    variance: kind === 'gaussian' ? hidden ** (1 - number(values, 'gamma')) : 0,
  })
  const end = number(values, 'span') * (kind === 'balanced' && white ? settled(net, learned, estimate) : estimate)
  const rate = number(values, 'rate')
  const sigma = number(values, 'noise')
  const task = sigma > 0 ? labelNoise(learned.task, { sigma, seed }) : learned.task
  const observed = [
    probes.loss(),
    probes.gradientNorm(),
    probes.singularValues({ rank }),
    ...(depth > 1 ? [probes.balance()] : []),
  ] as const
  const map = engine.matrix([outputs, inputs])
  const goal = engine.matrix([outputs, inputs], learned.sigmaYX)
  const pictures = picturesOf([
    ...net.weights.map((matrix, l) => ({ label: `W${l + 1}`, matrix })),
    { label: 'W = product', matrix: map, ...(white ? { limit: target[0] } : {}) },
    { label: white ? 'target' : 'Sigma_yx', matrix: goal },
  ])
  const first = lossOf(net, learned, engine)
  const levels = white ? saddleLevels(target) : []
  const top = Math.max(first, levels[0]?.value ?? 0)
  const time = { label: 'time = learning rate \u00d7 step', scale: 'linear', min: 0, max: end } as const
  const panels: PanelView[] = [
    {
      title: 'Loss',
      along: 'time',
      x: time,
      y: { label: 'loss', scale: 'linear', min: white ? 0 : learned.minimumLoss, max: 1.08 * top },
      series: [{ label: 'loss', column: 'loss', index: 0, color: -1 }],
      levels,
      main: true,
    },
    {
      title: 'Singular values of the map',
      along: 'time',
      x: time,
      y: {
        label: 'singular value',
        scale: 'linear',
        min: 0,
        max: white ? 1.12 * Math.max(target[0], start.size(net)) : 1,
      },
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
  const bound = white && depth > 1 ? 2 / (depth * Math.max(target[0], 1e-9) ** (2 - 2 / depth)) : undefined
  return trainScene({
    net,
    task,
    optimizer: gradientDescent({ learningRate: rate }),
    steps: end / rate,
    probes: observed,
    columns: { loss: 1, gradientNorm: 1, singularValues: rank, ...(depth > 1 ? { balance: depth - 1 } : {}) },
    panels,
    pictures,
    ...(bound === undefined ? {} : { bound }),
    notes,
    code: codeOf(learned.code, sizes, start.code, seed, rate, sigma),
    look() {
      const now = net.endToEnd()
      map.set(now)
      now.dispose()
    },
    theory: () => theoryOf(kind, net, learned, end, rank),
    owned: [map, goal],
  })
}

/** The width, made such that the start exists. */
function widthOf(values: Values, { inputs, outputs }: Learned, notes: string[]): number {
  const asked = number(values, 'width')
  if (values.start === 'gaussian') return asked
  const { start, lambda } = values
  const rank = Math.min(inputs, outputs)
  const most = start !== 'lambda' || lambda === 0 ? Number.POSITIVE_INFINITY : Number(lambda) > 0 ? outputs : inputs
  const width = Math.min(most, asked)
  if (width < asked)
    notes.push(`With lambda = ${lambda} layers exist up to width ${width} on this task: that width is used.`)
  if (width < rank) notes.push(`A width of ${width} lets ${width} of ${rank} modes be learned.`)
  return width
}

interface StartChoice {
  readonly init: Initializer
  readonly code: string
  /** Typical singular value of the map at the start. */
  size(net: DeepLinearNetwork): number
}

function startOf(
  values: Values,
  { inputs, outputs, sigmaYX }: Learned,
  sizes: readonly number[],
  seed: number,
): StartChoice {
  const rank = Math.min(...sizes)
  const size = (net: DeepLinearNetwork) => {
    const map = net.endToEnd()
    const entries = Float64Array.from(map.toArray())
    map.dispose()
    return Math.sqrt(entries.reduce((sum, entry) => sum + entry * entry, 0) / rank)
  }
  if (values.start === 'gaussian') {
    const gamma = number(values, 'gamma')
    return { init: gaussian({ gamma }), code: `gaussian({ gamma: ${gamma} })`, size }
  }
  const lambda = number(values, 'lambda')
  if (values.start === 'lambda' && values.before === 'opposite') {
    const endToEnd = { data: sigmaYX.map((entry) => -entry), shape: [outputs, inputs] } as const
    return {
      init: lambdaBalanced({ lambda, endToEnd }),
      code: `lambdaBalanced({ lambda: ${lambda}, endToEnd: minus the task })`,
      size,
    }
  }
  // A random map of the rank that the layers can have, with singular values of this size.
  const scale = number(values, 'scale')
  const random = teacher({ inputs, outputs, rank, seed: seed + 1 }).map
  const norm = Math.sqrt(random.reduce((sum, entry) => sum + entry * entry, 0))
  const factor = (scale * Math.sqrt(rank)) / norm
  const endToEnd = { data: random.map((entry) => factor * entry), shape: [outputs, inputs] } as const
  return values.start === 'lambda'
    ? {
        init: lambdaBalanced({ lambda, endToEnd }),
        code: `lambdaBalanced({ lambda: ${lambda}, endToEnd: start })`,
        size,
      }
    : { init: balanced({ endToEnd }), code: 'balanced({ endToEnd: start })', size }
}

/** When the theory has learned all but a hundredth, or three times the estimate. */
function settled(net: DeepLinearNetwork, learned: Learned, estimate: number): number {
  const times = grid(3 * estimate, 121)
  const loss = overlays.balanced({ rtol: 1e-4 }).prepare(runOf(net, learned)).columns(times).loss.data
  const done = loss.findIndex((value) => value < 0.01 * loss[0])
  return done < 0 ? 3 * estimate : 1.15 * times[Math.max(done, 1)]
}

/** The run before its first step, as theories see it. */
function runOf(net: DeepLinearNetwork, { sigmaYX, sigmaXX, minimumLoss }: Learned) {
  const weights = net.weights.map((matrix) => Float64Array.from(matrix.toArray()))
  return { sizes: net.sizes, weights, gram: undefined, sigmaYX, sigmaXX, minimumLoss }
}

function theoryOf(kind: string, net: DeepLinearNetwork, learned: Learned, end: number, rank: number): Theory {
  const overlay: TheoryOverlay =
    kind === 'balanced'
      ? overlays.balanced({ rtol: 1e-7 })
      : kind === 'lambda'
        ? overlays.lambdaBalanced()
        : overlays.mixed()
  const times = grid(end)
  try {
    const { columns } = overlay.prepare(runOf(net, learned))
    const { loss, singularValues } = columns(times)
    const all = singularValues.data.length / times.length
    const series: TheorySeries[] = [{ panel: 0, label: 'theory', color: -1, x: times, y: loss.data }]
    for (let k = 0; k < rank; k++) {
      series.push({
        panel: 1,
        label: 'theory',
        color: k,
        x: times,
        y: times.map((_, t) => singularValues.data[t * all + k]),
      })
    }
    return { series }
  } catch (error) {
    if (!(error instanceof UnsupportedError)) throw error
    const why = error.message.replace(/^the theory '\w+' does not describe this run: /, '')
    return {
      series: [],
      why: `No exact theory for this start: ${why}. The levels of the saddles are exact all the same.`,
    }
  }
}

function singularValuesOf(engine: Engine, data: Float64Array, rows: number, cols: number): Float64Array {
  const matrix = engine.matrix([rows, cols], data)
  try {
    return Float64Array.from(engine.singularValues(matrix))
  } finally {
    matrix.dispose()
  }
}

/** The loss at the saddles of rank 0, 1, ...; close ones are told apart by the eye no more, so only the first ten. */
function saddleLevels(target: Float64Array) {
  const { losses } = plateaus(target)
  return Array.from(losses)
    .slice(0, Math.min(MODES, losses.length - 1))
    .map((value, k) => ({ value, label: `rank ${k}` }))
}

/** The loss before the first step. */
function lossOf(
  net: DeepLinearNetwork,
  { sigmaXX, sigmaYX, inputs, outputs, minimumLoss }: Learned,
  engine: Engine,
): number {
  const map = net.endToEnd()
  try {
    if (sigmaXX === undefined) {
      return Float64Array.from(map.toArray()).reduce((sum, entry, i) => sum + 0.5 * (entry - sigmaYX[i]) ** 2, 0)
    }
    // 1/2 tr(A Sxx A') - tr(A Syx') + 1/2 tr(Syy), and the minimum says tr(Syy).
    using xx = engine.matrix([inputs, inputs], sigmaXX)
    using yx = engine.matrix([outputs, inputs], sigmaYX)
    using inverse = engine.pinv(xx)
    using best = engine.matmul(yx, inverse)
    const away = Float64Array.from(map.toArray(), (entry, i) => entry - best.view()[i])
    using apart = engine.matrix([outputs, inputs], away)
    using bent = engine.matmul(apart, xx)
    return minimumLoss + 0.5 * Float64Array.from(bent.toArray()).reduce((sum, entry, i) => sum + entry * away[i], 0)
  } finally {
    map.dispose()
  }
}

function codeOf(task: string, sizes: readonly number[], init: string, seed: number, rate: number, noise: number) {
  const goal = noise > 0 ? `labelNoise(${task}, { sigma: ${noise}, seed: ${seed} })` : task
  const random = `teacher({ inputs: ${sizes[0]}, outputs: ${sizes[sizes.length - 1]}, rank: ${Math.min(...sizes)}, seed: ${seed + 1} }).map`
  return [
    ...(init.includes('start') ? [`// start: ${random}, scaled to singular values of this size`] : []),
    `const net = createNetwork(engine, { sizes: [${sizes.join(', ')}], init: ${init}, seed: ${seed} })`,
    `const run = train(net, ${goal}, {`,
    `  optimizer: gradientDescent({ learningRate: ${short(rate)} }), steps: STEPS,`,
    '  record: { every: EVERY, probes: [probes.loss(), probes.singularValues()] },',
    '})',
    'for await (const frame of run) console.log(frame.time, frame.loss)',
  ].join('\n')
}
