// Numeric tables from CSV text. csv-parse splits the text into cells; what counts as a number is decided here, so that
// '0x10', '1_000', '' and 'NaN' are refused by name of line and column instead of becoming data.
import { CsvError, parse } from 'csv-parse/sync'
import { describe } from '../check.js'
import { DTypeError, FormatError } from '../errors.js'

/** A table of finite numbers, row-major. */
export interface Table {
  /** Number of rows, at least 1. */
  rows: number
  /** Number of columns, at least 1. */
  cols: number
  /** `rows * cols` numbers, row after row. */
  data: Float64Array
  /** The column names, where the text began with a line of them. */
  header?: string[]
}

/**
 * Parses a table of numbers.
 *
 * Cells are separated by tabs, semicolons or commas: the first of these that the first line contains. A first line with
 * a cell that is text is the header. Blank lines, `#` comments and a byte order mark are skipped; lines end with LF,
 * CRLF or CR; cells may be quoted.
 *
 * @param text the whole file
 * @returns the table, shape `(rows, cols)`, float64
 * @throws {FormatError} no data, ragged rows, or an empty, non-numeric or non-finite cell; the message names line and
 *   column, and `data` carries them as `line` and `column` (both from 1)
 * @throws {DTypeError} `text` is not a string
 * @example parseCsv('x,y\n1,2\n3,4\n') // -> { rows: 2, cols: 2, data: [1, 2, 3, 4], header: ['x', 'y'] }
 */
export function parseCsv(text: string): Table {
  if (typeof text !== 'string') {
    throw new DTypeError(`text must be a string, got ${describe(text)}`, { argument: 'text' })
  }
  let header: string[] | undefined
  let first = true
  let cols = 0
  let size = 0
  let data = new Float64Array(1024)
  const take = (cells: string[], line: number): void => {
    if (first) {
      first = false
      cols = cells.length
      if (isHeader(cells)) {
        header = cells
        return
      }
    }
    if (cells.length !== cols) {
      throw new FormatError(`line ${line} has ${cells.length} cells, but the lines before it have ${cols}`, {
        data: { line, column: Math.min(cells.length, cols) + 1 },
      })
    }
    if (size + cols > data.length) data = grown(data, size + cols)
    for (let column = 0; column < cols; column++) data[size + column] = toNumber(cells[column], line, column + 1)
    size += cols
  }
  eachRecord(text, take)
  if (size === 0) {
    throw new FormatError(header === undefined ? 'the table is empty' : 'the table has a header but no rows', {
      data: { line: 1, column: 1 },
    })
  }
  const table: Table = { rows: size / cols, cols, data: data.slice(0, size) }
  if (header !== undefined) table.header = header
  return table
}

function eachRecord(text: string, take: (cells: string[], line: number) => void): void {
  try {
    parse(text, {
      bom: true,
      comment: '#',
      delimiter: delimiterOf(text),
      record_delimiter: ['\r\n', '\n', '\r'],
      relax_column_count: true,
      skip_empty_lines: true,
      trim: true,
      // Converting here and keeping nothing bounds the memory to one line of strings.
      on_record: (cells: string[], { lines }: { lines: number }) => {
        take(cells, lines)
        return null
      },
    })
  } catch (cause) {
    if (!(cause instanceof CsvError)) throw cause
    const data = { line: (cause as { lines?: unknown }).lines }
    throw new FormatError(`not a valid CSV text: ${cause.message}`, { cause, data })
  }
}

/**
 * Tab before semicolon before comma: where a text has decimal commas, it separates by one of the others. The first line with more than blanks and
 * comments decides; what it has in quotes separates nothing.
 */
function delimiterOf(text: string): string {
  let [quoted, comment, found] = [false, false, false]
  const seen = new Set<string>()
  for (const char of text) {
    if (quoted) quoted = char !== '"'
    else if (char === '\n' || char === '\r') {
      if (found) break
      comment = false
      seen.clear()
    } else if (comment || char === '#') comment = true
    else if (char === '\t' || char === ';') seen.add(char)
    else if (char.trim() !== '') {
      quoted = char === '"'
      found = true
    }
  }
  return ['\t', ';'].find((delimiter) => seen.has(delimiter)) ?? ','
}

/** Decimal floating point. The alternatives exclude each other, so that matching takes linear time. */
const NUMBER = /^[+-]?(?:\d+(?:\.\d*)?|\.\d+)(?:e[+-]?\d+)?$/i

/** What tables write for "not a number": never a column name, so a first row that has one stays data and is refused. */
const NOT_FINITE = /^(?:[+-]?(?:nan|inf|infinity)|na|n\/a|null|none|)$/i

function isHeader(cells: string[]): boolean {
  return cells.some((cell) => !NUMBER.test(cell) && !NOT_FINITE.test(cell))
}

function toNumber(cell: string, line: number, column: number): number {
  const value = NUMBER.test(cell) ? Number(cell) : Number.NaN
  if (Number.isFinite(value)) return value
  const what = cell === '' ? 'is empty' : `is ${describe(cell)}`
  throw new FormatError(`line ${line}, column ${column} ${what}; a table holds finite decimal numbers only`, {
    data: { line, column },
  })
}

function grown(data: Float64Array, atLeast: number): Float64Array<ArrayBuffer> {
  const larger = new Float64Array(Math.max(2 * data.length, atLeast))
  larger.set(data)
  return larger
}
