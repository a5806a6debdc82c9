// safetensors files: the length of a header, the header (JSON), the bytes of the tensors, without gaps or overlaps.
// Everything a file declares is checked against the bytes it has before memory is taken for it.
import { describe } from '../check.js'
import { DTypeError, FormatError, RangeArgError, ShapeError } from '../errors.js'
import { METADATA, parseSafetensorsHeader, type TensorInfo } from './safetensors-header.js'
import { type SafetensorsDType, type TensorData, tensorType, writtenType } from './safetensors-types.js'
import { checkName, describesLength, elementCount, namedEntries } from './shape.js'

/** A tensor as a safetensors file holds it. */
export interface Tensor {
  dtype: SafetensorsDType
  /** Extents, row-major; `[]` is a single number. */
  shape: number[]
  data: TensorData
}

/** What is written of a tensor; the element type follows from the class of `data` where `dtype` does not say BOOL. */
export interface TensorInput {
  dtype?: SafetensorsDType
  shape: readonly number[]
  data: TensorData
}

/** What a file holds. */
export interface Safetensors {
  /** By name, in the order of the header. */
  tensors: Map<string, Tensor>
  /** Texts by name; without a prototype, so that every name is one of the file's. */
  metadata: Record<string, string>
}

/** The reference implementation's own limit. */
const MAX_HEADER = 100_000_000
const MAX_DIMENSIONS = 64
const ALIGNMENT = 8

/**
 * Parses a safetensors file.
 *
 * F64, F32, I64 (BigInt64Array), I32, U8 and BOOL (bytes 0 and 1) keep their type; F16 and BF16 become float32, exactly.
 *
 * @param bytes the whole file; any view, aligned or not
 * @returns the tensors, row-major copies, and the metadata
 * @throws {FormatError} a header that is cut short, too large, not UTF-8, not of the one form or has a key twice;
 *   tensors that overlap, leave gaps, go beyond the file or do not fill it, or whose bytes do not fit type and shape
 * @throws {UnsupportedError} an element type not listed above
 * @throws {DTypeError} `bytes` is not a Uint8Array
 * @example const { tensors, metadata } = parseSafetensors(await readFile('model.safetensors'))
 */
export function parseSafetensors(bytes: Uint8Array): Safetensors {
  if (!(bytes instanceof Uint8Array)) {
    throw new DTypeError(`bytes must be a Uint8Array, got ${describe(bytes)}`, { argument: 'bytes' })
  }
  const headerEnd = locateHeader(bytes)
  const { tensors: infos, metadata } = parseSafetensorsHeader(decodeHeader(bytes.subarray(8, headerEnd)))
  const buffer = bytes.subarray(headerEnd)
  for (const [name, info] of infos) checkTensor(name, info, buffer.length)
  checkTiling(infos, buffer.length)
  const tensors = new Map<string, Tensor>()
  for (const [name, { dtype, shape, begin, end }] of infos) {
    const type = tensorType(dtype)
    const view = new DataView(buffer.buffer, buffer.byteOffset + begin, end - begin)
    const data = type.decode(view, (end - begin) / type.size)
    tensors.set(name, { dtype: dtype as SafetensorsDType, shape, data })
  }
  return { tensors, metadata }
}

/**
 * Writes a safetensors file. The same content gives the same bytes: larger element types first, then by name, so that
 * every tensor begins at a multiple of its element size; metadata by name.
 *
 * @param tensors shape and row-major numbers by name, in a Map or an object: Float64Array, Float32Array, BigInt64Array,
 *   Int32Array, Uint8Array (U8, or BOOL where `dtype` says so)
 * @param metadata texts by name; left out of the file where there are none
 * @returns the whole file
 * @throws {ShapeError} a shape that does not describe its data
 * @throws {DTypeError} data of another class, a `dtype` that does not go with it, or metadata that are no strings
 * @throws {UnsupportedError} `dtype` F16 or BF16: these are only read
 * @throws {RangeArgError} the name '__metadata__', names with NUL or half a surrogate pair, BOOL other than 0 and 1, or
 *   a header over 100 MB
 * @example encodeSafetensors({ W1: { shape: [2, 2], data: Float64Array.of(1, 2, 3, 4) } }, { seed: '7' })
 */
