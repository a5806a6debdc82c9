// `deeplinear sweep` as a user meets it: the built file in a process of its own.
import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { parseNpz } from '../../src/io/index.js'
import { manifestHash, parseManifest } from '../../src/sweep/index.js'
import { commandLine } from './command-line.js'

const { path, run: sweep } = commandLine(['sweep'])

test('init, run, status, plot and merge', () => {
  expect(sweep('init', 'a.json').stdout).toContain('deeplinear sweep run a.json --out a')
  expect(sweep('init', 'a.json')).toMatchObject({ status: 1, stderr: expect.stringContaining('a.json exists') })
  const manifest = parseManifest(readFileSync(path('a.json'), 'utf8'))
  const files = ['--npz', 'a.npz', '--csv', 'a.csv', '--html', 'a.html', '--svg', 'a.svg']
  const run = sweep('run', 'a.json', '--out', 'a', '--workers', '2', '--shard', '1/20', '--json', ...files)
  expect(run.status).toBe(0)
  const report = JSON.parse(run.stdout)
  expect(report).toMatchObject({ status: 'completed', done: 128, total: 128, files: files.filter((_, i) => i % 2) })
  expect(report.hash).toBe(manifestHash(manifest))
  // Without a terminal, progress is a line of JSON now and then.
  const last = JSON.parse(run.stderr.trim().split('\n').at(-1)!)
  expect(last).toMatchObject({ run: 128, total: 128, workers: 2, failed: 0 })

  expect(sweep('status', 'a').stdout).toContain('runs       128 of 2560 (5 %), engine ensemble')
  const status = JSON.parse(sweep('status', 'a', '--json').stdout)
  expect(status.counts.missing).toBe(2432)
  expect(sweep('merge', 'a', '--csv', 'b.csv').stdout).toContain('file       b.csv')
  expect(readFileSync(path('b.csv'), 'utf8')).toBe(readFileSync(path('a.csv'), 'utf8'))
  expect(readFileSync(path('a.csv'), 'utf8').split('\n').length).toBe(130)
  const arrays = parseNpz(readFileSync(path('a.npz')))
  expect([...arrays.keys()]).toEqual(['axis.gamma', 'axis.learningRate', 'loss', 'learnedAt', 'status'])
  expect(arrays.get('loss')!.shape).toEqual([16, 16, 10])

  expect(sweep('plot', 'a', '--svg', 'c.svg', '--metric', 'loss').stdout).toBe('128 of 2560 runs drawn: c.svg\n')
  expect(readFileSync(path('c.svg'), 'utf8')).toContain('learningRate')
  expect(sweep('plot', 'a', '--svg', 'd.svg', '--curves').status).toBe(0)
  expect(readFileSync(path('a.html'), 'utf8')).toMatch(/<svg[\s\S]*gamma/)
})

test.each<[string[], string, number?]>([
  [['run', 'a.json'], '--out'],
  [['run', 'nothing.json', '--out', 'x'], 'no such file', 1],
  [['run', 'a.json', '--out', 'x', '--executor', 'bullmq'], '--redis'],
  [['run', 'a.json', '--out', 'x', '--workers', 'many'], '--workers'],
  [['run', 'a.json', '--out', 'x', '--shard', '4/3'], '1 <= i <= n'],
  [['run', 'a.json', '--out', 'x', '--max-cells', '10'], '256 points'],
  [['run', 'a.json', '--out', 'x', '--csv', 'nowhere/a.csv'], 'choose another place with --csv', 1],
  [['plot', 'a', '--x', 'depth'], "no 'depth'"],
  [['status', 'nothing'], 'there is no sweep in nothing', 1],
  [['worker', '--redis', 'localhost'], 'redis://localhost:6379'],
])('%j says what is wrong', (args, message, status = 2) => {
  const result = sweep(...args)
  expect(result.stderr).toContain(message)
  expect([result.status, result.stdout]).toEqual([status, ''])
})

test('help teaches', () => {
  const { status, stdout } = sweep('--help')
  expect(status).toBe(0)
  for (const word of ['init', 'run', 'status', 'merge', 'plot', 'worker', '--shard 3/10'])
    expect(stdout).toContain(word)
})
