// The directory of a zip archive. Zip has two descriptions of every member, room between members and bytes around them;
// here all of it must agree, since readers that believe different parts see different files.
import { describe } from '../check.js'
import { FormatError, RangeArgError, UnsupportedError } from '../errors.js'

/** A member as the directory declares it, checked against the bytes there are. */
export interface ZipMember {
  name: string
  /** The data as they are stored begin here ... */
  start: number
  /** ... and end here. */
  end: number
  deflated: boolean
  /** Bytes of the member itself. */
  size: number
  crc: number
}

/** What an archive may ask for. */
export interface ZipLimits {
  maxBytes: number
  maxMembers: number
}

const END = { signature: 0x06054b50, size: 22 }
const ENTRY = { signature: 0x02014b50, size: 46 }
const LOCAL = { signature: 0x04034b50, size: 30 }
const LOCATOR = { signature: 0x07064b50, size: 20 }
const MAX_COMMENT = 0xffff
/** Encrypted, strongly encrypted, directory encrypted. */
const ENCRYPTED = 0x2041
const UTF8 = 0x800
/** Where a field has only ones, its value is in a zip64 record. */
const IN_ZIP64 = 0xffffffff
/** Two bits for 258 bytes is the most that deflate can do. */
export const MAX_RATIO = 1032

/**
 * @returns the members in the order of the directory
 * @throws {FormatError} not an archive, or one that contradicts itself
 * @throws {UnsupportedError} encryption, zip64, several volumes, or a compression other than deflate
 * @throws {RangeArgError} more members than `maxMembers`, or more bytes declared than `maxBytes`
 */
export function readDirectory(bytes: Uint8Array, limits: ZipLimits): ZipMember[] {
  const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  const end = locateEnd(view)
  const count = view.getUint16(end + 10, true)
  const size = view.getUint32(end + 12, true)
  const start = view.getUint32(end + 16, true)
  const hasLocator = end >= LOCATOR.size && view.getUint32(end - LOCATOR.size, true) === LOCATOR.signature
  if (hasLocator || count === 0xffff || size === IN_ZIP64 || start === IN_ZIP64) throw zip64()
  if (view.getUint32(end + 4, true) !== 0 || view.getUint16(end + 8, true) !== count) {
    throw new UnsupportedError('a zip archive in several volumes is not read')
  }
  if (start + size !== end) {
    throw new FormatError(
      `the zip directory of ${size} bytes at ${start} does not end where its end record is, at ${end}`,
    )
  }
  if (count > limits.maxMembers) {
    throw new RangeArgError(`the archive has ${count} members, more than maxMembers = ${limits.maxMembers}`, {
      argument: 'maxMembers',
      data: { count },
    })
  }
  const members: ZipMember[] = []
  const spans: { from: number; to: number; name: string }[] = []
  let at = start
  let total = 0
  for (let i = 0; i < count; i++) {
    const entry = readEntry(view, bytes, at, end)
    const member = readLocal(view, bytes, entry, start)
    total += member.size
    if (total > limits.maxBytes) {
      throw new RangeArgError(`the archive inflates to more than ${limits.maxBytes} bytes; raise maxBytes to read it`, {
        argument: 'maxBytes',
      })
    }
    members.push(member)
    spans.push({ from: entry.local, to: member.end, name: member.name })
    at = entry.next
  }
  if (at !== end) throw new FormatError(`the zip directory has ${end - at} bytes after its ${count} entries`)
  checkDisjoint(spans)
  return members
}

function locateEnd(view: DataView): number {
  const last = view.byteLength - END.size
  for (let at = last; at >= 0 && at >= last - MAX_COMMENT; at--) {
    const found = view.getUint32(at, true) === END.signature
    if (found && at + END.size + view.getUint16(at + 20, true) === view.byteLength) return at
  }
  throw new FormatError(
    view.byteLength === 0
      ? 'the .npz file is empty'
      : 'not a .npz file, or cut short: it has no end record of a zip archive',
  )
}

interface Entry {
  name: Uint8Array
  text: string
  flags: number
  method: number
  crc: number
  packed: number
  size: number
  local: number
  next: number
}

