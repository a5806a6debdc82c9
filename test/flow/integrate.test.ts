// The driver: accuracy under error control, events, recorded states, stiffness, and every way to fail.
import { describe, expect, test } from 'vitest'
import {
  DTypeError,
  type ErrorCode,
  type IntegrateOptions,
  integrate,
  OptionError,
  RangeArgError,
  ShapeError,
} from '../../src/index.js'
import { blowUp, circle, distance, growth, mode, spring } from './problems.js'

const METHODS = ['dop853', 'tsit5', 'rosenbrock'] as const
const PROBLEMS = [growth, mode, circle, spring, blowUp]

describe.each(METHODS)('%s', (method) => {
  test.each(PROBLEMS)('keeps its tolerance on $name', ({ rhs, jacobian, timeDerivative, solution, end }) => {
    // The equation amplifies the error of a step: of y' = y^2 by (1/2 / 2)^-2, of the oscillator by the number of steps.
    for (const rtol of [1e-5, 1e-8, 1e-11]) {
      const result = integrate(rhs, solution(0), 0, end, { method, rtol, jacobian, timeDerivative })
      expect(result.status).toBe('completed')
      expect(result.t).toBe(end)
      expect(distance(result.y, solution(end))).toBeLessThan(100 * rtol)
      expect(result.evaluations).toBeGreaterThan(result.steps)
    }
  })

  test('recorded states and backward integration', () => {
    const { rhs, jacobian, solution } = spring
    const at = [0, 0.1, 1, 2, 2.000001, 5]
    for (const sign of [1, -1]) {
      const times = at.map((t) => sign * t)
      const result = integrate(rhs, solution(0), 0, sign * 5, { method, jacobian, rtol: 1e-10, at: times })
      expect([...result.times]).toEqual(times)
      times.forEach((t, i) => {
        expect(distance(result.states.subarray(2 * i, 2 * i + 2), solution(t))).toBeLessThan(1e-8)
      })
      expect([...result.states.subarray(10)]).toEqual([...result.y])
    }
  })

  test('an interval of length 0', () => {
    const { status, t, y, steps, states } = integrate(spring.rhs, [1, 2], 3, 3, {
      method,
      jacobian: spring.jacobian,
      at: [3],
    })
    expect({ status, t, steps, y: [...y], states: [...states] }).toEqual({
      status: 'completed',
      t: 3,
      steps: 0,
      y: [1, 2],
      states: [1, 2],
    })
  })

  test('a right-hand side that becomes NaN ends the run', () => {
    const broken = (t: number, _y: Float64Array, dy: Float64Array) => {
      dy[0] = t > 1 ? Number.NaN : 1
    }
    const jacobian = (_t: number, _y: Float64Array, out: Float64Array) => {
      out[0] = 0
    }
    const timeDerivative = jacobian
    const { status, t, y, message } = integrate(broken, [0], 0, 10, { method, jacobian, timeDerivative })
    expect(status).toBe('diverged')
    expect(t).toBeGreaterThan(0.9)
    expect(t).toBeLessThanOrEqual(1)
    expect(Math.abs(y[0] - t)).toBeLessThan(1e-12)
    expect(message).toMatch(/finite/)
  })

  test('NaN from the first evaluation', () => {
    const broken = (_t: number, _y: Float64Array, dy: Float64Array) => {
      dy.fill(Number.NaN)
    }
    const { status, t, steps } = integrate(broken, [0], 0, 1, { method, jacobian: broken, timeDerivative: broken })
    expect({ status, t, steps }).toEqual({ status: 'diverged', t: 0, steps: 0 })
  })

  test('a singularity is a status, before the clock runs out', () => {
    const { rhs, jacobian } = blowUp
    const { status, t, y, message } = integrate(rhs, [1], 0, 2, { method, jacobian })
    expect(['step-underflow', 'diverged']).toContain(status)
    expect(Math.abs(t - 1)).toBeLessThan(1e-6)
    expect(Number.isFinite(y[0])).toBe(true)
    expect(message).toBeDefined()
  })

  test('overflow of a state is not accepted', () => {
    const rhs = (_t: number, _y: Float64Array, dy: Float64Array) => {
      dy[0] = 1e308
    }
    const { status, y } = integrate(rhs, [0], 0, 100, {
      method,
      jacobian: (_t, _y, out) => {
        out[0] = 0
      },
    })
    expect(status).toBe('diverged')
    expect(Number.isFinite(y[0])).toBe(true)
  })

  test('max-steps', () => {
    const { rhs, jacobian } = spring
    const { status, t, steps, rejected, message } = integrate(rhs, [1, 0], 0, 1e6, { method, jacobian, maxSteps: 20 })
    expect(status).toBe('max-steps')
    expect(steps + rejected).toBe(20)
    expect(t).toBeLessThan(1e6)
    expect(message).toMatch(/maxSteps/)
  })

  test('maxStep bounds every step', () => {
    const { rhs, jacobian } = spring
    const { steps } = integrate(rhs, [1, 0], 0, 10, { method, jacobian, maxStep: 0.01, rtol: 1e-3 })
    expect(steps).toBeGreaterThanOrEqual(1000)
    expect(steps).toBeLessThan(1010)
  })
})

