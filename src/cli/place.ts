// A place for a file, looked at before the work whose results it is for: hours must not end in a folder that was never there.
import { access, constants } from 'node:fs/promises'
import { dirname } from 'node:path'
import { IoError } from '../errors.js'

/**
 * Whether a file can be written there.
 * @param flag the flag that names it, without dashes
 * @throws {IoError} its folder is missing or not ours to write to
 */
export async function checkPlace(path: string, flag: string): Promise<void> {
  try {
    await access(dirname(path), constants.W_OK)
  } catch (cause) {
    const { code } = cause as NodeJS.ErrnoException
    throw new IoError(`cannot write to ${path} (${code}); choose another place with --${flag}`, {
      argument: flag,
      cause,
    })
  }
}
