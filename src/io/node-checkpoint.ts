// Checkpoints on disk, in Node.
import { checkInteger, checkOptions } from '../check.js'
import { type CheckpointData, encodeCheckpoint, parseCheckpoint } from './index.js'
import { naming, pathOf, readBytes, writeAtomically } from './node-files.js'

/** Limits for reading a checkpoint. */
export interface LoadCheckpointOptions {
  /** The most bytes to take. Default 2^31 - 1, which is what Node reads at once. */
  maxBytes?: number
}

/**
 * Saves a checkpoint: into a temporary file in the same folder, flushed to the disk, which then takes the name. Whatever fails, and whenever the
 * process is killed, a checkpoint that was there before is whole, or the new one is. What is saved is the checkpoint at the time of the call.
 *
 * @param path path or `file:` URL; by custom `.safetensors`
 * @param checkpoint as `run.checkpoint()` makes it
 * @throws {IoError} the file cannot be written (no such folder, no permission, disk full); `data` has `path`, `code` and `errno`
 * @throws {FormatError|DTypeError|RangeArgError|OptionError|ShapeError} what is not a checkpoint, as `encodeCheckpoint`
 * @example
 * const { checkpoint } = trainSync(net, task, { optimizer, steps: 100 })
 * await saveCheckpoint('/tmp/deeplinear-example.safetensors', checkpoint())
 */
export async function saveCheckpoint(path: string | URL, checkpoint: CheckpointData): Promise<void> {
  await writeAtomically(pathOf(path), encodeCheckpoint(checkpoint))
}

/**
 * Loads a checkpoint that `saveCheckpoint` wrote.
 *
 * @param path path or `file:` URL
 * @returns the checkpoint, for `resume` of `train`
 * @throws {IoError} the file cannot be read; `data` has `path`, `code` and `errno`
 * @throws {FormatError} no checkpoint, a damaged one, or one of another version; the message begins with the path
 * @throws {RangeArgError} the file is larger than `maxBytes`
 * @example
 * await saveCheckpoint('/tmp/deeplinear-example-2.safetensors', trainSync(net, task, { optimizer, steps: 100 }).checkpoint())
 * const resume = await loadCheckpoint('/tmp/deeplinear-example-2.safetensors')
 * trainSync(net, task, { optimizer, steps: 200, resume }).steps // -> 200
 */
export async function loadCheckpoint(path: string | URL, options?: LoadCheckpointOptions): Promise<CheckpointData> {
  const name = pathOf(path)
  const given = checkOptions(options, 'options', ['maxBytes'])
  const bytes = await readBytes(name, checkInteger(given.maxBytes ?? 2 ** 31 - 1, 'maxBytes', { min: 1 }))
  try {
    return parseCheckpoint(bytes)
  } catch (error) {
    throw naming(name, error)
  }
}
