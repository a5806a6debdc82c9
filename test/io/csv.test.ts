import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { DeepLinearError, FormatError } from '../../src/errors.js'
import { parseCsv } from '../../src/io/csv.js'

function thrown(run: () => unknown): DeepLinearError {
  try {
    run()
  } catch (error) {
    if (error instanceof DeepLinearError) return error
    throw error
  }
  throw new Error('nothing was thrown')
}

describe('parseCsv', () => {
  test.each([
    ['commas', '1,2\n3,4\n', undefined],
    ['semicolons', '1;2\n3;4', undefined],
    ['tabs', '1\t2\n3\t4', undefined],
    ['CRLF', '1,2\r\n3,4\r\n', undefined],
    ['CR', '1,2\r3,4\r', undefined],
    ['a byte order mark', '\ufeff1,2\n3,4', undefined],
    ['comments and blank lines', '# made; by hand\n\n1, 2 # first\n   \n3,4\n#end', undefined],
    ['spaces around cells', ' 1 , 2 \n 3,4 ', undefined],
    ['quoted cells', '"1","2"\n3,"4"', undefined],
    ['forms of numbers', '+1,2.\n.3e1,400E-2', undefined],
    ['a header', 'x,y\n1,2\n3,4', ['x', 'y']],
    ['a header after a byte order mark', '\ufeffx,y\r\n1,2\r\n3,4', ['x', 'y']],
    ['a header with some numbers', '0,label\n1,2\n3,4', ['0', 'label']],
    ['a quoted header with the delimiter', '"x, in m",y\n1,2\n3,4', ['x, in m', 'y']],
  ])('%s', (_, text, header) => {
    const table = parseCsv(text)
    expect([table.rows, table.cols, [...table.data]]).toEqual([2, 2, [1, 2, 3, 4]])
    expect(table.header).toEqual(header)
  })

  test.each([
    ['a short row', '1,2\n3\n', 2, 2],
    ['a long row', '1,2\n3,4,5\n', 2, 3],
    ['a row unlike the header', 'x,y\n1,2,3\n', 2, 3],
    ['an empty cell', '1,2\n3,\n', 2, 2],
    ['an empty cell in the first row', '1,\n3,4\n', 1, 2],
    ['text', '1,2\n3,four\n', 2, 2],
    ['text after skipped lines', '# c\n\n1,2\n\n3,four\n', 5, 2],
    ['nan', '1,2\nnan,4\n', 2, 1],
    ['nan in the first row is data, not a header', '1,nan\n3,4\n', 1, 2],
    ['infinity', '1,2\n3,-inf\n', 2, 2],
    ['overflow', '1,2\n3,1e999\n', 2, 2],
    ['hexadecimal', '1,2\n3,0x10\n', 2, 2],
    ['digit groups', '1,2\n3,1_000\n', 2, 2],
    ['a decimal comma', '1;2\n3;1,5\n', 2, 2],
    ['a prototype key', '1,2\n3,__proto__\n', 2, 2],
  ])('%s is refused by line and column', (_, text, line, column) => {
    const error = thrown(() => parseCsv(text))
    expect(error).toBeInstanceOf(FormatError)
    expect(error.message).toContain(`line ${line}`)
    expect(error.data).toMatchObject({ line, column })
  })

  test.each([
    ['nothing', ''],
    ['a byte order mark only', '\ufeff'],
    ['comments only', '# a\n# b\n'],
    ['a header only', 'x,y\n'],
    ['an open quote', '1,2\n"3,4\n'],
    ['a stray quote', '1,2\n3"x,4\n'],
  ])('%s is refused', (_, text) => {
    expect(() => parseCsv(text)).toThrow(FormatError)
  })

  test('anything but a string is refused', () => {
    expect(thrown(() => parseCsv(new Uint8Array(3) as unknown as string)).code).toBe('DTYPE')
  })

  test('grows past its first block and keeps every number exact', () => {
    const finite = fc.double({ noNaN: true, noDefaultInfinity: true })
    const table = fc
      .tuple(fc.integer({ min: 1, max: 60 }), fc.integer({ min: 1, max: 40 }), fc.constantFrom(',', ';', '\t'))
      .chain(([rows, cols, delimiter]) =>
        fc.tuple(
          fc.array(fc.array(finite, { minLength: cols, maxLength: cols }), { minLength: rows, maxLength: rows }),
          fc.constant(delimiter),
        ),
      )
    fc.assert(
      fc.property(table, ([rows, delimiter]) => {
        const text = rows.map((row) => row.map((x) => (Object.is(x, -0) ? '-0' : String(x))).join(delimiter)).join('\n')
        const parsed = parseCsv(text)
        expect([parsed.rows, parsed.cols]).toEqual([rows.length, rows[0].length])
        expect([...parsed.data]).toEqual(rows.flat())
      }),
      { numRuns: 60, seed: 1 },
    )
  })

  test('any text gives a table or a FormatError, quickly', () => {
    const text = fc.oneof(
      fc.string({ unit: 'binary', maxLength: 200 }),
      fc
        .array(fc.constantFrom('1', '2.5', ',', ';', '\t', '\n', '\r\n', '"', '#', ' ', 'e', '-', 'nan', '\ufeff'), {
          maxLength: 60,
        })
        .map((parts) => parts.join('')),
    )
    fc.assert(
      fc.property(text, (input) => {
        try {
          const { rows, cols, data } = parseCsv(input)
          expect(data.length).toBe(rows * cols)
          expect(data.every(Number.isFinite)).toBe(true)
        } catch (error) {
          expect(error).toBeInstanceOf(FormatError)
        }
      }),
      { numRuns: 2000, seed: 2 },
    )
  })

  test('a long cell that is almost a number takes linear time', () => {
    expect(() => parseCsv(`1\n${'1'.repeat(500_000)}x`)).toThrow(FormatError)
    expect(() => parseCsv(`1\n${'1'.repeat(500_000)}x`)).toThrow(/line 2, column 1/)
  })
})
