// What is kept survives: cut at any byte, flipped at any bit, locked by others, left locked by the dead.
import { spawnSync } from 'node:child_process'
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  truncateSync,
  writeFileSync,
} from 'node:fs'
import { hostname, tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { FormatError, IoError, OptionError } from '../../src/index.js'
import type { ChunkResult } from '../../src/sweep/index.js'
import {
  defineSweep,
  manifestHash,
  mergeStores,
  openStore,
  runChunk,
  tableToCsv,
  tableToNpz,
} from '../../src/sweep/index.js'
import { lockFolder } from '../../src/sweep/lock.js'
import { Ranges } from '../../src/sweep/ranges.js'
import { checkHeader, decodeRecords, encodeHeader, encodeRecord, HEADER_BYTES } from '../../src/sweep/record.js'
import { ensemble, INPUT } from './manifests.js'

const HASH = manifestHash(ensemble)
const WIDTH = ensemble.metrics.length
const TOTAL = 120
let folder: string
let chunks: ChunkResult[]

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'deeplinear-store-'))
  chunks = []
  for (let lo = 0; lo < TOTAL; lo += 24) chunks.push(await runChunk(ensemble, { lo, hi: lo + 24 }))
  chunks[2] = { ...chunks[2], failures: [{ run: 50, code: 'SHAPE', message: 'it does not fit' }] }
})
afterAll(() => rmSync(folder, { recursive: true }))

const place = (name: string) => join(folder, name)
const file = () => Buffer.concat([encodeHeader(HASH, WIDTH), ...chunks.map(encodeRecord)])

async function filled(name: string, list: readonly ChunkResult[] = chunks) {
  const store = await openStore(place(name), ensemble)
  for (const chunk of list) await store.put(chunk)
  await store.close()
  return join(place(name), 'results.bin')
}

/** Who has ended for certain. */
function deadPid(): number {
  return Number(spawnSync(process.execPath, ['-p', 'process.pid'], { encoding: 'utf8' }).stdout)
}

describe('records', () => {
  test('cut at any byte, those before are all there', () => {
    const bytes = file()
    const ends = chunks.map(
      (_, k) => HEADER_BYTES + chunks.slice(0, k + 1).reduce((sum, c) => sum + encodeRecord(c).length, 0),
    )
    fc.assert(
      fc.property(fc.integer({ min: HEADER_BYTES, max: bytes.length }), (length) => {
        const { results, end } = decodeRecords(bytes.subarray(0, length), WIDTH, TOTAL)
        const whole = ends.filter((at) => at <= length)
        expect(results.length).toBe(whole.length)
        expect(end).toBe(whole.at(-1) ?? HEADER_BYTES)
      }),
      { numRuns: 400, seed: 1 },
    )
  })

  test('with a byte changed, at most the record that has it is lost, and none is wrong', () => {
    const bytes = file()
    const known = chunks.map((chunk) => Buffer.from(encodeRecord(chunk)).toString('hex'))
    fc.assert(
      fc.property(
        fc.integer({ min: HEADER_BYTES, max: bytes.length - 1 }),
        fc.integer({ min: 1, max: 255 }),
        (at, flip) => {
          const changed = Buffer.from(bytes)
          changed[at] ^= flip
          const { results } = decodeRecords(changed, WIDTH, TOTAL)
          expect(results.length).toBeGreaterThanOrEqual(chunks.length - 1)
          for (const result of results) expect(known).toContain(Buffer.from(encodeRecord(result)).toString('hex'))
        },
      ),
      { numRuns: 400, seed: 2 },
    )
  })

  test('any bytes at all are read to their end', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 2000 }), fc.nat({ max: 900 }), (noise, at) => {
        const bytes = Buffer.concat([file().subarray(0, HEADER_BYTES + at), noise, encodeRecord(chunks[1])])
        const { results } = decodeRecords(bytes, WIDTH, TOTAL)
        expect(results.some(({ lo }) => lo === 24)).toBe(true)
      }),
      { numRuns: 200, seed: 3 },
    )
    expect(() => checkHeader(encodeHeader(HASH, WIDTH + 1), HASH, WIDTH)).toThrow('another sweep')
    expect(() => checkHeader(new Uint8Array(200), HASH, WIDTH)).toThrow(FormatError)
  })

  test('a result is the same after it was kept', () => {
    const { results } = decodeRecords(file(), WIDTH, TOTAL)
    results.forEach((result, k) => {
      expect(result.failures).toEqual(chunks[k].failures)
      expect(result.status).toEqual(chunks[k].status)
      expect(Buffer.from(result.values.buffer)).toEqual(Buffer.from(chunks[k].values.buffer))
    })
  })
})

