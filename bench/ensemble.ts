// 1024 members of an ensemble against 1024 single runs of the same plan on the same engine: a step of gradient descent of every member.
import { createEnsemble, createNetwork, type DType, type Engine, gradientDescent, whitened } from '../src/index.js'
import { PlanBuilder } from '../src/plan/builder.js'
import { EnsembleBuilder } from '../src/plan/ensemble-builder.js'
import type { Case } from './measure.js'

const MEMBERS = 1024
const DEPTH = 3
const SINGLE = 'single runs'

/** Depth 3, min(10, width) inputs and outputs. */
export function ensembleCases(ours: Engine, dtype: DType): Case[] {
  return [4, 8, 16].map((width) => {
    const ends = Math.min(10, width)
    const sizes = [ends, ...new Array<number>(DEPTH - 1).fill(width), ends]
    const target = whitened({
      data: Float64Array.from({ length: ends * ends }, (_, i) => (i % (ends + 1) === 0 ? 1 / (1 + i / (ends + 1)) : 0)),
      shape: [ends, ends],
    })
    // So small that the weights stay ordinary numbers however long this is measured: near a minimum, residuals become denormal and slow.
    const rule = gradientDescent({ learningRate: 1e-9 })
    let flops = 0
    for (let l = 2; l < sizes.length; l++) flops += 6 * sizes[0] * sizes[l] * sizes[l - 1]
    // So many steps a call that entering a plan costs a single run next to nothing.
    const repeats = Math.round(400 / width)
    const name = `wasm ${ours.info.build}`
    return {
      suite: 'ensemble',
      name: `ensemble ${DEPTH}:${width}:${ends}`,
      dtype,
      flops: flops * MEMBERS,
      contenders: [
        {
          name,
          make: () => {
            const ensemble = createEnsemble(ours, { replicas: MEMBERS, sizes, dtype, seed: 1 })
            const p = new EnsembleBuilder(ours, dtype, MEMBERS)
            rule.bind(ensemble.network).emitStep(p, target.bind(ours, dtype))
            const plan = p.build()
            // Nobody looks at members here, and what nobody holds would count as forgotten.
            ensemble.proxy.dispose()
            return { name, repeats, run: () => plan.run(repeats) }
          },
        },
        {
          name: SINGLE,
          make: () => {
            const task = target.bind(ours, dtype)
            const plans = Array.from({ length: MEMBERS }, (_, seed) => {
              const p = new PlanBuilder(ours, dtype)
              rule.bind(createNetwork(ours, { sizes, dtype, seed })).emitStep(p, task)
              return p.build()
            })
            const run = () => {
              for (const plan of plans) plan.run(repeats)
            }
            return { name: SINGLE, repeats, run }
          },
        },
      ],
    }
  })
}