test('a tolerance that rounding cannot meet ends in step-underflow', () => {
  // Noise that changes with every call: no step is short enough.
  let calls = 0
  const noise = (_t: number, _y: Float64Array, dy: Float64Array) => {
    dy[0] = calls++ % 2 === 0 ? 1e10 : -1e10
  }
  for (const method of ['dop853', 'tsit5'] as const) {
    const { status, message } = integrate(noise, [1], 1, 2, { method, rtol: 1e-14, atol: 0 })
    expect(status).toBe('step-underflow')
    expect(message).toMatch(/tolerances/)
  }
})

test('atol 0 and components that stay 0', () => {
  const { status, y } = integrate(
    (_t, y, dy) => {
      dy[0] = -y[0]
      dy[1] = 0
    },
    [1, 0],
    0,
    1,
    { atol: 0, rtol: 1e-10 },
  )
  expect(status).toBe('completed')
  expect(Math.abs(y[0] - Math.exp(-1))).toBeLessThan(1e-10)
  expect(y[1]).toBe(0)
})

test('errors of the right-hand side reach the caller', () => {
  expect(() =>
    integrate(
      () => {
        throw new TypeError('mine')
      },
      [1],
      0,
      1,
    ),
  ).toThrow('mine')
})

describe('events of the oscillator', () => {
  const { rhs, jacobian, solution } = spring
  const at = (method: (typeof METHODS)[number], options: Partial<IntegrateOptions>, end = 10, start = 0) =>
    integrate(rhs, solution(start), start, end, { method, jacobian, rtol: 1e-12, atol: 1e-14, ...options })

  test.each(METHODS)('zeros of cos t, %s', (method) => {
    const { events } = at(method, { events: [{ name: 'zero', when: (_t, y) => y[0] }] })
    expect(events).toHaveLength(3)
    events.forEach(({ t, y }, k) => {
      expect(Math.abs(t / ((k + 0.5) * Math.PI) - 1)).toBeLessThan(1e-11)
      expect(Math.abs(y[0])).toBeLessThan(1e-11)
    })
  })

  test('direction, forward and backward', () => {
    const events = [
      { name: 'down', when: (_t: number, y: Float64Array) => y[0], direction: 'falling' as const },
      { name: 'up', when: (_t: number, y: Float64Array) => y[0], direction: 'rising' as const },
    ]
    expect(at('dop853', { events }).events.map(({ name }) => name)).toEqual(['down', 'up', 'down'])
    // In the direction of the integration: backwards from 10, cos falls through 2.5 pi from above 0 ... as time goes down.
    expect(at('dop853', { events }, 0, 10).events.map(({ name }) => name)).toEqual(['up', 'down', 'up'])
  })

  test('a terminal event ends the run there', () => {
    const { status, t, y, events, times } = at('dop853', {
      at: [1, 2, 3, 4],
      events: [
        { name: 'never', when: (_t, y) => y[0] - 2, terminal: true },
        { name: 'third', when: (t) => t - 2.5, terminal: true },
        { name: 'first', when: (_t, y) => y[0] },
      ],
    })
    expect(status).toBe('event')
    expect(Math.abs(t - 2.5)).toBeLessThan(1e-12)
    expect(distance(y, solution(2.5))).toBeLessThan(1e-11)
    expect(events.map(({ name }) => name)).toEqual(['first', 'third'])
    expect([...times]).toEqual([1, 2])
  })

  test('several events in one step come in the order of time', () => {
    const { events, steps } = integrate(
      (_t, _y, dy) => {
        dy[0] = 1
      },
      [0],
      0,
      1,
      {
        firstStep: 1,
        events: [0.9, 0.2, 0.5].map((level) => ({ name: String(level), when: (_t, y) => y[0] - level })),
      },
    )
    expect(steps).toBe(1)
    expect(events.map(({ name }) => name)).toEqual(['0.2', '0.5', '0.9'])
    for (const { name, t } of events) expect(Math.abs(t / Number(name) - 1)).toBeLessThan(1e-12)
  })

  test('starting on a zero is not an event; NaN never is', () => {
    const events = [
      { name: 'start', when: (_t: number, y: Float64Array) => y[1] },
      { name: 'nan', when: () => Number.NaN, terminal: true },
    ]
    const found = at('dop853', { events }, 4).events
    expect(found.map(({ name }) => name)).toEqual(['start'])
    expect(Math.abs(found[0].t / Math.PI - 1)).toBeLessThan(1e-11)
  })
})

