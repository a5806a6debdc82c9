// What `deeplinear sweep merge`, `status` and `plot` do: the results of a sweep, from wherever they are.
import { mergeStores } from '../sweep/stored.js'
import { checkPlaces, type OutputFlags, writeOutputs } from './sweep-output.js'
import { formatStatus, statusOf } from './sweep-status.js'

/** Put together, written, and said. */
export async function mergeFolders(folders: readonly string[], flags: OutputFlags & { json?: boolean }): Promise<void> {
  await checkPlaces(flags)
  const table = await mergeStores(folders)
  const files = await writeOutputs(table, flags)
  const status = { ...statusOf(table), files }
  process.stdout.write(`${flags.json === true ? JSON.stringify(status) : formatStatus(status)}\n`)
}

/** Drawn. */
export async function plotFolders(folders: readonly string[], flags: OutputFlags): Promise<void> {
  await checkPlaces(flags)
  const table = await mergeStores(folders)
  const files = await writeOutputs(table, flags)
  process.stdout.write(`${table.done} of ${table.total} runs drawn: ${files.join(', ')}\n`)
}
