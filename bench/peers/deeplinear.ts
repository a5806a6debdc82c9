// This library: the default build, the reproducible one, its TypeScript executor; and for single calls the kernel by pointer and BLAS on
// plain arrays. Loaded when opened, so that a cold start counts it.
import type { Engine, EngineOptions, Matrix } from '../../src/index.js'
import { type Adapter, joined, type Operation, repeat, type Workbench } from './adapter.js'

const SMALL = 2 * 16 ** 3

/** `createEngine()`; what all others are compared with. */
export const OURS = 'deeplinear'

export const deeplinear: Adapter[] = [
  { name: OURS, packages: [], open: () => workbench({}) },
  {
    name: 'deeplinear, reproducible',
    packages: [],
    // Where the default is the reproducible build already, there is nothing to add.
    open: async () => ((await defaultBuild()) === 'simd' ? null : workbench({ reproducible: true })),
  },
  {
    name: 'deeplinear, TypeScript',
    packages: [],
    largestFlops: 3e9,
    open: () => workbench({ backend: 'typescript' }),
  },
  {
    name: 'deeplinear, over the samples',
    packages: [],
    open: async () => {
      const { step } = await workbench({}, true)
      return { step: (work, inputs, dtype) => (work.samples > 0 ? step!(work, inputs, dtype) : null) }
    },
  },
  { name: 'deeplinear, kernel by pointer', packages: [], largestFlops: SMALL, open: byPointer },
  { name: 'deeplinear/blas, plain arrays', packages: [], largestFlops: SMALL, open: onArrays },
]

/** Which build `createEngine()` takes here. */
export async function defaultBuild(): Promise<string> {
  const { createEngine } = await import('../../src/index.js')
  return (await createEngine()).info.build
}

async function workbench(options: EngineOptions, overSamples = false): Promise<Workbench> {
  const library = await import('../../src/index.js')
  const engine = await library.createEngine({ ...options, budgetBytes: 2 ** 31 })
  return {
    warmup: (dtype) => engine.warmup({ dtype }),
    gemm({ m, n, k, transposeA, transposeB }, inputs, dtype) {
      const a = engine.matrix(transposeA ? [k, m] : [m, k], inputs.a, { dtype })
      const b = engine.matrix(transposeB ? [n, k] : [k, n], inputs.b, { dtype })
      const out = engine.matrix([m, n], undefined, { dtype })
      const given = { out, transposeA, transposeB }
      return { run: repeat(() => engine.matmul(a, b, given)), result: () => out.toArray() }
    },
    svd({ n, rank }, { a: data }, dtype) {
      const a = engine.matrix([n, n], data, { dtype })
      let values: Float64Array = new Float64Array(0)
      const run = repeat(() => {
        const { u, s, v } = rank === undefined ? engine.svd(a) : library.powerSvd(a, { rank })
        values = s
        u.dispose()
        v.dispose()
      })
      return { run, result: () => values }
    },
    async step({ sizes, samples, members, learningRate }, { weights, x, y }, dtype) {
      const { PlanBuilder } = await import('../../src/plan/builder.js')
      const { EnsembleBuilder } = await import('../../src/plan/ensemble-builder.js')
      const { createNetwork, createEnsemble, explicit, gradientDescent, regression, whitened } = library
      const shaped = (data: ArrayLike<number>, rows: number) => ({
        data: Float64Array.from(data),
        shape: [rows, data.length / rows] as [number, number],
      })
      const task =
        x === undefined ? whitened(shaped(y, sizes.at(-1)!)) : regression(shaped(x, sizes[0]), shaped(y, sizes.at(-1)!))
      const options = { sizes: [...sizes], init: explicit(weights.map((w, l) => shaped(w, sizes[l + 1]))), dtype }
      const rule = gradientDescent({ learningRate })
      const bound = task.bind(engine, dtype, overSamples && samples > 0 ? 'samples' : 'map')
      if (members === 1) {
        const net = createNetwork(engine, options)
        const p = new PlanBuilder(engine, dtype)
        rule.bind(net).emitStep(p, bound)
        const plan = p.build()
        return { run: (count) => void plan.run(count), result: () => joined(net.weights.map(values)) }
      }
      const ensemble = createEnsemble(engine, { ...options, replicas: members })
      const p = new EnsembleBuilder(engine, dtype, members)
      rule.bind(ensemble.network).emitStep(p, bound)
      const plan = p.build()
      const one = (index: number) => {
        ensemble.read(index)
        return joined(ensemble.proxy.weights.map(values))
      }
      return {
        run: (count) => void plan.run(count),
        result: () => joined(Array.from({ length: members }, (_, index) => one(index))),
      }
    },
  }
}

const values = (matrix: Matrix) => matrix.toArray()

/** What a plan pays for a product, without the checks of `matmul`. */
async function byPointer(): Promise<Workbench> {
  const { createEngine } = await import('../../src/index.js')
  const engine: Engine = await createEngine()
  return {
    gemm({ m, n, k, transposeA, transposeB }, inputs, dtype) {
      const [a, b] = [engine.matrix([m, k], inputs.a, { dtype }), engine.matrix([k, n], inputs.b, { dtype })]
      const out = engine.matrix([m, n], undefined, { dtype })
      const gemm = dtype === 'float64' ? engine.kernels.dgemmDirect : engine.kernels.sgemmDirect
      const trans = (transposeA ? 1 : 0) | (transposeB ? 2 : 0)
      const [pa, pb, pc] = [a.pointer, b.pointer, out.pointer]
      return {
        run: repeat(() => gemm(trans, m, n, k, 1, pa, k, pb, n, 0, pc, n, 0)),
        // Names the operands, so that they live as long as the work.
        result: () => (a.rows + b.rows > 0 ? out.toArray() : []),
      }
    },
  }
}

async function onArrays(): Promise<Workbench> {
  const { dgemm, sgemm } = await import('../../src/blas/index.js')
  return {
    gemm({ m, n, k }, { a, b }, dtype): Operation {
      if (dtype === 'float64') {
        const c = new Float64Array(m * n)
        const [da, db] = [a as Float64Array, b as Float64Array]
        return {
          run: repeat(() => dgemm('row-major', 'no-transpose', 'no-transpose', m, n, k, 1, da, k, db, n, 0, c, n)),
          result: () => c,
        }
      }
      const c = new Float32Array(m * n)
      const [sa, sb] = [a as Float32Array, b as Float32Array]
      return {
        run: repeat(() => sgemm('row-major', 'no-transpose', 'no-transpose', m, n, k, 1, sa, k, sb, n, 0, c, n)),
        result: () => c,
      }
    },
  }
}