test('ranges: what is missing, against a list of booleans', () => {
  fc.assert(
    fc.property(fc.array(fc.tuple(fc.nat({ max: 60 }), fc.integer({ min: 1, max: 9 })), { maxLength: 30 }), (list) => {
      const ranges = new Ranges()
      const there = new Array<boolean>(70).fill(false)
      for (const [lo, length] of list) {
        ranges.add({ lo, hi: lo + length })
        there.fill(true, lo, lo + length)
      }
      expect(ranges.size).toBe(there.filter(Boolean).length)
      const missing = new Array<boolean>(70).fill(false)
      for (const { lo, hi } of ranges.missing({ lo: 5, hi: 65 })) missing.fill(true, lo, hi)
      expect(missing).toEqual(there.map((known, i) => !known && i >= 5 && i < 65))
    }),
    { numRuns: 300, seed: 4 },
  )
})

describe('a store', () => {
  test('has what was put into it, in any order, when it is opened again', async () => {
    await filled('order', [chunks[3], chunks[0], chunks[3]])
    const store = await openStore(place('order'), ensemble)
    expect(store.done).toBe(48)
    expect(store.missing({ lo: 0, hi: TOTAL })).toEqual([
      { lo: 24, hi: 72 },
      { lo: 96, hi: 120 },
    ])
    for (const k of [1, 2, 4]) await store.put(chunks[k])
    await store.close()
    await filled('straight')
    const [mixed, straight] = await Promise.all([mergeStores([place('order')]), mergeStores([place('straight')])])
    expect(mixed.done).toBe(TOTAL)
    expect(tableToCsv(mixed)).toBe(tableToCsv(straight))
    expect(Buffer.from(tableToNpz(mixed))).toEqual(Buffer.from(tableToNpz(straight)))
    expect(mixed.failures).toEqual([{ run: 50, code: 'SHAPE', message: 'it does not fit' }])
  })

  test('forgets a torn record and goes on behind the last whole one', async () => {
    const path = await filled('torn')
    truncateSync(path, readFileSync(path).length - 5)
    const store = await openStore(place('torn'), ensemble, { sync: 'each' })
    expect(store.missing({ lo: 0, hi: TOTAL })).toEqual([{ lo: 96, hi: 120 }])
    await store.put(chunks[4])
    await store.close()
    expect(readFileSync(path)).toEqual(file())
  })

  test('killed within its header is as good as new', async () => {
    const path = await filled('header')
    truncateSync(path, 13)
    const store = await openStore(place('header'), ensemble)
    expect(store.done).toBe(0)
    await store.close()
  })

  test('of another sweep is refused, and so is what is none', async () => {
    await filled('other')
    const more = defineSweep({ ...INPUT, replicates: 7 })
    await expect(openStore(place('other'), more)).rejects.toThrow(OptionError)
    await filled('wrong')
    writeFileSync(join(place('wrong'), 'results.bin'), 'x'.repeat(200))
    await expect(openStore(place('wrong'), ensemble)).rejects.toThrow(FormatError)
    writeFileSync(join(place('wrong'), 'manifest.json'), '{}')
    await expect(openStore(place('wrong'), ensemble)).rejects.toThrow('manifest.json')
    // Whatever was wrong, the lock is gone.
    expect(existsSync(join(place('wrong'), 'lock'))).toBe(false)
    await expect(mergeStores([join(folder, 'nothing')])).rejects.toThrow(IoError)
    const other = await openStore(place('more'), more)
    await other.close()
    await expect(mergeStores([place('more'), place('other')])).rejects.toThrow('another sweep')
    writeFileSync(place('file'), '')
    await expect(openStore(place('file'), ensemble)).rejects.toThrow(IoError)
  })
})

