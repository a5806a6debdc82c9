// Checkpoints on disk, in Node.
import { checkInteger, checkOptions, describe } from '../check.js'
import {
  type CheckpointData,
  DTypeError,
  encodeCheckpoint,
  FormatError,
  OptionError,
  parseCheckpoint,
} from './index.js'
import { naming, pathOf, previousOf, readBytes, writeAtomically } from './node-files.js'

/** Options of `saveCheckpoint`. */
export interface SaveCheckpointOptions {
  /** Checkpoints that stay: 1, the default, or 2, where the one that is replaced keeps its bytes as `path` with `.previous` behind it. */
  keep?: 1 | 2
}

/** Options of `loadCheckpoint`. */
export interface LoadCheckpointOptions {
  /** The most bytes to take. Default 2^31 - 1, which is what Node reads at once. */
  maxBytes?: number
  /**
   * Called where the file is damaged and the one before it, kept by `keep: 2`, is whole: that one is loaded then. Without this a damaged file is
   * a FormatError, always.
   */
  onDamaged?: (damage: FormatError) => void
}

/**
 * Saves a checkpoint: into a temporary file in the same folder, flushed to the disk, which then takes the name. Whatever fails, and whenever the
 * process is killed, a checkpoint that was there before is whole, or the new one is. What is saved is the checkpoint at the time of the call.
 *
 * @param path path or `file:` URL; by custom `.safetensors`
 * @param checkpoint as `run.checkpoint()` makes it
 * @param options how many checkpoints stay
 * @throws {IoError} the file cannot be written (no such folder, no permission, disk full); `data` has `path`, `code` and `errno`
 * @throws {FormatError|DTypeError|RangeArgError|OptionError|ShapeError} what is not a checkpoint, as `encodeCheckpoint`
 * @example
 * const { checkpoint } = trainSync(net, task, { optimizer, steps: 100 })
 * await saveCheckpoint('/tmp/deeplinear-example.safetensors', checkpoint(), { keep: 2 })
 */
export async function saveCheckpoint(
  path: string | URL,
  checkpoint: CheckpointData,
  options?: SaveCheckpointOptions,
): Promise<void> {
  const name = pathOf(path)
  const { keep = 1 } = checkOptions(options, 'options', ['keep'])
  if (keep !== 1 && keep !== 2)
    throw new OptionError(`keep must be 1 or 2, got ${describe(keep)}`, { argument: 'keep' })
  await writeAtomically(name, encodeCheckpoint(checkpoint), keep === 2)
}

/**
 * Loads a checkpoint that `saveCheckpoint` wrote.
 *
 * @param path path or `file:` URL
 * @param options a limit, and what to do with a damaged file
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
  const { maxBytes, onDamaged } = checkOptions(options, 'options', ['maxBytes', 'onDamaged'])
  const most = checkInteger(maxBytes ?? 2 ** 31 - 1, 'maxBytes', { min: 1 })
  if (onDamaged !== undefined && typeof onDamaged !== 'function') {
    throw new DTypeError(`onDamaged must be a function, got ${describe(onDamaged)}`, { argument: 'onDamaged' })
  }
  try {
    return await read(name, most)
  } catch (error) {
    if (onDamaged === undefined || !(error instanceof FormatError)) throw error
    const previous = await read(await previousOf(name), most).catch(() => {
      // What is wrong with the file that was asked for says more.
      throw error
    })
    onDamaged(error)
    return previous
  }
}

async function read(path: string, maxBytes: number): Promise<CheckpointData> {
  const bytes = await readBytes(path, maxBytes)
  try {
    return parseCheckpoint(bytes)
  } catch (error) {
    throw naming(path, error)
  }
}
