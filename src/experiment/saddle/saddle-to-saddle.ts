// A deep network with a small start completes a matrix: it rests at saddles of growing rank, and its map follows the path of the greedy low-rank
// algorithm, more closely the smaller the start.
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { pow } from '../../math/elementary.js'
import { createNetwork } from '../../network/create.js'
import { gaussian } from '../../network/initializer.js'
import { gradientDescent } from '../../optimizer/gradient-descent.js'
import { gradientNorm } from '../../probe/gradient-norm.js'
import { loss } from '../../probe/loss.js'
import { findPlateaus } from '../../probe/plateaus.js'
import { singularValues } from '../../probe/spectrum.js'
import { greedyLowRank } from '../../theory/saddle/greedy.js'
import { pathDistance } from '../../theory/saddle/path-distance.js'
import { train } from '../../train/train.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { completionObjective, completionTask, hiddenError, RANK, SIZE, targetNorm } from './completion-problem.js'
import { endToEndMap, SADDLE_PAPER } from './shared.js'

/** Layers. */
const DEPTH = 4
/** Frames of a run. */
const FRAMES = 530
/** Size of a new neuron of the greedy algorithm; the path does not depend on it to four digits of its distance. */
const NEURON = 0.05

/** What one run looks like. */
interface Path {
  readonly steps: Float64Array
  readonly loss: Float64Array
  /** Leading two singular values of the map. */
  readonly first: Float64Array
  readonly second: Float64Array
  /** Of the map from the greedy path, part of |A*|. */
  readonly away: Float64Array
  readonly plateaus: ReturnType<typeof findPlateaus>
  readonly map: Float64Array
}

