// Typed views of a linear memory. A view dies when memory grows (its buffer is replaced), so it is made anew whenever the
// buffer is another one.
import type { LinearMemory } from '../kernels.js'

/** Array of one of the two element types. */
export type Elements = Float64Array | Float32Array

/** The views of one buffer. */
export interface Views {
  readonly buffer: ArrayBuffer
  readonly float64: Float64Array
  readonly float32: Float32Array
  readonly int32: Int32Array
}

/** A function that returns the views of the memory as it is now. */
export function memoryViews(memory: LinearMemory): () => Views {
  let views = makeViews(memory.buffer)
  return () => {
    const buffer = memory.buffer
    if (views.buffer !== buffer) views = makeViews(buffer)
    return views
  }
}

function makeViews(buffer: ArrayBuffer): Views {
  // Whole elements only: a buffer that is not a multiple of 8 bytes keeps its last bytes to itself.
  const bytes = buffer.byteLength
  return {
    buffer,
    float64: new Float64Array(buffer, 0, bytes >> 3),
    float32: new Float32Array(buffer, 0, bytes >> 2),
    int32: new Int32Array(buffer, 0, bytes >> 2),
  }
}

/** Linear memory without WebAssembly: growing replaces the buffer and detaches the old one, as WebAssembly's growth does. */
export function arrayBufferMemory(bytes: number, maximumBytes: number): LinearMemory {
  let buffer = new ArrayBuffer(bytes)
  let refusal: unknown
  return {
    get refusal() {
      return refusal
    },
    get buffer() {
      return buffer
    },
    grow(byteLength) {
      if (byteLength <= buffer.byteLength) return true
      if (byteLength > maximumBytes) return false
      let larger: ArrayBuffer
      try {
        larger = new ArrayBuffer(byteLength)
      } catch (error) {
        // The host has no room.
        if (!(error instanceof RangeError)) throw error
        refusal = error
        return false
      }
      new Uint8Array(larger).set(new Uint8Array(buffer))
      // Whoever kept a view across growth sees it empty instead of stale.
      structuredClone(buffer, { transfer: [buffer] })
      buffer = larger
      return true
    },
  }
}
