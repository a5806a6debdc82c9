// One gzip member (RFC 1952) in pages and in Node alike: a header, a deflate stream, its CRC-32 and its length. The stream is read
// as that of a zip member is, which checks both.
import { FormatError, RangeArgError } from '../errors.js'
import { MAX_RATIO } from './zip-directory.js'
import { readMember } from './zip-member.js'

const HEADER = 10
const TRAILER = 8

/** True for bytes that begin as gzip does. */
export function isGzip(bytes: Uint8Array): boolean {
  return bytes[0] === 0x1f && bytes[1] === 0x8b
}

/**
 * The bytes that were compressed.
 * @param maxBytes the most that may come out
 * @throws {RangeArgError} more would come out
 * @throws {FormatError} the bytes are not one whole gzip member, or its length or CRC-32 is another
 */
export function gunzip(bytes: Uint8Array, maxBytes: number): Uint8Array {
  const start = headerLength(bytes)
  const end = bytes.length - TRAILER
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  if (!(start <= end)) throw new FormatError('the gzip data end within the header')
  const size = view.getUint32(end + 4, true)
  if (size > maxBytes) {
    throw new RangeArgError(`the gzip data hold ${size} bytes, more than ${maxBytes}`, { data: { size } })
  }
  // Memory is taken for what is declared, so it must be possible.
  if (size > MAX_RATIO * (end - start)) {
    throw new FormatError(`the gzip data declare ${size} bytes, which ${end - start} cannot hold`, { data: { size } })
  }
  const crc = view.getUint32(end, true)
  return readMember(bytes, { name: 'gzip', start, end, deflated: true, size, crc })
}

/** Bytes before the deflate stream; past the end where the header does not end. */
function headerLength(bytes: Uint8Array): number {
  const [method, flags] = [bytes[2], bytes[3]]
  if (!isGzip(bytes) || method !== 8 || flags === undefined || (flags & 0xe0) !== 0) {
    throw new FormatError('not gzip data with a deflate stream')
  }
  let at = HEADER
  if ((flags & 4) !== 0) at += 2 + (bytes[at] | (bytes[at + 1] << 8))
  for (const text of [8, 16]) {
    if ((flags & text) === 0) continue
    const zero = bytes.indexOf(0, at)
    at = zero < 0 ? Number.POSITIVE_INFINITY : zero + 1
  }
  return (flags & 2) !== 0 ? at + 2 : at
}
