// Learning rates that depend on the step, against their formulas.
import { describe, expect, test } from 'vitest'
import { constant, cosine, multiStep, ramp, type Schedule } from '../../src/index.js'
import { checkSchedule } from '../../src/optimizer/schedule.js'

const wrong = <T>(value: unknown) => value as T

describe('formulas', () => {
  test('constant', () => {
    expect(constant(0.3)).toMatchObject({ constant: 0.3, name: 'constant(0.3)' })
    expect([0, 1, 2 ** 50].map(constant(0.3).at)).toEqual([0.3, 0.3, 0.3])
  })

  test('ramp is a straight line with exact ends', () => {
    const up = ramp({ from: 0.1, to: 0.7, steps: 7 })
    for (let s = 0; s < 7; s++) expect(up.at(s)).toBeCloseTo(0.1 + (0.6 * s) / 7, 15)
    expect([up.at(0), up.at(7), up.at(8), up.at(1e15)]).toEqual([0.1, 0.7, 0.7, 0.7])
    expect(ramp({ from: 3, to: 0, steps: 3 }).at(2)).toBeCloseTo(1, 15)
    expect(up.constant).toBeUndefined()
  })

  test('multiStep drops at its steps, each time by the same factor', () => {
    const down = multiStep({ rate: 2, drops: [3, 4, 9] })
    const rates = Array.from({ length: 12 }, (_, s) => down.at(s))
    const expected = [2, 2, 2, 0.2, 0.02, 0.02, 0.02, 0.02, 0.02, 0.002, 0.002, 0.002]
    for (const [s, rate] of rates.entries()) expect(Math.abs(rate / expected[s] - 1)).toBeLessThan(4e-16)
    expect(multiStep({ rate: 2, drops: [] }).at(1e9)).toBe(2)
    expect(multiStep({ rate: 2, drops: [0], factor: 3 }).at(0)).toBe(6)
  })

  test('cosine warms up and comes down by half a cosine', () => {
    const rate = cosine({ rate: 0.8, steps: 30, warmup: 5, end: 0.1 })
    for (let s = 0; s < 40; s++) {
      const expected =
        s < 5 ? (0.8 * (s + 1)) / 5 : s < 30 ? 0.1 + 0.35 * (1 + Math.cos((Math.PI * (s - 5)) / 25)) : 0.1
      expect(rate.at(s)).toBeCloseTo(expected, 14)
    }
    expect([rate.at(4), rate.at(5), rate.at(30)]).toEqual([0.8, 0.8, 0.1])
    expect(cosine({ rate: 1, steps: 10 }).at(10)).toBe(0)
    expect(cosine({ rate: 1, steps: 3, warmup: 3 }).at(2)).toBe(1)
    expect(cosine({ rate: 1, steps: 3, warmup: 3 }).at(3)).toBe(0)
    for (let s = 6; s <= 30; s++) expect(rate.at(s)).toBeLessThanOrEqual(rate.at(s - 1))
  })
})

describe('what an option may be', () => {
  test('a number, a schedule, a function, an object of a class', () => {
    expect(checkSchedule(0.5)).toMatchObject({ constant: 0.5 })
    expect(checkSchedule(constant(0.25)).constant).toBe(0.25)
    expect(checkSchedule((step: number) => step / 10).at(3)).toBe(0.3)
    class Own implements Schedule {
      readonly name = 'own'
      readonly #scale = 4
      at(step: number) {
        return this.#scale * step
      }
    }
    const own = checkSchedule(new Own())
    expect([own.name, own.at(2), own.constant]).toEqual(['own', 8, undefined])
  })

  test('a schedule that says it is constant is', () => {
    const said = checkSchedule({ name: 'mine', constant: 0.5, at: () => 99 })
    expect([said.constant, said.at(3)]).toEqual([0.5, 0.5])
  })

  test.each([
    [Number.NaN, 'RANGE'],
    [-1, 'RANGE'],
    [Infinity, 'RANGE'],
    ['0.1', 'DTYPE'],
    [undefined, 'DTYPE'],
    [1n, 'DTYPE'],
  ])('a function or schedule that says %s is refused with its step', (value, code) => {
    for (const given of [() => value, { name: 'odd', at: () => value }]) {
      const schedule = checkSchedule(given)
      expect(() => schedule.at(12)).toThrow(
        expect.objectContaining({ code, argument: 'learningRate', message: expect.stringContaining('at step 12') }),
      )
    }
  })

  test('a function that throws is an option error with its cause', () => {
    const schedule = checkSchedule(() => {
      throw new Error('no rate today')
    })
    expect(() => schedule.at(4)).toThrow(
      expect.objectContaining({ code: 'OPTION', message: expect.stringContaining('at step 4: no rate today') }),
    )
  })
})

test.each([
  ['constant 0', () => constant(0), 'RANGE', 'learningRate'],
  ['constant "1"', () => constant(wrong('1')), 'DTYPE', 'learningRate'],
  ['ramp without options', () => ramp(wrong(undefined)), 'DTYPE', 'from'],
  ['ramp from -1', () => ramp({ from: -1, to: 1, steps: 1 }), 'RANGE', 'from'],
  ['ramp to NaN', () => ramp({ from: 0, to: Number.NaN, steps: 1 }), 'RANGE', 'to'],
  ['ramp of 0 steps', () => ramp({ from: 0, to: 1, steps: 0 }), 'RANGE', 'steps'],
  ['ramp of 1.5 steps', () => ramp({ from: 0, to: 1, steps: 1.5 }), 'RANGE', 'steps'],
  ['ramp with start', () => ramp(wrong({ start: 0, to: 1, steps: 1 })), 'OPTION', 'ramp.start'],
  ['multiStep without drops', () => multiStep(wrong({ rate: 1 })), 'OPTION', 'drops'],
  ['multiStep descending', () => multiStep({ rate: 1, drops: [5, 5] }), 'RANGE', 'drops'],
  ['multiStep at -1', () => multiStep({ rate: 1, drops: [-1] }), 'RANGE', 'drops[0]'],
  ['multiStep with a hole', () => multiStep({ rate: 1, drops: new Array<number>(2) }), 'DTYPE', 'drops[0]'],
  ['multiStep by 0', () => multiStep({ rate: 1, drops: [1], factor: 0 }), 'RANGE', 'factor'],
  ['multiStep that overflows', () => multiStep({ rate: 1e300, drops: [1, 2], factor: 1e9 }), 'RANGE', 'factor'],
  ['cosine end above rate', () => cosine({ rate: 1, steps: 5, end: 2 }), 'RANGE', 'end'],
  ['cosine warmup above steps', () => cosine({ rate: 1, steps: 5, warmup: 6 }), 'RANGE', 'warmup'],
  ['cosine rate 0', () => cosine({ rate: 0, steps: 5 }), 'RANGE', 'rate'],
  ['a learning rate of null', () => checkSchedule(null), 'DTYPE', 'learningRate'],
  ['a learning rate of []', () => checkSchedule([]), 'DTYPE', 'learningRate'],
  ['a schedule of constant 0', () => checkSchedule({ name: 'z', constant: 0, at: () => 0 }), 'RANGE', 'learningRate'],
])('%s is refused', (_, call, code, argument) => {
  expect(call).toThrow(expect.objectContaining({ code, argument }))
})
