// `deeplinear/io`: files as bytes and text, without a file system, in pages and in Node alike. `deeplinear/io/node`
// reads from disk.
export {
  DeepLinearError,
  DTypeError,
  FormatError,
  IoError,
  OptionError,
  RangeArgError,
  ShapeError,
  UnsupportedError,
} from '../errors.js'
export { type CheckpointData, type CheckpointTensorData, encodeCheckpoint, parseCheckpoint } from './checkpoint.js'
export { parseCsv, type Table } from './csv.js'
export { type Dataset, type DatasetOptions, tableToDataset } from './dataset.js'
export { type Digits, digits } from './digits.js'
export { encodeNpy, type NpyArray, parseNpy } from './npy.js'
export { type EncodeNpzOptions, encodeNpz, type NpyInput, type ParseNpzOptions, parseNpz } from './npz.js'
export {
  encodeSafetensors,
  parseSafetensors,
  type Safetensors,
  type Tensor,
  type TensorInput,
} from './safetensors.js'
export type { SafetensorsDType, TensorData } from './safetensors-types.js'
