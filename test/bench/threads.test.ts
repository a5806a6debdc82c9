// The race of threads: it runs, and it would not time results that differ.
import { expect, test, vi } from 'vitest'
import { compareThreads, openTeams } from '../../bench/threads.js'

const effort = { rounds: 2, time: 1 }

test.each(['float32', 'float64'] as const)('two threads against one, %s', async (dtype) => {
  const teams = await openTeams(true)
  const { timings, speedup, fastestOther, flops } = await compareThreads(teams, 64, dtype, effort)
  expect(timings.map(({ name }) => name)).toEqual(['2 threads', '1 thread'])
  expect(fastestOther).toBe('1 thread')
  expect(flops).toBe(2 * 64 ** 3)
  for (const { minimumMicroseconds, medianMicroseconds } of timings) {
    expect(minimumMicroseconds).toBeGreaterThan(0)
    expect(medianMicroseconds).toBeGreaterThanOrEqual(minimumMicroseconds)
  }
  expect(speedup.least).toBeLessThanOrEqual(speedup.median)
  // All operands are given back.
  expect(teams.two.memory.leaked).toBe(0)
  const wrong = vi.spyOn(teams.two, 'matmul').mockImplementation((_a, _b, options) => options!.out!)
  await expect(compareThreads(teams, 64, dtype, effort)).rejects.toThrow('differ')
  wrong.mockRestore()
  teams.one.dispose()
  teams.two.dispose()
})

test('a host without threads says why', async () => {
  vi.stubGlobal('crossOriginIsolated', false)
  await expect(openTeams(true)).rejects.toThrow('cross-origin isolated')
  vi.unstubAllGlobals()
})
