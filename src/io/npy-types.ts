// The element types of .npy files that have a faithful float32 or float64, and how to read one element of each.
import { describe } from '../check.js'
import { FormatError, RangeArgError, UnsupportedError } from '../errors.js'

/** How to read one element. */
export interface ElementType {
  /** Bytes an element. */
  size: number
  /** The element is a float32 and stays one; all others become float64. */
  float32: boolean
  /** The element that begins at a byte offset of the view. */
  read(view: DataView, at: number): number
}

// '<' is little-endian, '|' says that order does not apply. DataView fixes the order, whatever the host's own.
const TYPES: ReadonlyMap<string, ElementType> = new Map<string, ElementType>([
  ['<f4', { size: 4, float32: true, read: (view, at) => view.getFloat32(at, true) }],
  ['<f8', { size: 8, float32: false, read: (view, at) => view.getFloat64(at, true) }],
  ['|b1', { size: 1, float32: false, read: readBoolean }],
  ['|i1', { size: 1, float32: false, read: (view, at) => view.getInt8(at) }],
  ['|u1', { size: 1, float32: false, read: (view, at) => view.getUint8(at) }],
  ['<i2', { size: 2, float32: false, read: (view, at) => view.getInt16(at, true) }],
  ['<u2', { size: 2, float32: false, read: (view, at) => view.getUint16(at, true) }],
  ['<i4', { size: 4, float32: false, read: (view, at) => view.getInt32(at, true) }],
  ['<u4', { size: 4, float32: false, read: (view, at) => view.getUint32(at, true) }],
  ['<i8', { size: 8, float32: false, read: (view, at) => exactly(view.getBigInt64(at, true)) }],
  ['<u8', { size: 8, float32: false, read: (view, at) => exactly(view.getBigUint64(at, true)) }],
])

/** @throws {UnsupportedError} a type that is not in the table, with the table in the message. */
export function elementType(descr: string): ElementType {
  const type = TYPES.get(/^<[biu]1$/.test(descr) ? descr.replace('<', '|') : descr)
  if (type !== undefined) return type
  throw new UnsupportedError(
    `the .npy element type ${describe(descr)} is not read; these are: ${[...TYPES.keys()].join(' ')}. ` +
      "Convert in Python first, for example with array.astype('<f8')",
    { argument: 'descr' },
  )
}

function readBoolean(view: DataView, at: number): number {
  const byte = view.getUint8(at)
  if (byte > 1) throw new FormatError(`a boolean of the .npy file is ${byte}; it must be 0 or 1`, { data: { at } })
  return byte
}

function exactly(value: bigint): number {
  const number = Number(value)
  if (BigInt(number) === value) return number
  throw new RangeArgError(`the integer ${value} of the .npy file is not exactly representable as float64`, {
    argument: 'bytes',
  })
}
