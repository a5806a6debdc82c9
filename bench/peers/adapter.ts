// What the report asks of a contender. Inputs are put into its own memory before it is timed, and results stay there.
import type { GemmInputs, StepInputs, SvdInputs } from '../report/inputs.js'
import type { DType, GemmWork, StepWork, SvdWork } from '../report/problems.js'

type Awaitable<T> = T | Promise<T>

/** Some work of one contender. */
export interface Operation {
  /** Do it `count` times; what is still under way when this returns has to be in the promise. */
  run(count: number): void | Promise<void>
  /** C row-major; the singular values; or all weights, member after member, layer after layer. */
  result(): Awaitable<ArrayLike<number>>
}

/** What a contender can do. What is missing, or answers null, it cannot. */
export interface Workbench {
  /** Get ready before anything is asked, for those who offer it. */
  warmup?(dtype: DType): Promise<unknown>
  gemm?(work: GemmWork, inputs: GemmInputs, dtype: DType): Awaitable<Operation | null>
  svd?(work: SvdWork, inputs: SvdInputs, dtype: DType): Awaitable<Operation | null>
  step?(work: StepWork, inputs: StepInputs, dtype: DType): Awaitable<Operation | null>
}

/** A contender. */
export interface Adapter {
  readonly name: string
  /** npm packages it stands for, the first of which is looked for. */
  readonly packages: readonly string[]
  /** More than this would take too long. Default: no limit. */
  readonly largestFlops?: number
  /** Null where the package is not installed. */
  open(): Awaitable<Workbench | null>
}

/** `count` times the same, one after another. */
export function repeat(work: () => void): Operation['run'] {
  return (count) => {
    for (let i = 0; i < count; i++) work()
  }
}

/** Arrays one after another. */
export function joined(parts: readonly ArrayLike<number>[]): Float64Array {
  const out = new Float64Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** `count` copies of a, one after another. */
export function copies<T extends Float32Array | Float64Array>(a: T, count: number): T {
  const out = (a instanceof Float32Array ? new Float32Array(a.length * count) : new Float64Array(a.length * count)) as T
  for (let i = 0; i < count; i++) out.set(a, i * a.length)
  return out
}

/** Layers of tensors with a leading dimension of members, as all weights of a member after all of another. */
export function byMember(layers: readonly ArrayLike<number>[], members: number): Float64Array {
  const size = layers.reduce((sum, layer) => sum + layer.length / members, 0)
  const out = new Float64Array(members * size)
  let offset = 0
  for (const layer of layers) {
    const length = layer.length / members
    for (let member = 0; member < members; member++) {
      for (let i = 0; i < length; i++) out[member * size + offset + i] = layer[member * length + i]
    }
    offset += length
  }
  return out
}
