// A place for a file, looked at before the work whose results it is for: hours must not end in a folder that was never there.
import { access, constants, stat } from 'node:fs/promises'
import { dirname } from 'node:path'
import { IoError, OptionError } from '../errors.js'

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

/** Whether the figure can be written there. @throws {OptionError} its name says no format; {IoError} as for any file */
export async function checkFigurePlace(figure: string): Promise<void> {
  if (!/\.(svg|html?)$/i.test(figure)) {
    throw new OptionError(`--figure must end in .svg or .html, got ${JSON.stringify(figure)}`, { argument: 'figure' })
  }
  try {
    const there = await stat(figure).catch(() => undefined)
    if (there !== undefined && !there.isFile()) throw Object.assign(new Error('not a file'), { code: 'not a file' })
    await access(there === undefined ? dirname(figure) : figure, constants.W_OK)
  } catch (cause) {
    throw figureError(figure, cause)
  }
}

/** The figure could not be written. */
export function figureError(path: string, cause: unknown): IoError {
  const reason = (cause as NodeJS.ErrnoException).code ?? cause
  return new IoError(
    `cannot write the figure to ${path} (${reason}); choose another place with --figure, or --no-figure`,
    {
      argument: 'figure',
      cause,
    },
  )
}
