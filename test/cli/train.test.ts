// The command line as a user meets it: the built file in a process of its own.
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { until } from '../processes.js'
import { commandLine } from './command-line.js'

const { path, run, start, bash } = commandLine()

describe('deeplinear train on the digits', () => {
  let report: Record<string, unknown>
  let result: ReturnType<typeof run>

  beforeAll(() => {
    result = run('train', '--json', '--quiet')
    report = JSON.parse(result.stdout)
  })

  test('succeeds with exactly the promised keys, and nothing on stderr', () => {
    expect(result.status).toBe(0)
    expect(result.stderr).toBe('')
    const keys = [
      'build',
      'gflops',
      'loss',
      'plateaus',
      'seconds',
      'speedupOverTypeScript',
      'status',
      'steps',
      'stepsPerSecond',
      'testAccuracy',
    ]
    expect(Object.keys(report).sort()).toEqual(keys)
    expect(report.status).toBe('completed')
  })

  test('classifies at least 90 % of the test digits', () => {
    expect(report.testAccuracy).toBeGreaterThanOrEqual(0.9)
  })

  test('passes from saddle to saddle: plateaus of rising rank and falling loss', () => {
    const plateaus = report.plateaus as { rank: number; loss: number }[]
    expect(plateaus.length).toBeGreaterThanOrEqual(5)
    expect(plateaus[0].rank).toBe(0)
    for (let i = 1; i < plateaus.length; i++) {
      expect(plateaus[i].rank).toBeGreaterThan(plateaus[i - 1].rank)
      expect(plateaus[i].loss).toBeLessThan(plateaus[i - 1].loss)
    }
  })

  test('prints what the README says', () => {
    const readme = readFileSync(new URL('../../README.md', import.meta.url), 'utf8')
    const shown = readme.split('<!-- train:begin -->')[1].split('<!-- train:end -->')[0]
    const { loss, steps, testAccuracy } = report as { loss: number; steps: number; testAccuracy: number }
    expect(shown).toContain(`loss       ${loss.toPrecision(5)} after ${steps} steps`)
    expect(shown).toContain(`accuracy   ${(100 * testAccuracy).toFixed(1)} %`)
    const rows = [...shown.matchAll(/^ +(\d+) - (\d+) +([\d.]+) +(\d+) +[\d.]+$/gm)].map((row) =>
      row.slice(1, 5).map(Number),
    )
    const plateaus = report.plateaus as { from: number; to: number; loss: number; rank: number }[]
    expect(rows).toEqual(plateaus.map(({ from, to, loss, rank }) => [from, to, Number(loss.toPrecision(5)), rank]))
  })

  test('draws a figure', () => {
    const svg = readFileSync(path('deeplinear-train.svg'), 'utf8')
    expect(svg).toMatch(/^<svg/)
    expect(svg).not.toMatch(/NaN|undefined|Infinity/)
  })

  test('gives the same result with the same seed, another with another', () => {
    const short = ['train', '--json', '--quiet', '--no-figure', '--no-speedup', '--steps', '200', '--gamma', '1']
    const loss = (...more: string[]) => JSON.parse(run(...short, ...more).stdout).loss
    expect(loss('--seed', '3')).toBe(loss('--seed', '3'))
    expect(loss('--seed', '3')).not.toBe(loss('--seed', '4'))
    expect(loss('--seed', '3', '--backend', 'typescript')).toBe(loss('--seed', '3'))
  })
})

describe('own data and settings', () => {
  test('a CSV of classes with a header, settings from a file, an HTML figure', () => {
    const rows = Array.from({ length: 60 }, (_, i) => `${i % 3},${(i % 3) * 2 + (i % 5) / 10},${i % 3}`)
    writeFileSync(path('own.csv'), `a,b,class\n${rows.join('\n')}\n`)
    writeFileSync(
      path('settings.json'),
      JSON.stringify({ data: 'own.csv', depth: 2, width: 8, gamma: 1, learningRate: 0.05, steps: 400 }),
    )
    const { status, stdout } = run(
      'train',
      '--config',
      'settings.json',
      '--figure',
      'own.html',
      '--steps',
      '300',
      '--quiet',
    )
    expect(status).toBe(0)
    expect(stdout).toContain('2 -> 8 -> 3')
    expect(stdout).toContain('after 300 steps')
    expect(readFileSync(path('own.html'), 'utf8')).toContain('<svg')
  })

  test('an NPY table of regression targets', async () => {
    const { encodeNpy } = await import('../../src/io/npy.js')
    const data = Float64Array.from({ length: 50 * 3 }, (_, i) => ((i * 7919) % 101) / 50 - 1)
    for (let row = 0; row < 50; row++) data[row * 3 + 2] = data[row * 3] - 2 * data[row * 3 + 1]
    writeFileSync(path('own.npy'), encodeNpy({ shape: [50, 3], data }))
    const { status, stdout } = run(
      'train',
      '--data',
      'own.npy',
      '--targets',
      '1',
      '--depth',
      '2',
      '--gamma',
      '1',
      '--steps',
      '3000',
      '--json',
      '--quiet',
      '--no-figure',
    )
    expect(status).toBe(0)
    const report = JSON.parse(stdout)
    expect(report.testAccuracy).toBeNull()
    expect(report.loss).toBeLessThan(1e-8)
  })
})

