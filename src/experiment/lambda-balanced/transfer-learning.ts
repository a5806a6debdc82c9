// What a new property of one item tells about others: the hidden layer of a finished task is kept, and one new output is taught on a single item.
import { tree15 } from '../../task/datasets/semantic-tree.js'
import { lambdaBalancedFlow } from '../../theory/lambda-balanced/flow.js'
import { itemTransfer } from '../../theory/lambda-balanced/transfer.js'
import { lambdaBalancedWeights } from '../../theory/lambda-balanced/weights.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import { apart, gram, PAPER, spread } from './setup.js'
import { simulate } from './simulate.js'

/** Items beside the one that is taught, item 0. */
const ITEMS = [
  [1, 'sibling'],
  [2, 'cousin'],
  [4, 'other branch'],
] as const
const TABLE: readonly (readonly [number, readonly number[]])[] = [
  [1e4, [0.75, 0.5, 0.25]],
  [10, [0.74748119, 0.49590112, 0.24616646]],
  [1, [0.64732442, 0.36769301, 0.15577624]],
  [0, [0.42787001, 0.2184559, 0.08776703]],
  [-1, [0.15641701, 0.08884794, 0.03764118]],
  [-10, [0.00367733, 0.00243965, 0.00121105]],
]

export const transferLearning = defineExperiment({
  id: 'transfer-learning',
  title: 'Transfer: what a new output inherits on the semantic tree',
  paper: `${PAPER} (the protocol is that of Saxe, McClelland, Ganguli (2019), PNAS 116:11537)`,
  formulas: [
    "prediction for item j after teaching item i = K_ij/K_ii, K = X' A X, A = V diag((sqrt(lambda^2 + 4 s^2) - lambda)/2) V'",
  ],
  parameters: {
    lambdas: {
      description: 'lambdas; those beyond `simulated` are followed exactly only',
      default: [1e4, 10, 1, 0, -1, -10],
      min: -1e4,
      max: 1e4,
    },
    simulated: { description: 'largest |lambda| that is simulated', default: 10, min: 0, max: 20 },
  },
  async run({ engine, parameters, progress }) {
    const { lambdas, simulated } = parameters
    const { sigmaYX } = tree15()
    const checks: Check[] = []
    const found: { lambda: number; values: number[] }[] = []
    const pick = (matrix: ArrayLike<number>) => ITEMS.map(([item]) => matrix[item] / matrix[0])
    for (const [l, lambda] of lambdas.entries()) {
      await progress(l / lambdas.length, `lambda ${lambda}`)
      const theory = pick(itemTransfer({ sigmaYX, lambda }))
      const wanted = TABLE.find(([value]) => value === lambda)?.[1]
      if (wanted !== undefined) {
        // At 1e4 the table is the limit, which is O(1e-7) away.
        const tolerance = lambda === 1e4 ? 1e-7 : 1e-8
        for (const [i, [, name]] of ITEMS.entries()) {
          checks.push(within(`lambda = ${lambda}: transfer to the ${name}`, theory[i], wanted[i], tolerance))
        }
      }
      const start = lambdaBalancedWeights({ sizes: [8, 8, 15], lambda, strengths: Array(8).fill(0.01) })
      const layers = { w1: start.w1, w2: start.w2 }
      const squared = 1 / 8
      const slow = (Math.abs(lambda) / 2 + Math.sqrt(squared + lambda ** 2 / 4)) / squared
      const exact = lambdaBalancedFlow({ ...layers, sigmaYX, lambda, times: [40 * slow + 200] }).a
      checks.push(atMost(`lambda = ${lambda}: end of the exact flow`, apart(pick(exact), theory), 1e-8))
      if (Math.abs(lambda) > simulated) continue
      const run = await simulate(engine, layers, sigmaYX, {
        times: spread(0, 14 * slow + 60, 41),
        rtol: 1e-10,
        progress,
        done: l / lambdas.length,
        what: `lambda ${lambda}`,
      })
      const { data, shape } = run.at('w1', -1)
      const values = pick(gram(data, shape[0], shape[1]))
      checks.push(atMost(`lambda = ${lambda}: transfer of the simulated network`, apart(values, theory), 1e-6))
      found.push({ lambda, values })
    }
    const grid = spread(-10, 10, 161)
    const curves = grid.map((lambda) => pick(itemTransfer({ sigmaYX, lambda })))
    found.sort((a, b) => a.lambda - b.lambda)
    return {
      checks,
      figures: [
        {
          title: 'Transfer to similar items',
          description:
            'Large positive lambda makes a hidden layer that generalises along the tree, large negative lambda one that tells all items apart.',
          panels: [
            {
              title: 'Prediction for another item after one item is taught',
              x: { label: 'lambda' },
              y: { label: 'K_ij / K_ii' },
              series: ITEMS.flatMap(([, name], i) => [
                {
                  label: `${name}, simulated`,
                  group: name,
                  kind: 'dots' as const,
                  x: found.map(({ lambda }) => lambda),
                  y: found.map(({ values }) => values[i]),
                },
                {
                  label: `${name}, theory`,
                  group: name,
                  kind: 'dashes' as const,
                  x: grid,
                  y: curves.map((values) => values[i]),
                },
              ]),
            },
          ],
        },
      ],
    }
  },
})
