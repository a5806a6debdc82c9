// Noise on the parameters of a trained network costs least at lambda = 0; noise on its inputs costs the same at any lambda.
import { foldIn, key } from '../../random/key.js'
import { normal } from '../../random/normal.js'
import { convergedNoiseLoss, inputNoiseLoss } from '../../theory/lambda-balanced/noise.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import { known, PAPER, product, spread, startOf, TASK } from './setup.js'
import { simulate } from './simulate.js'

/** Excess loss at variance 0.01. */
const EXCESS = [
  [5, 0.4594308585],
  [-5, 0.4594308585],
  [1, 0.2280383263],
  [-1, 0.2280383263],
  [0, 0.2112],
] as const
/** Samples between two looks at the event loop. */
const BATCH = 2000

export const noiseRobustness = defineExperiment({
  id: 'noise-robustness',
  title: 'Noise on parameters hurts least at lambda = 0, noise on inputs everywhere the same',
  paper: PAPER,
  formulas: [
    'parameters: E[excess] = 1/2 [v n_in |W_2|^2 + v n_out |W_1|^2 + v^2 n_out n_hidden n_in], |W_1|^2 + |W_2|^2 = sum sqrt(lambda^2 + 4 s^2)',
    'inputs: E[excess] = 1/2 v |W|^2',
  ],
  parameters: {
    lambdas: { description: 'lambdas', default: [-5, -1, 0, 1, 5], min: -10, max: 10 },
    variance: { description: 'variance of the noise on each weight', default: 0.01, min: 1e-4, max: 0.1 },
    inputVariance: { description: 'variance of the noise on each input', default: 0.1, min: 1e-4, max: 1 },
    samples: { description: 'draws of the noise', default: 40000, min: 2000, max: 1e6, integer: true },
  },
  async run({ engine, parameters, seed, progress }) {
    const { lambdas, variance, inputVariance, samples } = parameters
    const target = TASK.flat()
    const checks: Check[] = []
    const [measured, atInputs] = [[] as number[], [] as number[]]
    const inputTheory = inputNoiseLoss(TASK, inputVariance)
    for (const [l, lambda] of lambdas.entries()) {
      const done = l / lambdas.length
      const what = `lambda ${lambda}`
      const run = await simulate(engine, startOf(lambda), TASK, { times: spread(0, 60, 2), progress, done, what })
      const [w1, w2, w] = (['w1', 'w2', 'w'] as const).map((name) => run.at(name, -1).data)
      checks.push(atMost(`lambda = ${lambda}: loss of the trained network`, run.loss[run.loss.length - 1], 1e-12))
      const stream = foldIn(key(seed), l)
      const weights = await averageOf(
        stream,
        samples,
        32,
        Math.sqrt(variance),
        (noise) => {
          const first = w1.map((value, i) => value + noise[i])
          const second = w2.map((value, i) => value + noise[16 + i])
          return 0.5 * product(second, first, 4, 4, 4).reduce((sum, value, i) => sum + (value - target[i]) ** 2, 0)
        },
        () => progress(done, what),
      )
      // One sample stands for all: E |W n|^2 of n with variance v on each input.
      const inputs = await averageOf(
        foldIn(stream, 1),
        samples,
        4,
        Math.sqrt(inputVariance),
        (noise) => 0.5 * product(w, noise, 4, 4, 1).reduce((sum, value) => sum + value * value, 0),
        () => progress(done, what),
      )
      const theory = convergedNoiseLoss({ sigmaYX: TASK, lambda, v1: variance })
      const wanted = variance === 0.01 ? known(EXCESS, lambda) : undefined
      if (wanted !== undefined)
        checks.push(within(`lambda = ${lambda}: excess loss of the formula`, theory, wanted, 1e-9))
      checks.push(
        within(`lambda = ${lambda}: noise on parameters`, weights.mean, theory, 4.5 * weights.error),
        within(`lambda = ${lambda}: noise on inputs`, inputs.mean, inputTheory, 4.5 * inputs.error),
      )
      measured.push(weights.mean)
      atInputs.push(inputs.mean)
    }
    const grid = spread(Math.min(...lambdas, -1), Math.max(...lambdas, 1), 121)
    const curve = grid.map((lambda) => convergedNoiseLoss({ sigmaYX: TASK, lambda, v1: variance }))
    const least = convergedNoiseLoss({ sigmaYX: TASK, lambda: 0, v1: variance })
    checks.push(
      atMost('excess loss at lambda = 0 over the least of all lambdas', least / Math.min(...curve), 1 + 1e-12),
    )
    const ends = [grid[0], grid[grid.length - 1]]
    return {
      checks,
      figures: [
        {
          title: 'Robustness to noise',
          description:
            'The expected loss from noise on the weights has its least value at lambda = 0 and grows with |lambda|; that from noise on the inputs is flat.',
          panels: [
            {
              title: `Excess loss from noise of variance ${variance} on parameters, ${inputVariance} on inputs`,
              x: { label: 'lambda' },
              y: { label: 'excess loss' },
              series: [
                { label: 'parameters, sampled', group: 'parameters', kind: 'dots', x: lambdas, y: measured },
                { label: 'parameters, formula', group: 'parameters', kind: 'dashes', x: grid, y: curve },
                { label: 'inputs, sampled', group: 'inputs', kind: 'dots', x: lambdas, y: atInputs },
                { label: 'inputs, formula', group: 'inputs', kind: 'dashes', x: ends, y: [inputTheory, inputTheory] },
              ],
            },
          ],
        },
      ],
    }
  },
})

/** Mean of f over draws of `width` normal numbers of the given standard deviation, and the standard error of it. */
async function averageOf(
  stream: ReturnType<typeof key>,
  samples: number,
  width: number,
  deviation: number,
  f: (noise: Float64Array) => number,
  pause: () => Promise<void>,
): Promise<{ mean: number; error: number }> {
  let [sum, squares] = [0, 0]
  for (let from = 0; from < samples; from += BATCH) {
    await pause()
    const count = Math.min(BATCH, samples - from)
    const noise = normal(foldIn(foldIn(stream, 2), from), count * width)
    for (let i = 0; i < noise.length; i++) noise[i] *= deviation
    for (let i = 0; i < count; i++) {
      const value = f(noise.subarray(i * width, (i + 1) * width))
      sum += value
      squares += value * value
    }
  }
  const mean = sum / samples
  return { mean, error: Math.sqrt(Math.max(0, squares / samples - mean * mean) / samples) }
}
