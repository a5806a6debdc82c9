// The binaries import their memory, and whether it is one that threads may share is one bit of that import: bit 1 of the flags before its
// limits (bit 0: a maximum follows). Engines accept atomic instructions on either kind, so that one file serves both.
import { FormatError } from '../../errors.js'

const IMPORTS = 2
const FUNCTION = 0
const MEMORY = 2
const HAS_MAXIMUM = 1
const SHARED = 2

/**
 * A copy of a binary whose imported memory is shared, or is not.
 * @throws {FormatError} bytes that import no memory with a maximum: no binary of these kernels
 * @example
 * const empty = new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0])
 * let message = ''
 * try { withSharedMemory(empty, true) } catch (error) { message = error.message }
 * message.startsWith('the WebAssembly binary imports no memory') // -> true
 */
export function withSharedMemory(binary: Uint8Array, shared: boolean): Uint8Array<ArrayBuffer> {
  const at = memoryFlags(binary)
  if (at === undefined || !(binary[at] & HAS_MAXIMUM)) {
    throw new FormatError('the WebAssembly binary imports no memory with a maximum; use the binaries of this version', {
      argument: 'wasm',
    })
  }
  const copy = new Uint8Array(binary)
  copy[at] = shared ? binary[at] | SHARED : binary[at] & ~SHARED
  return copy
}

/** Where the flags of the imported memory are. */
function memoryFlags(bytes: Uint8Array): number | undefined {
  let at = 8 // behind the magic number and the version
  /** An unsigned LEB128 number. */
  const number = (): number => {
    let value = 0
    for (let scale = 1; at < bytes.length; scale *= 128) {
      const byte = bytes[at++]
      value += (byte & 127) * scale
      if (byte < 128) return value
    }
    return Number.NaN // the end came first
  }
  const skipName = () => {
    const length = number()
    at += length
  }
  while (at < bytes.length) {
    const section = bytes[at++]
    const length = number()
    if (section !== IMPORTS) {
      at += length
      continue
    }
    for (let left = number(); left > 0 && at < bytes.length; left--) {
      skipName()
      skipName()
      const kind = bytes[at++]
      if (kind === MEMORY) return at < bytes.length ? at : undefined
      if (kind !== FUNCTION) return undefined // nothing else is imported by these kernels
      number()
    }
    return undefined
  }
  return undefined
}
