import { describe, expect, test } from 'vitest'
import { Calm, type Core, takeTurn } from '../../bench/report/calm.js'

/** A core that is free at these looks, one after another, and of whose time every look and every pause takes some. */
function coreOf(free: readonly boolean[], look = 1): Core & { paused: number } {
  let looks = 0
  let clock = 0
  return {
    paused: 0,
    rate() {
      clock += look
      return free[Math.min(looks++, free.length - 1)] ? 20 : 12
    },
    async pause(milliseconds) {
      this.paused++
      clock += milliseconds
    },
    now: () => clock,
  }
}

/** Turns that take as long as their number. */
function turns() {
  let count = 0
  return async () => ({ median: ++count, minimum: count })
}

describe('a turn', () => {
  test('counts at once where the core is free before and after', async () => {
    const calm = new Calm(coreOf([true]), 20, 1000)
    const measure = turns()
    expect(await calm.turn(measure)).toEqual({ median: 1, minimum: 1 })
    expect(await calm.turn(measure)).toEqual({ median: 2, minimum: 2 })
    expect(calm.counted).toEqual({ turns: 2, disturbed: 0 })
  })

  test('is taken again when the core was not free any more at its end', async () => {
    const calm = new Calm(coreOf([true, false, true, true]), 20, 1000)
    expect(await calm.turn(turns())).toEqual({ median: 2, minimum: 2 })
    expect(calm.counted).toEqual({ turns: 1, disturbed: 0 })
  })

  test('does not begin before the core is free', async () => {
    const core = coreOf([false, false, true])
    const calm = new Calm(core, 20, 1000)
    expect(await calm.turn(turns())).toEqual({ median: 1, minimum: 1 })
    expect(core.paused).toBe(2)
    expect(calm.counted.disturbed).toBe(0)
  })

  test('counts all the same, and is counted, when patience is at an end, for which the whole row has one', async () => {
    const core = coreOf([false])
    const calm = new Calm(core, 20, 350)
    const measure = turns()
    await calm.turn(measure)
    expect(core.paused).toBe(4)
    await calm.turn(measure)
    expect(core.paused).toBe(4)
    expect(calm.counted).toEqual({ turns: 2, disturbed: 2 })
  })

  test('of a free core counts as undisturbed even then', async () => {
    const calm = new Calm(coreOf([false, true]), 20, 0)
    const measure = turns()
    await calm.turn(measure)
    await calm.turn(measure)
    expect(calm.counted).toEqual({ turns: 2, disturbed: 1 })
  })

  test('counts as it is where nobody keeps watch', async () => {
    expect(await takeTurn(undefined, turns())).toEqual({ median: 1, minimum: 1 })
    const calm = new Calm(coreOf([true, false, true]), 20, 1000)
    expect(await takeTurn(calm, turns())).toEqual({ median: 2, minimum: 2 })
  })

  test.each([
    [Number.NaN, 1000],
    [0, 1000],
    [20, Number.NaN],
    [20, -1],
  ])('a rate of %d and a patience of %d ms are refused', (best, patience) => {
    expect(() => new Calm(coreOf([true]), best, patience)).toThrow(RangeError)
  })

  test('that fails is not taken again', async () => {
    const calm = new Calm(coreOf([true]), 20, 1000)
    await expect(calm.turn(() => Promise.reject(new Error('no answer in time')))).rejects.toThrow('no answer in time')
  })
})
