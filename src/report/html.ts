// A report in one file: figures, tables, parameters, data. It opens from disk, asks no network for anything and runs no
// script; a content policy says so to the browser as well.
import { describe } from '../check.js'
import { DTypeError, FormatError } from '../errors.js'
import { formatNumber } from './numbers.js'
import { STYLE } from './style.js'
import { xmlText } from './svg.js'

/** One table of a report. */
export interface ReportTable {
  caption: string
  head: readonly string[]
  /** Cells: numbers are aligned and shortened, `true` and `false` read as "yes" and "no", the rest is text. */
  rows: readonly (readonly unknown[])[]
}

/** What a report holds. */
export interface HtmlReport {
  title: string
  /** SVG of `trainingFigure` and the like. It is put into the page as it is: pass only SVG of your own making. */
  figures: readonly string[]
  tables: readonly ReportTable[]
  parameters: Readonly<Record<string, unknown>>
  /** Paragraphs of plain text. */
  notes?: readonly string[]
  /** Anything JSON can hold; embedded as `<script type="application/json" id="data">`. Typed arrays become arrays. */
  data?: unknown
}

const POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"

/**
 * Writes a report as one self-contained HTML page, light or dark as the reader's system is.
 *
 * All text is escaped. The same arguments give the same page: there is no date in it.
 *
 * @returns the text of the page
 * @throws {FormatError} a figure that is not an `<svg>` element, or that has a script in it
 * @throws {DTypeError} data that JSON cannot hold, such as a cycle
 * @example await writeFile('run.html', htmlReport({ title: 'Run 1', figures: [], tables: [], parameters: { seed: 1 } }))
 */
export function htmlReport(report: HtmlReport): string {
  const title = escapeHtml(report.title)
  const sections = [
    ...report.figures.map(figureSection),
    ...report.tables.map(tableSection),
    parameterSection(report.parameters),
    noteSection(report.notes ?? []),
  ]
  return `<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta http-equiv="Content-Security-Policy" content="${POLICY}">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="color-scheme" content="light dark">
<title>${title}</title>
<style>
${STYLE}</style>
</head>
<body>
<main>
<h1>${title}</h1>
${sections.filter((section) => section !== '').join('\n')}
</main>
${dataScript(report.data)}</body>
</html>
`
}

/** Text for element content and for quoted attributes. */
export function escapeHtml(text: unknown): string {
  const entities: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' }
  return xmlText(String(text)).replace(/[&<>"']/g, (letter) => entities[letter])
}

function figureSection(svg: string, index: number): string {
  if (!/^\s*<svg[\s>]/.test(svg) || /<script/i.test(svg)) {
    throw new FormatError(`figures[${index}] must be an <svg> element without scripts, got ${describe(svg)}`, {
      argument: `figures[${index}]`,
    })
  }
  return `<figure>${svg}</figure>`
}

function tableSection({ caption, head, rows }: ReportTable): string {
  // A column of numbers is set to the right, with its heading.
  const numeric = head.map((_, column) => rows.length > 0 && rows.every((row) => typeof row[column] === 'number'))
  const align = (column: number): string => (numeric[column] ? ' class="number"' : '')
  const headings = head.map((text, column) => `<th scope="col"${align(column)}>${escapeHtml(text)}</th>`).join('')
  const body = rows
    .map((row) => `<tr>${row.map((cell, column) => `<td${align(column)}>${cellText(cell)}</td>`).join('')}</tr>`)
    .join('\n')
  return `<div class="scroll"><table>
<caption>${escapeHtml(caption)}</caption>
<thead><tr>${headings}</tr></thead>
<tbody>
${body}
</tbody>
</table></div>`
}

function parameterSection(parameters: Readonly<Record<string, unknown>>): string {
  const entries = Object.entries(parameters)
  if (entries.length === 0) return ''
  const rows = entries.map(([key, value]) => `<div><dt>${escapeHtml(key)}</dt><dd>${exactText(value)}</dd></div>`)
  return `<section>
<h2>Parameters</h2>
<dl>
${rows.join('\n')}
</dl>
</section>`
}

function noteSection(notes: readonly string[]): string {
  if (notes.length === 0) return ''
  return `<section>
<h2>Notes</h2>
${notes.map((note) => `<p>${escapeHtml(note)}</p>`).join('\n')}
</section>`
}

function cellText(cell: unknown): string {
  if (typeof cell === 'number') return `<span title="${cell}">${formatNumber(cell)}</span>`
  if (cell === true) return 'yes'
  if (cell === false) return 'no'
  return cell === null || cell === undefined ? '' : exactText(cell)
}

/** Parameters are there to be typed in again: numbers keep all their digits. */
function exactText(value: unknown): string {
  if (typeof value === 'string') return escapeHtml(value)
  if (typeof value === 'number' || typeof value === 'bigint') return String(value)
  return escapeHtml(toJson(value, 'a parameter') ?? describe(value))
}

function dataScript(data: unknown): string {
  if (data === undefined) return ''
  const json = toJson(data, 'data')
  if (json === undefined) throw new DTypeError(`data must be something JSON can hold, got ${describe(data)}`)
  // In JSON these letters occur in strings only, where an escape means the same; so nothing can end the element.
  const safe = json.replace(
    /[<>&\u2028\u2029]/g,
    (letter) => `\\u${letter.charCodeAt(0).toString(16).padStart(4, '0')}`,
  )
  return `<script type="application/json" id="data">${safe}</script>\n`
}

function toJson(value: unknown, name: string): string | undefined {
  try {
    return JSON.stringify(value, (_, part: unknown) => {
      if (ArrayBuffer.isView(part) && !(part instanceof DataView)) {
        // biome-ignore lint/suspicious/noExplicitAny: all typed arrays are iterable, their common type does not say so
        return Array.from(part as any, (entry) => (typeof entry === 'bigint' ? String(entry) : entry))
      }
      return typeof part === 'bigint' ? String(part) : part
    })
  } catch (cause) {
    throw new DTypeError(`${name} cannot be written as JSON: ${(cause as Error).message}`, { argument: name, cause })
  }
}
