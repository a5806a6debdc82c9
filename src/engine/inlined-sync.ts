// The binary of engines that start without waiting.
import { decodeBase64 } from './base64.js'
import { base64 } from './binaries/simd.generated.js'
import type { Inlined } from './inlined.js'

export const inlinedSync = (): Inlined => decodeBase64(base64)
