// Checkpoints as files: a .safetensors file whose tensors are the state of a run and whose metadata are everything else.
//
//   format         'deeplinear checkpoint'                step, time, learningRate   decimal, the shortest that reads back the same
//   version        '1'                                    tensors                    JSON: their names in the order of the run
//   arithmetic     'reproducible' | 'fused'               configuration              as it is
//   crc32          eight hexadecimal digits: the CRC-32 of the whole file with eight zeros in their place
//
// So any reader of safetensors sees the weights under their names, and a bit that flips anywhere is noticed.
import { checkChoice, checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import { DeepLinearError, DTypeError, FormatError, OptionError } from '../errors.js'
import { encodeSafetensors, parseSafetensors, type Safetensors, type Tensor, type TensorInput } from './safetensors.js'
import { crc32 } from './zip-member.js'

/** A named array of a checkpoint. */
export interface CheckpointTensorData {
  readonly name: string
  readonly dtype: 'float32' | 'float64'
  readonly shape: readonly number[]
  readonly data: Float32Array<ArrayBuffer> | Float64Array<ArrayBuffer>
}

/** The state of a run: what `run.checkpoint()` of `deeplinear` returns and what its `resume` takes. */
export interface CheckpointData {
  readonly version: 1
  /** Steps done. */
  readonly step: number
  readonly time: number
  readonly learningRate?: number
  readonly arithmetic: 'reproducible' | 'fused'
  /** Network, task and optimizer as canonical JSON. */
  readonly configuration: string
  readonly tensors: readonly CheckpointTensorData[]
}

const FORMAT = 'deeplinear checkpoint'
const KEYS = ['version', 'step', 'time', 'learningRate', 'arithmetic', 'configuration', 'tensors'] as const
const TENSOR_KEYS = ['name', 'dtype', 'shape', 'data'] as const
const ARITHMETIC = ['reproducible', 'fused'] as const
const NO_CRC = '00000000'
const CLASSES = { float32: Float32Array, float64: Float64Array }
const DTYPES: Readonly<Record<string, CheckpointTensorData['dtype']>> = { F32: 'float32', F64: 'float64' }

/**
 * Writes a checkpoint as a .safetensors file: the tensors under their names, the rest in the metadata, with a CRC-32 of the whole. The same
 * checkpoint gives the same bytes; numbers come back bit for bit.
 *
 * @param checkpoint as `run.checkpoint()` of `deeplinear` makes it
 * @returns the whole file
 * @throws {FormatError} another version
 * @throws {DTypeError|RangeArgError|OptionError|ShapeError} what is not a checkpoint
 * @example
 * const checkpoint = trainSync(net, task, { optimizer, steps: 10 }).checkpoint()
 * parseCheckpoint(encodeCheckpoint(checkpoint)).step === checkpoint.step // -> true
 */
export function encodeCheckpoint(checkpoint: CheckpointData): Uint8Array {
  const given = checkOptions(checkpoint, 'checkpoint', KEYS)
  if (given.version !== 1) {
    throw new FormatError(`checkpoint.version must be 1, got ${describe(given.version)}; a newer version writes it`, {
      argument: 'checkpoint.version',
    })
  }
  if (typeof given.configuration !== 'string') {
    throw new DTypeError(`checkpoint.configuration must be a string, got ${describe(given.configuration)}`, {
      argument: 'checkpoint.configuration',
    })
  }
  const number = (name: 'time' | 'learningRate') => textOf(checkNumber(given[name], `checkpoint.${name}`))
  const tensors = checkTensors(given.tensors)
  const bytes = encodeSafetensors(tensors, {
    format: FORMAT,
    version: '1',
    step: String(checkInteger(given.step, 'checkpoint.step')),
    time: number('time'),
    ...(given.learningRate === undefined ? {} : { learningRate: number('learningRate') }),
    arithmetic: checkChoice(given.arithmetic, 'checkpoint.arithmetic', ARITHMETIC),
    configuration: given.configuration,
    tensors: JSON.stringify([...tensors.keys()]),
    crc32: NO_CRC,
  })
  const digits = crc32(bytes).toString(16).padStart(8, '0')
  bytes.set(new TextEncoder().encode(digits), locateCrc(bytes))
  return bytes
}

/**
 * Reads a checkpoint that `encodeCheckpoint` wrote.
 *
 * @param bytes the whole file; any view, aligned or not
 * @returns the checkpoint, its tensors copies, in the order of the run
 * @throws {FormatError} a file cut short or with a bit flipped, a .safetensors file of something else, another version
 * @throws {DTypeError} `bytes` is not a Uint8Array
 * @example
 * const bytes = encodeCheckpoint(trainSync(net, task, { optimizer, steps: 100 }).checkpoint())
 * trainSync(net, task, { optimizer, steps: 200, resume: parseCheckpoint(bytes) }).steps // -> 200
 */
export function parseCheckpoint(bytes: Uint8Array): CheckpointData {
  if (!(bytes instanceof Uint8Array)) {
    throw new DTypeError(`bytes must be a Uint8Array, got ${describe(bytes)}`, { argument: 'bytes' })
  }
  const { tensors, metadata } = parseFile(bytes)
  if (metadata.format !== FORMAT) {
    throw new FormatError(
      `this .safetensors file is no checkpoint of deeplinear: its metadata say format ${describe(metadata.format)}, not '${FORMAT}'`,
    )
  }
  if (metadata.version !== '1') {
    throw new FormatError(
      `the checkpoint is of version ${describe(metadata.version)}; this version of deeplinear reads version 1`,
      { data: { version: metadata.version } },
    )
  }
  checkCrc(bytes, metadata.crc32)
  const { step, time, learningRate, arithmetic, configuration, tensors: order } = metadata
  if (!ARITHMETIC.includes(arithmetic as 'fused')) throw refused('arithmetic', arithmetic)
  if (configuration === undefined) throw refused('configuration', configuration)
  return {
    version: 1,
    step: readInteger(step),
    time: readNumber('time', time),
    ...(learningRate === undefined ? {} : { learningRate: readNumber('learningRate', learningRate) }),
    arithmetic: arithmetic as CheckpointData['arithmetic'],
    configuration,
    tensors: readOrder(order, tensors).map((name) => readTensor(name, tensors.get(name)!)),
  }
}

/** The shortest decimal that reads back as the number; String forgets the sign of zero. */
function textOf(value: number): string {
  return Object.is(value, -0) ? '-0' : String(value)
}

function checkTensors(given: unknown): Map<string, TensorInput> {
  if (!Array.isArray(given)) {
    throw new DTypeError(`checkpoint.tensors must be an array of tensors, got ${describe(given)}`, {
      argument: 'checkpoint.tensors',
    })
  }
  const tensors = new Map<string, TensorInput>()
  given.forEach((entry, i) => {
    const argument = `checkpoint.tensors[${i}]`
    const { name, dtype, shape, data } = checkOptions(entry, argument, TENSOR_KEYS)
    if (typeof name !== 'string') {
      throw new DTypeError(`${argument}.name must be a string, got ${describe(name)}`, { argument: `${argument}.name` })
    }
    if (tensors.has(name)) {
      throw new OptionError(`${argument} has the name of another tensor, ${describe(name)}`, { argument })
    }
    const Class = CLASSES[checkChoice(dtype, `${argument}.dtype`, ['float32', 'float64'])]
    if (!(data instanceof Class)) {
      throw new DTypeError(`${argument}.data must be a ${Class.name}, as its dtype says, got ${describe(data)}`, {
        argument: `${argument}.data`,
      })
    }
    tensors.set(name, { shape: shape as number[], data })
  })
  return tensors
}

/** Where the digits of the CRC-32 are. Within JSON strings quotes are escaped, so these bytes are nothing but the key and its value. */
function locateCrc(bytes: Uint8Array): number {
  const key = new TextEncoder().encode('"crc32":"')
  for (let at = 8; at + key.length + 8 < bytes.length; at++) {
    if (key.every((byte, i) => bytes[at + i] === byte)) return at + key.length
  }
  throw new FormatError('the checkpoint has no CRC-32 where encodeCheckpoint writes it')
}

function checkCrc(bytes: Uint8Array, declared: string | undefined): void {
  const copy = bytes.slice()
  const at = locateCrc(copy)
  copy.fill(NO_CRC.charCodeAt(0), at, at + 8)
  const found = crc32(copy).toString(16).padStart(8, '0')
  if (found !== declared) {
    throw new FormatError(
      `the checkpoint is damaged: its CRC-32 is ${found}, and it says ${describe(declared)}; take an older one`,
      { data: { found, declared } },
    )
  }
}

/** The file as safetensors. Whatever it holds that safetensors may hold and checkpoints do not makes it no checkpoint. */
function parseFile(bytes: Uint8Array): Safetensors {
  try {
    return parseSafetensors(bytes)
  } catch (cause) {
    if (!(cause instanceof DeepLinearError)) throw cause
    throw new FormatError(`no checkpoint: ${cause.message}`, { data: cause.data, cause })
  }
}

function readOrder(text: string | undefined, tensors: ReadonlyMap<string, Tensor>): string[] {
  let names: unknown
  try {
    names = JSON.parse(text ?? '')
  } catch {
    throw refused('tensors', text)
  }
  const complete = Array.isArray(names) && names.length === tensors.size && new Set(names).size === names.length
  if (!complete || !(names as unknown[]).every((name) => tensors.has(name as string))) throw refused('tensors', text)
  return names as string[]
}

function readTensor(name: string, { dtype, shape, data }: Tensor): CheckpointTensorData {
  if (!Object.hasOwn(DTYPES, dtype)) {
    throw new FormatError(`the tensor ${describe(name)} of the checkpoint is ${dtype}; it must be F32 or F64`)
  }
  return { name, dtype: DTYPES[dtype], shape, data: data as Float64Array<ArrayBuffer> }
}

function readInteger(text: string | undefined): number {
  const value = readNumber('step', text)
  if (!Number.isSafeInteger(value) || value < 0 || Object.is(value, -0)) throw refused('step', text)
  return value
}

/** Only the one way of writing a number that `textOf` has. */
function readNumber(name: string, text: string | undefined): number {
  const value = Number(text)
  if (!Number.isFinite(value) || textOf(value) !== text) throw refused(name, text)
  return value
}

function refused(name: string, text: string | undefined): FormatError {
  return new FormatError(`the checkpoint says ${describe(text)} for its ${name}, which is none`, {
    argument: name,
  })
}
