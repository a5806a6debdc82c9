// The header of a .npy file: a Python dict literal with exactly three keys. Files come from anywhere, so this is a
// tokenizer for that one shape of text and not a parser of Python: no escapes, no expressions, no nesting.
import { describe } from '../check.js'
import { FormatError, UnsupportedError } from '../errors.js'

/** What the header declares. */
export interface NpyHeader {
  /** NumPy's name of the element type, such as '<f8'. */
  descr: string
  fortranOrder: boolean
  shape: number[]
}

type Value = string | boolean | number[]

/**
 * @throws {FormatError} anything but the three keys with values of their type
 * @throws {UnsupportedError} a dtype that is a list of fields
 */
export function parseNpyHeader(text: string): NpyHeader {
  const fields = parseFields(tokenize(text))
  const descr = fields.get('descr')
  const fortranOrder = fields.get('fortran_order')
  const shape = fields.get('shape')
  if (typeof descr !== 'string') throw badValue('descr', 'a string')
  if (typeof fortranOrder !== 'boolean') throw badValue('fortran_order', 'True or False')
  if (!Array.isArray(shape)) throw badValue('shape', 'a tuple of integers of at least 0')
  return { descr, fortranOrder, shape }
}

// One alternative a token, told apart by their first character: linear time.
const TOKEN = /[ \t\r\n]*(?:([{}():,[\]])|'([^'\\\r\n]*)'|"([^"\\\r\n]*)"|(True|False)|(0|[1-9][0-9]*)(?![0-9]))/y

type Token = { kind: 'mark' | 'string' | 'word' | 'integer' | 'end'; text: string }

function tokenize(text: string): Token[] {
  const tokens: Token[] = []
  const end = text.trimEnd().length
  TOKEN.lastIndex = 0
  let at = 0
  while (at < end) {
    TOKEN.lastIndex = at
    const match = TOKEN.exec(text)
    if (match === null) {
      throw new FormatError(`the .npy header has unexpected text at character ${at}: ${describe(text.slice(at))}`)
    }
    const [, mark, single, double, word, integer] = match
    if (mark !== undefined) tokens.push({ kind: 'mark', text: mark })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else if (integer !== undefined) tokens.push({ kind: 'integer', text: integer })
    else tokens.push({ kind: 'string', text: single ?? double })
    at = TOKEN.lastIndex
  }
  tokens.push({ kind: 'end', text: 'the end' })
  return tokens
}

const KEYS = ['descr', 'fortran_order', 'shape']

function parseFields(tokens: Token[]): Map<string, Value> {
  const fields = new Map<string, Value>()
  let at = 0
  const isMark = (mark: string): boolean => tokens[at].kind === 'mark' && tokens[at].text === mark
  const expect = (mark: string): void => {
    if (!isMark(mark)) throw new FormatError(`the .npy header has ${describe(tokens[at].text)} in place of '${mark}'`)
    at++
  }
  const parseTuple = (): number[] => {
    const extents: number[] = []
    let commas = 0
    while (!isMark(')')) {
      const extent = Number(tokens[at].text)
      if (tokens[at].kind !== 'integer' || !Number.isSafeInteger(extent)) {
        throw new FormatError(`the .npy shape has ${describe(tokens[at].text)} for an integer of at least 0`)
      }
      extents.push(extent)
      at++
      if (isMark(')')) break
      expect(',')
      commas++
    }
    expect(')')
    // In Python `(3)` is a number; only `(3,)` is a tuple.
    if (extents.length === 1 && commas === 0) throw badValue('shape', 'a tuple of integers of at least 0')
    return extents
  }
  const parseValue = (key: string): Value => {
    const { kind, text } = tokens[at]
    if (key === 'descr' && isMark('['))
      throw new UnsupportedError('a .npy file of records (a structured dtype) is not read; save one field at a time')
    if (isMark('(')) {
      at++
      return parseTuple()
    }
    if (kind !== 'string' && kind !== 'word') throw badValue(key, 'a string, a bool or a tuple')
    at++
    return kind === 'string' ? text : text === 'True'
  }
  expect('{')
  while (!isMark('}')) {
    const key = tokens[at].text
    if (tokens[at].kind !== 'string' || !KEYS.includes(key) || fields.has(key)) {
      throw new FormatError(`the .npy header has ${describe(key)} where one of the keys ${KEYS.join(', ')} belongs`)
    }
    at++
    expect(':')
    fields.set(key, parseValue(key))
    if (!isMark('}')) expect(',')
  }
  expect('}')
  if (tokens[at].kind !== 'end') throw new FormatError('the .npy header goes on after its closing brace')
  if (fields.size !== KEYS.length) {
    throw new FormatError(
      `the .npy header must have the keys ${KEYS.join(', ')}, it has ${[...fields.keys()].join(', ')}`,
    )
  }
  return fields
}

function badValue(key: string, wanted: string): FormatError {
  return new FormatError(`the .npy header must have ${wanted} for '${key}'`)
}
