// jax-js on its WebAssembly backend: products and steps under jit, gradients by grad. Arrays are counted: every use takes one, `ref` keeps one.

import type { Numbers } from '../report/inputs.js'
import { type Adapter, byMember, copies, type Workbench } from './adapter.js'
import { load } from './packages.js'

interface JaxArray {
  readonly ref: JaxArray
  sub(other: JaxArray): JaxArray
  mul(other: JaxArray | number): JaxArray
  sum(): JaxArray
  data(): Promise<ArrayLike<number>>
  dispose(): void
}

interface Jax {
  init(backend: string): Promise<unknown>
  defaultDevice(backend: string): void
  blockUntilReady<T>(values: T): Promise<T>
  jit<A extends unknown[], R>(work: (...args: A) => R): (...args: A) => R
  grad<A extends unknown[]>(work: (...args: A) => JaxArray): (...args: A) => JaxArray[]
  numpy: {
    array(data: Numbers, options: { shape: number[] }): JaxArray
    matmul(a: JaxArray, b: JaxArray): JaxArray
    matrixTranspose(a: JaxArray): JaxArray
    linalg: { svd(a: JaxArray): JaxArray[] }
  }
}

export const jaxJs: Adapter = {
  name: 'jax-js',
  packages: ['@jax-js/jax'],
  async open() {
    // Two names of browsers that it reads without asking.
    const globals = globalThis as Record<string, unknown>
    globals.navigator ??= {}
    globals.Float16Array ??= class {}
    const jax = await load<Jax>('@jax-js/jax')
    if (jax === null) return null
    await jax.init('wasm')
    jax.defaultDevice('wasm')
    return workbench(jax)
  },
}

function workbench(jax: Jax): Workbench {
  const { matmul, matrixTranspose } = jax.numpy
  return {
    gemm({ m, n, k, transposeA, transposeB }, inputs) {
      const a = jax.numpy.array(inputs.a, { shape: transposeA ? [k, m] : [m, k] })
      const b = jax.numpy.array(inputs.b, { shape: transposeB ? [n, k] : [k, n] })
      const product = jax.jit((x: JaxArray, y: JaxArray) =>
        matmul(transposeA ? matrixTranspose(x) : x, transposeB ? matrixTranspose(y) : y),
      )
      let c: JaxArray | undefined
      return {
        async run(count) {
          // All are kept until all are there: what is disposed before would never be computed.
          const products = Array.from({ length: count }, () => product(a.ref, b.ref))
          await jax.blockUntilReady(products)
          c?.dispose()
          c = products.pop()
          for (const one of products) one.dispose()
        },
        result: () => c!.ref.data(),
      }
    },
    svd({ n, rank }, { a: data }, dtype) {
      if (rank !== undefined || dtype === 'float64') return null
      const a = jax.numpy.array(data, { shape: [n, n] })
      let values: ArrayLike<number> = []
      return {
        async run(count) {
          for (let i = 0; i < count; i++) {
            const [u, s, v] = jax.numpy.linalg.svd(a.ref)
            values = await s.data()
            u.dispose()
            v.dispose()
          }
        },
        result: () => values,
      }
    },
    step({ sizes, samples, members, learningRate }, inputs) {
      const array = (data: Numbers, rows: number) =>
        members === 1
          ? jax.numpy.array(data, { shape: [rows, data.length / rows] })
          : jax.numpy.array(copies(data, members), { shape: [members, rows, data.length / rows] })
      let weights = inputs.weights.map((w, l) => array(w, sizes[l + 1]))
      const x = inputs.x && array(inputs.x, sizes[0])
      const y = array(inputs.y, sizes.at(-1)!)
      const factor = 0.5 / (samples > 0 ? samples : 1)
      const data = x === undefined ? [y] : [y, x]
      const gradients = jax.grad((ws: JaxArray[], given: JaxArray[]) => {
        const chain = given.length > 1 ? [given[1], ...ws] : ws
        const residual = chain
          .slice(1)
          .reduce((right, w) => matmul(w, right), chain[0])
          .sub(given[0])
        return residual.ref.mul(residual).sum().mul(factor)
      })
      const step = jax.jit((ws: JaxArray[], given: JaxArray[]) => {
        const slopes = gradients(
          ws.map((w) => w.ref),
          given,
        )
        return ws.map((w, l) => w.sub(slopes[l].mul(learningRate)))
      })
      return {
        async run(count) {
          for (let i = 0; i < count; i++) {
            weights = step(
              weights,
              data.map((value) => value.ref),
            )
          }
          await jax.blockUntilReady(weights)
        },
        result: async () => byMember(await Promise.all(weights.map((w) => w.ref.data())), members),
      }
    },
  }
}
