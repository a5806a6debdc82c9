// The plateaus of a two-layer network with a small start: which saddles the exact flow visits, what it looks like there, and when it leaves.
import { log } from '../../math/elementary.js'
import { createNetwork } from '../../network/create.js'
import { explicit } from '../../network/initializer.js'
import { gradientNorm } from '../../probe/gradient-norm.js'
import { loss } from '../../probe/loss.js'
import { findPlateaus } from '../../probe/plateaus.js'
import { nuclearNorm, singularValues } from '../../probe/spectrum.js'
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { whitened } from '../../task/whitened.js'
import { escapeAmplitudes, plateaus, plateauTimes } from '../../theory/saddle/plateaus.js'
import { gradientFlowSync } from '../../train/flow.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { diagonal, SADDLE_PAPER } from './shared.js'

export const plateauSequence = defineExperiment({
  id: 'plateaus',
  title: 'The saddles that two layers visit from a small start',
  paper: SADDLE_PAPER,
  formulas: [
    'plateau k:  A = Y cut to rank k,  loss = 1/2 sum_(i > k) s_i^2,  |A|_* = sum_(i <= k) s_i',
    't_k = ln(s_k / a_k) / (2 s_k) + O(1),  dt_k / d ln(1 / alpha) = 1 / s_k',
  ],
  parameters: {
    values: { description: 'singular values of the target, falling', default: [4, 2, 1, 0.5], min: 0.05, max: 100 },
    width: { description: 'hidden width', default: 10, min: 4, max: 64, integer: true },
    scales: { description: 'scales alpha of the start, falling', default: [1e-4, 1e-6], min: 1e-9, max: 0.1 },
  },
  async run({ engine, parameters, seed, progress }) {
    const { values, width, scales } = parameters
    const n = values.length
    const target = diagonal(values)
    const theory = plateaus(values)
    const task = whitened({ data: target, shape: [n, n] })
    const sizes = [n, width, n]
    const unit = [width * n, n * width].map((entries, l) => normal(foldIn(key(seed), l), entries))
    const checks: Check[] = []
    const times: number[][] = []
    const [losses, norms] = [[] as Series[], [] as Series[]]
    for (const [i, alpha] of scales.entries()) {
      await progress(i / scales.length, `alpha ${alpha}`)
      const [first, second] = unit.map((entries) => entries.map((entry) => alpha * entry))
      const predicted = plateauTimes(values, escapeAmplitudes(first, second, target, n, width, n))
      const end = 1.2 * Math.max(...predicted) + 8 / values[n - 1]
      const init = explicit([
        { data: first, shape: [width, n] },
        { data: second, shape: [n, width] },
      ])
      const net = createNetwork(engine, { sizes, init })
      try {
        const observed = [loss(), gradientNorm(), singularValues(), nuclearNorm()] as const
        const { events, columns } = gradientFlowSync<typeof observed>(net, task, {
          time: end,
          rtol: 1e-10,
          record: { every: end / 800, probes: observed },
          // Learned, before the noise of the solver is all that moves.
          events: [
            { name: 'learned', when: { probe: observed[0], threshold: 1e-8 * theory.losses[0] }, terminal: true },
            ...values.map((value, k) => ({
              name: `${k}`,
              when: ({ endToEnd }: { endToEnd: Float64Array }) => endToEnd[k * (n + 1)] - value / 2,
            })),
          ],
        })
        const half = values.map((_, k) => events.find(({ name }) => name === `${k}`)?.time ?? Number.NaN)
        times.push(half)
        const found = findPlateaus({
          step: columns.time.data,
          loss: columns.loss.data,
          gradientNorm: columns.gradientNorm.data,
          singularValues: columns.singularValues.data,
        })
        checks.push(within(`alpha ${alpha}: plateaus found`, found.length, n, 0))
        const away = values.map((_, k) => Math.abs((found[k]?.loss ?? Number.NaN) / theory.losses[k] - 1))
        checks.push(
          atMost(
            `alpha ${alpha}: relative error of the plateaus' losses`,
            Math.max(...away),
            alpha <= 1e-6 ? 0.01 : 0.03,
          ),
        )
        if (alpha <= 1e-6) {
          for (let k = 1; k < n; k++) {
            const expected = theory.nuclearNorms[k]
            // In the middle of the plateau: half way between the half times of the modes before and after.
            const middle = Math.round((400 * (half[k - 1] + half[k])) / end)
            const measured = columns.nuclearNorm.data[middle] ?? Number.NaN
            checks.push(within(`alpha ${alpha}: nuclear norm on plateau ${k}`, measured, expected, 1e-3 * expected))
          }
        }
        const group = `alpha ${alpha}`
        const x = columns.time.data
        losses.push({ label: `${group}, flow`, group, kind: 'line', x, y: columns.loss.data })
        norms.push({ label: `${group}, flow`, group, kind: 'line', x, y: columns.nuclearNorm.data })
        const edges = [0, ...predicted, end].flatMap((time, k, all) => (k === 0 ? [time] : [all[k - 1], time])).slice(1)
        const stairs = (heights: Float64Array) => [...heights].flatMap((height) => [height, height])
        const label = `${group}, theory`
        losses.push({ label, group, kind: 'dashes', x: edges, y: stairs(theory.losses.map((y) => y || Number.NaN)) })
        norms.push({ label, group, kind: 'dashes', x: edges, y: stairs(theory.nuclearNorms) })
      } finally {
        net.dispose()
      }
    }
    const last = scales.length - 1
    if (last >= 1) {
      for (let k = 0; k < n; k++) {
        const expected = log(scales[last - 1] / scales[last]) / values[k]
        const measured = times[last][k] - times[last - 1][k]
        const what = `mode ${k + 1}: delay from alpha ${scales[last - 1]} to ${scales[last]}`
        checks.push(within(what, measured, expected, 1e-3 * Math.abs(expected)))
      }
    }
    return {
      checks,
      figures: [
        {
          title: 'Plateaus of two layers',
          description:
            'Loss and nuclear norm against time: stairs, one step a singular value; a smaller start stays longer and keeps the heights.',
          panels: [
            {
              title: 'Loss',
              x: { label: 'time (learning rate x step)' },
              y: { label: 'loss', scale: 'log' },
              series: losses,
            },
            {
              title: 'Nuclear norm of the map',
              x: { label: 'time (learning rate x step)' },
              y: { label: 'sum of singular values' },
              series: norms,
            },
          ],
        },
      ],
    }
  },
})
