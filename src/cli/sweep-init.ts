// What `deeplinear sweep init` does.
import { readFile } from 'node:fs/promises'
import { IoError } from '../errors.js'
import { writeAtomically } from '../io/node-files.js'

/** Write a manifest to begin with, to stdout where no file is named. @throws {IoError} the file exists, or cannot be written */
export async function writeTemplate(text: string, file: string | undefined): Promise<void> {
  if (file === undefined) {
    process.stdout.write(text)
    return
  }
  const old = await readFile(file).catch(() => undefined)
  if (old !== undefined) throw new IoError(`${file} exists; choose another name, or remove it`, { argument: 'file' })
  await writeAtomically(file, new TextEncoder().encode(text))
  process.stdout.write(`${file}\nrun it: deeplinear sweep run ${file} --out ${file.replace(/\.json$/, '')}\n`)
}
