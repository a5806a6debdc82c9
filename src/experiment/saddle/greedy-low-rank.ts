// The greedy low-rank algorithm, run with real networks that grow by one neuron a phase, against the formula of the escape time.
import type { Engine } from '../../linalg/engine.js'
import { svd } from '../../linalg/svd.js'
import { createNetwork } from '../../network/create.js'
import { explicit } from '../../network/initializer.js'
import { gradientNorm } from '../../probe/gradient-norm.js'
import { loss } from '../../probe/loss.js'
import { gradientAt } from '../../theory/objective.js'
import { escapeTime } from '../../theory/saddle/escape.js'
import { greedyLowRank } from '../../theory/saddle/greedy.js'
import { gradientFlowSync } from '../../train/flow.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import { completionObjective, completionTask, RANK, SIZE } from './completion-problem.js'
import { SADDLE_PAPER } from './shared.js'

interface Layer {
  data: Float64Array
  shape: [number, number]
}

/** The layers with one neuron more everywhere, along the leading singular pair (u, v) of the gradient. */
function grown(layers: readonly Layer[], u: ArrayLike<number>, v: ArrayLike<number>, size: number): Layer[] {
  const last = layers.length - 1
  return layers.map(({ data, shape: [rows, cols] }, l) => {
    const shape: [number, number] = [l === last ? rows : rows + 1, l === 0 ? cols : cols + 1]
    const into = new Float64Array(shape[0] * shape[1])
    for (let i = 0; i < rows; i++) for (let j = 0; j < cols; j++) into[i * shape[1] + j] = data[i * cols + j]
    if (l === 0) for (let j = 0; j < cols; j++) into[rows * cols + j] = size * v[j]
    else if (l === last) for (let i = 0; i < rows; i++) into[i * shape[1] + cols] = -size * u[i]
    else into[into.length - 1] = size
    return { data: into, shape }
  })
}

/** Leading singular triple of dC/dA. */
function steepest(engine: Engine, map: Float64Array) {
  const gradient = engine.matrix([SIZE, SIZE], gradientAt(completionObjective, map))
  const { u, s, v } = svd(gradient)
  try {
    const column = (of: Float64Array) => Float64Array.from({ length: SIZE }, (_, i) => of[i * SIZE])
    return { u: column(u.toArray() as Float64Array), s: s[0], v: column(v.toArray() as Float64Array) }
  } finally {
    for (const matrix of [gradient, u, v]) matrix.dispose()
  }
}

/** Flow until it rests, then again until the loss is half way down. */
function runPhase(engine: Engine, layers: readonly Layer[], expected: number) {
  const sizes = [SIZE, ...layers.map(({ shape }) => shape[0])]
  const make = () => createNetwork(engine, { sizes, init: explicit(layers) })
  const gradient = gradientNorm()
  const net = make()
  const again = make()
  try {
    const { time, columns } = gradientFlowSync(net, completionTask, {
      time: 1.1 * expected + 100,
      rtol: 1e-10,
      record: { every: expected / 150, probes: [loss(), gradient] },
      events: [{ name: 'rest', when: { probe: gradient, threshold: 1e-8 }, direction: 'falling', terminal: true }],
    })
    const height = columns.loss.data
    const middle = (height[0] + height[height.length - 1]) / 2
    const value = loss()
    const { events } = gradientFlowSync(again, completionTask, {
      time,
      rtol: 1e-10,
      record: { at: [], probes: [value] },
      events: [{ name: 'half', when: { probe: value, threshold: middle }, terminal: true }],
    })
    const map = net.endToEnd()
    const values = svd(map)
    const rank = values.s.filter((s) => s > 1e-2 * values.s[0]).length
    const end = { map: map.toArray() as Float64Array, loss: height[height.length - 1], rank }
    for (const matrix of [map, values.u, values.v]) matrix.dispose()
    const rested = net.weights.map((w, l) => ({ data: w.toArray() as Float64Array, shape: layers[l].shape }))
    return { ...end, layers: rested, time, half: events[0]?.time ?? Number.NaN, columns }
  } finally {
    net.dispose()
    again.dispose()
  }
}

export const greedyPhases = defineExperiment({
  id: 'greedy-low-rank',
  title: 'Matrix completion by the greedy low-rank algorithm: when each phase escapes, and where it rests',
  paper: SADDLE_PAPER,
  formulas: [
    'append along the leading singular pair of dC/dA, flow until it rests, repeat',
    'L > 2:  T = eps^-(L-2) / ((L-2) s),  s = |dC/dA|_op at the saddle',
  ],
  parameters: {
    depth: { description: 'number of layers', default: 4, min: 3, max: 5, integer: true },
    size: { description: 'size eps of a new neuron', default: 0.02, min: 0.005, max: 0.1 },
    phases: { description: 'phases', default: RANK, min: 1, max: RANK, integer: true },
  },
  async run({ engine, parameters: { depth, size, phases }, progress }) {
    const theory = greedyLowRank(completionObjective, depth, size, { maxRank: phases })
    const checks: Check[] = []
    const [x, y, dashX, dashY] = [[] as number[], [] as number[], [] as number[], [] as number[]]
    let layers: Layer[] = Array.from({ length: depth }, (_, l) => {
      const shape: [number, number] = [l === depth - 1 ? SIZE : 0, l === 0 ? SIZE : 0]
      return { data: new Float64Array(0), shape }
    })
    let map = new Float64Array(SIZE * SIZE)
    let begin = 0
    for (let k = 1; k <= phases; k++) {
      await progress((k - 1) / phases, `phase ${k}`)
      const { u, s, v } = steepest(engine, map)
      const expected = escapeTime(s, depth, size)
      const before = completionObjective.loss(map)
      const phase = runPhase(engine, grown(layers, u, v, size), expected)
      // The corrections are of the order of eps^(L-2) and of a time of relaxation.
      const tolerance = depth === 4 && size <= 0.02 ? 0.002 : 0.05
      checks.push(within(`phase ${k}: half time / formula`, phase.half / expected, 1, tolerance))
      checks.push(within(`phase ${k}: rank`, phase.rank, k, 0))
      const { loss: rest } = theory[k - 1]
      const name = `phase ${k}: loss at rest`
      checks.push(k < RANK ? within(name, phase.loss, rest, 1e-6 * rest) : atMost(name, phase.loss, 1e-6))
      const { time, loss: height } = phase.columns
      for (let i = 0; i < time.length; i++) {
        x.push(begin + time.data[i])
        y.push(height.data[i])
      }
      dashX.push(begin, begin + expected, begin + expected, begin + phase.time)
      dashY.push(before, before, rest, rest)
      begin += phase.time
      layers = phase.layers
      map = phase.map as Float64Array<ArrayBuffer>
    }
    return {
      checks,
      figures: [
        {
          title: 'The greedy low-rank algorithm',
          description:
            'Loss against time: each phase stays at its saddle for the time of the formula, then drops to the next.',
          panels: [
            {
              title: `Matrix completion 10 x 10, rank ${RANK}, depth ${depth}`,
              x: { label: 'time (learning rate x step), phases one after the other' },
              y: { label: 'loss on the entries seen' },
              series: [
                { label: 'growing network', group: 'loss', kind: 'line', x, y },
                { label: 'escape time and rest', group: 'loss', kind: 'dashes', x: dashX, y: dashY },
              ],
            },
          ],
        },
      ],
      notes: ['The matrix is fixed: nothing here depends on the seed.'],
    }
  },
})
