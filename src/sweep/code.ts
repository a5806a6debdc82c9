// Which code results are of: the version of the library and the binary of its reproducible kernels. TypeScript and WebAssembly give the same bits,
// so it says nothing about which of them ran.
import { createHash } from 'node:crypto'
import packageJson from '../../package.json' with { type: 'json' }
import { base64 } from '../engine/binaries/simd.generated.js'

let known: string | undefined

/** The code of this installation, as manifests name it. */
export function currentCode(): string {
  known ??= `deeplinear ${packageJson.version}, kernels ${createHash('sha256').update(base64).digest('hex').slice(0, 16)}`
  return known
}
