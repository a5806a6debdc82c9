// One mode of a heavy ball in the phase space of position and velocity: a spiral that turns by a fixed angle a step, and the oscillator that it comes from, which is right to O(eta).
import { atan2 } from '../../math/arctangent.js'
import { createNetwork } from '../../network/create.js'
import { explicit } from '../../network/initializer.js'
import { momentum } from '../../optimizer/rules.js'
import { weights } from '../../probe/weights.js'
import { regression } from '../../task/regression.js'
import { sgdMode } from '../../theory/diffusion/sgd-mode.js'
import { trainSync } from '../../train/train.js'
import { atMost, type Check, within } from '../check.js'
import { defineExperiment } from '../experiment.js'
import type { Series } from '../figure.js'
import { logSlope } from '../saddle/shared.js'
import { DIFFUSION_PAPER } from './shared.js'

export const phaseSpace = defineExperiment({
  id: 'phase-space',
  title: 'Position and velocity of a heavy ball spiral by a fixed angle a step',
  paper: DIFFUSION_PAPER,
  formulas: [
    'discrete: angle arccos((1 + b - eta h) / (2 sqrt(b))) and decay sqrt(b) a step',
    'continuous: angle eta sqrt(omega^2 - gamma^2),  gamma = (1-b)/(eta(1+b)),  omega^2 = 2h/(eta(1+b))',
  ],
  parameters: {
    rho: { description: 'curvature of the mode', default: 1, min: 1, max: 2 },
    momentum: { description: 'momentum', default: 0.9, min: 0.6, max: 0.99 },
    learningRate: { description: 'learning rate of the spiral', default: 0.1, min: 0.08, max: 0.5 },
    rates: {
      description: 'learning rates of the comparison, falling',
      default: [0.1, 0.01, 0.001],
      min: 1e-4,
      max: 0.2,
    },
    turns: { description: 'steps of the spiral', default: 100, min: 20, max: 300, integer: true },
  },
  async run({ engine, parameters, progress }) {
    const { rho, momentum: beta, learningRate, rates, turns } = parameters
    const run = (eta: number, steps: number) => {
      const net = createNetwork(engine, { sizes: [1, 1], init: explicit([[[1]]]) })
      try {
        const { columns } = trainSync(net, regression([[Math.sqrt(rho)]], [[0]]), {
          optimizer: momentum({ learningRate: eta, momentum: beta }),
          ...{ steps, record: { every: 1, probes: [weights()] } },
        })
        return columns.weights.data
      } finally {
        net.dispose()
      }
    }
    await progress(0, 'spiral')
    const theta = run(learningRate, turns)
    const steps = Array.from(theta, (_, k) => k)
    const theory = sgdMode({ rho, noise: 0, theta0: 1, learningRate, momentum: beta }, steps)
    const velocity = steps.map((k) => (k === 0 ? 0 : (theta[k] - theta[k - 1]) / learningRate))
    const measured = angleOf(theta, Math.sqrt(beta))
    const checks: Check[] = [
      within('mean angle of a step', measured, theory.discrete.anglePerStep, 1e-12),
      within('continuous angle over measured angle', theory.ou.anglePerStep / measured, 1, 0.1 * learningRate * rho),
      atMost(
        'largest error of position and velocity against the discrete form',
        Math.max(
          ...steps.map((k) => Math.abs(theta[k] - theory.discrete.theta[k])),
          ...steps.map((k) => Math.abs(velocity[k] - theory.discrete.v[k])),
        ),
        1e-12,
      ),
    ]
    if (rho === 1 && beta === 0.9 && learningRate === 0.1) {
      checks.push(
        within('angle of the discrete form, known', theory.discrete.anglePerStep, 0.3217505, 1e-7),
        within('angle of the continuous form, known', theory.ou.anglePerStep, 0.3201454, 1e-7),
      )
    }
    const errors: number[] = []
    for (const [i, eta] of rates.entries()) {
      await progress(0.2 + (0.8 * i) / rates.length, `learning rate ${eta}`)
      const path = run(eta, Math.ceil(10 / eta))
      const { ou } = sgdMode(
        { rho, noise: 0, theta0: 1, learningRate: eta, momentum: beta },
        path.map((_, k) => k),
      )
      errors.push(Math.max(...path.map((x, k) => Math.abs(x - ou.theta[k]))))
    }
    if (rates.length > 1) {
      // Between O(eta) and O(sqrt(eta)): oscillations die out on the way to small rates.
      const last = rates.length - 1
      const bound = Math.sqrt(rates[last] / rates[0])
      checks.push(atMost('largest error of the continuous form, last rate over first', errors[last] / errors[0], bound))
    }
    const curve = (form: 'ou' | 'discrete', label: string): Series => {
      const { theta: x, v: y } = theory[form]
      return { label, group: form === 'ou' ? label : 'training', kind: 'dashes', x, y }
    }
    const slope = rates.length > 1 ? logSlope(rates, errors) : 1
    return {
      checks,
      notes: [`The error of the continuous form falls as the ${slope.toFixed(2)}th power of the learning rate.`],
      figures: [
        {
          title: 'A heavy ball in phase space',
          description: 'Training lies on the discrete form; the continuous form turns by half a per cent less.',
          panels: [
            {
              ...{
                title: `Learning rate ${learningRate}, momentum ${beta}`,
                x: { label: 'position' },
                y: { label: 'velocity' },
              },
              series: [
                { label: 'training', group: 'training', kind: 'dots', x: [...theta], y: velocity },
                curve('discrete', 'discrete form'),
                curve('ou', 'continuous form'),
              ],
            },
            {
              title: 'Error of the continuous form up to time 10',
              x: { label: 'learning rate', scale: 'log' },
              y: { label: 'largest error of the position', scale: 'log' },
              series: [
                { label: 'training', kind: 'dots', x: rates, y: errors },
                {
                  label: 'slope 1/2',
                  kind: 'dashes',
                  x: rates,
                  y: rates.map((eta) => errors[0] * Math.sqrt(eta / rates[0])),
                },
                { label: 'slope 1', kind: 'dashes', x: rates, y: rates.map((eta) => (errors[0] * eta) / rates[0]) },
              ],
            },
          ],
        },
      ],
    }
  },
})

/**
 * The mean angle of a step: with y_k = theta_k / decay^k the recurrence y_(k+1) + y_(k-1) = 2 c y_k gives c by least squares, and in the coordinates
 * (y_k sqrt(1 - c^2), c y_k - y_(k-1)) each step is a rotation.
 */
function angleOf(theta: ArrayLike<number>, decay: number): number {
  const y = new Float64Array(theta.length)
  let scale = 1
  for (let k = 0; k < y.length; k++, scale /= decay) y[k] = theta[k] * scale
  let [across, along] = [0, 0]
  for (let k = 1; k + 1 < y.length; k++) {
    across += 0.5 * y[k] * (y[k + 1] + y[k - 1])
    along += y[k] * y[k]
  }
  const c = across / along
  const s = Math.sqrt(1 - c * c)
  const directions = Array.from({ length: y.length - 1 }, (_, i) => atan2(c * y[i + 1] - y[i], s * y[i + 1]))
  let turned = 0
  for (let k = 1; k < directions.length; k++) {
    const step = directions[k - 1] - directions[k]
    turned += step - 2 * Math.PI * Math.floor(step / (2 * Math.PI))
  }
  const mean = turned / (directions.length - 1)
  return mean > Math.PI ? 2 * Math.PI - mean : mean
}
