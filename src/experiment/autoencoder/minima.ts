// Where linear autoencoders end: with any penalty in the right subspace, with the sum penalty at the principal directions themselves.
import type { Engine } from '../../linalg/engine.js'
import { log, pow } from '../../math/elementary.js'
import { createNetwork } from '../../network/create.js'
import { explicit, gaussian } from '../../network/initializer.js'
import { gradientDescent } from '../../optimizer/gradient-descent.js'
import { custom } from '../../probe/custom.js'
import { autoencoder } from '../../task/autoencoder.js'
import { axisError, ppcaFromLae } from '../../theory/autoencoder/metrics.js'
import { laeShrinkage } from '../../theory/autoencoder/shrinkage.js'
import { laeTrain } from '../../train/lae.js'
import { trainSync } from '../../train/train.js'
import { atLeast, atMost, type Check } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { PanelData, Series } from '../figure.js'
import { AUTOENCODER_PAPER, covarianceOf, farthest, mapValues, transposeGap } from './shared.js'

export const autoencoderMinima = defineExperiment({
  id: 'autoencoder-minima',
  title: 'Minima of linear autoencoders: subspace, shrinkage, principal directions',
  paper: AUTOENCODER_PAPER,
  formulas: [
    'singular values of W_2 W_1:  1 (no penalty),  1/(1 + lambda/sigma^2) (lambda |W_2 W_1|^2),  1 - lambda/sigma^2 (lambda (|W_1|^2 + |W_2|^2))',
    "the sum penalty alone makes W_1 = W_2' and the left singular vectors of W_2 the principal directions",
  ],
  parameters: {
    inputs: { description: 'inputs n; sigma = n, n-1, .. 1', default: 20, min: 3, max: 40, integer: true },
    hidden: { description: 'hidden units k', default: 10, min: 1, max: 39, integer: true },
    lambda: { description: 'penalty, below the variances that are kept', default: 10, min: 0.1, max: 100 },
    learningRate: { description: 'eta', default: 5e-4, min: 1e-6, max: 0.1 },
    steps: { description: 'number of steps', default: 40000, min: 100, max: 1e6, integer: true },
  },
  async run({ engine, parameters: { inputs, hidden: wanted, lambda, learningRate, steps }, seed, progress }) {
    const hidden = Math.min(wanted, inputs - 1)
    const variances = Array.from({ length: inputs }, (_, i) => (inputs - i) ** 2)
    const { covariance, directions } = covarianceOf(variances, seed)
    const checks: Check[] = []
    const series: Series[] = []
    const x = Array.from({ length: hidden }, (_, i) => i + 1)
    for (const [i, penalty] of (['none', 'product', 'sum'] as const).entries()) {
      await progress(i / 4, `penalty ${penalty}`)
      const loss = penalty === 'none' ? { penalty } : { penalty, lambda }
      const init = gaussian({ variance: 0.0025 })
      const found = laeTrain(engine, covariance, { ...loss, hidden, learningRate, steps, init, seed })
      const values = mapValues(engine, found)
      const predicted = laeShrinkage(variances.slice(0, hidden), loss)
      checks.push(atMost(`${penalty}: error of the singular values`, farthest(values, predicted), 1e-8))
      const { directions: axes } =
        penalty === 'sum' ? ppcaFromLae(found.decoder, { lambda }) : { directions: found.decoder.data }
      const error = axisError({ data: axes, shape: found.decoder.shape }, directions)
      const gap = transposeGap(found)
      checks.push(
        penalty === 'sum'
          ? atMost(`${penalty}: axis error`, error, 1e-6)
          : atLeast(`${penalty}: axis error`, error, hidden > 1 ? 1 : 0),
        penalty === 'sum'
          ? atMost(`${penalty}: largest entry of |W_1 - W_2'|`, gap, 1e-8)
          : atLeast(`${penalty}: largest entry of |W_1 - W_2'|`, gap, 1e-3),
      )
      series.push(
        { label: `${penalty}, descent`, group: penalty, kind: 'dots', x, y: values },
        { label: `${penalty}, formula`, group: penalty, kind: 'dashes', x, y: predicted },
      )
    }
    await progress(0.75, 'the landscape of one weight each')
    return {
      checks,
      figures: [
        {
          title: 'Minima of linear autoencoders',
          description:
            'Singular values of the learned map for three penalties with their formulas; and the loss of an autoencoder of two numbers, with and without the sum penalty, with paths of descent: a curve of minima shrinks to two points.',
          panels: [
            {
              title: `Singular values of W_2 W_1, sigma = ${inputs} .. 1, lambda = ${lambda}`,
              x: { label: 'mode' },
              y: { label: 'singular value' },
              series,
            },
            landscape(engine, 0),
            landscape(engine, 0.4),
          ],
        },
      ],
    }
  },
})

