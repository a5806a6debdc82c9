// What a sweep gives: files and a few lines.
import { writeAtomically } from '../io/node-files.js'
import { curvesFigure } from '../report/curves-figure.js'
import { htmlReport } from '../report/html.js'
import { axisLabels } from '../sweep/axes.js'
import { manifestHash } from '../sweep/canonical.js'
import { STATUS } from '../sweep/chunk.js'
import { tableToCsv, tableToNpz } from '../sweep/output.js'
import { phaseDiagram } from '../sweep/phase-diagram.js'
import type { SweepTable } from '../sweep/table.js'
import { checkPlace } from './place.js'

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
/** Failures that a page lists. */
const LISTED = 20

/** Looks before a long sweep whether its files can be written after it. */
export async function checkPlaces(flags: OutputFlags): Promise<void> {
  for (const flag of FILES) {
    const path = flags[flag]
    if (path !== undefined) await checkPlace(path, flag)
  }
}

/** @returns the files that were written */
export async function writeOutputs(table: SweepTable, flags: OutputFlags): Promise<string[]> {
  const makers = {
    npz: () => tableToNpz(table),
    csv: () => bytesOf(tableToCsv(table)),
    html: () => bytesOf(pageOf(table, flags)),
    svg: () => bytesOf(figureOf(table, flags)),
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

function bytesOf(text: string): Uint8Array {
  return new TextEncoder().encode(text)
}

function figureOf(table: SweepTable, { x, y, curves, metric: metrics }: OutputFlags): string {
  return curvesFigure(phaseDiagram(table, { x, y: curves === true ? null : y, metrics }))
}

function pageOf(table: SweepTable, flags: OutputFlags): string {
  const { manifest, failures } = table
  const { counts, ...status } = statusOf(table)
  return htmlReport({
    title: manifest.title ?? 'Sweep',
    figures: [figureOf(table, flags)],
    tables: [
      { caption: 'Runs', head: ['status', 'runs'], rows: Object.entries(counts).filter(([, count]) => count > 0) },
      {
        caption: 'Axes',
        head: ['axis', 'values', 'from', 'to'],
        rows: manifest.axes.map((axis) => {
          const labels = axisLabels(axis)
          return [axis.name, labels.length, labels[0], labels[labels.length - 1]]
        }),
      },
      ...(failures.length === 0
        ? []
        : [
            {
              caption: 'Runs that could not be made',
              head: ['run', 'why'],
              rows: failures.slice(0, LISTED).map(({ run, message }) => [run, message]),
            },
          ]),
    ],
    parameters: { replicates: manifest.replicates, key: manifest.key, engine: manifest.engine, code: manifest.code },
    notes: [`${status.done} of ${status.total} runs. Maps and curves are means over replicates.`],
    data: { manifest },
  })
}

/** How far a sweep is. */
export function statusOf(table: SweepTable) {
  const { manifest, total, done, status, failures } = table
  const counts = { completed: 0, converged: 0, diverged: 0, failed: 0, missing: 0 }
  const names = new Map(Object.entries(STATUS).map(([name, code]) => [code as number, name as keyof typeof counts]))
  for (const code of status) counts[names.get(code)!]++
  return {
    hash: manifestHash(manifest),
    engine: manifest.engine,
    total,
    done,
    counts,
    failures: failures.slice(0, LISTED),
  }
}

export function formatStatus(
  given: ReturnType<typeof statusOf> & { files?: readonly string[]; runsPerSecond?: number },
): string {
  const { total, done, counts, failures, engine, files = [], runsPerSecond } = given
  const lines = [
    `runs       ${done} of ${total}${total > 0 ? ` (${Math.floor((100 * done) / total)} %)` : ''}, engine ${engine}`,
    `status     ${Object.entries(counts)
      .filter(([, count]) => count > 0)
      .map(([name, count]) => `${count} ${name}`)
      .join(', ')}`,
  ]
  if (runsPerSecond !== undefined) lines.push(`speed      ${Number(runsPerSecond.toPrecision(3))} runs a second`)
  for (const { run, message } of failures.slice(0, 3)) lines.push(`failed     run ${run}: ${message}`)
  for (const file of files) lines.push(`file       ${file}`)
  return lines.join('\n')
}