export const saddleToSaddle = defineExperiment({
  id: 'saddle-to-saddle',
  title: 'A deep network from saddle to saddle, along the path of the greedy low-rank algorithm',
  paper: SADDLE_PAPER,
  formulas: [
    'W_l ~ N(0, w^-gamma):  the map rests where the greedy algorithm rests, at ranks 1, 2, .., and sup_t dist(A_t, greedy path) -> 0 as the start shrinks',
  ],
  parameters: {
    gammas: { description: 'variance width^-gamma, rising', default: [1, 1.5, 2], min: 1, max: 3 },
    width: { description: 'hidden width', default: 100, min: 10, max: 200, integer: true },
    learningRate: { description: 'of gradient descent', default: 4e-3, min: 1e-4, max: 6e-3 },
    steps: {
      description: 'steps of gradient descent at gamma 2; fewer below, more above',
      default: 6000,
      min: 200,
      max: 50_000,
      integer: true,
    },
  },
  async run({ engine, parameters: { gammas, width, learningRate, steps }, seed, progress }) {
    const phases = greedyLowRank(completionObjective, DEPTH, NEURON)
    const size = SIZE * SIZE
    const path = Float64Array.from([...new Float64Array(size), ...phases.flatMap(({ path: p }) => [...p])])
    const paths: Path[] = []
    for (const [g, gamma] of gammas.entries()) {
      const net = createNetwork(engine, { sizes: [SIZE, width, width, width, SIZE], init: gaussian({ gamma }), seed })
      try {
        // The escapes take a time that grows as the start to the power -(L-2); what is left is relaxation.
        const length = Math.ceil(steps * Math.max(0.15, pow(width, gamma - 2)))
        const run = train(net, completionTask, {
          optimizer: gradientDescent({ learningRate }),
          steps: length,
          record: {
            every: Math.ceil(length / FRAMES),
            probes: [loss(), gradientNorm(), singularValues({ rank: RANK + 1 }), endToEndMap()],
          },
        })
        const frames: { step: number; loss: number; norm: number; values: Float64Array; map: Float64Array }[] = []
        for await (const { step, loss: height, gradientNorm: norm, singularValues: values, map } of run) {
          frames.push({
            step,
            loss: height,
            norm,
            values: values.slice() as Float64Array,
            map: map.slice() as Float64Array,
          })
          if (frames.length % 50 === 0)
            await progress((g + step / length) / gammas.length, `gamma ${gamma}, step ${step}`)
        }
        const column = (of: (frame: (typeof frames)[number]) => number) => Float64Array.from(frames, of)
        const [at, height] = [column(({ step }) => step), column((frame) => frame.loss)]
        paths.push({
          steps: at,
          loss: height,
          first: column(({ values }) => values[0]),
          second: column(({ values }) => values[1]),
          away: column(({ map }) => pathDistance(map, path, size) / targetNorm),
          plateaus: findPlateaus({
            step: at,
            loss: height,
            gradientNorm: column(({ norm }) => norm),
            singularValues: Float64Array.from(frames.flatMap(({ values }) => [...values])),
          }),
          map: frames[frames.length - 1].map,
        })
      } finally {
        net.dispose()
      }
    }

    const sup = paths.map(({ away }) => away.reduce((most, value) => Math.max(most, value), 0))
    const checks: Check[] = []
    for (const [g, gamma] of gammas.entries()) {
      if (g > 0) {
        const name = `distance from the greedy path, gamma ${gamma} against ${gammas[g - 1]}`
        checks.push(atMost(name, sup[g] / sup[g - 1], 1))
      }
      if (gamma < 2 || width < 100) continue
      for (let k = 1; k < RANK; k++) {
        const { loss: rest } = phases[k - 1]
        const found = paths[g].plateaus.find(({ rank }) => rank === k)?.loss ?? Number.NaN
        checks.push(within(`gamma ${gamma}: loss at the saddle of rank ${k}`, found, rest, 0.01 * rest))
      }
      // The first escape leaves the origin in the direction of the start: how far off that is depends on the draw.
      const bound = seed === 1 ? 0.03 : 0.12
      checks.push(atMost(`gamma ${gamma}: distance from the greedy path, part of |A*|`, sup[g], bound))
      checks.push(atMost(`gamma ${gamma}: mean squared error of the hidden entries`, hiddenError(paths[g].map), 0.02))
    }

    const [heights, plane, distances] = [[] as Series[], [] as Series[], [] as Series[]]
    for (const [g, gamma] of gammas.entries()) {
      const { steps: x, loss: y, first, second, away } = paths[g]
      const label = `gamma ${gamma}`
      heights.push({ label, kind: 'line', x: x.subarray(1), y: y.subarray(1) })
      distances.push({ label, kind: 'line', x: x.subarray(1), y: away.subarray(1) })
      plane.push({ label, kind: 'line', x: first, y: second })
    }
    const ends = [paths[0].steps[1], Math.max(...paths.map(({ steps: x }) => x[x.length - 1]))]
    for (const [k, { loss: rest }] of phases.slice(0, -1).entries()) {
      heights.push({ label: `rank ${k + 1}, greedy`, kind: 'dashes', x: ends, y: [rest, rest] })
    }
    const corners = phases.flatMap(({ path: p }) =>
      Array.from({ length: p.length / size }, (_, i) => leading(p.subarray(i * size, (i + 1) * size))),
    )
    plane.push({ label: 'greedy', kind: 'dashes', x: corners.map(([x]) => x), y: corners.map(([, y]) => y) })
    const time = { label: 'step', scale: 'log' } as const
    return {
      checks,
      notes: [
        `Farthest from the greedy path, part of |A*|: ${sup.map((d, g) => `${d.toFixed(4)} at gamma ${gammas[g]}`).join(', ')}. At gamma 2 and width 100 it lies between .01 and .1, by the draw of the start.`,
      ],
      figures: [
        {
          title: 'From saddle to saddle',
          description:
            'Loss of a deep network against the step, with plateaus at the rests of the greedy algorithm; its way in the plane of two singular values; and its distance from the greedy path. A smaller start keeps closer.',
          panels: [
            { title: 'Loss on the entries seen', x: time, y: { label: 'loss' }, series: heights },
            {
              title: 'The way of the map',
              x: { label: 'largest singular value' },
              y: { label: 'second singular value' },
              series: plane,
            },
            {
              title: 'Distance of the map from the greedy path',
              x: time,
              y: { label: 'distance, part of |A*|' },
              series: distances,
            },
          ],
        },
      ],
    }
  },
})

/** The two largest singular values. */
function leading(map: Float64Array): [number, number] {
  const { s } = jacobiSvd(map, SIZE, SIZE, { vectors: false })
  return [s[0], s[1]]
}
