// The bytes of one member of a zip archive: fflate inflates them, their number and their CRC-32 are checked here.
import { Inflate } from 'fflate'
import { describe } from '../check.js'
import { DeepLinearError, FormatError } from '../errors.js'
import type { ZipMember } from './zip-directory.js'

/** Deflate multiplies by 1032 at most, so that this much can overshoot a declared size by 8 MiB. */
const PIECE = 8192

/**
 * @returns the bytes of the member; a view of the archive where they are stored
 * @throws {FormatError} they are not as many as declared, not a deflate stream, or their CRC-32 is another
 */
export function readMember(archive: Uint8Array, member: ZipMember): Uint8Array {
  const packed = archive.subarray(member.start, member.end)
  const bytes = member.deflated ? inflate(packed, member) : packed
  if (crc32(bytes) !== member.crc) throw damaged(member, 'its CRC-32 is not the one declared')
  return bytes
}

/** Piece by piece, so that a member which declares less than it holds costs one piece and not all of it. */
function inflate(packed: Uint8Array, member: ZipMember): Uint8Array {
  const out = new Uint8Array(member.size)
  let filled = 0
  let idle = 0
  const stream = new Inflate((chunk) => {
    idle = chunk.length === 0 ? idle + 1 : 0
    if (filled + chunk.length > out.length) throw damaged(member, `it has more than the ${out.length} bytes declared`)
    out.set(chunk, filled)
    filled += chunk.length
  })
  try {
    for (let at = 0; at === 0 || at < packed.length; at += PIECE) {
      stream.push(packed.subarray(at, at + PIECE), at + PIECE >= packed.length)
      // A stored block takes up to 65535 bytes before it gives any; beyond that, the stream is at its end.
      if (idle * PIECE > 2 * 65_536) throw damaged(member, 'bytes follow its deflate stream')
    }
  } catch (cause) {
    if (cause instanceof DeepLinearError) throw cause
    throw damaged(member, `it is not a deflate stream (${(cause as Error).message})`, cause)
  }
  if (filled !== out.length) throw damaged(member, `it has ${filled} of the ${out.length} bytes declared`)
  return out
}

function damaged(member: ZipMember, what: string, cause?: unknown): FormatError {
  return new FormatError(`the member ${describe(member.name)} of the archive is damaged: ${what}`, { cause })
}

let table: Uint32Array | undefined

/** The CRC-32 of zip: polynomial 0xedb88320, reflected. */
export function crc32(bytes: Uint8Array): number {
  table ??= Uint32Array.from({ length: 256 }, (_, byte) => {
    let crc = byte
    for (let bit = 0; bit < 8; bit++) crc = crc & 1 ? (crc >>> 1) ^ 0xedb88320 : crc >>> 1
    return crc
  })
  let crc = ~0
  for (let i = 0; i < bytes.length; i++) crc = table[(crc ^ bytes[i]) & 0xff] ^ (crc >>> 8)
  return ~crc >>> 0
}
