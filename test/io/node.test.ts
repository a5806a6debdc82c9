import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import { tableToDataset } from '../../src/io/dataset.js'
import { readTable } from '../../src/io/node.js'
import { encodeNpy } from '../../src/io/npy.js'

const DIGITS = new URL('../../data/digits.csv.gz', import.meta.url)
let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'deeplinear-io-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function write(name: string, content: string | Uint8Array): string {
  const path = join(folder, name)
  writeFileSync(path, content)
  return path
}

async function rejection(work: Promise<unknown>): Promise<DeepLinearError> {
  const error = await work.then(
    () => undefined,
    (caught: unknown) => caught,
  )
  expect(error).toBeInstanceOf(DeepLinearError)
  return error as DeepLinearError
}

describe('readTable', () => {
  test('the digits: 1797 rows of 64 pixels and a label, 10 classes', async () => {
    const table = await readTable(DIGITS)
    expect([table.rows, table.cols, table.header]).toEqual([1797, 65, undefined])
    const digits = tableToDataset(table)
    expect([digits.features, digits.samples, digits.classes]).toEqual([64, 1797, 10])
    expect(digits.inputs.every((pixel) => Number.isInteger(pixel) && pixel >= 0 && pixel <= 16)).toBe(true)
    const counts = new Array(10).fill(0)
    for (const label of digits.labels ?? []) counts[label]++
    // As the description of the set says, for its test part.
    expect(counts).toEqual([178, 182, 177, 183, 181, 182, 181, 179, 174, 180])
    expect(digits.targets.reduce((sum, x) => sum + x, 0)).toBe(1797)
  })

  test('.csv, in upper case as well', async () => {
    expect(await readTable(write('A.CSV', 'x,y\n1,2\n'))).toEqual({
      rows: 1,
      cols: 2,
      data: Float64Array.of(1, 2),
      header: ['x', 'y'],
    })
  })

  test.each([
    ['float64', Float64Array.of(1, 2, 3, 4.5, 5, 6)],
    ['float32', Float32Array.of(1, 2, 3, 4.5, 5, 6)],
  ])('.npy of %s', async (name, data) => {
    const table = await readTable(write(`${name}.npy`, encodeNpy({ shape: [2, 3], data })))
    expect(table).toEqual({ rows: 2, cols: 3, data: Float64Array.of(1, 2, 3, 4.5, 5, 6) })
  })

  test('a missing file names itself and the errno', async () => {
    const path = join(folder, 'missing.csv')
    const error = await rejection(readTable(path))
    expect(error.code).toBe('IO')
    expect(error.message).toContain(path)
    expect(error.data).toMatchObject({ path, code: 'ENOENT', errno: expect.any(Number) })
  })

  test('an unknown extension lists the known ones, before the disk is touched', async () => {
    const error = await rejection(readTable(join(folder, 'missing.xlsx')))
    expect(error.code).toBe('UNSUPPORTED')
    expect(error.message).toContain('.csv, .csv.gz, .npy')
  })

  test.each<[string, string, string | Uint8Array, string]>([
    ['a bad cell', 'cell.csv', '1,2\n3,x\n', 'FORMAT'],
    ['UTF-16', 'utf16.csv', Uint8Array.of(0xff, 0xfe, 0x31, 0), 'FORMAT'],
    ['no gzip', 'plain.csv.gz', '1,2\n', 'FORMAT'],
    ['gzip cut short', 'short.csv.gz', gzipSync('1,2\n3,4\n').subarray(0, 20), 'FORMAT'],
    ['no .npy', 'text.npy', '1,2\n', 'FORMAT'],
    ['a vector', 'vector.npy', encodeNpy({ shape: [3], data: new Float64Array(3) }), 'SHAPE'],
    ['no rows', 'empty.npy', encodeNpy({ shape: [0, 3], data: new Float64Array(0) }), 'SHAPE'],
    ['NaN', 'nan.npy', encodeNpy({ shape: [1, 2], data: Float64Array.of(1, Number.NaN) }), 'FORMAT'],
    ['a decompression bomb', 'bomb.csv.gz', gzipSync(Buffer.alloc(2_000_000, '1\n')), 'RANGE'],
    ['a large file', 'large.csv', '1\n'.repeat(600_000), 'RANGE'],
  ])('%s', async (_, name, content, code) => {
    const path = write(name, content)
    const error = await rejection(readTable(path, { maxBytes: 1_000_000 }))
    expect(error.code).toBe(code)
    if (code === 'FORMAT') expect(error.message.startsWith(path)).toBe(true)
  })

  test('a directory is refused', async () => {
    const path = join(folder, 'folder.csv')
    mkdirSync(path)
    const { code, message } = await rejection(readTable(path))
    expect([code, message]).toEqual(['IO', expect.stringContaining(path)])
  })

  test('bad arguments', async () => {
    expect((await rejection(readTable(7 as unknown as string))).code).toBe('DTYPE')
    expect((await rejection(readTable(new URL('https://example.org/a.csv')))).code).toBe('DTYPE')
    expect((await rejection(readTable('a.csv', { maxBytes: 0 }))).code).toBe('RANGE')
  })
})
