// `deeplinear reproduce` as a user meets it: the built file in a process of its own.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { experiments } from '../../src/experiment/index.js'
import { commandLine } from './command-line.js'

const { path, run: reproduce } = commandLine(['reproduce'])

describe('deeplinear reproduce', () => {
  test('--list --json names every experiment with its paper', () => {
    const { status, stdout } = reproduce('--list', '--json')
    expect(status).toBe(0)
    expect(JSON.parse(stdout)).toEqual(experiments.map(({ id, paper, title }) => ({ id, paper, title })))
  })

  test('--json prints one object, files are written, and the exit says that every check holds', () => {
    const { status, stdout } = reproduce(
      ...['escape-time', '--set', 'depths=2', '--seed', '2', '--json', '--quiet'],
      ...['--html', 'page.html', '--svg', 'figure.svg'],
    )
    expect(status).toBe(0)
    const { experiment, checks, seconds, parameters, seed } = JSON.parse(stdout)
    expect({ experiment, depths: parameters.depths, seed }).toEqual({ experiment: 'escape-time', depths: [2], seed: 2 })
    expect(seconds).toBeGreaterThan(0)
    expect(checks).toHaveLength(2)
    for (const check of checks) {
      expect(check).toMatchObject({ name: expect.any(String), measured: expect.any(Number), pass: true })
    }
    expect(readFileSync(path('figure.svg'), 'utf8')).toMatch(/^<svg[\s\S]*<\/svg>\s*$/)
    const page = readFileSync(path('page.html'), 'utf8')
    for (const words of ['<svg', 'Checks', 'arXiv:2106.15933', 'depth 2: time per decade of alpha']) {
      expect(page).toContain(words)
    }
  })

  test('a check that does not hold is exit 1, and said', () => {
    // So large a start that the first escape is over before it began.
    const { status, stdout } = reproduce('escape-time', '--set', 'depths=2', 'scales=0.3', '--seed', '2', '--quiet')
    expect(status).toBe(1)
    expect(stdout).toMatch(/FAIL {2}depth 2: relative error/)
    expect(stdout).toMatch(/1 of 1 checks do not hold/)
  })

  test.each([
    [['nothing'], /there is no experiment 'nothing'/],
    [[], /give the id of an experiment/],
    [['escape-time', '--set', 'depth=2'], /has no parameter 'depth'/],
    [['escape-time', '--set', 'depths'], /takes key=value/],
    [['escape-time', '--seed', 'x'], /--seed must be/],
  ])('%j is bad usage', (args, message) => {
    const { status, stderr, stdout } = reproduce(...(args as string[]))
    expect(status).toBe(2)
    expect(stderr).toMatch(message as RegExp)
    expect(stdout).toBe('')
  })
})