describe('the lock', () => {
  test('refuses the second, by the pid of the first', async () => {
    const first = await openStore(place('lock'), ensemble)
    await expect(openStore(place('lock'), ensemble)).rejects.toThrow(`locked by process ${process.pid}`)
    await first.close()
    const second = await openStore(place('lock'), ensemble)
    await second.close()
    expect(readdirSync(place('lock')).sort()).toEqual(['manifest.json', 'results.bin'])
  })

  const owner = (over: object) => JSON.stringify({ pid: process.pid, host: hostname(), started: '', ...over })

  test.each([
    ['of a process that is gone', () => owner({ pid: deadPid() }), true],
    ['of a pid that was given out again', () => owner({ started: '1' }), true],
    ['of another machine', () => owner({ pid: deadPid(), host: 'elsewhere' }), false],
    ['that names nobody', () => 'x', false],
  ])('%s', async (what, text, taken) => {
    await filled(what)
    writeFileSync(join(place(what), 'lock'), text())
    const open = openStore(place(what), ensemble)
    if (taken) await (await open).close()
    else await expect(open).rejects.toThrow(what.includes('machine') ? 'on elsewhere' : 'does not name')
  })

  test('of the dead is taken by one of many', async () => {
    await filled('race')
    writeFileSync(join(place('race'), 'lock'), owner({ pid: deadPid() }))
    const tries = await Promise.allSettled(Array.from({ length: 8 }, () => openStore(place('race'), ensemble)))
    const taken = tries.filter((result) => result.status === 'fulfilled')
    expect(taken.length).toBe(1)
    await taken[0].value.close()
    expect(readdirSync(place('race')).sort()).toEqual(['manifest.json', 'results.bin'])
  })

  test('of the dead is taken by one of many, whenever each of them comes', async () => {
    const dead = owner({ pid: deadPid() })
    for (let round = 0; round < 60; round++) {
      const home = place(`race-${round}`)
      mkdirSync(home, { recursive: true })
      writeFileSync(join(home, 'lock'), dead)
      const late = async () => {
        await new Promise((resolve) => setTimeout(resolve, (round % 3) * 2 * Math.random()))
        return lockFolder(home)
      }
      const tries = await Promise.allSettled(Array.from({ length: 8 + (round % 25) }, late))
      const taken = tries.filter((result) => result.status === 'fulfilled')
      expect(taken.length).toBe(1)
      await taken[0].value.release()
      expect(readdirSync(home)).toEqual([])
    }
  })

  test('is taken from the dead although another of them had begun to take it', async () => {
    await filled('claimed')
    for (const name of ['lock', 'lock-claim', 'lock-claim-claim']) {
      writeFileSync(join(place('claimed'), name), owner({ pid: deadPid() }))
    }
    await (await openStore(place('claimed'), ensemble)).close()
    expect(readdirSync(place('claimed')).sort()).toEqual(['manifest.json', 'results.bin'])
    writeFileSync(join(place('claimed'), 'lock'), owner({ pid: deadPid() }))
    writeFileSync(join(place('claimed'), 'lock-claim'), owner({ pid: deadPid(), host: 'elsewhere' }))
    await expect(openStore(place('claimed'), ensemble)).rejects.toThrow(
      /elsewhere; if that process is gone, remove .*lock-claim/,
    )
  })
})
