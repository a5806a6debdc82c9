// What people expect of a command line, whichever command it is: help that teaches, streams that do not mix, exits that can be relied on,
// colours only where they are wanted.
import { readdirSync, writeFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import packageJson from '../../package.json' with { type: 'json' }
import { duration, hasColor } from '../../src/cli/style.js'
import { runCli, until } from '../processes.js'
import { commandLine } from './command-line.js'

const COMMANDS = ['train', 'run', 'reproduce', 'serve', 'sweep', 'doctor']
const SWEEPS = ['run', 'merge', 'status', 'plot', 'worker', 'init']
const ESCAPE = '\u001b['
/** Neither FORCE_COLOR nor NO_COLOR of the process that tests. */
const { FORCE_COLOR: _force, NO_COLOR: _no, ...environment } = process.env
const { path, run, start, bash } = commandLine([], environment)

describe('help', () => {
  test('names every command, with examples, exits and the environment', () => {
    const { status, stdout, stderr } = run('--help')
    expect([status, stderr]).toEqual([0, ''])
    for (const command of COMMANDS) expect(stdout).toMatch(new RegExp(`^ {2}${command}\\b`, 'm'))
    for (const word of ['Examples:', 'Exit:', 'NO_COLOR']) expect(stdout).toContain(word)
  })

  test.each([...COMMANDS.map((name) => [name]), ...SWEEPS.map((name) => ['sweep', name])])('%s %s', (...names) => {
    const { status, stdout, stderr } = run(...names.filter((name) => name !== undefined), '--help')
    expect([status, stderr]).toEqual([0, ''])
    expect(stdout).toContain('Examples:')
    for (const line of stdout.split('\n')) expect(line.length, line).toBeLessThanOrEqual(140)
  })

  test('options stand under headings', () => {
    const { stdout } = run('train', '--help')
    for (const heading of ['Data:', 'Network:', 'Training:', 'What computes:', 'What comes out:']) {
      expect(stdout).toContain(`\n${heading}\n`)
    }
  })

  test('without a command it is help on stderr, and bad usage', () => {
    const { status, stdout, stderr } = run()
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toContain('Usage: deeplinear')
  })

  test('--version', () => {
    expect(run('--version')).toMatchObject({ status: 0, stdout: `${packageJson.version}\n`, stderr: '' })
  })
})

describe('bad usage is exit 2, one voice, and what was meant', () => {
  test.each([
    [['trian'], /^deeplinear: unknown command 'trian'\n\(Did you mean train\?\)/],
    [['train', '--dept', '3'], /^deeplinear: unknown option '--dept'\n\(Did you mean --depth\?\)/],
    [['reproduce', 'escap-time'], /^deeplinear: there is no experiment 'escap-time' \(did you mean 'escape-time'\?\)/],
    [['train', '--depth'], /^deeplinear: option '--depth <n>' argument missing/],
    [['train', '--dtype', 'float16'], /^deeplinear: option '--dtype <name>' argument 'float16' is invalid/],
    [['run'], /^deeplinear: missing required argument 'config'/],
  ])('%j', (args, message) => {
    const { status, stdout, stderr } = run(...args)
    expect([status, stdout]).toEqual([2, ''])
    expect(stderr).toMatch(message)
  })
})

describe('colours', () => {
  test('none in a pipe, some where they are forced, none where they are forbidden', () => {
    expect(run('--help').stdout).not.toContain(ESCAPE)
    const help = (env: NodeJS.ProcessEnv) => runCli(['--help'], { env: { ...environment, ...env } }).stdout
    expect(help({ FORCE_COLOR: '1' })).toContain(ESCAPE)
    expect(help({ FORCE_COLOR: '0' })).not.toContain(ESCAPE)
  })

  test.each([
    [true, {}, true],
    [false, {}, false],
    [true, { TERM: 'dumb' }, false],
    [true, { NO_COLOR: '1' }, false],
    [true, { NO_COLOR: '' }, true],
    [false, { FORCE_COLOR: '1' }, true],
    [false, { FORCE_COLOR: '1', NO_COLOR: '1' }, true],
    [true, { FORCE_COLOR: '0' }, false],
  ] as const)('terminal %s with %j: %s', (isTTY, env, colored) => {
    expect(hasColor({ isTTY }, env)).toBe(colored)
  })
})

test.each([
  [0, '0.0 s'],
  [8.44, '8.4 s'],
  [59.96, '1 min 0 s'],
  [200.4, '3 min 20 s'],
  [3599.6, '1 h 0 min'],
  [7500, '2 h 5 min'],
])('%d seconds are said as %s', (seconds, text) => {
  expect(duration(seconds)).toBe(text)
})

test('progress without a terminal is lines of JSON with rate and time left; with --quiet nothing', () => {
  const train = ['train', '--steps', '2000', '--no-figure', '--no-speedup', '--json']
  const { status, stdout, stderr } = run(...train)
  expect(status).toBe(0)
  expect(JSON.parse(stdout).steps).toBe(2000)
  const lines = stderr.trim().split('\n')
  for (const line of lines) {
    expect(JSON.parse(line)).toMatchObject({ total: 2000, stepsPerSecond: expect.any(Number) })
  }
  expect(JSON.parse(lines.at(-1)!)).toMatchObject({ step: 2000, secondsLeft: 0 })
  expect(run(...train, '--quiet').stderr).toBe('')
})

test('doctor says it to people and to programs', () => {
  const { status, stdout } = run('doctor', '--json')
  expect(status).toBe(0)
  const whats = JSON.parse(stdout).findings.map(({ what }: { what: string }) => what)
  expect(whats).toEqual(expect.arrayContaining(['deeplinear', 'Node', 'fastest build', 'reproducible', 'threads']))
})

test('an interrupt leaves no file that is not whole', async () => {
  writeFileSync(path('run.csv'), '1,2,0\n2,1,1\n3,1,0\n'.repeat(20))
  const args = ['train', '--data', 'run.csv', '--steps', '100000000', '--figure', 'cut.svg', '--json', '--no-speedup']
  const { child, printed, ended } = start(...args)
  await until(() => printed.stderr !== '', 'progress')
  child.kill('SIGINT')
  const { status, stdout } = await ended
  expect(status).toBe(130)
  expect(JSON.parse(stdout).status).toBe('aborted')
  // The figure of what was done is there, whole, and nothing that was on its way to be one.
  expect(readdirSync(path()).sort()).toEqual(['cut.svg', 'run.csv'])
})

test.each(['reproduce --list | head -1 > /dev/null', 'doctor --json | true'])(
  'a reader that leaves is no failure: %s',
  (command) => {
    const { status, stderr } = bash(command)
    expect([status, stderr]).toEqual([0, ''])
  },
)
