// The files that a sweep gives.
import { writeAtomically } from '../io/node-files.js'
import { tableToCsv, tableToNpz } from '../sweep/output.js'
import type { SweepTable } from '../sweep/table.js'
import { drawingFor } from './drawing.js'
import { checkPlace } from './place.js'
import { figureOf, pageOf } from './sweep-figure.js'

/** Files that may be asked for, and what they show. */
export interface OutputFlags {
  npz?: string
  csv?: string
  html?: string
  svg?: string
  x?: string
  y?: string
  curves?: boolean
  metric?: string[]
}

const FILES = ['npz', 'csv', 'html', 'svg'] as const

/** Looks before a long sweep whether its files can be written after it, and loads what draws them. */
export async function checkPlaces(flags: OutputFlags): Promise<void> {
  for (const flag of FILES) {
    const path = flags[flag]
    if (path !== undefined) await checkPlace(path, flag)
  }
  await drawingFor(flags.html, flags.svg)
}

/** @returns the files that were written */
export async function writeOutputs(table: SweepTable, flags: OutputFlags): Promise<string[]> {
  const drawing = await drawingFor(flags.html, flags.svg)
  const makers = {
    npz: () => tableToNpz(table),
    csv: () => Buffer.from(tableToCsv(table)),
    html: () => Buffer.from(pageOf(drawing!, table, flags)),
    svg: () => Buffer.from(figureOf(drawing!, table, flags)),
  }
  const written: string[] = []
  for (const flag of FILES) {
    const path = flags[flag]
    if (path === undefined) continue
    await writeAtomically(path, makers[flag]())
    written.push(path)
  }
  return written
}
