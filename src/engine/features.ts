// What this host can run, found by asking it to validate a few bytes: never by reading a version or a user agent.

/** The part of the WebAssembly API that the loader needs; tests inject hosts without it. */
export type WebAssemblyHost = Pick<typeof WebAssembly, 'validate' | 'compile' | 'Module' | 'Memory' | 'Instance'>

/** () -> v128 with one function, whose body follows. */
const HEAD = [0, 97, 115, 109, 1, 0, 0, 0, 1, 5, 1, 96, 0, 1, 123, 3, 2, 1, 0]
/** i8x16.popcnt of a splat: an opcode of the finished SIMD proposal. */
const SIMD = [...HEAD, 10, 10, 1, 8, 0, 65, 0, 253, 15, 253, 98, 11]
/** f32x4.relaxed_madd of three splats. */
const RELAXED = [...HEAD, 10, 19, 1, 17, 0, 65, 0, 253, 15, 65, 0, 253, 15, 65, 0, 253, 15, 253, 133, 2, 11]

/** What this host can run, found by validating a few bytes each. */
export interface Features {
  readonly webAssembly: boolean
  readonly simd: boolean
  readonly relaxedSimd: boolean
}

/**
 * Probe a host, this one by default. An absent (null) or broken `WebAssembly` gives all false.
 * @example
 * probeFeatures(null) // -> { webAssembly: false, simd: false, relaxedSimd: false }
 */
export function probeFeatures(host: WebAssemblyHost | null | undefined = globalHost()): Features {
  const validates = (bytes: number[]): boolean => {
    try {
      return host?.validate(new Uint8Array(bytes)) === true
    } catch {
      return false
    }
  }
  return {
    webAssembly: typeof host?.validate === 'function',
    simd: validates(SIMD),
    relaxedSimd: validates(RELAXED),
  }
}

/** The host's WebAssembly, or undefined where there is none. */
export function globalHost(): WebAssemblyHost | undefined {
  return typeof WebAssembly === 'object' ? WebAssembly : undefined
}
