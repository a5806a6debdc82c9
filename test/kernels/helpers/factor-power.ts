// All executors that this host runs, for kernels that are called with plain pointers.
import { arrayBufferMemory, createReferenceKernels } from '../../../src/kernels/reference/index.js'
import { instantiateKernels, wasmMemory } from '../../../src/kernels/wasm.js'
import { buildFile, type Executor, relaxedIsValid } from './executors.js'

/** One of each kind over a memory of its own. */
export function executors(): Executor[] {
  const memory = arrayBufferMemory(2 ** 20, 2 ** 20)
  const found: Executor[] = [{ name: 'reference', kernels: createReferenceKernels(memory), memory }]
  for (const name of relaxedIsValid ? ['simd', 'relaxed'] : ['simd']) {
    const pages = new WebAssembly.Memory({ initial: 16, maximum: 65536 })
    const module = new WebAssembly.Module(buildFile(`kernels.${name}.wasm`) as BufferSource)
    found.push({ name, kernels: instantiateKernels(module, pages), memory: wasmMemory(pages) })
  }
  return found
}
