import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { shortened, spread, textWidth, wrapText } from '../../src/report/labels.js'
import { formatNumber, linearTicks, logTicks, subscript, superscript } from '../../src/report/numbers.js'
import { thin } from '../../src/report/thin.js'

describe('formatNumber', () => {
  test.each([
    [0, '0'],
    [-0, '0'],
    [1, '1'],
    [0.1 + 0.2, '0.3'],
    [12_500, '12,500'],
    [1_234_567, '1,235,000'],
    [-0.25, '\u22120.25'],
    [0.001, '0.001'],
    [0.0001, '10\u207b\u2074'],
    [2.5e-7, '2.5\u00d710\u207b\u2077'],
    [-1e12, '\u22121\u00d710\u00b9\u00b2'],
    [5e-324, '4.941\u00d710\u207b\u00b3\u00b2\u2074'],
    [Infinity, '\u221e'],
    [-Infinity, '\u2212\u221e'],
    [Number.NaN, 'NaN'],
  ])('%s', (value, text) => expect(formatNumber(value)).toBe(text))

  test('raised and lowered digits', () => {
    expect([superscript(-120), subscript(10)]).toEqual(['\u207b\u00b9\u00b2\u2070', '\u2081\u2080'])
  })
})

describe('ticks', () => {
  test.each([
    [0, 4.24, 5, [0, 1, 2, 3, 4]],
    [0, 1, 4, [0, 0.2, 0.4, 0.6, 0.8, 1]],
    [0, 19_980, 7, [0, 2000, 4000, 6000, 8000, 10_000, 12_000, 14_000, 16_000, 18_000]],
    [0.34, 0.41, 6, [0.34, 0.35, 0.36, 0.37, 0.38, 0.39, 0.4, 0.41]],
  ])('linear from %d to %d', (low, high, count, ticks) => expect(linearTicks(low, high, count)).toEqual(ticks))

  test('steps are integers', () => expect(linearTicks(-1, 1, 7, true)).toEqual([-1, 0, 1]))

  test.each([
    [0.5e-12, 2, [1e-12, 1e-10, 1e-8, 1e-6, 1e-4, 1e-2, 1]],
    [0.5e-13, 200, [1e-12, 1e-9, 1e-6, 1e-3, 1]],
    [0.9, 60, [1, 2, 5, 10, 20, 50]],
    [0.5, 20_000, [1, 10, 100, 1000, 10_000]],
  ])('logarithmic from %d to %d', (low, high, ticks) => expect(logTicks(low, high, 6)).toEqual(ticks))

  test('always some, within the interval, ascending', () => {
    const positive = fc.double({ min: 1e-300, max: 1e300, noNaN: true })
    fc.assert(
      fc.property(
        positive,
        fc.double({ min: 1.21, max: 1e18, noNaN: true }),
        fc.integer({ min: 4, max: 8 }),
        (low, ratio, count) => {
          const high = Math.min(low * ratio, 1e305)
          const slack = 1e-6 * (high - low)
          for (const ticks of [logTicks(low, high, count), linearTicks(low, high, count)]) {
            expect(ticks.length).toBeGreaterThan(0)
            expect(ticks.length).toBeLessThanOrEqual(2.5 * count)
            expect(ticks.every((tick, i) => i === 0 || tick > ticks[i - 1])).toBe(true)
            expect(ticks.every((tick) => tick >= low - slack && tick <= high + slack)).toBe(true)
          }
        },
      ),
      { numRuns: 2000, seed: 7 },
    )
  })
})