function readEntry(view: DataView, bytes: Uint8Array, at: number, end: number): Entry {
  if (at + ENTRY.size > end || view.getUint32(at, true) !== ENTRY.signature) {
    throw new FormatError(`the zip directory has no entry at byte ${at}, where one is announced`)
  }
  const nameEnd = at + ENTRY.size + view.getUint16(at + 28, true)
  const next = nameEnd + view.getUint16(at + 30, true) + view.getUint16(at + 32, true)
  if (next > end) throw new FormatError(`the entry of the zip directory at byte ${at} is cut short`)
  const flags = view.getUint16(at + 8, true)
  const name = bytes.subarray(at + ENTRY.size, nameEnd)
  const entry: Entry = {
    name,
    text: decodeName(name, (flags & UTF8) !== 0),
    flags,
    method: view.getUint16(at + 10, true),
    crc: view.getUint32(at + 16, true),
    packed: view.getUint32(at + 20, true),
    size: view.getUint32(at + 24, true),
    local: view.getUint32(at + 42, true),
    next,
  }
  const who = describe(entry.text)
  if ((flags & ENCRYPTED) !== 0) throw new UnsupportedError(`the member ${who} of the archive is encrypted`)
  if (entry.packed === IN_ZIP64 || entry.size === IN_ZIP64 || entry.local === IN_ZIP64) throw zip64()
  if (entry.method !== 0 && entry.method !== 8) {
    throw new UnsupportedError(
      `the member ${who} has compression method ${entry.method}; stored (0) and deflate (8) are read`,
    )
  }
  if (entry.method === 0 ? entry.size !== entry.packed : entry.size > MAX_RATIO * entry.packed) {
    throw new FormatError(`the member ${who} declares ${entry.size} bytes, which its ${entry.packed} cannot hold`)
  }
  return entry
}

/** The header in front of the data. Its sizes are not looked at: NumPy writes them as zip64, streams write zeros. */
function readLocal(view: DataView, bytes: Uint8Array, entry: Entry, limit: number): ZipMember {
  const { name, text, local: at, size, crc } = entry
  if (at + LOCAL.size > limit || view.getUint32(at, true) !== LOCAL.signature) {
    throw new FormatError(`the member ${describe(text)} has no header at byte ${at}`)
  }
  const nameStart = at + LOCAL.size
  const nameLength = view.getUint16(at + 26, true)
  const same = nameLength === name.length && name.every((byte, i) => bytes[nameStart + i] === byte)
  if (!same || view.getUint16(at + 8, true) !== entry.method || view.getUint16(at + 6, true) & ENCRYPTED) {
    throw new FormatError(`the member ${describe(text)} has another name, method or encryption in front of its data`)
  }
  const start = nameStart + nameLength + view.getUint16(at + 28, true)
  const end = start + entry.packed
  if (end > limit) throw new FormatError(`the member ${describe(text)} goes on beyond the data of the archive`)
  return { name: text, start, end, deflated: entry.method === 8, size, crc }
}

function decodeName(bytes: Uint8Array, utf8: boolean): string {
  if (!utf8 && bytes.some((byte) => byte >= 0x80)) {
    throw new UnsupportedError('a name in the archive is in a legacy code page; save it with UTF-8 names')
  }
  try {
    const name = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
    if (!name.includes('\0')) return name
  } catch (cause) {
    throw new FormatError('a name in the archive is not UTF-8', { cause })
  }
  throw new FormatError('a name in the archive has a NUL')
}

/** Members that share bytes make small archives large. */
function checkDisjoint(spans: { from: number; to: number; name: string }[]): void {
  spans.sort((a, b) => a.from - b.from)
  for (let i = 1; i < spans.length; i++) {
    if (spans[i].from < spans[i - 1].to) {
      throw new FormatError(`the members ${describe(spans[i - 1].name)} and ${describe(spans[i].name)} overlap`)
    }
  }
}

function zip64(): UnsupportedError {
  return new UnsupportedError('a zip64 archive (4 GiB, or 65535 members, or more) is not read; save it in parts')
}
