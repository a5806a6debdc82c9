// Checksums made right again after edits, so that what lies behind them is reached. Written from the formats alone, with zlib's CRC-32.
import { gzipSync, inflateRawSync } from 'node:zlib'

type Bytes = Uint8Array

/** zlib's own CRC-32, from the trailer that it writes. */
const crcOf = (bytes: Bytes): number => {
  const packed = gzipSync(bytes, { level: 0 })
  return packed.readUInt32LE(packed.length - 8)
}

/** The eight digits behind "crc32":" in the metadata of a checkpoint. */
export function repairCheckpoint(bytes: Bytes): Bytes {
  const at = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).indexOf('"crc32":"')
  if (at < 0 || at + 17 > bytes.length) return bytes
  bytes.fill(0x30, at + 9, at + 17)
  bytes.set(new TextEncoder().encode(crcOf(bytes).toString(16).padStart(8, '0')), at + 9)
  return bytes
}

/** CRC-32 and length at the end of a gzip file. */
export function repairGzip(bytes: Bytes): Bytes {
  if (bytes.length < 18) return bytes
  const content = inflated(bytes.subarray(10, bytes.length - 8))
  if (content === undefined) return bytes
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  view.setUint32(bytes.length - 8, crcOf(content), true)
  view.setUint32(bytes.length - 4, content.length, true)
  return bytes
}

/** CRC-32 and lengths in the directory of a zip archive. */
export function repairZip(bytes: Bytes): Bytes {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length)
  const end = bytes.length - 22
  if (end < 0 || view.getUint32(end, true) !== 0x06054b50) return bytes
  let at = view.getUint32(end + 16, true)
  for (let i = 0; i < 16 && at + 46 <= end && view.getUint32(at, true) === 0x02014b50; i++) {
    const local = view.getUint32(at + 42, true)
    if (local + 30 <= end) {
      const start = local + 30 + view.getUint16(local + 26, true) + view.getUint16(local + 28, true)
      const packed = bytes.subarray(start, Math.min(end, start + view.getUint32(at + 20, true)))
      const content = view.getUint16(at + 10, true) === 8 ? inflated(packed) : packed
      if (content !== undefined) {
        view.setUint32(at + 16, crcOf(content), true)
        view.setUint32(at + 24, content.length, true)
      }
    }
    at += 46 + view.getUint16(at + 28, true) + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  }
  return bytes
}

function inflated(packed: Bytes): Bytes | undefined {
  try {
    return inflateRawSync(packed, { maxOutputLength: 2 ** 20 })
  } catch {
    return undefined
  }
}
