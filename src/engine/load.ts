// From options to a running executor: which binary, why, and what to fall back to.
//
//   relaxed  fused multiply-add; the default where the host validates relaxed SIMD and reproducible is not asked for
//   simd     multiply then add: the reproducible build, bit-equal to the TypeScript reference
//   typescript  the reference itself, where WebAssembly is absent, has no SIMD, or is refused by a content security policy
import { FormatError, MemoryError, OptionError, UnsupportedError } from '../errors.js'
import type { Kernels, LinearMemory } from '../kernels/kernels.js'
import { arrayBufferMemory, createReferenceKernels } from '../kernels/reference/index.js'
import { instantiateKernels, wasmMemory } from '../kernels/wasm.js'
import { decodeBase64 } from './base64.js'
import { type Features, globalHost, probeFeatures, type WebAssemblyHost } from './features.js'
import { chooseTile, prefersSixRows } from './tile-choice.js'

/** Which binary, or none. */
export type Build = 'simd' | 'relaxed' | 'typescript'

/** Why the TypeScript reference runs although WebAssembly was wanted. */
export type FallbackCode = 'NO_WEBASSEMBLY' | 'NO_SIMD' | 'COMPILE_REFUSED'

/** Options of the loader, already checked. */
export interface LoadOptions {
  readonly backend: 'auto' | 'wasm' | 'typescript'
  readonly reproducible: boolean
  readonly initialBytes: number
  readonly budgetBytes: number
  /** A binary of the caller's instead of the inlined one: for hosts that compile only what they imported. */
  readonly wasm: WebAssembly.Module | Uint8Array<ArrayBuffer> | undefined
  readonly host: WebAssemblyHost | undefined
}

/** What the engine says about itself. */
export interface EngineInfo {
  readonly backend: 'wasm' | 'typescript'
  readonly build: Build
  /** True when results have the same bits on every engine. */
  readonly reproducible: boolean
  /** One sentence: what runs and why. */
  readonly reason: string
  /** Set when WebAssembly was wanted and could not be had. */
  readonly fallback?: { readonly code: FallbackCode; readonly message: string }
  readonly features: Features
}

/** A running executor, and how to make another one of the same kind. */
export interface Loaded {
  readonly kernels: Kernels
  readonly memory: LinearMemory
  readonly info: EngineInfo
  readonly restart: () => { kernels: Kernels; memory: LinearMemory }
}

/** Load asynchronously: only the chosen binary is fetched and compiled, off the main thread where the host does so. */
export async function load(options: LoadOptions): Promise<Loaded> {
  const choice = choose(options)
  if (choice.build === 'typescript') return loadReference(options, choice)
  try {
    const { wasm } = options
    const module = isModule(wasm) ? wasm : await options.host!.compile(wasm ?? (await inlined(choice.build)))
    const tile = { sixRows: false }
    const loaded = loadBinary(options, choice, module, tile)
    if (loaded.info.build === 'relaxed') tile.sixRows = await prefersSixRows(module)
    chooseTile(loaded.memory, tile.sixRows)
    return loaded
  } catch (error) {
    return refused(options, choice, error)
  }
}

/** Load synchronously, from a binary already in hand. The caller passes the inlined `simd` binary's base64. */
export function loadSync(options: LoadOptions, simdBase64: string): Loaded {
  const choice = choose(options, 'simd')
  if (choice.build === 'typescript') return loadReference(options, choice)
  try {
    const { wasm, host } = options
    const module = isModule(wasm) ? wasm : new host!.Module(wasm ?? decodeBase64(simdBase64))
    return loadBinary(options, choice, module)
  } catch (error) {
    return refused(options, choice, error)
  }
}

/** The WebAssembly that this host offers, unless the caller injected one. */
export function defaultHost(): WebAssemblyHost | undefined {
  return globalHost()
}

interface Choice {
  readonly build: Build
  readonly reason: string
  readonly features: Features
  readonly fallback?: EngineInfo['fallback']
}

function choose(options: LoadOptions, only?: 'simd'): Choice {
  const features = probeFeatures(options.host ?? null)
  if (options.backend === 'typescript') {
    return { build: 'typescript', reason: 'the TypeScript reference was asked for', features }
  }
  const missing = !features.webAssembly
    ? { code: 'NO_WEBASSEMBLY' as const, message: 'this host has no WebAssembly' }
    : !features.simd
      ? { code: 'NO_SIMD' as const, message: 'this host does not validate WebAssembly SIMD' }
      : undefined
  if (missing !== undefined) return fallBack(options, missing, features)
  if (options.wasm !== undefined) return { build: 'simd', reason: 'the binary that was passed in', features }
  if (options.reproducible) {
    return { build: 'simd', reason: 'reproducible: multiply then add, the same bits on every engine', features }
  }
  if (only === 'simd') return { build: 'simd', reason: 'a synchronous start uses the inlined simd build', features }
  return features.relaxedSimd
    ? { build: 'relaxed', reason: 'this host validates relaxed SIMD: fused multiply-add', features }
    : { build: 'simd', reason: 'this host does not validate relaxed SIMD', features }
}