export function encodeSafetensors(
  tensors: ReadonlyMap<string, TensorInput> | Readonly<Record<string, TensorInput>>,
  metadata: Readonly<Record<string, string>> = {},
): Uint8Array {
  const items = namedEntries(tensors, 'tensors').map(([name, tensor]) => checkInput(name, tensor))
  items.sort((a, b) => b.type.size - a.type.size || (a.name < b.name ? -1 : 1))
  const fields: string[] = []
  const texts = checkMetadata(metadata)
  if (texts.length > 0) fields.push(`"${METADATA}":{${texts.join(',')}}`)
  let size = 0
  for (const { name, dtype, shape, data, type } of items) {
    const begin = size
    size += data.length * type.size
    fields.push(`${JSON.stringify(name)}:${JSON.stringify({ dtype, shape, data_offsets: [begin, size] })}`)
  }
  const json = new TextEncoder().encode(`{${fields.join(',')}}`)
  const length = Math.ceil(json.length / ALIGNMENT) * ALIGNMENT
  if (length > MAX_HEADER) {
    throw new RangeArgError(`the names and metadata take ${length} bytes; at most ${MAX_HEADER} are allowed`, {
      argument: 'tensors',
    })
  }
  const bytes = new Uint8Array(8 + length + size).fill(0x20, 8, 8 + length)
  new DataView(bytes.buffer).setBigUint64(0, BigInt(length), true)
  bytes.set(json, 8)
  let at = 8 + length
  for (const { data, type } of items) {
    type.encode?.(new DataView(bytes.buffer, at), data)
    at += data.length * type.size
  }
  return bytes
}

function locateHeader(bytes: Uint8Array): number {
  if (bytes.length === 0) throw new FormatError('the safetensors file is empty')
  if (bytes.length < 8) {
    throw new FormatError(`the safetensors file ends inside its header length: ${bytes.length} of 8 bytes`)
  }
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true)
  if (length > MAX_HEADER) {
    throw new FormatError(`the safetensors header has ${length} bytes; at most ${MAX_HEADER} are allowed`)
  }
  const end = 8 + Number(length)
  if (end > bytes.length) {
    throw new FormatError(`the safetensors header is cut short: ${length} bytes declared, ${bytes.length - 8} left`)
  }
  if (length === 0n || bytes[8] !== 0x7b) throw new FormatError("the safetensors header does not begin with '{'")
  return end
}

function decodeHeader(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes)
  } catch (cause) {
    throw new FormatError('the safetensors header is not UTF-8', { cause })
  }
}

function checkTensor(name: string, { dtype, shape, begin, end }: TensorInfo, available: number): void {
  const who = `the tensor ${describe(name)}`
  const type = tensorType(dtype)
  if (shape.length > MAX_DIMENSIONS) {
    throw new FormatError(`${who} has ${shape.length} dimensions; at most ${MAX_DIMENSIONS} are allowed`)
  }
  const count = elementCount(shape)
  if (count === undefined) {
    throw new FormatError(`${who} has the shape [${shape.join(', ')}], which has more elements than a file can hold`)
  }
  if (end > available) {
    throw new FormatError(`${who} ends at byte ${end} of the data, the file has ${available}`, {
      data: { end, available },
    })
  }
  const wanted = count * type.size
  if (wanted !== end - begin) {
    throw new FormatError(
      `${who} has ${end - begin} bytes, but ${dtype} of shape [${shape.join(', ')}] takes ${wanted}`,
      { data: { wanted, found: end - begin } },
    )
  }
}

/** The tensors, in the order of their bytes, leave nothing out and share nothing: no file hides another. */
function checkTiling(infos: ReadonlyMap<string, TensorInfo>, available: number): void {
  let filled = 0
  for (const [name, { begin, end }] of [...infos].sort(([, a], [, b]) => a.begin - b.begin || a.end - b.end)) {
    if (begin < filled) throw new FormatError(`the tensor ${describe(name)} overlaps another: both have byte ${begin}`)
    if (begin > filled)
      throw new FormatError(`bytes ${filled} to ${begin} before the tensor ${describe(name)} are no tensor's`)
    filled = end
  }
  if (filled !== available) {
    throw new FormatError(`the safetensors file has ${available - filled} bytes left over after its tensors`)
  }
}

function checkInput(name: string, { dtype: declared, shape, data }: TensorInput) {
  if (name === METADATA) {
    throw new RangeArgError(`no tensor can have the name '${METADATA}'; metadata are an argument of their own`, {
      argument: 'tensors',
    })
  }
  const dtype = writtenType(declared, data)
  if (!describesLength(shape, data.length, MAX_DIMENSIONS)) {
    const given = Array.from(shape ?? []).join(', ')
    throw new ShapeError(`shape (${given}) of ${describe(name)} does not describe data of length ${data.length}`, {
      argument: 'shape',
    })
  }
  return { name, dtype, shape, data, type: tensorType(dtype) }
}

/** The metadata as JSON fields, sorted. */
function checkMetadata(metadata: Readonly<Record<string, string>>): string[] {
  if (typeof metadata !== 'object' || metadata === null || Array.isArray(metadata) || metadata instanceof Map) {
    throw new DTypeError(`metadata must be an object of strings, got ${describe(metadata)}`, { argument: 'metadata' })
  }
  return Object.keys(metadata)
    .sort()
    .map((key) => {
      const [name, value] = [key, metadata[key]].map((text) => JSON.stringify(checkName(text, 'metadata')))
      return `${name}:${value}`
    })
}
