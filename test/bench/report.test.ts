import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { parseHTML } from 'linkedom'
import { describe, expect, test } from 'vitest'
import { deeplinear } from '../../bench/peers/deeplinear.js'
import { naive, tile } from '../../bench/peers/plain.js'
import { check, checkedRuns } from '../../bench/report/check.js'
import { performancePage } from '../../bench/report/document.js'
import { machineRecords } from '../../bench/report/files.js'
import { type GemmInputs, inputsOf, type SvdInputs } from '../../bench/report/inputs.js'
import { LIMITS } from '../../bench/report/limits.js'
import { thisMachine } from '../../bench/report/machine.js'
import { allProblems, type Problem, problemKey } from '../../bench/report/problems.js'
import { type Entry, tooFast } from '../../bench/report/race.js'
import { readmeTable } from '../../bench/report/readme-table.js'
import type { Measurement, TeamMeasurement } from '../../bench/report/results.js'
import { roofline } from '../../bench/report/roofline.js'
import { checkMachine, overRows, saveRun, withRows } from '../../bench/report/save.js'
import { createEngineSync } from '../../src/index.js'

const find = (key: string) => allProblems().find((problem) => problemKey(problem) === key)!

async function resultOf(adapter: (typeof deeplinear)[number], problem: Problem): Promise<ArrayLike<number> | null> {
  const bench = (await adapter.open())!
  const make = bench[problem.work.kind] as
    | ((...args: unknown[]) => ReturnType<NonNullable<typeof bench.gemm>>)
    | undefined
  const operation = await make?.(problem.work, inputsOf(problem), problem.dtype)
  if (operation == null) return null
  for (let i = 0; i < checkedRuns(problem); i++) await operation.run(1)
  return operation.result()
}

describe('problems', () => {
  test('have names of their own', () => {
    const keys = allProblems().map(problemKey)
    expect(new Set(keys).size).toBe(keys.length)
  })

  test('the matrix of a decomposition has the singular values that it was made with', () => {
    const problem = find('svd 64 float64')
    const { a, s } = inputsOf(problem) as SvdInputs
    const engine = createEngineSync()
    const values = engine.singularValues(engine.matrix([64, 64], a))
    for (let i = 0; i < 64; i++) expect(Math.abs(values[i] - s[i])).toBeLessThan(1e-14)
  })
})

describe('check', () => {
  const keys = [
    'gemm 32',
    'gemm 100 TN',
    'step 3:8:10',
    'step 3:32:10 x 1000',
    '1024 networks 3:4:4',
    'svd 64',
    'top 10 of 128',
  ]
  const cases = keys.flatMap((key) => [`${key} float32`, `${key} float64`])

  test.each(cases)('%s: this library passes, and one wrong number does not', async (key) => {
    const problem = find(key)
    const result = Array.from((await resultOf(deeplinear[0], problem))!)
    const inputs = inputsOf(problem)
    expect(() => check(problem, inputs, result)).not.toThrow()
    // The first number, because of products and members only a part is looked at.
    expect(() => check(problem, inputs, [result[0] + 1e-2, ...result.slice(1)])).toThrow(/instead of/)
    expect(() => check(problem, inputs, [Number.NaN, ...result.slice(1)])).toThrow(/instead of/)
    expect(() => check(problem, inputs, [])).toThrow(/instead of/)
  })

  test('a step that forgot a layer fails', async () => {
    const problem = find('step 3:8:10 float64')
    const inputs = inputsOf(problem) as unknown as { weights: Float64Array[] }
    const result = Array.from((await resultOf(deeplinear[0], problem))!)
    for (let i = 0; i < inputs.weights[0].length; i++) result[i] = inputs.weights[0][i]
    expect(() => check(problem, inputs as never, result)).toThrow(/instead of/)
  })

  test('plain contenders pass', async () => {
    for (const key of [
      'gemm 32 float32',
      'gemm 100 TT float64',
      'step 3:8:10 float32',
      'step 3:32:10 x 1000 float64',
    ]) {
      const problem = find(key)
      for (const adapter of [naive, tile]) {
        const result = await resultOf(adapter, problem)
        if (result !== null)
          expect(() => check(problem, inputsOf(problem), result), `${adapter.name} ${key}`).not.toThrow()
      }
    }
  })

  test('a product in float32 does not pass for float64', () => {
    const problem = find('gemm 32 float64')
    const inputs = inputsOf(problem) as GemmInputs
    const single = new Float32Array(32 * 32)
    for (let i = 0; i < 32; i++) {
      for (let j = 0; j < 32; j++)
        for (let p = 0; p < 32; p++) single[i * 32 + j] += inputs.a[i * 32 + p] * inputs.b[p * 32 + j]
    }
    expect(() => check(problem, inputs, single)).toThrow(/instead of/)
  })
})

