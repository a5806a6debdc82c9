// The executors under test, each over a memory of its own.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import type { Kernels, LinearMemory } from '../../../src/kernels/kernels.js'
import { arrayBufferMemory, createReferenceKernels } from '../../../src/kernels/reference/index.js'
import { instantiateKernels, wasmMemory } from '../../../src/kernels/wasm.js'

/** Kernels with the memory that they work on. */
export interface Executor {
  name: string
  kernels: Kernels
  memory: LinearMemory
}

/** A file of the build. */
export function buildFile(name: string): Buffer {
  return readFileSync(fileURLToPath(new URL(`../../../build/${name}`, import.meta.url)))
}

/** Whether this engine takes the relaxed build; without relaxed SIMD it refuses the whole module. */
export const relaxedIsValid = WebAssembly.validate(buildFile('kernels.relaxed.wasm') as BufferSource)

/** A build over new memory. */
export function wasmExecutor(build: 'simd' | 'relaxed', pages = 128): Executor {
  const memory = new WebAssembly.Memory({ initial: pages, maximum: 65536 })
  const module = new WebAssembly.Module(buildFile(`kernels.${build}.wasm`) as BufferSource)
  return { name: `wasm ${build}`, kernels: instantiateKernels(module, memory), memory: wasmMemory(memory) }
}

/** The reference over new memory. */
export function referenceExecutor(bytes = 128 * 65536): Executor {
  const memory = arrayBufferMemory(bytes, bytes)
  return { name: 'reference', kernels: createReferenceKernels(memory), memory }
}

/** Every executor that this engine can run, for tests of accuracy. */
export function everyExecutor(): Executor[] {
  const list = [wasmExecutor('simd'), referenceExecutor()]
  if (relaxedIsValid) list.push(wasmExecutor('relaxed'))
  return list
}
