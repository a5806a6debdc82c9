// TensorFlow.js on its WebAssembly backend, float32 only: with transpose flags, as its own gradients use them, and with explicit transposes,
// which are faster there (bundle.mjs makes one module of it). The first takes its gradients from variableGrads, the second multiplies them out by hand.
import type { StepInputs } from '../report/inputs.js'
import type { StepWork } from '../report/problems.js'
import { type Adapter, byMember, copies, type Operation, repeat, type Workbench } from './adapter.js'
import { type ChainOperations, chainStep } from './chain-step.js'
import { load } from './packages.js'

interface Tensor {
  dispose(): void
  dataSync(): Float32Array
}

interface Variable extends Tensor {
  assign(value: Tensor): void
  readonly name: string
}

interface Tf {
  env(): { set(flag: string, value: boolean): void }
  setWasmPaths(folder: string): void
  setBackend(name: string): Promise<boolean>
  tensor(data: Float32Array, shape: number[]): Tensor
  variable(value: Tensor): Variable
  matMul(a: Tensor, b: Tensor, transposeA?: boolean, transposeB?: boolean): Tensor
  transpose(a: Tensor, order?: number[]): Tensor
  sub(a: Tensor, b: Tensor): Tensor
  mul(a: Tensor, b: Tensor | number): Tensor
  square(a: Tensor): Tensor
  sum(a: Tensor): Tensor
  tidy<T>(work: () => T): T
  variableGrads(loss: () => Tensor, of: Variable[]): { value: Tensor; grads: Record<string, Tensor> }
}

export const tfjs: Adapter[] = (['flags', 'explicit'] as const).map((transposes) => ({
  name: transposes === 'flags' ? 'tfjs-wasm' : 'tfjs-wasm, explicit transposes',
  packages: ['@tensorflow/tfjs-backend-wasm', '@tensorflow/tfjs-core'],
  async open() {
    const bundle = new URL('./peer-tfjs.cjs', import.meta.url).href
    const module = await load<{ default: Tf }>('@tensorflow/tfjs-backend-wasm', bundle)
    if (module === null) return null
    const tf = module.default
    // One thread, also where a page is allowed more.
    tf.env().set('WASM_HAS_MULTITHREAD_SUPPORT', false)
    const folder = new URL('../bench/peers/node_modules/@tensorflow/tfjs-backend-wasm/dist/', import.meta.url)
    // Node reads files, pages fetch.
    tf.setWasmPaths(folder.protocol === 'file:' ? decodeURIComponent(folder.pathname) : folder.href)
    await tf.setBackend('wasm')
    return workbench(tf, transposes === 'explicit')
  },
}))

function workbench(tf: Tf, explicit: boolean): Workbench {
  return {
    gemm({ m, n, k, transposeA, transposeB }, inputs, dtype) {
      if (dtype === 'float64' || (explicit && !transposeA && !transposeB)) return null
      const a = tf.tensor(inputs.a as Float32Array, transposeA ? [k, m] : [m, k])
      const b = tf.tensor(inputs.b as Float32Array, transposeB ? [n, k] : [k, n])
      let c: Tensor | undefined
      const product = explicit
        ? () => tf.tidy(() => tf.matMul(transposeA ? tf.transpose(a) : a, transposeB ? tf.transpose(b) : b))
        : () => tf.matMul(a, b, transposeA, transposeB)
      return {
        run: repeat(() => {
          c?.dispose()
          c = product()
        }),
        result: () => c!.dataSync(),
      }
    },
    step: (work, inputs, dtype) =>
      dtype === 'float64' ? null : explicit ? byHand(tf, work, inputs) : byGradients(tf, work, inputs),
  }
}

/** Inputs as tensors; members are a leading dimension. */
function tensors(tf: Tf, { sizes, members }: StepWork, { weights, x, y }: StepInputs) {
  const tensor = (data: StepInputs['y'], rows: number) => {
    const shape = [rows, data.length / rows]
    return members === 1
      ? tf.tensor(data as Float32Array, shape)
      : tf.tensor(copies(data as Float32Array, members), [members, ...shape])
  }
  return {
    weights: weights.map((w, l) => tensor(w, sizes[l + 1])),
    x: x && tensor(x, sizes[0]),
    y: tensor(y, sizes.at(-1)!),
  }
}

function byGradients(tf: Tf, work: StepWork, inputs: StepInputs): Operation {
  const { weights, x, y } = tensors(tf, work, inputs)
  const variables = weights.map((w) => tf.variable(w))
  const factor = 0.5 / (work.samples > 0 ? work.samples : 1)
  const loss = () => {
    const map = variables.reduce<Tensor | undefined>((right, w) => (right === undefined ? w : tf.matMul(w, right)), x)
    return tf.mul(tf.sum(tf.square(tf.sub(map!, y))), factor)
  }
  return {
    run: repeat(() => {
      tf.tidy(() => {
        const { grads } = tf.variableGrads(loss, variables)
        for (const w of variables) w.assign(tf.sub(w, tf.mul(grads[w.name], work.learningRate)))
      })
    }),
    result: () => gather(variables, work.members),
  }
}

function byHand(tf: Tf, work: StepWork, inputs: StepInputs): Operation {
  const { weights, x, y } = tensors(tf, work, inputs)
  const variables = weights.map((w) => tf.variable(w))
  const order = work.members > 1 ? [0, 2, 1] : [1, 0]
  const operations: ChainOperations<Tensor> = {
    product: (a, b, transposeA, transposeB) =>
      tf.matMul(transposeA ? tf.transpose(a, order) : a, transposeB ? tf.transpose(b, order) : b),
    minus: (a, b) => tf.sub(a, b),
    descend: (w, rate, g) => tf.sub(w, tf.mul(g, rate)),
  }
  const rate = work.learningRate / (work.samples > 0 ? work.samples : 1)
  return {
    run: repeat(() => {
      tf.tidy(() => {
        for (const [l, w] of chainStep(operations, variables as Tensor[], x, y, rate).entries()) variables[l].assign(w)
      })
    }),
    result: () => gather(variables, work.members),
  }
}

function gather(variables: readonly Variable[], members: number): Float64Array {
  return byMember(
    variables.map((w) => w.dataSync()),
    members,
  )
}