describe('bad usage', () => {
  test.each([
    { args: ['train', '--depht', '3'], status: 2, says: '--depth' },
    { args: ['train', '--depth', '0'], status: 2, says: 'depth' },
    { args: ['train', '--depth', 'three'], status: 2, says: 'depth' },
    { args: ['train', '--learning-rate', '-1'], status: 2, says: 'learningRate' },
    { args: ['train', '--gamma', '1', '--variance', '1'], status: 2, says: 'gamma' },
    { args: ['train', '--figure', 'figure.pdf'], status: 2, says: '.svg' },
    { args: ['train', '--data', 'missing.csv'], status: 1, says: 'missing.csv' },
    { args: ['train', '--data', 'data.parquet'], status: 1, says: '.parquet' },
    { args: ['train', '--config', 'missing.json'], status: 1, says: 'missing.json' },
    { args: ['trian'], status: 2, says: 'train' },
    {
      args: ['train', '--steps', '50', '--figure', 'no/such/folder/a.svg', '--quiet'],
      status: 1,
      says: 'no/such/folder',
    },
  ])('$args', ({ args, status, says }) => {
    const result = run(...args)
    expect(result.status).toBe(status)
    expect(result.stdout).toBe('')
    expect(result.stderr).toContain(says)
    expect(result.stderr).not.toContain('    at ')
  })

  test('a config that is no JSON, no object, or has an unknown key', () => {
    for (const [text, says] of [
      ['{ "depth": ', 'JSON'],
      ['[1]', 'object'],
      ['{ "depht": 3 }', 'depht'],
      ['{ "__proto__": { "depth": 2 }, "steps": "many" }', 'steps'],
    ]) {
      writeFileSync(path('bad.json'), text)
      const { status, stderr } = run('train', '--config', 'bad.json')
      expect(status).not.toBe(0)
      expect(stderr).toContain(says)
    }
  })

  test('divergence is said, with the step and a cure, and exits 1', () => {
    const json = run(
      'train',
      '--learning-rate',
      '500',
      '--gamma',
      '0.5',
      '--steps',
      '2000',
      '--quiet',
      '--json',
      '--figure',
      'gone.svg',
    )
    expect(json.status).toBe(1)
    expect(json.stderr).toMatch(/diverged: W_\d .* at step \d+/)
    expect(JSON.parse(json.stdout).loss).toBeGreaterThan(0)
    expect(readFileSync(path('gone.svg'), 'utf8')).not.toContain('NaN')
    const { status, stdout } = run(
      'train',
      '--learning-rate',
      '500',
      '--gamma',
      '0.5',
      '--steps',
      '2000',
      '--quiet',
      '--no-figure',
    )
    expect(status).toBe(1)
    expect(stdout).toMatch(/diverged: W_\d .* at step \d+/)
  })
})

test('a figure that cannot be written costs the figure, not the report', () => {
  mkdirSync(path('taken.svg'), { recursive: true })
  const early = run('train', '--steps', '50', '--figure', 'taken.svg', '--quiet')
  expect(early).toMatchObject({ status: 1, stdout: '' })
  expect(early.stderr).toContain('not a file')
})

test.each([
  { name: 'stdout', command: 'train --steps 200 --no-figure --quiet --no-speedup | true' },
  { name: 'help', command: '--help | true' },
])('a closed $name ends quietly', ({ command }) => {
  const { status, stderr } = bash(command)
  expect([status, stderr]).toEqual([0, ''])
})

test('a closed stderr does not end the run', () => {
  const { status, stdout } = bash('train --steps 3000 --no-figure --no-speedup --json 2> >(head -c 20 > /dev/null)')
  expect(status).toBe(0)
  expect(JSON.parse(stdout).status).toBe('completed')
})

test('rows that are all the same train, and have no plateaus', () => {
  writeFileSync(path('same.csv'), '1,2,0\n'.repeat(30))
  const { status, stdout } = run(
    'train',
    '--data',
    'same.csv',
    '--steps',
    '200',
    '--json',
    '--quiet',
    '--no-figure',
    '--no-speedup',
  )
  expect(status).toBe(0)
  expect(JSON.parse(stdout).plateaus).toEqual([])
})

test('a run that ends at the first saddle reports rank 0', () => {
  const { stdout } = run('train', '--steps', '3000', '--json', '--quiet', '--no-figure', '--no-speedup')
  expect(JSON.parse(stdout).plateaus.map(({ rank }: { rank: number }) => rank)).toEqual([0])
})

test.each([
  { signal: 'SIGINT', code: 130 },
  { signal: 'SIGTERM', code: 143 },
] as const)('$signal reports what was done and exits $code', async ({ signal, code: expected }) => {
  const { child, printed, ended } = start('train', '--steps', '100000000', '--json', '--no-figure')
  await until(() => printed.stderr !== '', 'progress')
  child.kill(signal)
  const { status, stdout } = await ended
  expect(status).toBe(expected)
  const report = JSON.parse(stdout)
  expect(report.status).toBe('aborted')
  expect(report.steps).toBeLessThan(100_000_000)
})

test('help teaches, and a figure is written only where it was asked for', () => {
  const { status, stdout } = run('train', '--help')
  expect(status).toBe(0)
  expect(stdout).toContain('--learning-rate')
  expect(stdout).toContain('Examples:')
  expect(existsSync(path('figure.pdf'))).toBe(false)
})
