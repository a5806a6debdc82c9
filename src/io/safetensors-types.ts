// The element types of safetensors files, and how their bytes become typed arrays and back.
import { describe } from '../check.js'
import { DTypeError, FormatError, RangeArgError, UnsupportedError } from '../errors.js'

/** Element types that are read; all but F16 and BF16 are written as well. */
export type SafetensorsDType = 'F64' | 'F32' | 'I64' | 'I32' | 'U8' | 'BOOL' | 'F16' | 'BF16'

/** What the elements become: F16 and BF16 are widened to float32, BOOL are bytes 0 and 1. */
export type TensorData = Float64Array | Float32Array | BigInt64Array | Int32Array | Uint8Array

/** How to read and write elements of one type. DataView fixes the order of bytes, whatever the host's own. */
export interface TensorType {
  /** Bytes an element. */
  size: number
  /** Copies `count` elements out of a view. */
  decode(view: DataView, count: number): TensorData
  /** Writes elements into a view; missing where a type is only read. */
  encode?(view: DataView, data: TensorData): void
}

type Elements<T> = { readonly length: number; [index: number]: T }

function type<T, A extends TensorData & Elements<T>>(
  size: number,
  Data: new (length: number) => A,
  get: (view: DataView, at: number) => T,
  set?: (view: DataView, at: number, value: T) => void,
): TensorType {
  return {
    size,
    decode(view, count) {
      const data: Elements<T> & TensorData = new Data(count)
      for (let i = 0; i < count; i++) (data as Elements<T>)[i] = get(view, i * size)
      return data
    },
    encode:
      set &&
      ((view, data) => {
        for (let i = 0; i < data.length; i++) set(view, i * size, (data as unknown as Elements<T>)[i])
      }),
  }
}

const TYPES: ReadonlyMap<string, TensorType> = /* @__PURE__ */ new Map<SafetensorsDType, TensorType>([
  [
    'F64',
    type(
      8,
      Float64Array,
      (v, at) => v.getFloat64(at, true),
      (v, at, x: number) => v.setFloat64(at, x, true),
    ),
  ],
  [
    'F32',
    type(
      4,
      Float32Array,
      (v, at) => v.getFloat32(at, true),
      (v, at, x: number) => v.setFloat32(at, x, true),
    ),
  ],
  [
    'I64',
    type(
      8,
      BigInt64Array,
      (v, at) => v.getBigInt64(at, true),
      (v, at, x: bigint) => v.setBigInt64(at, x, true),
    ),
  ],
  [
    'I32',
    type(
      4,
      Int32Array,
      (v, at) => v.getInt32(at, true),
      (v, at, x: number) => v.setInt32(at, x, true),
    ),
  ],
  [
    'U8',
    type(
      1,
      Uint8Array,
      (v, at) => v.getUint8(at),
      (v, at, x: number) => v.setUint8(at, x),
    ),
  ],
  ['BOOL', type(1, Uint8Array, readBoolean, writeBoolean)],
  ['F16', type(2, Float32Array, (v, at) => fromHalf(v.getUint16(at, true)))],
  ['BF16', type(2, Float32Array, (v, at) => fromBfloat(v.getUint16(at, true)))],
])

/** @throws {UnsupportedError} a type that is not in the table, with the table in the message. */
export function tensorType(dtype: string): TensorType {
  const found = TYPES.get(dtype)
  if (found !== undefined) return found
  throw new UnsupportedError(
    `the safetensors element type ${describe(dtype)} is not read; these are: ${[...TYPES.keys()].join(' ')}`,
    { argument: 'dtype' },
  )
}

const WRITTEN = [
  [Float64Array, ['F64']],
  [Float32Array, ['F32']],
  [BigInt64Array, ['I64']],
  [Int32Array, ['I32']],
  [Uint8Array, ['U8', 'BOOL']],
] as const

/**
 * The element type under which data are written: the class of the array decides, `dtype` has a say between U8 and BOOL.
 *
 * @throws {UnsupportedError} F16 and BF16, which are only read
 * @throws {DTypeError} an array of another class, or a `dtype` that is not that of the class
 */
export function writtenType(dtype: unknown, data: unknown): SafetensorsDType {
  if (dtype === 'F16' || dtype === 'BF16') {
    throw new UnsupportedError(`${dtype} is read and not written; say dtype: 'F32', or leave it out`, {
      argument: 'dtype',
    })
  }
  const names = WRITTEN.find(([Data]) => data instanceof Data)?.[1]
  if (names === undefined) {
    const classes = WRITTEN.map(([Data]) => Data.name).join(', ')
    throw new DTypeError(`data must be one of ${classes}; got ${describe(data)}`, { argument: 'data' })
  }
  const name = dtype === undefined ? names[0] : names.find((known) => known === dtype)
  if (name !== undefined) return name
  throw new DTypeError(`${describe(data)} is written as ${names.join(' or ')}, not as ${describe(dtype)}`, {
    argument: 'dtype',
  })
}

function readBoolean(view: DataView, at: number): number {
  const byte = view.getUint8(at)
  if (byte > 1)
    throw new FormatError(`a boolean of the safetensors file is ${byte}; it must be 0 or 1`, { data: { at } })
  return byte
}

function writeBoolean(view: DataView, at: number, value: number): void {
  if (value > 1)
    throw new RangeArgError(`element ${at} of a BOOL tensor is ${value}; it must be 0 or 1`, { argument: 'data' })
  view.setUint8(at, value)
}

/** IEEE 754 half precision: sign, 5 bits of exponent, 10 of fraction. Every half is a float32. */
function fromHalf(bits: number): number {
  const sign = (bits & 0x8000) << 16
  const exponent = (bits >> 10) & 31
  const fraction = bits & 1023
  // Zero and the subnormals are whole multiples of 2^-24.
  if (exponent === 0) return (sign < 0 ? -1 : 1) * fraction * 5.9604644775390625e-8
  return fromBits(sign | ((exponent === 31 ? 255 : exponent + 112) << 23) | (fraction << 13))
}

/** bfloat16 is the upper half of a float32. */
function fromBfloat(bits: number): number {
  return fromBits(bits << 16)
}

const word = /* @__PURE__ */ new DataView(/* @__PURE__ */ new ArrayBuffer(4))

function fromBits(bits: number): number {
  word.setInt32(0, bits)
  return word.getFloat32(0)
}
