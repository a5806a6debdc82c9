// What a caller may ask of an engine, checked; the loader and the engine take their parts.
import { checkChoice, checkInteger, checkOptions, describe } from '../check.js'
import { DTypeError } from '../errors.js'
import type { DType } from '../kernels/kernels.js'
import type { WebAssemblyHost } from './features.js'
import { defaultHost, type LoadOptions } from './load.js'

/** Options of `createEngine` and `createEngineSync`. */
export interface EngineOptions {
  /** `'auto'` (default) falls back to TypeScript with a reason; `'wasm'` throws instead; `'typescript'` asks for it. */
  backend?: 'auto' | 'wasm' | 'typescript'
  /** Take the build whose results have the same bits on every engine. Default false: the fastest that validates. */
  reproducible?: boolean
  /** Element type of matrices and networks that name none. Default `'float64'`. */
  dtype?: DType
  /** What linear memory may grow to, in bytes. Default 1 GiB, at most 4 GiB less one page. */
  budgetBytes?: number
  /** Linear memory at start, in bytes. Default 1 MiB. */
  initialBytes?: number
  /** A compiled module or its bytes instead of the inlined binary, for hosts that compile only what they imported. */
  wasm?: WebAssembly.Module | Uint8Array
  /**
   * Threads that work on large products together, the caller included: 1 (default) .. 64. Changes no bit. `createEngine` alone; where
   * threads cannot be had, one works, and `engine.info.threads` says why. Dispose such an engine: its threads live until then.
   */
  threads?: number
  /** In Node on x64: let V8 merge pairs of 128-bit operations, a flag of the whole process. Changes no bit. Default false. */
  wide?: boolean
  /** Called when a matrix was collected without having been disposed. Default: one warning per engine. */
  onLeak?: (leak: { readonly bytes: number; readonly shape: readonly [number, number] }) => void
  /** Another WebAssembly implementation, or null for none: for tests of hosts that lack it. */
  host?: WebAssemblyHost | null
}

const MEBIBYTE = 2 ** 20
const OPTION_KEYS = [
  'backend',
  'reproducible',
  'dtype',
  'budgetBytes',
  'initialBytes',
  'wasm',
  'threads',
  'wide',
  'onLeak',
  'host',
] as const
const HIGHEST_BUDGET = 2 ** 32 - 65536

/** Check engine options; the loader and the engine take their parts. */
export function checkEngineOptions(given: EngineOptions | undefined): {
  load: LoadOptions
  dtype: DType
  onLeak: EngineOptions['onLeak']
} {
  const options = checkOptions(given, 'options', OPTION_KEYS)
  const budgetBytes = checkInteger(options.budgetBytes ?? 1024 * MEBIBYTE, 'budgetBytes', {
    min: 65536,
    max: HIGHEST_BUDGET,
  })
  const initialBytes = Math.min(
    budgetBytes,
    checkInteger(options.initialBytes ?? MEBIBYTE, 'initialBytes', { min: 65536 }),
  )
  const reproducible = options.reproducible ?? false
  if (typeof reproducible !== 'boolean')
    throw new DTypeError('reproducible must be true or false', { argument: 'reproducible' })
  const wide = options.wide ?? false
  if (typeof wide !== 'boolean') throw new DTypeError('wide must be true or false', { argument: 'wide' })
  if (options.wasm !== undefined && !isBinary(options.wasm)) {
    throw new DTypeError(`wasm must be a WebAssembly.Module or a Uint8Array, got ${describe(options.wasm)}`, {
      argument: 'wasm',
    })
  }
  if (options.onLeak !== undefined && typeof options.onLeak !== 'function') {
    throw new DTypeError(`onLeak must be a function, got ${describe(options.onLeak)}`, { argument: 'onLeak' })
  }
  const host = options.host === undefined ? defaultHost() : ((options.host as WebAssemblyHost | null) ?? undefined)
  return {
    load: {
      backend: checkChoice(options.backend ?? 'auto', 'backend', ['auto', 'wasm', 'typescript']),
      reproducible,
      initialBytes,
      budgetBytes,
      wasm: options.wasm as LoadOptions['wasm'],
      threads: checkInteger(options.threads ?? 1, 'threads', { min: 1, max: 64 }),
      wide,
      host,
    },
    dtype: checkChoice(options.dtype ?? 'float64', 'dtype', ['float32', 'float64']),
    onLeak: options.onLeak as EngineOptions['onLeak'],
  }
}

function isBinary(wasm: unknown): boolean {
  // By brand, so that a module of another realm passes.
  return wasm instanceof Uint8Array || Object.prototype.toString.call(wasm) === '[object WebAssembly.Module]'
}
