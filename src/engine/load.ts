// From options to a running executor: which binary, why, and what to fall back to.
//
//   relaxed  fused multiply-add; the default where the host validates relaxed SIMD and reproducible is not asked for
//   simd     multiply then add: the reproducible build, bit-equal to the TypeScript reference
//   typescript  the reference itself, where WebAssembly is absent, has no SIMD, or is refused by a content security policy
import { FormatError, MemoryError, OptionError, UnsupportedError } from '../errors.js'
import { type Kernels, type LinearMemory, RESERVED_BYTES } from '../kernels/kernels.js'
import { arrayBufferMemory, createReferenceKernels } from '../kernels/reference/index.js'
import { instantiateKernels, type Running, wasmMemory } from '../kernels/wasm.js'
import { type Features, globalHost, probeFeatures, type WebAssemblyHost } from './features.js'
import { type Inlined, inlined } from './inlined.js'
import { reservedBytes } from './threads/control.js'
import { withSharedMemory } from './threads/shared-memory.js'
import { startTeam, type ThreadInfo, threadObstacle } from './threads/team.js'
import { chooseTile, prefersSixRows } from './tile-choice.js'
import { type WideInfo, widen } from './wide.js'

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
  readonly wasm: Inlined | undefined
  readonly host: WebAssemblyHost | undefined
  readonly threads: number
  readonly wide: boolean
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
  readonly threads: ThreadInfo
  readonly wide: WideInfo
}

/** A running executor, and how to make another one of the same kind. */
export interface Loaded {
  readonly kernels: Kernels
  readonly memory: LinearMemory
  readonly info: EngineInfo
  /** Bytes at the beginning of the memory that are nobody's to hand out. */
  readonly reservedBytes: number
  readonly restart: () => Running
  /** Let go of what the memory does not hold: the threads. */
  readonly close: () => void
}

/** Load asynchronously: only the chosen binary is fetched and compiled, off the main thread where the host does so. */
export async function load(options: LoadOptions): Promise<Loaded> {
  const choice = choose(options)
  if (choice.build === 'typescript') return loadReference(options, choice)
  try {
    const obstacle = options.threads > 1 ? threadObstacle(options.threads, options.budgetBytes) : undefined
    const shared = options.threads > 1 && obstacle === undefined
    const wide = options.wide ? widen() : undefined
    const tile = { sixRows: false }
    const module = await moduleOf(options, choice.build, shared)
    if (!shared)
      return withInfo(await tuned(loadBinary(options, choice, module, tile), module, tile), options, wide, obstacle)
    const createMemory = () => createWasmMemory(options, options.threads, tile)
    const team = await startTeam(module, options.threads, createMemory)
    if (typeof team === 'object') {
      const loaded = { ...team, info: infoOf(options, choice, team), reservedBytes: reservedBytes(options.threads) }
      return withInfo(await tuned(loaded, module, tile, true), options, wide)
    }
    // Once more, for one thread: a memory that is not shared, since some interfaces of a page refuse the other kind.
    const alone = await moduleOf(options, choice.build, false)
    return withInfo(await tuned(loadBinary(options, choice, alone, tile), alone, tile), options, wide, team)
  } catch (error) {
    return refused(options, choice, error)
  }
}

/** Load synchronously, from a binary already in hand: the caller's, or the inlined `simd` one. */
export function loadSync(options: LoadOptions, simd: () => Inlined): Loaded {
  if (options.threads > 1) {
    throw new OptionError('threads need a start that can wait for them; use await createEngine({ threads })', {
      argument: 'threads',
    })
  }
  const choice = choose(options, 'simd')
  if (choice.build === 'typescript') return loadReference(options, choice)
  try {
    const { wasm, host } = options
    const wide = options.wide ? widen() : undefined
    const binary = wasm === undefined ? simd() : isModule(wasm) ? wasm : unshared(wasm)
    const module = isModule(binary) ? binary : new host!.Module(binary)
    return withInfo(loadBinary(options, choice, module), options, wide)
  } catch (error) {
    return refused(options, choice, error)
  }
}

/** The WebAssembly that this host offers, unless the caller injected one. */
export function defaultHost(): WebAssemblyHost | undefined {
  return globalHost()
}