function fallBack(options: LoadOptions, fallback: NonNullable<EngineInfo['fallback']>, features: Features): Choice {
  if (options.backend === 'wasm') {
    throw new UnsupportedError(`${fallback.message}; use backend 'auto' to run the TypeScript reference instead`, {
      argument: 'backend',
      data: { reason: fallback.code },
    })
  }
  return { build: 'typescript', reason: `TypeScript reference: ${fallback.message}`, fallback, features }
}

function refused(options: LoadOptions, choice: Choice, cause: unknown): Loaded {
  if (cause instanceof MemoryError || cause instanceof OptionError) throw cause
  if (options.wasm !== undefined && cause instanceof UnsupportedError) throw cause
  // Bytes that are no module are the caller's mistake; a fallback would hide it.
  if (options.wasm !== undefined && !isModule(options.wasm) && options.host?.validate(options.wasm) === false) {
    throw new FormatError(
      'wasm holds no valid WebAssembly module; pass the bytes of kernels.simd.wasm or kernels.relaxed.wasm',
      {
        argument: 'wasm',
        cause,
      },
    )
  }
  const policy = /content security policy|unsafe-eval|blocked by csp/i.test(String((cause as Error)?.message))
  const message = policy
    ? "a content security policy refuses to compile WebAssembly; allow it with script-src 'wasm-unsafe-eval'"
    : `this host refuses the ${choice.build} binary (${(cause as Error)?.message ?? cause})`
  if (options.backend === 'wasm') {
    throw new UnsupportedError(message, { argument: 'backend', data: { reason: 'COMPILE_REFUSED' }, cause })
  }
  return loadReference(options, fallBack(options, { code: 'COMPILE_REFUSED', message }, choice.features))
}

function loadBinary(
  options: LoadOptions,
  choice: Choice,
  module: WebAssembly.Module,
  tile = { sixRows: false },
): Loaded {
  const restart = () => {
    const memory = createWasmMemory(options)
    const running = { kernels: instantiateKernels(module, memory), memory: wasmMemory(memory) }
    chooseTile(running.memory, tile.sixRows)
    return running
  }
  const running = restart()
  const { reason, features } = choice
  const build = options.wasm === undefined ? choice.build : fuses(running) ? 'relaxed' : 'simd'
  if (options.reproducible && build === 'relaxed') {
    throw new OptionError('the binary passed in fuses multiply and add; reproducible needs kernels.simd.wasm', {
      argument: 'wasm',
    })
  }
  const info = { backend: 'wasm' as const, build, reproducible: build === 'simd', reason, features }
  return { ...running, info, restart }
}

/** Whether a binary rounds once in y + a x: with a = x = 1 + 2^-30 and y = -(1 + 2^-29) only a fused result is not 0. */
function fuses({ kernels, memory }: { kernels: Kernels; memory: LinearMemory }): boolean {
  const scratch = new Float64Array(memory.buffer, 0, 2)
  scratch.set([1 + 2 ** -30, -1 - 2 ** -29])
  kernels.daxpy(1, 1 + 2 ** -30, 0, 1, 8, 1)
  return scratch[1] !== 0
}

function loadReference(options: LoadOptions, { reason, fallback, features }: Choice): Loaded {
  const restart = () => {
    let memory: LinearMemory
    try {
      memory = arrayBufferMemory(options.initialBytes, options.budgetBytes)
    } catch (cause) {
      throw memoryRefused(options, cause)
    }
    return { kernels: createReferenceKernels(memory), memory }
  }
  const base = { backend: 'typescript' as const, build: 'typescript' as const, reproducible: true, reason, features }
  return { ...restart(), info: fallback === undefined ? base : { ...base, fallback }, restart }
}

function createWasmMemory(options: LoadOptions): WebAssembly.Memory {
  try {
    return new options.host!.Memory({
      initial: Math.ceil(options.initialBytes / 65536),
      maximum: Math.ceil(options.budgetBytes / 65536),
    })
  } catch (cause) {
    throw memoryRefused(options, cause)
  }
}

function memoryRefused({ initialBytes, budgetBytes }: LoadOptions, cause: unknown): MemoryError {
  return new MemoryError(
    `the host refuses a memory of ${initialBytes} bytes that may grow to ${budgetBytes}; use a smaller initialBytes or budgetBytes`,
    { argument: 'budgetBytes', data: { requested: initialBytes, limit: budgetBytes }, cause },
  )
}

async function inlined(build: 'simd' | 'relaxed'): Promise<Uint8Array<ArrayBuffer>> {
  const { base64 } =
    build === 'simd' ? await import('./binaries/simd.generated.js') : await import('./binaries/relaxed.generated.js')
  return decodeBase64(base64)
}

function isModule(wasm: LoadOptions['wasm']): wasm is WebAssembly.Module {
  return wasm !== undefined && !ArrayBuffer.isView(wasm)
}
