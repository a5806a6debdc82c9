// The WebAssembly executor: a compiled module and a memory become `Kernels`. Which binary is compiled, and how large the
// memory may get, is decided by the caller.
import { instantiateSync } from '@assemblyscript/loader'
import { UnsupportedError } from '../errors.js'
import type { Kernels, LinearMemory, Pointer } from './kernels.js'

/** Bytes of a page of WebAssembly memory. */
export const PAGE_BYTES = 65536

/** The exports of the module, and the names of the interface: assembly/README.md is the list. */
export const KERNEL_NAMES = [
  ...['sgemmPacked', 'dgemmPacked', 'sgemmDirect', 'dgemmDirect', 'sgemv', 'dgemv', 'sger', 'dger'],
  ...['sdot', 'ddot', 'snrm2', 'dnrm2', 'sasum', 'dasum', 'isamax', 'idamax', 'saxpy', 'daxpy', 'sscal', 'dscal'],
  ...['scopy', 'dcopy', 'sswap', 'dswap', 'sadd', 'dadd', 'ssub', 'dsub', 'smul', 'dmul', 'sfill', 'dfill'],
  ...[
    'ssumsq',
    'dsumsq',
    'snonfinite',
    'dnonfinite',
    'sgeqrf',
    'dgeqrf',
    'sorgqr',
    'dorgqr',
    'sgebrd',
    'dgebrd',
    'sbdsqr',
    'dbdsqr',
    'somatcopy',
    'domatcopy',
    'planStep',
    'planRun',
  ],
  ...['strsm', 'dtrsm', 'spotrf', 'dpotrf', 'sgetrf', 'dgetrf', 'ssytrd', 'dsytrd', 'sorgtr', 'dorgtr'],
  ...['dsteqrSweeps', 'srotatePanel', 'drotatePanel'],
  ...['djacobi', 'dbisect'],
  ...['sgather', 'dgather', 'saxpby', 'daxpby', 'sclamp', 'dclamp', 'sadam', 'dadam', 'srmsprop', 'drmsprop'],
  ...['sleakyRelu', 'dleakyRelu', 'sleakyReluGradient', 'dleakyReluGradient', 'stanhGradient', 'dtanhGradient'],
  ...['snormal', 'dnormal', 'stanh', 'dtanh', 'ssoftmaxCrossEntropy', 'dsoftmaxCrossEntropy'],
  ...['slogistic', 'dlogistic', 'sexponential', 'dexponential', 'slogSumExp', 'dlogSumExp'],
] as readonly (keyof Kernels)[]

/** Kernels with the memory that they work on. */
export interface Running {
  readonly kernels: Kernels
  readonly memory: LinearMemory
}

/** What threads need of an instance: see assembly/threads/pool.ts. */
export interface PoolKernels {
  /** Give the instance the pool with this control block, or none: 0. */
  poolUse(control: Pointer): void
  /** Work for a pool until it is stopped: what the other threads do. */
  poolServe(control: Pointer, scratch: Pointer): void
  /** Do chunks of the pool's job until none is left; how many. */
  poolShare(control: Pointer, scratch: Pointer): number
}

const POOL_NAMES = ['poolServe', 'poolShare', 'poolUse'] as const satisfies (keyof PoolKernels)[]

/** The kernels of a compiled module over a memory. @throws {UnsupportedError} when the module is not a build of these kernels */
export function instantiateKernels(module: WebAssembly.Module, memory: WebAssembly.Memory): Kernels {
  return instantiateBinary(module, memory).kernels
}

/**
 * Instantiate a compiled kernel module over a memory.
 *
 * @throws {UnsupportedError} when the module is not a build of these kernels
 */
export function instantiateBinary(
  module: WebAssembly.Module,
  memory: WebAssembly.Memory,
): { kernels: Kernels; pool: PoolKernels } {
  const foreign = WebAssembly.Module.imports(module).filter(({ module, name }) => module !== 'env' || name !== 'memory')
  const names = WebAssembly.Module.exports(module)
    .filter(({ kind }) => kind === 'function')
    .map(({ name }) => name)
  const known: readonly string[] = [...KERNEL_NAMES, ...POOL_NAMES]
  const missing = known.filter((name) => !names.includes(name))
  const unknown = names.filter((name) => !known.includes(name))
  const faults = [
    ...foreign.map(({ module, name }) => `imports ${module}.${name}`),
    ...missing.map((name) => `lacks ${name}`),
    ...unknown.map((name) => `exports ${name}`),
  ]
  if (faults.length > 0) {
    throw new UnsupportedError(
      `the WebAssembly module is not a build of these kernels: it ${faults.join(', ')}; use the binary of this version`,
      { argument: 'module', data: { missing, unknown } },
    )
  }
  // The functions of the instance themselves: what the loader returns beside it hides each behind a function of JavaScript, which takes longer
  // than a small product.
  const { exports } = instantiateSync<Record<string, unknown>>(module, { env: { memory } }).instance
  const pick = (names: readonly string[]) => Object.fromEntries(names.map((name) => [name, exports[name]])) as unknown
  return { kernels: pick(KERNEL_NAMES) as Kernels, pool: pick(POOL_NAMES) as PoolKernels }
}

/** A `WebAssembly.Memory` as linear memory of the kernels. */
export function wasmMemory(memory: WebAssembly.Memory): LinearMemory {
  let refusal: unknown
  return {
    get refusal() {
      return refusal
    },
    get buffer() {
      return memory.buffer as ArrayBuffer
    },
    grow(byteLength) {
      const pages = Math.ceil((byteLength - memory.buffer.byteLength) / PAGE_BYTES)
      if (pages <= 0) return true
      try {
        memory.grow(pages)
        return true
      } catch (error) {
        // The only refusal that the specification knows: beyond the maximum, or no memory left.
        if (!(error instanceof RangeError)) throw error
        refusal = error
        return false
      }
    },
  }
}
