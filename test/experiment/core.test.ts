// What all experiments share: parameters, checks, running, ending.
import { describe, expect, test } from 'vitest'
import { atLeast, atMost, within } from '../../src/experiment/check.js'
import { experiments, findExperiment, reproduce } from '../../src/experiment/index.js'
import { parameterValues } from '../../src/experiment/parameters.js'

describe('checks', () => {
  test('hold at their bound and not beyond', () => {
    expect(within('a', 1.5, 1, 0.5).pass).toBe(true)
    expect(within('a', 1.5001, 1, 0.5).pass).toBe(false)
    expect(atMost('a', 2, 2).pass).toBe(true)
    expect(atMost('a', 2.1, 2).pass).toBe(false)
    expect(atLeast('a', 2, 2).pass).toBe(true)
    expect(atLeast('a', 1.9, 2).pass).toBe(false)
  })

  test('never hold for NaN', () => {
    for (const check of [
      within('a', Number.NaN, 1, Infinity),
      atMost('a', Number.NaN, 1),
      atLeast('a', Number.NaN, 1),
    ]) {
      expect(check.pass).toBe(false)
    }
  })
})

describe('parameters', () => {
  const specs = {
    width: { description: 'width', default: 4, min: 1, max: 10, integer: true },
    scales: { description: 'scales', default: [1, 2], min: 0 },
  }

  test('defaults, numbers, text and lists', () => {
    expect(parameterValues('x', specs, {})).toEqual({ width: 4, scales: [1, 2] })
    expect(parameterValues('x', specs, { width: '7', scales: '0.5, 1e-3' })).toEqual({ width: 7, scales: [0.5, 1e-3] })
    expect(parameterValues('x', specs, { width: 7, scales: [3] })).toEqual({ width: 7, scales: [3] })
    expect(parameterValues('x', specs, { scales: 3 })).toEqual({ width: 4, scales: [3] })
  })

  test.each([
    [{ depth: 3 }, 'OPTION', 'depth'],
    [{ toString: 3 }, 'OPTION', 'toString'],
    [{ width: 11 }, 'RANGE', 'width'],
    [{ width: 2.5 }, 'RANGE', 'width'],
    [{ width: 'wide' }, 'OPTION', 'width'],
    [{ width: '' }, 'OPTION', 'width'],
    [{ width: Number.NaN }, 'RANGE', 'width'],
    [{ width: [1] }, 'DTYPE', 'width'],
    [{ scales: '1,-1' }, 'RANGE', 'scales[1]'],
    [{ scales: [] }, 'RANGE', 'scales'],
  ])('%j is refused', (set, code, argument) => {
    expect(() => parameterValues('x', specs, set)).toThrow(expect.objectContaining({ code, argument }))
  })
})

describe('the registry', () => {
  test('ids are unique, and every experiment says what it is', () => {
    expect(new Set(experiments.map(({ id }) => id)).size).toBe(experiments.length)
    for (const { id, title, paper, formulas, parameters } of experiments) {
      expect(id).toMatch(/^[a-z]+(-[a-z]+)*$/)
      expect(title.length).toBeGreaterThan(10)
      expect(paper).toMatch(/arXiv:\d{4}\.\d{5}/)
      expect(formulas.length).toBeGreaterThan(0)
      // Its defaults are within its own bounds.
      expect(
        parameterValues(id, parameters, Object.fromEntries(Object.entries(parameters).map(([k, v]) => [k, v.default]))),
      ).toEqual(parameterValues(id, parameters, {}))
    }
  })

  test('an id that does not exist', () => {
    expect(() => findExperiment('escape')).toThrow(expect.objectContaining({ code: 'OPTION', argument: 'id' }))
  })
})

describe('reproduce', () => {
  test('runs, tells its progress, gives the same numbers twice and others for another seed', async () => {
    const told: number[] = []
    const set = { depths: [2] }
    const first = await reproduce('escape-time', { set, seed: 2, onProgress: (done) => told.push(done) })
    const again = await reproduce('escape-time', { set, seed: 2 })
    const other = await reproduce('escape-time', { set, seed: 3 })
    expect(first.pass).toBe(true)
    expect(first.checks).toEqual(again.checks)
    expect(first.checks).not.toEqual(other.checks)
    expect(told.length).toBeGreaterThan(1)
    expect(told.every((done) => done >= 0 && done <= 1)).toBe(true)
    expect(first.parameters.depths).toEqual([2])
  })

  test('ends when its signal fires', async () => {
    const controller = new AbortController()
    const run = reproduce('escape-time', { signal: controller.signal, onProgress: () => controller.abort() })
    await expect(run).rejects.toMatchObject({ name: 'AbortError' })
  })

  test.each([
    [{ seed: -1 }, 'RANGE', 'seed'],
    [{ sets: {} }, 'OPTION', 'reproduce.sets'],
    [{ onProgress: 3 }, 'DTYPE', 'onProgress'],
  ])('%j is refused', async (options, code, argument) => {
    await expect(reproduce('escape-time', options as never)).rejects.toMatchObject({ code, argument })
  })
})
