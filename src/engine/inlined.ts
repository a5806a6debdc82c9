// The binaries that come with the library, as text in modules of their own: a bundler leaves each for later, and only the chosen one is loaded.
import { decodeBase64 } from './base64.js'

/** The bytes of a binary, or a module where a host compiles nothing but what was imported. */
export type Inlined = Uint8Array<ArrayBuffer> | WebAssembly.Module

/** How to get each binary; undefined for one that this distribution lacks. */
export const inlined: Readonly<Record<'simd' | 'relaxed', (() => Promise<Inlined>) | undefined>> = {
  simd: async () => decodeBase64((await import('./binaries/simd.generated.js')).base64),
  relaxed: async () => decodeBase64((await import('./binaries/relaxed.generated.js')).base64),
}