describe('stiff systems', () => {
  // References: scipy 1.17 Radau at rtol 1e-12 and 3e-13, which agree to the digits given.
  test('Robertson', () => {
    const at = [0.4, 40, 4e4]
    const expected = [
      [0.985172113860991, 3.38639537897e-5, 0.01479402218522],
      [0.7158270687194, 9.18553476456e-6, 0.28416374574583],
      [0.0389833770855, 1.62176831591e-7, 0.96101646073768],
    ]
    const { status, states, steps, jacobians } = integrate(
      (_t, [a, b, c], dy) => {
        dy[0] = -0.04 * a + 1e4 * b * c
        dy[1] = 0.04 * a - 1e4 * b * c - 3e7 * b * b
        dy[2] = 3e7 * b * b
      },
      [1, 0, 0],
      0,
      4e4,
      {
        method: 'rosenbrock',
        rtol: 1e-9,
        atol: 1e-14,
        at,
        jacobian: (_t, [, b, c], out) => {
          out.set([-0.04, 1e4 * c, 1e4 * b, 0.04, -1e4 * c - 6e7 * b, -1e4 * b, 0, 6e7 * b, 0])
        },
      },
    )
    expect(status).toBe('completed')
    expected.flat().forEach((value, i) => {
      expect(Math.abs(states[i] / value - 1)).toBeLessThan(1e-7)
    })
    expect(steps).toBeLessThan(1000)
    expect(jacobians).toBe(steps)
  })

  test('van der Pol, mu^2 = 10^6', () => {
    const { status, y, steps } = integrate(
      (_t, [a, b], dy) => {
        dy[0] = b
        dy[1] = ((1 - a * a) * b - a) * 1e6
      },
      [2, 0],
      0,
      2,
      {
        method: 'rosenbrock',
        rtol: 1e-8,
        jacobian: (_t, [a, b], out) => {
          out.set([0, 1, (-2 * a * b - 1) * 1e6, (1 - a * a) * 1e6])
        },
      },
    )
    expect(status).toBe('completed')
    expect(Math.abs(y[0] / 1.70616773217 - 1)).toBeLessThan(1e-6)
    expect(Math.abs(y[1] / -0.8928097010249 - 1)).toBeLessThan(1e-6)
    expect(steps).toBeLessThan(5000)
  })
})

