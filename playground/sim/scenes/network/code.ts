// The run as lines of TypeScript.
import { short } from '../../scene.js'

export interface Written {
  readonly task: string
  readonly sizes: readonly number[]
  readonly init: string
  readonly seed: number
  readonly rate: number
  /** Standard deviation of the noise on the targets. */
  readonly noise: number
}

export function codeOf({ task, sizes, init, seed, rate, noise }: Written): string {
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
