// The built entries: `deeplinear/io` as a page has it, without Buffer and without Node's modules.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { describe, expect, test } from 'vitest'

const root = fileURLToPath(new URL('../../', import.meta.url))
const manifest = JSON.parse(readFileSync(`${root}package.json`, 'utf8'))
const urlOf = (entry: string): string => pathToFileURL(`${root}${manifest.exports[entry].import.default}`).href

/** A module and all that it imports, as text. */
function textsOf(path: string, seen = new Map<string, string>()): Map<string, string> {
  if (seen.has(path)) return seen
  const text = readFileSync(path, 'utf8')
  seen.set(path, text)
  for (const [, specifier] of text.matchAll(/^(?:import|export|\})[^'"\n]*["'](\.[^"']+)["'];?$/gm)) {
    textsOf(fileURLToPath(new URL(specifier, pathToFileURL(path))), seen)
  }
  return seen
}

test('there is a build: run `npm run build` first if this fails', () => {
  expect(existsSync(`${root}dist/io.js`), 'dist/io.js is missing: run `npm run build`').toBe(true)
})

describe('deeplinear/io', () => {
  test('imports nothing but its own files, and evaluates no text', () => {
    const texts = textsOf(`${root}dist/io.js`)
    expect(texts.size).toBeGreaterThan(1)
    for (const [path, text] of texts) {
      expect(text, path).not.toMatch(/^(?:import\b[^"'\n]*|\}?\s*from\s*|.*\brequire\()["'](?!\.)/m)
      expect(text, path).not.toMatch(/\beval\s*\(|new Function\b/)
    }
  })

  test('works where there is no Buffer and no process', () => {
    const program = `
      const write = process.stdout.write.bind(process.stdout)
      for (const name of ['Buffer', 'process', 'global', 'setImmediate']) delete globalThis[name]
      const io = await import(${JSON.stringify(urlOf('./io'))})
      const table = io.parseCsv('\\ufeff# a comment\\na;b\\n1;"2"\\r\\n3;-4.5e-1\\n')
      const codes = ['1,2\\n"3', '1,2\\n\u00e4,\u{1f600}'].map((text) => {
        try { io.parseCsv(text) } catch (error) { return error.code }
      })
      const array = { shape: [2], data: Float64Array.of(1, 2) }
      const npz = [false, true].map((compress) => io.parseNpz(io.encodeNpz({ '\u03c3': array }, { compress })).get('\u03c3').data[1])
      const file = io.parseSafetensors(io.encodeSafetensors({ '\u03c3': array }, { a: '\u03c3' }))
      const { samples } = io.tableToDataset(table, { labels: 'none' })
      const absent = [typeof Buffer, typeof process]
      write(JSON.stringify({ absent, table, codes, npz, npy: io.parseNpy(io.encodeNpy(array)).shape, samples,
        safetensors: [file.tensors.get('\u03c3').data[1], file.metadata.a] }))`
    const { stdout, stderr } = spawnSync(process.execPath, ['--input-type=module', '--eval', program], {
      encoding: 'utf8',
    })
    expect(stderr).toBe('')
    expect(JSON.parse(stdout)).toEqual({
      absent: ['undefined', 'undefined'],
      table: { rows: 2, cols: 2, data: { 0: 1, 1: 2, 2: 3, 3: -0.45 }, header: ['a', 'b'] },
      codes: ['FORMAT', 'FORMAT'],
      npz: [2, 2],
      npy: [2],
      samples: 2,
      safetensors: [2, '\u03c3'],
    })
  })

  test('ESM and CommonJS have the same names; with ESM, errors are those of deeplinear', async () => {
    const esm = await import(/* @vite-ignore */ urlOf('./io'))
    const cjs = createRequire(import.meta.url)(`${root}${manifest.exports['./io'].require.default}`)
    expect(Object.keys(cjs).sort()).toEqual(Object.keys(esm).sort())
    const main = await import(/* @vite-ignore */ urlOf('.'))
    expect(esm.FormatError).toBe(main.FormatError)
  })
})

test.each(['import', 'require'])('deeplinear/io/node, by %s, reads a file and names it in errors', async (way) => {
  const path = `${root}${manifest.exports['./io/node'][way].default}`
  const { readTable } =
    way === 'import' ? await import(/* @vite-ignore */ pathToFileURL(path).href) : createRequire(import.meta.url)(path)
  expect((await readTable(`${root}data/digits.csv.gz`)).rows).toBe(1797)
  const error = await readTable(`${root}package.json`.replace(/json$/, 'csv')).catch((caught: unknown) => caught)
  expect(error).toMatchObject({ code: 'IO', message: expect.stringContaining('package.csv') })
  const text = await readTable(new URL('./fixtures/words.csv', import.meta.url)).catch((caught: unknown) => caught)
  expect(text).toMatchObject({ code: 'FORMAT', message: expect.stringMatching(/words\.csv: line 2, column 2/) })
})
