import { describe, expect, it } from 'vitest'
import { alternatingModes, eulerModes } from '../../src/experiment/mixed/descent-modes.js'
import { errorsOf, noisyTeacher, pointOf } from '../../src/experiment/mixed/problem.js'
import { type Reproduction, reproduce } from '../../src/experiment/reproduce.js'
import { createEngineSync } from '../../src/linalg/engine.js'

function expectFigures({ figures }: Reproduction, panels: number, series: number): void {
  expect(figures).toHaveLength(1)
  expect(figures[0].panels).toHaveLength(panels)
  for (const panel of figures[0].panels) {
    expect(panel.series.length).toBeGreaterThanOrEqual(series)
    for (const { x, y } of panel.series) {
      expect(x.length).toBe(y.length)
      for (const value of [...Array.from(x), ...Array.from(y)]) expect(Number.isFinite(value)).toBe(true)
    }
  }
}

const failures = ({ checks }: Reproduction) => checks.filter(({ pass }) => !pass)

describe('mixed-dynamics', () => {
  it('holds at a smaller dimension, without the numbers of the default one', async () => {
    const found = await reproduce('mixed-dynamics', { set: { dimension: 120, iterations: 40 } })
    expect(failures(found)).toEqual([])
    expect(found.checks).toHaveLength(4)
    expectFigures(found, 2, 6)
  })

  it('leaves out the order of the modes where all are lazy, and the closed forms where the start is not small', async () => {
    const set = { dimension: 60, iterations: 20, varianceExponent: -1 }
    const found = await reproduce('mixed-dynamics', { set })
    expect(failures(found)).toEqual([])
    expect(found.checks).toHaveLength(2)
  })
})

describe('mixed-width', () => {
  it('holds by default', async () => {
    const found = await reproduce('mixed-width')
    expect(failures(found)).toEqual([])
    expect(found.checks).toHaveLength(4)
    expectFigures(found, 1, 4)
  })
})

describe('mixed-phase-diagram', () => {
  it('holds at the corners of a smaller dimension', async () => {
    const set = { dimension: 60, widthExponents: [1.75, 2.8], varianceExponents: '-2.2,-0.8', iterations: 200 }
    const found = await reproduce('mixed-phase-diagram', { set })
    expect(failures(found)).toEqual([])
    expect(found.checks).toHaveLength(3)
    expectFigures(found, 3, 4)
  })
})

describe('the problem and the modes', () => {
  const engine = createEngineSync({ reproducible: true })
  const problem = noisyTeacher(engine, 12, 2, 5)

  it('has the errors of a map that is diagonal in its basis', () => {
    // The target itself has all modes: nothing is left to train, and the noise is what the test sees.
    const whole = errorsOf(problem, problem.values)
    expect(whole.train).toBe(0)
    expect(whole.test).toBeCloseTo(problem.noise, 12)
    expect(errorsOf(problem, new Float64Array(12)).test).toBeCloseTo(problem.signal, 12)
    problem.modesOf(problem.target).forEach((mode, k) => {
      expect(mode).toBeCloseTo(problem.values[k], 12)
    })
    // A teacher of rank 2 has as many singular values above 0 as its trace norm says: |A*|_op <= |A*| <= sqrt(2) |A*|_op.
    const norm = 12 * Math.sqrt(problem.signal)
    expect(problem.largest).toBeLessThanOrEqual(norm)
    expect(problem.largest * Math.SQRT2).toBeGreaterThanOrEqual(norm)
  })

  it('steps by c where lazy and by the teacher where active', () => {
    const lazy = pointOf(problem, 3, -1, 10)
    expect(lazy.learningRate).toBeCloseTo(1 / (10 * 144), 15)
    expect(lazy.width).toBe(1728)
    expect(lazy.startVariance).toBeCloseTo(12, 10)
    expect(pointOf(problem, 2, -2, 10).learningRate).toBe(1 / (10 * problem.largest))
  })

  it('is alternating descent of two layers of two neurons', () => {
    // W_2 = (b, 0), W_1 = (0, b)': W_2 W_1 = 0, W_2 W_2' = W_1'W_1 = b^2 = c.
    const [s, c, h] = [3, 0.25, 0.05]
    let [w1, w2] = [
      [0, 0.5],
      [0.5, 0],
    ]
    const frames = alternatingModes(Float64Array.of(s), c, h, 30)
    for (let t = 0; t <= 30; t++) {
      expect(frames[t][0]).toBeCloseTo(w2[0] * w1[0] + w2[1] * w1[1], 12)
      const g = w2[0] * w1[0] + w2[1] * w1[1] - s
      w1 = w1.map((w, i) => w - h * g * w2[i])
      w2 = w2.map((w, i) => w - h * g * w1[i])
    }
    const euler = eulerModes(Float64Array.of(s), c, h, 1)[1][0]
    expect(euler).toBeCloseTo(2 * h * c * s, 15)
  })
})