/** What an engine is that was asked for nothing more. */
const PLAIN: { readonly threads: ThreadInfo; readonly wide: WideInfo } = {
  threads: { requested: 1, used: 1, reason: 'one thread, unless threads is given' },
  wide: { used: false, reason: 'vectors of 128 bits, unless wide is given' },
}

/** Which tile of gemm new memories are told to use; see tile-choice.ts. */
type Tile = { sixRows: boolean }

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
  if (inlined.relaxed === undefined) {
    return { build: 'simd', reason: 'where binaries are imported the simd build is the one there is', features }
  }
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
  tile: Tile = { sixRows: false },
): Loaded {
  const restart = () => {
    const memory = createWasmMemory(options, 1, tile)
    return { kernels: instantiateKernels(module, memory), memory: wasmMemory(memory) }
  }
  const running = restart()
  return { ...running, info: infoOf(options, choice, running), reservedBytes: RESERVED_BYTES, restart, close: () => {} }
}

/** The same with the tile that suits this host, where the build has two. */
async function tuned(loaded: Loaded, module: WebAssembly.Module, tile: Tile, shared = false): Promise<Loaded> {
  if (loaded.info.build === 'relaxed') tile.sixRows = await prefersSixRows(module, shared)
  chooseTile(loaded.memory, tile.sixRows)
  return loaded
}

function infoOf(options: LoadOptions, { build: chosen, reason, features }: Choice, running: Running): EngineInfo {
  const build = options.wasm === undefined ? chosen : fuses(running) ? 'relaxed' : 'simd'
  if (options.reproducible && build === 'relaxed') {
    throw new OptionError('the binary passed in fuses multiply and add; reproducible needs kernels.simd.wasm', {
      argument: 'wasm',
    })
  }
  return { backend: 'wasm', build, reproducible: build === 'simd', reason, features, ...PLAIN }
}

/** What threads and wide vectors came to. */
function withInfo(loaded: Loaded, { threads: requested }: LoadOptions, wide?: WideInfo, obstacle?: string): Loaded {
  const used = obstacle === undefined ? requested : 1
  const reason = obstacle ?? (used === 1 ? PLAIN.threads.reason : `${used} threads share the memory of this engine`)
  return { ...loaded, info: { ...loaded.info, threads: { requested, used, reason }, wide: wide ?? PLAIN.wide } }
}

/** Whether a binary rounds once in y + a x: with a = x = 1 + 2^-30 and y = -(1 + 2^-29) only a fused result is not 0. */
function fuses({ kernels, memory }: Running): boolean {
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
  const info = { ...base, ...PLAIN, ...(fallback === undefined ? {} : { fallback }) }
  const loaded = { ...restart(), info, reservedBytes: RESERVED_BYTES, restart, close: () => {} }
  const wide = options.wide ? { used: false, reason: 'the TypeScript reference has no vectors' } : undefined
  return withInfo(loaded, options, wide, options.threads > 1 ? 'the TypeScript reference has one thread' : undefined)
}

/** Memory of one thread, or shared by several and large enough for what they share. */
function createWasmMemory(options: LoadOptions, threads: number, tile: Tile): WebAssembly.Memory {
  try {
    const memory = new options.host!.Memory({
      initial: Math.ceil(Math.max(options.initialBytes, reservedBytes(threads)) / 65536),
      maximum: Math.ceil(options.budgetBytes / 65536),
      ...(threads > 1 ? { shared: true } : {}),
    })
    chooseTile(memory, tile.sixRows)
    return memory
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

/** The module of a binary, the caller's or an inlined one; of bytes, for a memory that threads share or for one of one thread. */
async function moduleOf({ wasm, host }: LoadOptions, build: Build, shared: boolean): Promise<WebAssembly.Module> {
  const binary = wasm ?? (await inlined[build as keyof typeof inlined]!())
  if (isModule(binary)) return binary
  const bytes = shared ? withSharedMemory(binary, true) : wasm === undefined ? binary : unshared(binary)
  return host!.compile(bytes)
}

/** A caller's bytes for one thread, whichever of the files they are; bytes that are neither are for the compiler to refuse. */
function unshared(given: Uint8Array<ArrayBuffer>): Uint8Array<ArrayBuffer> {
  try {
    return withSharedMemory(given, false)
  } catch {
    return given
  }
}

function isModule(wasm: Inlined | undefined): wasm is WebAssembly.Module {
  return wasm !== undefined && !ArrayBuffer.isView(wasm)
}
