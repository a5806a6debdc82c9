// A teacher of low rank seen through noise, and a diagonal student in its singular basis: label noise soft-thresholds the singular values, and the error of the student falls.
import { jacobiSvd } from '../../linalg/dense/svd.js'
import { createEnsemble } from '../../network/ensemble.js'
import { sgd } from '../../optimizer/rules.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { labelNoise } from '../../task/label-noise.js'
import { whitened } from '../../task/whitened.js'
import { lrDropPrediction } from '../../theory/collapse/rate-drop.js'
import { shrinkage } from '../../theory/collapse/shrinkage.js'
import { trainEnsemble } from '../../train/ensemble.js'
import { alongside } from '../alongside.js'
import { atMost, type Check } from '../check.js'
import { defineExperiment } from '../experiment.js'
import { endToEndMap, mean } from '../saddle/shared.js'
import { distribution } from './distribution.js'
import { COLLAPSE_PAPER, median } from './shared.js'

/** A probe of the map of a diagonal network: s of each mode. */
const map = endToEndMap()

export const teacherStudentCollapse = defineExperiment({
  id: 'teacher-student-collapse',
  title: 'Label noise soft-thresholds the singular values of a student',
  paper: COLLAPSE_PAPER,
  formulas: [
    's settles on Gamma with mean s* - theta and variance (s* - theta) eta sigma^2, theta = eta sigma^2 / 2; modes with s* < theta collapse',
    'after a drop of eta:  s(t) = M / (1 + (M/s_0 - 1) e^(-2 M t)),  M = s* - theta of the new eta',
  ],
  parameters: {
    size: { description: 'rows and columns of the teacher', default: 32, min: 8, max: 64, integer: true },
    rank: { description: 'its rank; singular values from 0.5 to 1', default: 4, min: 1, max: 8, integer: true },
    sigma: { description: 'label noise', default: 15, min: 1, max: 20 },
    learningRate: { description: 'learning rate of a step', default: 3 / 1024, min: 1e-4, max: 0.01 },
    steps: {
      description: 'steps before the rate drops tenfold',
      default: 25000,
      min: 2000,
      max: 100000,
      integer: true,
    },
    replicas: { description: 'students', default: 32, min: 8, max: 1000, integer: true },
    members: {
      description: 'students of two modes, for the distribution',
      default: 10000,
      min: 500,
      max: 20000,
      integer: true,
    },
  },
  async run({ engine, parameters, seed, progress }) {
    const { size: n, rank, sigma, learningRate, steps, replicas, members } = parameters
    const teacher = lowRank(n, rank, seed)
    const noise = normal(foldIn(key(seed), 2), n * n).map((z) => (0.3 * z) / Math.sqrt(n))
    const {
      u,
      s: values,
      v,
    } = jacobiSvd(
      teacher.map((value, i) => value + noise[i]),
      n,
      n,
    )
    const tail = Math.round(steps / 5)
    const rate = (step: number) => (step < steps ? learningRate : learningRate / 10)
    const run = async (level: number, count: number, done: number) => {
      const start = [new Array<number>(n).fill(0.7), new Array<number>(n).fill(0.7)]
      const ensemble = createEnsemble(engine, { replicas: count, depths: new Array<number>(n).fill(2), start })
      try {
        const task = labelNoise(whitened([[...values]]), { sigma: level, seed })
        const { columns } = await alongside(
          (signal) =>
            trainEnsemble(ensemble, task, {
              optimizer: sgd({ learningRate: rate }),
              steps: steps + tail,
              record: { every: tail / 10, probes: [map] },
              signal,
            }),
          (share) => progress(done + 0.5 * share, `sigma ${level}`),
        )
        return { steps: columns.step.data, s: columns.map.data }
      } finally {
        ensemble.dispose()
      }
    }
    const frameOf = (data: ArrayLike<number>, step: number) => Array.prototype.indexOf.call(data, step)
    const errorOf = (s: ArrayLike<number>) => {
      let sum = 0
      for (let i = 0; i < n; i++) {
        for (let j = 0; j < n; j++) {
          let entry = -teacher[i * n + j]
          for (let k = 0; k < n; k++) entry += u[i * n + k] * s[k] * v[j * n + k]
          sum += entry * entry
        }
      }
      return sum
    }
    const calm = await run(0, 1, 0)
    const noisy = await run(sigma, replicas, 0.1)
    const member = (frame: number, r: number) =>
      noisy.s.subarray((frame * replicas + r) * n, (frame * replicas + r + 1) * n)
    const errorAt = (frame: number) => mean(Array.from({ length: replicas }, (_, r) => errorOf(member(frame, r))))
    const last = noisy.steps.length - 1
    const drop = frameOf(noisy.steps, steps)
    const law = shrinkage(values, learningRate, sigma)
    const means = Array.from(values, (_, k) => mean(Array.from({ length: replicas }, (_, r) => member(drop, r)[k])))
    const rms = (gaps: readonly number[]) => Math.sqrt(mean(gaps.map((gap) => gap * gap)))
    const checks: Check[] = [
      atMost('at the drop: rms of mean s against max(s* - theta, 0)', rms(means.map((m, k) => m - law.mean[k])), 0.08),
    ]
    const clear = [...values.keys()].filter((k) => values[k] > law.threshold + 0.1)
    const z = clear.map((k) => Math.abs(means[k] - law.mean[k]) / Math.sqrt(law.variance[k] / replicas))
    if (clear.length > 0) checks.push(atMost('at the drop, modes above theta + 0.1: largest z', Math.max(...z), 4))
    // What holds for the values of the paper, after as many steps.
    if (n === 32 && rank === 4 && sigma === 15 && learningRate === 3 / 1024 && steps === 25000) {
      const below = [...values.keys()].filter((k) => values[k] < law.threshold - 0.05)
      const medians = below.map((k) => median(Array.from({ length: replicas }, (_, r) => Math.abs(member(drop, r)[k]))))
      const calmError = errorOf(calm.s.subarray(last * n, (last + 1) * n))
      checks.push(
        atMost('test error over that without noise', errorAt(last) / calmError, 0.6),
        atMost('at the drop, modes below theta - 0.05: largest median of |s|', Math.max(...medians), 1e-4),
      )
    }
    const phases = [{ learningRate: learningRate / 10, steps: tail }]
    const grown = Array.from({ length: replicas }, (_, r) => {
      const start = member(drop, r).map((s) => Math.max(s, 0))
      return lrDropPrediction(values, start, sigma, phases, [tail])
    })
    const gaps = Array.from(values, (_, k) => mean(grown.map((prediction, r) => prediction[k] - member(last, r)[k])))
    checks.push(atMost('after the drop: rms of mean s against the logistic curves of the students', rms(gaps), 0.05))
    const spread = await distribution(engine, members, seed, (share) =>
      progress(0.8 + 0.2 * share, `${members} students`),
    )
    checks.push(...spread.checks)
    const x = Array.from(noisy.steps)
    const errors = x.map((_, frame) => errorAt(frame))
    return {
      checks,
      figures: [
        {
          title: 'Singular values under label noise',
          description:
            'At the drop of the learning rate the mean of each mode lies at its target less the threshold, small modes at 0; the error is below that without noise.',
          panels: [
            {
              ...{ title: 'Modes at the drop', x: { label: 'target s*' }, y: { label: 's' } },
              series: [
                { label: 'mean over students', group: 's', kind: 'dots', x: [...values], y: means },
                { label: 'max(s* - theta, 0)', group: 's', kind: 'dashes', x: [...values], y: [...law.mean] },
              ],
            },
            {
              title: 'Squared distance to the teacher',
              ...{ x: { label: 'step' }, y: { label: 'error' } },
              series: [
                { label: `sigma = ${sigma}`, kind: 'line', x, y: errors },
                {
                  label: 'sigma = 0',
                  kind: 'line',
                  x,
                  y: x.map((_, f) => errorOf(calm.s.subarray(f * n, (f + 1) * n))),
                },
              ],
            },
            spread.panel,
          ],
        },
      ],
    }
  },
})

/** A matrix (n, n) of the given rank with singular values from 0.5 to 1 and random singular vectors. */
function lowRank(n: number, rank: number, seed: number): Float64Array {
  const [left, right] = [0, 1].map((side) => jacobiSvd(normal(foldIn(key(seed), side), n * rank), n, rank).u)
  const out = new Float64Array(n * n)
  for (let k = 0; k < rank; k++) {
    const value = rank === 1 ? 1 : 0.5 + (0.5 * k) / (rank - 1)
    for (let i = 0; i < n; i++)
      for (let j = 0; j < n; j++) out[i * n + j] += value * left[i * rank + k] * right[j * rank + k]
  }
  return out
}