describe('bad input', () => {
  const { rhs, jacobian } = spring
  const when = () => 1
  test.each<[string, () => unknown, new (...args: never[]) => Error & { code: ErrorCode }, string]>([
    ['no function', () => integrate(1 as never, [1], 0, 1), DTypeError, 'rhs'],
    ['no array', () => integrate(rhs, 'ab' as never, 0, 1), DTypeError, 'y0'],
    ['empty state', () => integrate(rhs, [], 0, 1), ShapeError, 'y0'],
    ['NaN in the state', () => integrate(rhs, [1, Number.NaN], 0, 1), RangeArgError, 'y0[1]'],
    ['infinite end', () => integrate(rhs, [1, 0], 0, Infinity), RangeArgError, 't1'],
    ['unknown option', () => integrate(rhs, [1, 0], 0, 1, { rtoll: 1 } as never), OptionError, 'integrate.rtoll'],
    ['unknown method', () => integrate(rhs, [1, 0], 0, 1, { method: 'rk4' as never }), OptionError, 'method'],
    ['rtol 0', () => integrate(rhs, [1, 0], 0, 1, { rtol: 0 }), RangeArgError, 'rtol'],
    ['rtol below rounding', () => integrate(rhs, [1, 0], 0, 1, { rtol: 1e-15 }), RangeArgError, 'rtol'],
    ['negative atol', () => integrate(rhs, [1, 0], 0, 1, { atol: -1 }), RangeArgError, 'atol'],
    ['firstStep 0', () => integrate(rhs, [1, 0], 0, 1, { firstStep: 0 }), RangeArgError, 'firstStep'],
    ['maxStep text', () => integrate(rhs, [1, 0], 0, 1, { maxStep: '1' as never }), DTypeError, 'maxStep'],
    ['maxSteps 0', () => integrate(rhs, [1, 0], 0, 1, { maxSteps: 0 }), RangeArgError, 'maxSteps'],
    ['fixed without a step', () => integrate(rhs, [1, 0], 0, 1, { controller: 'fixed' }), OptionError, 'firstStep'],
    [
      'controller key',
      () => integrate(rhs, [1, 0], 0, 1, { controller: { k: 1 } as never }),
      OptionError,
      'controller.k',
    ],
    ['safety 1', () => integrate(rhs, [1, 0], 0, 1, { controller: { safety: 1 } }), RangeArgError, 'controller.safety'],
    ['at outside', () => integrate(rhs, [1, 0], 0, 1, { at: [0.5, 2] }), RangeArgError, 'at'],
    ['at unsorted', () => integrate(rhs, [1, 0], 0, 1, { at: [0.5, 0.4] }), RangeArgError, 'at'],
    ['at no array', () => integrate(rhs, [1, 0], 0, 1, { at: 3 as never }), DTypeError, 'at'],
    ['events no array', () => integrate(rhs, [1, 0], 0, 1, { events: {} as never }), DTypeError, 'events'],
    [
      'event without name',
      () => integrate(rhs, [1, 0], 0, 1, { events: [{ when } as never] }),
      DTypeError,
      'events[0].name',
    ],
    [
      'event without when',
      () => integrate(rhs, [1, 0], 0, 1, { events: [{ name: 'a' } as never] }),
      DTypeError,
      'events[0].when',
    ],
    [
      'direction',
      () => integrate(rhs, [1, 0], 0, 1, { events: [{ name: 'a', when, direction: 'up' as never }] }),
      OptionError,
      'events[0].direction',
    ],
    [
      'terminal',
      () => integrate(rhs, [1, 0], 0, 1, { events: [{ name: 'a', when, terminal: 1 as never }] }),
      DTypeError,
      'events[0].terminal',
    ],
    ['no Jacobian', () => integrate(rhs, [1, 0], 0, 1, { method: 'rosenbrock' }), OptionError, 'jacobian'],
    ['Jacobian no function', () => integrate(rhs, [1, 0], 0, 1, { jacobian: [] as never }), DTypeError, 'jacobian'],
    [
      'too large',
      () => integrate(rhs, new Float64Array(513), 0, 1, { method: 'rosenbrock', jacobian }),
      RangeArgError,
      'method',
    ],
    [
      'forgotten df/dt',
      () => integrate(growth.rhs, [1], 0, 1, { method: 'rosenbrock', jacobian: growth.jacobian }),
      RangeArgError,
      'timeDerivative',
    ],
  ])('%s', (_name, run, kind, argument) => {
    let error: unknown
    try {
      run()
    } catch (thrown) {
      error = thrown
    }
    expect(error).toBeInstanceOf(kind)
    expect((error as { argument?: string }).argument).toBe(argument)
    expect((error as Error).message.length).toBeGreaterThan(20)
  })
})
