// The least test error on the way of one network: found by gradient descent, and by the closed form of mixed dynamics.
import type { Engine } from '../../linalg/engine.js'
import { exp } from '../../math/elementary.js'
import { createGramNetwork } from '../../network/gram.js'
import { gaussian } from '../../network/initializer.js'
import { gradientDescent } from '../../optimizer/gradient-descent.js'
import { testLoss } from '../../probe/test-loss.js'
import { whitened } from '../../task/whitened.js'
import { mixedModes } from '../../theory/mixed/mixed-modes.js'
import { train } from '../../train/train.js'
import { errorsOf, type Problem } from './problem.js'

/** Frames between two looks at the event loop. */
const STRETCH = 10
/** A run is given up so many steps after its least test error, once that has risen by so much. */
const PATIENCE = 10
const RISE = 1.05

/** The moment of the least test error. */
export interface Best {
  readonly test: number
  readonly stableRank: number
  readonly step: number
}

/** Gradient descent until the test error has passed its minimum. */
export async function descend(
  { engine, progress }: { engine: Engine; progress: (part: number) => Promise<void> },
  { dimension: d, target, teacher }: Problem,
  { width, variance }: { width: number; variance: number },
  learningRate: number,
  iterations: number,
  seed: number,
): Promise<Best> {
  const net = createGramNetwork(engine, { sizes: [d, width, d], init: gaussian({ variance }), seed })
  const map = engine.matrix([d, d])
  try {
    const run = train(net, whitened({ data: target, shape: [d, d] }), {
      optimizer: gradientDescent({ learningRate, update: 'alternating' }),
      steps: iterations,
      record: { every: 1, probes: [testLoss(whitened({ data: teacher, shape: [d, d] }))] },
    })
    let [least, best] = [Infinity, 0]
    for await (const { step, testLoss: loss } of run) {
      if (loss < least) {
        ;[least, best] = [loss, step]
        map.set(net.a)
      } else if (hasPassed(step, best, loss, least)) break
      if (step % STRETCH === 0) await progress(step / iterations)
    }
    const values = engine.singularValues(map)
    const squares = values.reduce((sum, value) => sum + value * value, 0)
    return { test: (2 * least) / d ** 2, stableRank: squares / values[0] ** 2, step: best }
  } finally {
    map.dispose()
    net.dispose()
  }
}

/** The least test error of the closed form at the times of the steps, with what is left of the start on top. */
export function leastError(problem: Problem, scale: number, h: number, iterations: number, start: number): Best {
  let best: Best = { test: Infinity, stableRank: 0, step: 0 }
  for (let step = 0; step <= iterations; step++) {
    const { test, stableRank } = errorsOf(problem, mixedModes(problem.values, 0, scale, [step * h]))
    const left = start * exp(-4 * scale * step * h)
    if (test + left < best.test) best = { test: test + left, stableRank, step }
    else if (hasPassed(step, best.step, test + left, best.test)) break
  }
  return best
}

/** Whether the least error lies behind: it was some steps ago, and the error has risen since. */
function hasPassed(step: number, best: number, error: number, least: number): boolean {
  return step > best + PATIENCE && error > RISE * least
}
