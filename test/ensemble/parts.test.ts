// An ensemble too large for the cache runs in parts of its groups. No border of a part may show, with shared constants and scalars of members.
import { expect, test } from 'vitest'
import {
  createEngineSync,
  createEnsemble,
  createNetwork,
  gaussian,
  gradientDescent,
  regression,
  trainEnsembleSync,
  trainSync,
} from '../../src/index.js'

const x = Array.from({ length: 4 }, (_, i) => Array.from({ length: 9 }, (_, p) => (((i + 1) * (p + 2)) % 7) / 7 - 0.4))
const y = Array.from({ length: 3 }, (_, i) => Array.from({ length: 9 }, (_, p) => (((i + 3) * (p + 1)) % 5) / 5 - 0.4))

test.each(['float32', 'float64'] as const)(
  '%s: members before, at and behind the borders have the bits of single runs',
  (dtype) => {
    using engine = createEngineSync({ reproducible: true })
    const replicas = 1003
    const network = { sizes: [4, 8, 8, 3], init: gaussian({ variance: 0.05 }), dtype }
    const learningRates = Array.from({ length: replicas }, (_, i) => 0.05 + 1e-4 * i)
    const seeds = Array.from({ length: replicas }, (_, i) => 5 * i + 1)
    using ensemble = createEnsemble(engine, { ...network, replicas, seeds })
    const task = regression(x, y)
    const { columns } = trainEnsembleSync(ensemble, task, {
      optimizer: gradientDescent({ learningRate: 0.05 }),
      learningRates,
      steps: 7,
      record: { every: 7 },
    })
    for (let member = 0; member < replicas; member += member < 24 || member > 990 ? 1 : 31) {
      using single = createNetwork(engine, { ...network, seed: seeds[member] })
      const run = trainSync(single, task, {
        optimizer: gradientDescent({ learningRate: learningRates[member] }),
        steps: 7,
        record: { every: 7 },
      })
      using copy = ensemble.member(member)
      expect(copy.weights.map((w) => w.toArray())).toEqual(single.weights.map((w) => w.toArray()))
      expect(columns.loss.data[replicas + member]).toBe(run.columns.loss.data[1])
    }
  },
)