const STARTS = [
  [1.9, 0.15],
  [-1.8, 0.5],
  [0.2, -0.25],
  [-0.3, -1.9],
  [1.5, 1.7],
]

/** (1 - w1 w2)^2 + lambda (w1^2 + w2^2), and where descent goes on it. */
function landscape(engine: Engine, lambda: number): PanelData {
  const cells = 36
  const edges = Array.from({ length: cells + 1 }, (_, i) => -2.1 + (4.2 * i) / cells)
  const values = Array.from({ length: cells * cells }, (_, at) => {
    const [w1, w2] = [edges[at % cells] + 2.1 / cells, edges[Math.floor(at / cells)] + 2.1 / cells]
    return log((1 - w1 * w2) ** 2 + lambda * (w1 * w1 + w2 * w2) + 0.03)
  })
  const task = autoencoder([[1]], lambda > 0 ? { penalty: 'sum', lambda } : {})
  const observed = [
    custom({
      name: 'pair',
      shape: [2],
      read: ({ weights }) => Float64Array.of(weights[0].data[0], weights[1].data[0]),
    }),
  ] as const
  const series: Series[] = STARTS.map(([w1, w2]) => {
    const net = createNetwork(engine, { sizes: [1, 1, 1], init: explicit([[[w1]], [[w2]]]) })
    try {
      const { columns } = trainSync<typeof observed>(net, task, {
        optimizer: gradientDescent({ learningRate: 0.02 }),
        steps: 800,
        record: { every: 8, probes: observed },
      })
      const data = columns.pair.data
      const read = (at: number) => Array.from({ length: data.length / 2 }, (_, i) => data[2 * i + at])
      return { label: 'descent', group: 'descent', kind: 'line' as const, x: read(0), y: read(1) }
    } finally {
      net.dispose()
    }
  })
  const minimum: Series[] = []
  if (lambda > 0) {
    const p = Math.sqrt(laeShrinkage([1], { lambda })[0])
    minimum.push({ label: 'minima', kind: 'dots', x: [p, -p], y: [p, -p] })
  } else {
    const positive = Array.from({ length: 40 }, (_, i) => pow(2.1, i / 19.5 - 1))
    const [x, y] = [positive, positive.map((w) => 1 / w)]
    const turned = (list: number[]) => list.map((w) => -w)
    minimum.push({
      label: 'minima',
      kind: 'dashes',
      x: [...x, 0, ...turned(x).reverse()],
      y: [...y, Number.NaN, ...turned(y).reverse()],
    })
  }
  return {
    title: `(1 - w_1 w_2)^2 + lambda (w_1^2 + w_2^2), lambda = ${lambda}`,
    x: { label: 'w_1' },
    y: { label: 'w_2' },
    heat: { x: edges, y: edges, values, label: 'log loss' },
    series: [
      // One curve with gaps.
      {
        label: 'descent',
        kind: 'line',
        x: series.flatMap(({ x }) => [...Array.from(x), 0]),
        y: series.flatMap(({ y }) => [...Array.from(y), Number.NaN]),
      },
      ...minimum,
    ],
  }
}
