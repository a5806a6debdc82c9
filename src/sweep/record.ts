// The file of results: a header, then one record a chunk, only ever appended to. Little-endian.
//
//   header   'DLSWEEP1'   64 bytes: the hash of the manifest, in hexadecimal   u32 metrics a run   u32 0
//   record   'DLr1'   u32 length of the payload   u32 CRC-32 of the payload   u32 0   payload
//   payload  f64 lo   f64 hi   status of every run (bytes, padded to 8)   f64 metrics, run after run   failures as JSON
//
// A record counts when all of it is there and its sum is right. What a crash left of one is passed over: the reader looks for the next mark.
import { FormatError } from '../errors.js'
import { crc32 } from '../io/zip-member.js'
import type { ChunkResult, Failure } from './chunk.js'

const MAGIC = 'DLSWEEP1'
const MARK = new TextEncoder().encode('DLr1')
export const HEADER_BYTES = 80
const RECORD_HEAD = 16
/** No chunk is as large; a length beyond it is damage. */
const MAX_PAYLOAD = 2 ** 31 - 1

export function encodeHeader(hash: string, metrics: number): Uint8Array {
  const bytes = new Uint8Array(HEADER_BYTES)
  bytes.set(new TextEncoder().encode(MAGIC + hash))
  new DataView(bytes.buffer).setUint32(72, metrics, true)
  return bytes
}

/** @throws {FormatError} no file of results, or one of another sweep */
export function checkHeader(bytes: Uint8Array, hash: string, metrics: number): void {
  const wanted = encodeHeader(hash, metrics)
  const same = bytes.length >= HEADER_BYTES && wanted.every((byte, i) => bytes[i] === byte)
  if (same) return
  const isOurs = new TextDecoder('latin1').decode(bytes.subarray(0, 8)) === MAGIC
  throw new FormatError(isOurs ? 'the results are of another sweep' : 'this is no file of results of a sweep')
}

/** @returns the bytes of a record; the same result gives the same bytes, whatever it cost to compute */
export function encodeRecord({ lo, hi, status, values, failures }: Omit<ChunkResult, 'seconds'>): Uint8Array {
  const text = new TextEncoder().encode(failures.length === 0 ? '' : JSON.stringify(failures))
  const padded = Math.ceil(status.length / 8) * 8
  const bytes = new Uint8Array(RECORD_HEAD + 16 + padded + 8 * values.length + text.length)
  const view = new DataView(bytes.buffer)
  view.setFloat64(RECORD_HEAD, lo, true)
  view.setFloat64(RECORD_HEAD + 8, hi, true)
  bytes.set(status, RECORD_HEAD + 16)
  const at = RECORD_HEAD + 16 + padded
  // NaN as one pattern, on every host.
  values.forEach((value, i) => {
    if (Number.isNaN(value)) view.setBigUint64(at + 8 * i, 0x7ff8000000000000n, true)
    else view.setFloat64(at + 8 * i, value, true)
  })
  bytes.set(text, at + 8 * values.length)
  bytes.set(MARK)
  view.setUint32(4, bytes.length - RECORD_HEAD, true)
  view.setUint32(8, crc32(bytes.subarray(RECORD_HEAD)), true)
  return bytes
}

/** What a file of results holds. */
export interface Records {
  readonly results: ChunkResult[]
  /** Where the last whole record ends: what follows is torn. */
  readonly end: number
  /** Bytes between whole records that are none. */
  readonly damaged: number
}

/** All whole records after the header. */
export function decodeRecords(bytes: Uint8Array, metrics: number, total: number): Records {
  const results: ChunkResult[] = []
  let [at, end, damaged] = [HEADER_BYTES, HEADER_BYTES, 0]
  while (at + RECORD_HEAD <= bytes.length) {
    const found = decodeRecord(bytes, at, metrics, total)
    if (found === undefined) {
      at++
      while (at < bytes.length && bytes[at] !== MARK[0]) at++
      continue
    }
    damaged += at - end
    results.push(found.result)
    at = end = found.end
  }
  return { results, end, damaged }
}

/** The record that begins here; undefined if none does. Nothing of a record can make it read beyond the bytes. */
export function decodeRecord(bytes: Uint8Array, at: number, metrics: number, total: number) {
  if (at + RECORD_HEAD + 16 > bytes.length || MARK.some((byte, i) => bytes[at + i] !== byte)) return undefined
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const length = view.getUint32(at + 4, true)
  const start = at + RECORD_HEAD
  const end = start + length
  if (length < 16 || length > MAX_PAYLOAD || end > bytes.length) return undefined
  if (crc32(bytes.subarray(start, end)) !== view.getUint32(at + 8, true)) return undefined
  const [lo, hi] = [view.getFloat64(start, true), view.getFloat64(start + 8, true)]
  const count = hi - lo
  if (!(Number.isSafeInteger(lo) && Number.isSafeInteger(hi) && lo >= 0 && count > 0 && hi <= total)) return undefined
  const first = start + 16 + Math.ceil(count / 8) * 8
  const text = first + 8 * count * metrics
  if (text > end) return undefined
  const values = new Float64Array(count * metrics)
  for (let i = 0; i < values.length; i++) values[i] = view.getFloat64(first + 8 * i, true)
  const failures = failuresOf(bytes.subarray(text, end))
  if (failures === undefined) return undefined
  const result: ChunkResult = {
    lo,
    hi,
    status: Uint8Array.from(bytes.subarray(start + 16, start + 16 + count)),
    values,
    failures,
    seconds: 0,
  }
  return { result, end }
}

function failuresOf(bytes: Uint8Array): Failure[] | undefined {
  if (bytes.length === 0) return []
  try {
    const list: unknown = JSON.parse(new TextDecoder().decode(bytes))
    return Array.isArray(list) ? (list as Failure[]) : undefined
  } catch {
    return undefined
  }
}
