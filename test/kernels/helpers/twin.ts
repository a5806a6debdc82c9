// Two executors with the same memory contents: what one computes, the other must compute bit for bit.
import { expect } from 'vitest'
import { type DType, elementBytes, type Kernels, RESERVED_BYTES } from '../../../src/kernels/kernels.js'
import { ROGUE } from './data.js'
import { type Executor, referenceExecutor, wasmExecutor } from './executors.js'

interface Region {
  dtype: DType
  pointer: number
  length: number
  name: string
  checked: boolean
}

/** Guard elements before and after each region. */
const GUARD = 8

/** The view of a memory for an element type. */
export function view(executor: Executor, dtype: DType): Float64Array | Float32Array {
  return dtype === 'float64' ? new Float64Array(executor.memory.buffer) : new Float32Array(executor.memory.buffer)
}

/** Whether two numbers have the same bits, all NaN being one. */
export function sameBits(x: number, y: number): boolean {
  return Object.is(x, y)
}

export class Twin {
  readonly wasm = wasmExecutor('simd')
  readonly reference = referenceExecutor()
  private regions: Region[] = []
  private top = RESERVED_BYTES

  /** Forget all regions. */
  reset(): void {
    this.regions = []
    this.top = RESERVED_BYTES
  }

  /** Put the same values into both memories, between guards; `shift` elements off a 64-byte boundary. */
  place(dtype: DType, name: string, values: ArrayLike<number>, shift = 0): number {
    const bytes = elementBytes(dtype)
    const pointer = Math.ceil((this.top + GUARD * bytes) / 64) * 64 + shift * bytes
    this.top = pointer + (values.length + GUARD) * bytes
    for (const executor of [this.wasm, this.reference]) {
      const array = view(executor, dtype)
      const at = pointer / bytes
      array.fill(ROGUE, at - GUARD, at)
      array.set(values, at)
      array.fill(ROGUE, at + values.length, at + values.length + GUARD)
    }
    this.regions.push({ dtype, pointer, length: values.length, name, checked: true })
    return pointer
  }

  /** Room for scratch, whose contents are nobody's business but whose guards are. */
  scratch(bytes: number): number {
    const pointer = this.place('float64', 'work', new Float64Array(Math.ceil(bytes / 8)))
    this.regions[this.regions.length - 1].checked = false
    return pointer
  }

  /** Run a kernel on both; results must agree, and so must every region and every guard. */
  run<K extends keyof Kernels>(name: K, ...args: Parameters<Kernels[K]>): void {
    const call = (executor: Executor) => (executor.kernels[name] as (...args: unknown[]) => number | undefined)(...args)
    const [actual, expected] = [call(this.wasm), call(this.reference)]
    if (!sameBits(actual as number, expected as number)) {
      expect.fail(`${name}(${args.join(', ')}) gives ${actual}, the reference ${expected}`)
    }
    const fault = this.difference()
    if (fault !== undefined) expect.fail(`${name}(${args.join(', ')}): ${fault}`)
  }

  /** The first difference between the memories, or a guard that was written. */
  difference(): string | undefined {
    for (const { dtype, pointer, length, name, checked } of this.regions) {
      const actual = view(this.wasm, dtype)
      const expected = view(this.reference, dtype)
      const start = pointer / elementBytes(dtype)
      for (let i = start - GUARD; i < start + length + GUARD; i++) {
        const inside = i >= start && i < start + length
        if (!inside && (actual[i] !== Math.fround(ROGUE) || expected[i] !== Math.fround(ROGUE))) {
          return `the guard of ${name} was written at ${i - start} of ${length}`
        }
        if (inside && checked && !sameBits(actual[i], expected[i])) {
          return `${name}[${i - start}] is ${actual[i]}, the reference has ${expected[i]}`
        }
      }
    }
    return undefined
  }
}