describe('spread', () => {
  const places = fc
    .array(fc.double({ min: 0, max: 600, noNaN: true }), { maxLength: 12 })
    .map((x) => x.sort((a, b) => a - b))

  test('no overlap, in order, within bounds', () => {
    fc.assert(
      fc.property(places, fc.double({ min: 5, max: 45, noNaN: true }), (wanted, size) => {
        const found = spread(
          wanted,
          wanted.map(() => size),
          0,
          600,
        )
        expect(found).toHaveLength(wanted.length)
        for (let i = 0; i < found.length; i++) {
          expect(found[i]).toBeGreaterThanOrEqual(size / 2 - 1e-9)
          expect(found[i]).toBeLessThanOrEqual(600 - size / 2 + 1e-9)
          if (i > 0) expect(found[i] - found[i - 1]).toBeGreaterThanOrEqual(size - 1e-9)
        }
      }),
      { numRuns: 500, seed: 8 },
    )
  })

  test('labels with room stay, close ones part evenly', () => {
    expect(spread([50, 300], [20, 20], 0, 600)).toEqual([50, 300])
    expect(spread([100, 100], [20, 20], 0, 600)).toEqual([90, 110])
    expect(spread([], [], 0, 600)).toEqual([])
  })
})

describe('thin', () => {
  const series = fc.array(
    fc.oneof(
      { weight: 9, arbitrary: fc.double({ min: -100, max: 100, noNaN: true }) },
      { weight: 1, arbitrary: fc.constant(Number.NaN) },
    ),
    {
      minLength: 1,
      maxLength: 400,
    },
  )

  test('ends, lowest and highest stay, to within the tolerance; the kept line is close to every point', () => {
    fc.assert(
      fc.property(series, (y) => {
        const x = y.map((_, i) => i)
        const kept = thin({ x, y }, y.length, Infinity)
        expect(kept.every((i, place) => place === 0 || i > kept[place - 1])).toBe(true)
        expect([kept[0], kept.at(-1)]).toEqual([0, y.length - 1])
        for (let place = 1; place < kept.length; place++) {
          const [a, b] = [kept[place - 1], kept[place]]
          for (let i = a + 1; i < b; i++) {
            if (!Number.isFinite(y[i])) expect([y[a], y[b]].some(Number.isNaN)).toBe(true)
            else expect(Math.abs(y[i] - (y[a] + ((y[b] - y[a]) * (i - a)) / (b - a)))).toBeLessThan(0.1 + 1e-9)
          }
        }
      }),
      { numRuns: 500, seed: 9 },
    )
  })

  test('one pixel column keeps its first, last, lowest and highest point', () => {
    const y = Float64Array.from({ length: 100_000 }, (_, i) => Math.sin(i * 12.9898) * 50)
    const x = Float64Array.from(y, (_, i) => i / 200)
    const kept = thin({ x, y }, 500, 2000)
    expect(kept.length).toBeLessThanOrEqual(2000)
    const values = kept.map((i) => y[i])
    expect(Math.max(...values)).toBe(y.reduce((a, b) => Math.max(a, b)))
    expect(Math.min(...values)).toBe(y.reduce((a, b) => Math.min(a, b)))
  })

  test('a straight line is its two ends', () => {
    const x = Float64Array.from({ length: 5000 }, (_, i) => i / 10)
    expect(thin({ x, y: x.map((value) => 3 * value) }, 500, Infinity)).toEqual([0, 4999])
  })
})

describe('text', () => {
  test('every line fits, words stay whole where they can', () => {
    fc.assert(
      fc.property(
        fc.string({ maxLength: 300 }),
        fc.integer({ min: 60, max: 600 }),
        fc.integer({ min: 1, max: 4 }),
        (text, width, most) => {
          const lines = wrapText(text, width, 14, most)
          expect(lines.length).toBeLessThanOrEqual(most)
          for (const line of lines) expect(textWidth(line, 14)).toBeLessThanOrEqual(width)
        },
      ),
      { numRuns: 500, seed: 10 },
    )
    expect(wrapText('one two three', 60, 12, 3)).toEqual(['one two', 'three'])
    expect(wrapText('', 60, 12, 3)).toEqual([])
  })

  test('what is cut says so', () => {
    expect(shortened('abcdefghij', 40, 12)).toMatch(/^abc.*\u2026$/)
    expect(shortened('abc', 40, 12)).toBe('abc')
  })
})
