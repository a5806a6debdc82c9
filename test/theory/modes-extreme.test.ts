// The whole range of arguments: finite numbers between start and target, or a typed error, never NaN.
import { describe, expect, test } from 'vitest'
import { DeepLinearError } from '../../src/errors.js'
import { balancedModes, balancedModeTime, gidelModes, mixedModes, mixedModeTime } from '../../src/theory/index.js'

/** What a call gives, or undefined where it refuses by a typed error. */
function attempt<T>(call: () => T): T | undefined {
  try {
    return call()
  } catch (error) {
    expect(error).toBeInstanceOf(DeepLinearError)
    return undefined
  }
}

/** On the way from `from` to `target`, up to roundings. */
function expectBetween(values: Iterable<number>, from: number, target: number, what: string): void {
  const slack = 1e-12 * Math.max(Math.abs(from), Math.abs(target))
  for (const value of values) {
    const inside = value >= Math.min(from, target) - slack && value <= Math.max(from, target) + slack
    expect(inside, `${what}: ${value}`).toBe(true)
  }
}

const TIMES = [0, 1e-300, 1e-5, 1, 1e10, 1e300]

describe('balanced modes', () => {
  test.each([2, 3, 4, 50, 1000])('depth %d', (depth) => {
    let answered = 0
    for (const s of [0, 5e-324, 1e-300, 1e-10, 1, 1e5, 1e100, 1e300]) {
      for (const a0 of [5e-324, 1e-300, 1e-200, 1e-3, 1 - 2 ** -53, 1, 1 + 2 ** -52, 1e10, 1e100, 1e290]) {
        const modes = attempt(() => balancedModes([s], a0, depth, TIMES))
        if (modes === undefined) continue
        answered++
        expectBetween(modes, a0, s, `balancedModes ${s} ${a0}`)
        for (let i = 1; i < modes.length; i++) {
          expect(Math.abs(modes[i] - s)).toBeLessThanOrEqual(Math.abs(modes[i - 1] - s) * (1 + 1e-12) + 1e-12 * s)
        }
        const time = attempt(() => balancedModeTime(s, a0, s / 2 + a0 / 2, depth))
        if (time !== undefined) expect(time >= 0 && !Number.isNaN(time), `time ${s} ${a0}: ${time}`).toBe(true)
      }
    }
    expect(answered).toBeGreaterThan(30)
  })
  test('with covariances', () => {
    for (const w0 of [1e-300, 1, 1e100]) {
      for (const t of TIMES) {
        expectBetween(gidelModes([2], [4], w0, [t]), w0, 0.5, `gidelModes ${w0}`)
        expect(gidelModes([0], [0], w0, [t])[0]).toBeCloseTo(w0, 12 - Math.max(0, Math.log10(w0)))
      }
    }
  })
})

test('mixed modes', () => {
  for (const c of [1e-75, 1e-8, 1, 1e20, 1e75]) {
    for (const s of [0, 1e-300, -1e-20, 1, -3, 1e75]) {
      for (const a0 of [0, 1e-300, 1, -1, 1e40, -1e75]) {
        expectBetween(mixedModes([s], a0, c, TIMES), a0, s, `mixedModes ${s} ${a0} ${c}`)
        const time = attempt(() => mixedModeTime(s, a0, s / 2 + a0 / 2, c))
        if (time !== undefined) expect(time >= 0 && !Number.isNaN(time), `time ${s} ${a0} ${c}: ${time}`).toBe(true)
      }
    }
  }
})