describe('page', () => {
  const entry = (name: string, median: number, ours: number): Entry => ({
    name,
    median,
    minimum: median / 2,
    spread: median / 10,
    ratio: [median / ours, median / ours, median / ours],
  })
  const rows = allProblems()
    .filter(({ name }) => ['gemm 64', 'gemm 256', 'svd 64', 'step 3:32:10 x 1000', 'gemm 4'].includes(name))
    .map((problem) => ({
      ...problem,
      entries: [
        entry('deeplinear', problem.flops / 20_000, problem.flops / 20_000),
        entry(LIMITS.muladd, problem.flops / 25_000, problem.flops / 20_000),
        entry('numpy-ts', problem.flops / 10_000, problem.flops / 20_000),
      ],
    }))
  /** With a fused limit that takes two fifths of the time of ours. */
  const slowed = (row: (typeof rows)[number]) => {
    const [ours] = row.entries
    return { ...row, entries: [...row.entries, entry(LIMITS.madd, 0.4 * ours.median, ours.median)] }
  }
  const run: Measurement = {
    date: '2026-01-02T03:04:05.000Z',
    host: 'Node 20',
    machine: { cpu: 'a < b & c', cores: 2, platform: 'linux', arch: 'x64' },
    versions: { deeplinear: '0', node: 'v20', v8: '11', 'numpy-ts': '1' },
    build: 'simd',
    effort: { rounds: 9, time: 120 },
    absent: ['PyTorch'],
    failures: { 'jax-js: svd 64 float32': 'Error: no' },
    rows,
    reads: { 'reads, memory': 10 },
    cold: [],
  }

  const files = { peers: 'p.json', threads: 't.json', page: 'docs/x.md', roofline: 'r.svg' }
  const pageOf = (runs: Measurement[], teams?: TeamMeasurement) => performancePage({ files, runs, teams })

  test('says rate, share of the limit, ratios and who is missing', () => {
    const page = pageOf([run, { ...run, host: 'Node 24' }])
    const [, row] = page.match(/^\| (256 \| .*) \|$/m)!
    const [size, , , spread, rate, limit, peer] = row.split(' | ')
    expect([size, spread, rate, limit, peer]).toEqual(['256', '10 %', '20.0', '80 %', '2.00'])
    expect(page).toContain('Not installed: PyTorch.')
    expect(page).toContain('- jax-js: svd 64 float32: Error: no')
    expect(page).toContain('Node 24')
    expect(page).not.toContain('quick look')
    expect(pageOf([{ ...run, effort: { rounds: 3, time: 25 } }])).toContain('quick look')
    // What the second moments save is no arithmetic that was done.
    const [moments] = page.match(/^\| step 3:32:10 x 1000 .*$/m)!
    expect(moments).not.toContain('20.0')
  })

  test('rows of another run stand in their place, with a star that says of which', () => {
    const rowsOf = (...names: string[]) => rows.filter(({ name, dtype }) => dtype === 'float32' && names.includes(name))
    const other = { ...run, date: '2026-02-03T04:05:06.000Z', effort: { rounds: 5, time: 60 }, rows: rowsOf('gemm 64') }
    const merged = withRows({ ...run, rows: rowsOf('gemm 256', 'svd 64') }, other)
    expect(merged.rows.map(({ name }) => name)).toEqual(['gemm 64', 'gemm 256', 'svd 64'])
    expect([merged.date, merged.effort]).toEqual([run.date, run.effort])
    const page = pageOf([merged])
    expect(page).toMatch(/^\| 64 \\\* \|/m)
    expect(page).toMatch(/^\| 256 \|/m)
    expect(page).toContain('5 rounds of 60 ms (2026-02-03 04:05 UTC)')
  })

  test('rows that were not measured again stay, each with its own occasion', () => {
    const rowsOf = (...names: string[]) => rows.filter(({ name, dtype }) => dtype === 'float32' && names.includes(name))
    const first = { ...run, rows: rowsOf('gemm 64', 'gemm 256'), cold: [{ name: 'x', open: 1, first: 1, process: 1 }] }
    const failures = { 'jax-js: gemm 64 float32': 'Error: no', 'jax-js: gemm 256 float32': 'Error: no' }
    const effort = { rounds: 5, time: 60, calm: 22.5 }
    const second = { ...run, date: '2026-02-03T04:05:06.000Z', effort, rows: rowsOf('gemm 256'), failures: {} }
    const both = overRows({ ...first, failures }, second)
    expect(both.rows.map(({ name, aside }) => [name, aside?.date])).toEqual([
      ['gemm 64', run.date],
      ['gemm 256', undefined],
    ])
    expect([both.date, both.effort, both.cold.length, both.aside?.date]).toEqual([second.date, effort, 1, run.date])
    expect(Object.keys(both.failures)).toEqual(['jax-js: gemm 64 float32'])
    // A third run: two occasions beside it, told apart.
    const third = overRows(both, { ...run, date: '2026-03-04T05:06:07.000Z', rows: rowsOf('gemm 4') })
    const page = pageOf([third])
    expect(page).toMatch(
      /^\\\* 64: Of a run .*: 9 rounds of 120 ms \(2026-01-02 03:04 UTC\)\. 256: Of a run of its own: 5 rounds/m,
    )
  })

  test('a disturbed row gives way to an earlier one with a faster limit', () => {
    const [row] = rows.filter(({ name }) => name === 'gemm 256')
    const slower = row.entries.map((each) => ({ ...each, median: 2 * each.median }))
    const before = { ...run, rows: [row] }
    const later = (entries: typeof row.entries, disturbed: number) => ({
      ...{ ...run, date: '2026-02-03T04:05:06.000Z' },
      rows: [{ ...row, entries, calm: { turns: 27, disturbed } }],
    })
    for (const put of [overRows, withRows]) {
      const median = (now: Measurement) => put(before, now).rows[0].entries[0].median
      expect(median(later(slower, 3))).toBe(row.entries[0].median)
      expect(median(later(slower, 0))).toBe(slower[0].median)
      const faster = row.entries.map((each) => ({ ...each, median: each.median / 2 }))
      expect(median(later(faster, 3))).toBe(faster[0].median)
      expect(put(before, later(slower, 3), true).rows[0].entries[0].median).toBe(slower[0].median)
    }
  })

  test('says what made a turn count, and in which rows some did not', () => {
    const effort = { ...run.effort, calm: 22.5 }
    const shown = rows.map((row) => ({ ...row, calm: { turns: 99, disturbed: row.name === 'gemm 64' ? 4 : 0 } }))
    const page = pageOf([{ ...run, effort, rows: shown }])
    expect(page).toContain('the core gives 92 % of 22.5 GFLOP/s')
    expect(page).toMatch(/^\| 64 † \|/m)
    expect(page).toMatch(/^\| 256 \|/m)
    expect(page).toMatch(/^† .*: 64 4 of 99\.$/m)
    expect(pageOf([run])).not.toContain('†')
    expect(pageOf([run])).not.toContain('92 % of')
  })

  test('names the goals, and why they are missed', () => {
    const page = pageOf([{ ...run, rows: rows.map(slowed) }])
    expect(page).toMatch(
      /^\| float32 product, share of the fused limit \| gemm 256 float32 \| 92 % \| 40 % \| 40 % \| \*\*no\*\* \|$/m,
    )
    expect(page).toMatch(
      /^\| time of numpy-ts over ours \| gemm 256 float32, numpy-ts \| 1\.60 x \| 2\.00 x \| {2}\| yes \|$/m,
    )
    expect(page).toMatch(/^- gemm 256 float32; .*: With both operands in the first cache/m)
  })

  test('says where no arithmetic could reach a goal', () => {
    // At the limit a product would take 0.95 of the time, so that the peer takes 1.68 times as long at most; with 0.9 it could be 1.78.
    const fast = (row: (typeof rows)[number]) => {
      const [ours] = row.entries
      return {
        ...row,
        entries: [
          ours,
          entry(LIMITS.madd, 0.95 * ours.median, ours.median),
          entry('tfjs-wasm', 1.6 * ours.median, ours.median),
        ],
      }
    }
    const bounded = pageOf([{ ...run, build: 'relaxed', rows: rows.map(fast) }])
    expect(bounded).toMatch(/^- gemm 256 float32, tfjs-wasm \(1\.68 x\): Out of reach on this machine\./m)
    const slack = (row: (typeof rows)[number]) => {
      const [ours] = row.entries
      return {
        ...row,
        entries: [
          ours,
          entry(LIMITS.madd, 0.9 * ours.median, ours.median),
          entry('tfjs-wasm', 1.6 * ours.median, ours.median),
        ],
      }
    }
    expect(pageOf([{ ...run, build: 'relaxed', rows: rows.map(slack) }])).not.toContain('Out of reach')
  })

  test('tells of two threads, and holds them against their goal', () => {
    const timing = (name: string, microseconds: number) => ({
      name,
      medianMicroseconds: microseconds,
      minimumMicroseconds: microseconds / 1.25,
      spreadMicroseconds: 1,
      gflops: 1,
    })
    const teams = {
      ...{ date: run.date, versions: { node: 'v24.1.0' }, build: 'relaxed', effort: { ...run.effort, calm: 22.5 } },
      results: [
        {
          ...{ suite: 'threads', name: 'threads 512', dtype: 'float64' as const, flops: 4e6, fastestOther: '1 thread' },
          timings: [timing('2 threads', 1000), timing('1 thread', 1500)],
          speedup: { median: 1.5, least: 1.25, greatest: 1.75 },
          calm: { turns: 18, disturbed: 3 },
        },
      ],
    }
    const page = pageOf([run], teams)
    expect(page).toContain('| 512 float64 † | 1.50 ms | 1.00 ms | 4.0 | 1.50 x | 1.50 x | 1.25 - 1.75 |')
    expect(page).toMatch(/^† .*: 512 float64 3 of 18\.$/m)
    expect(page).toContain('Node 24.1.0, `relaxed` build')
    expect(page).toContain(
      '| two threads, time of one over theirs | threads 512 float64 | 1.80 x | 1.50 x | 1.50 x | **no** |',
    )
    expect(pageOf([run])).not.toContain('Two threads')
  })

  test('names its files and the pages of other machines, with how many goals are reached there', () => {
    const there = { files: { ...files, page: 'docs/there.md' }, runs: [{ ...run, rows: rows.map(slowed) }] }
    const page = performancePage({ files, runs: [run] }, [there])
    expect(page).toContain('[p.json](../p.json)')
    expect(page).toContain('](r.svg)')
    expect(page).toMatch(/^- \[a < b & c\]\(there\.md\), Node 20, 2026-01-02: 2 of 4 figures reach their goal\.$/m)
    expect(pageOf([run])).not.toContain('other machines')
  })

  test('writes a table for the README, with the fastest of plain TypeScript', () => {
    const plain = (row: (typeof rows)[number]) => {
      const [ours] = row.entries
      const others = [
        entry('naive loop', 30 * ours.median, ours.median),
        entry('tuned TypeScript tile', 15 * ours.median, ours.median),
        entry('tfjs-wasm', 9 * ours.median, ours.median),
        entry('tfjs-wasm, explicit transposes', 7 * ours.median, ours.median),
      ]
      return { ...row, entries: [...row.entries, ...others] }
    }
    const table = readmeTable({ ...run, rows: rows.map(plain) })
    expect(table).toContain('| gemm 64 | float32 | 26.2 us | 20.0 | 80 % | 15 | 2.0 | 7.0 |  |  |  |')
    expect(table).toContain('| gemm 256 | float64 | 1.68 ms | 20.0 | 80 % | 15 | 2.0 | 7.0 |  |  |  |')
    expect(readmeTable({ ...run, build: 'relaxed' })).toContain('| 26.2 us | 20.0 |  |  | 2.0 |')
  })

  test('tells virtual machines of one name apart', () => {
    const { cpu, cores } = thisMachine()
    expect(cores).toBeGreaterThan(0)
    if (process.platform === 'linux' && process.arch === 'x64') expect(cpu).toMatch(/\(family \d+, model \d+\)$/)
  })

  test('a file holds runs of one machine', () => {
    const folder = mkdtempSync(join(tmpdir(), 'report-'))
    try {
      const file = join(folder, 'below', 'peers.json')
      checkMachine(file, run.machine)
      saveRun(file, run)
      checkMachine(file, { ...run.machine })
      expect(() => checkMachine(file, { ...run.machine, cpu: 'another' })).toThrow(
        /peers\.json holds runs on a < b & c, this machine is another; give --out a file of its own/,
      )
    } finally {
      rmSync(folder, { recursive: true })
    }
  })

  test('finds who is faster than the machine', () => {
    const [row] = rows.filter(({ name }) => name === 'gemm 256')
    expect(tooFast(row)).toEqual([])
    // Forty GFLOP/s where the limit is twenty-five, natively and not.
    const cheat = (name: string) => entry(name, row.flops / 40_000, row.flops / 20_000)
    expect(tooFast({ ...row, entries: [...row.entries, cheat('tfjs-wasm'), cheat('NumPy, AVX2')] })).toEqual([
      'tfjs-wasm',
    ])
  })

  test('draws a roofline', () => {
    const { document } = parseHTML('<html><body></body></html>')
    const svg = roofline(document as unknown as Document, run)
    expect(svg).toContain('a &lt; b &amp; c')
    expect(svg.match(/<circle/g)!.length).toBeGreaterThan(8)
    expect(svg).not.toContain('NaN')
    // Levels that deliver as fast as each other are one line.
    const reads = { 'reads, first cache': 100, 'reads, second cache': 105, 'reads, memory': 10 }
    const levels = roofline(document as unknown as Document, { ...run, reads })
    expect(levels).toContain('>first and second cache, 100 GB/s<')
    expect(levels).toContain('>memory, 10 GB/s<')
    // A row in which the roof was low is not drawn.
    const low = rows.map((row) =>
      row.name === 'gemm 256'
        ? { ...row, entries: row.entries.map((each) => ({ ...each, median: 2 * each.median })) }
        : row,
    )
    const fewer = roofline(document as unknown as Document, { ...run, rows: low })
    expect(svg).toContain('>256<')
    expect(fewer).not.toContain('>256<')
    expect(fewer).toContain('>64<')
  })
})

describe('pages', () => {
  const root = new URL('../../', import.meta.url)
  const records = machineRecords(root)

  test.each(records)('$files.page is what npm run bench:report writes, and so is its roofline', (record) => {
    const { page, roofline: picture } = record.files
    const others = records.filter((other) => other !== record)
    expect(readFileSync(new URL(page, root), 'utf8')).toBe(performancePage(record, others))
    const { document } = parseHTML('<html><body></body></html>')
    const svg = `${roofline(document as unknown as Document, record.runs[0])}\n`
    expect(readFileSync(new URL(picture, new URL(page, root)), 'utf8')).toBe(svg)
  })

  test('a folder in bench/machines is one of them', () => {
    expect(records.map(({ files }) => files.page)).toEqual(['docs/performance.md', 'docs/performance-xeon-2.5ghz.md'])
  })
})
