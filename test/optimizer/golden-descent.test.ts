// Gradient descent against golden numbers: after 40 and 60 steps from explicit weights, both update orders, layers and Gram
// form, WebAssembly and TypeScript.
import { describe, expect, test } from 'vitest'
import {
  createEngineSync,
  createGramNetwork,
  createNetwork,
  explicit,
  gradientDescent,
  trainSync,
  whitened,
} from '../../src/index.js'
import { golden } from '../golden.js'

/** The file has ten significant digits of numbers near 1. */
const TOLERANCE = 1e-9

describe.each(['wasm', 'typescript'] as const)('gradient descent on %s', (backend) => {
  const engine = createEngineSync({ backend })
  describe.each(golden('general'))('golden case $#', (entry) => {
    const sizes = [entry.W[0][0].length, ...entry.W.map((layer) => layer.length)]
    const kinds = entry.W.length === 2 ? (['layers', 'gram'] as const) : (['layers'] as const)
    test.each(kinds.flatMap((kind) => (['simultaneous', 'alternating'] as const).map((update) => ({ kind, update }))))(
      '$kind, $update',
      ({ kind, update }) => {
        const create = kind === 'gram' ? createGramNetwork : createNetwork
        using net = create(engine, { sizes, init: explicit(entry.W) })
        const result = trainSync(net, whitened(entry.Y), {
          optimizer: gradientDescent({ learningRate: entry.gd_eta, update }),
          steps: entry.gd_steps,
        })
        expect(result.status).toBe('completed')
        using map = net.endToEnd()
        const worst = Math.max(...map.toArray().map((value, i) => Math.abs(value - entry.gd_A[update][i])))
        expect(worst).toBeLessThan(TOLERANCE)
      },
    )
  })
})
