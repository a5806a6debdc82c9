// The header of a safetensors file: JSON of one fixed form. JSON.parse would drop the first of two equal keys, round
// large integers and accept '__proto__' as a prototype, so this reads that one form and refuses the rest.
import { describe } from '../check.js'
import { FormatError } from '../errors.js'

/** A tensor as the header declares it. */
export interface TensorInfo {
  dtype: string
  shape: number[]
  /** Where its bytes begin and end, counted from the end of the header. */
  begin: number
  end: number
}

export interface SafetensorsHeader {
  tensors: Map<string, TensorInfo>
  metadata: Record<string, string>
}

/** The one name that is no tensor. */
export const METADATA = '__metadata__'

/** @throws {FormatError} anything but the one form; the message says at which character */
export function parseSafetensorsHeader(text: string): SafetensorsHeader {
  const json = scanner(text)
  const tensors = new Map<string, TensorInfo>()
  const metadata: Record<string, string> = Object.create(null)
  json.object((name) => {
    if (name !== METADATA) tensors.set(name, readTensor(json, name))
    else {
      json.object((key) => {
        metadata[key] = json.string('a string, as all metadata')
      })
    }
  })
  json.end()
  return { tensors, metadata }
}

function readTensor(json: Scanner, name: string): TensorInfo {
  let dtype: string | undefined
  let shape: number[] | undefined
  let offsets: number[] | undefined
  json.object((key) => {
    if (key === 'dtype') dtype = json.string('the name of an element type')
    else if (key === 'shape') shape = json.integers()
    else if (key === 'data_offsets') offsets = json.integers()
    else
      throw new FormatError(
        `the tensor ${describe(name)} has the key ${describe(key)}, which safetensors does not have`,
      )
  })
  if (dtype === undefined || shape === undefined || offsets === undefined) {
    throw new FormatError(`the tensor ${describe(name)} must have dtype, shape and data_offsets; one is missing`)
  }
  if (offsets.length !== 2 || offsets[0] > offsets[1]) {
    throw new FormatError(`the data_offsets of the tensor ${describe(name)} are no range: [${offsets.join(', ')}]`)
  }
  return { dtype, shape, begin: offsets[0], end: offsets[1] }
}

interface Scanner {
  /** Reads an object; `each` reads the value of every key. */
  object(each: (key: string) => void): void
  /** Reads a string. */
  string(wanted: string): string
  /** Reads an array of integers of at least 0. */
  integers(): number[]
  /** Nothing but blanks is left. */
  end(): void
}

// At most 17 digits: more are beyond 2^53 anyway.
const INTEGER = /(?:0|[1-9]\d{0,16})(?![\d.eE])/y

function scanner(text: string): Scanner {
  let at = 0
  const skip = (): void => {
    while (' \t\r\n'.includes(text[at] ?? 'x')) at++
  }
  const refuse = (wanted: string): FormatError => {
    const found = at < text.length ? describe(text.slice(at, at + 100)) : 'its end'
    return new FormatError(`the safetensors header has ${found} at character ${at}, in place of ${wanted}`, {
      data: { at },
    })
  }
  const take = (mark: string): boolean => {
    skip()
    if (text[at] !== mark) return false
    at++
    return true
  }
  const expect = (mark: string): void => {
    if (!take(mark)) throw refuse(`'${mark}'`)
  }
  /** Items between two marks, separated by commas. */
  const list = (open: string, close: string, item: () => void): void => {
    expect(open)
    if (take(close)) return
    do item()
    while (take(','))
    expect(close)
  }
  const string = (wanted: string): string => {
    skip()
    if (text[at] !== '"') throw refuse(wanted)
    let end = at + 1
    while (end < text.length && text[end] !== '"') end += text[end] === '\\' ? 2 : 1
    let value: string
    try {
      value = JSON.parse(text.slice(at, end + 1))
    } catch {
      throw refuse('a JSON string')
    }
    if (/\p{Surrogate}/u.test(value)) throw refuse('a string without halves of surrogate pairs')
    at = end + 1
    return value
  }
  const integer = (): number => {
    skip()
    INTEGER.lastIndex = at
    const value = Number(INTEGER.exec(text)?.[0] ?? Number.NaN)
    if (!Number.isSafeInteger(value)) throw refuse('an integer from 0 to 2^53 - 1')
    at = INTEGER.lastIndex
    return value
  }
  return {
    object(each) {
      const keys = new Set<string>()
      list('{', '}', () => {
        const key = string('a key')
        if (keys.has(key)) throw new FormatError(`the safetensors header has the key ${describe(key)} twice`)
        keys.add(key)
        expect(':')
        each(key)
      })
    },
    string,
    integers() {
      const values: number[] = []
      list('[', ']', () => values.push(integer()))
      return values
    },
    end() {
      skip()
      if (at < text.length) throw refuse('blanks after the closing brace')
    },
  }
}
