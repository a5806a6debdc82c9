// Greedy paths against the golden numbers of the guide, its acceptance checks E9 and E11, and plain flows.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { completionError, greedyLowRank, greedySymmetric, pathDistance, squaredError } from '../../src/theory/index.js'
import { theoryCases } from './helpers/cases.js'
import { noise, product, type Rows, toRows, transposed } from './helpers/plain-network.js'

const relative = (found: number, wanted: number) => Math.abs(found - wanted) / Math.abs(wanted)
const read = (name: string) => JSON.parse(readFileSync(new URL(`../golden/${name}`, import.meta.url), 'utf8'))
const flat = (rows: Rows) => rows.flat()

describe('the greedy path', () => {
  test('golden: matrix completion 4 x 4', () => {
    const [{ Astar, mask, L, eps, C0, phases }] = theoryCases('greedy_MC')
    const objective = completionError(flat(Astar), flat(mask), 4, 4)
    expect(objective.loss(new Float64Array(16))).toBe(C0)
    const found = greedyLowRank(objective, L, eps)
    expect(found.map(({ rank }) => rank)).toEqual([1, 2, 3])
    phases.forEach(({ s1_escape, loss, s1_next, sv }, k) => {
      // The file has 8 to 11 digits; a loss or a gradient of 0 is 0 to what the integration left.
      expect(relative(found[k].escapeValue, s1_escape)).toBeLessThan(1e-9)
      expect(Math.abs(found[k].loss - loss)).toBeLessThan(5e-9)
      expect(Math.abs(found[k].nextValue - s1_next)).toBeLessThan(5e-8)
      sv.forEach((value, i) => {
        expect(Math.abs(found[k].singularValues[i] - value)).toBeLessThan(6e-8)
      })
    })
  })
  test('E9: 10 x 10, depth 4, eps = 0.02: plateaus, and half times within 0.2 % of escapeTime', () => {
    const { Astar, mask } = read('matrix-completion-10x10.json')
    const found = greedyLowRank(completionError(flat(Astar), flat(mask), 10, 10), 4, 0.02, { maxRank: 3 })
    expect(Math.abs(found[0].loss - 31.952889)).toBeLessThan(1e-6)
    expect(Math.abs(found[1].loss - 6.95004)).toBeLessThan(1e-6)
    expect(found[2].loss).toBeLessThan(1e-12)
    for (const { halfTime, escapeTime: expected } of found) {
      expect(halfTime / expected).toBeGreaterThan(0.998)
      expect(halfTime / expected).toBeLessThan(1.002)
    }
    // Measured for the guide with another integrator: .99987, .99983, .99976.
    found.forEach(({ halfTime, escapeTime: expected }, k) => {
      expect(Math.abs(halfTime / expected - [0.99987, 0.99983, 0.99976][k])).toBeLessThan(2e-5)
    })
  })
  test('stationary points depend on neither depth nor size', () => {
    const objective = squaredError([2, 0.3, -0.1, 1], 2, 2)
    const losses = [
      [2, 1e-4],
      [2, 1e-6],
      [3, 1e-2],
    ].map(([depth, size]) => greedyLowRank(objective, depth, size)[0].loss)
    for (const loss of losses) expect(relative(loss, losses[0])).toBeLessThan(1e-9)
  })
  test('E11: flow from a small full-rank start nears the path of greedySymmetric', () => {
    const M = product(toRows(noise(8, 4), 2), transposed(toRows(noise(8, 4), 2)))
    const phases = greedySymmetric(squaredError(flat(M), 4, 4), 1e-6)
    expect(phases).toHaveLength(2)
    for (const { halfTime, escapeTime: expected } of phases) expect(relative(halfTime, expected)).toBeLessThan(0.06)
    const path = phases.flatMap(({ path: corners }) => [...corners])
    const size = Math.sqrt(flat(M).reduce((sum, x) => sum + x * x, 0))
    const start = toRows(noise(16, 9), 4)
    const distances = [1e-1, 1e-3, 1e-5].map((alpha) => {
      let u = start.map((row) => row.map((x) => alpha * x))
      const points: number[] = []
      const slope = (v: Rows) => {
        const map = product(v, transposed(v))
        return product(
          M.map((row, i) => row.map((value, j) => value - map[i][j])),
          v,
        )
      }
      const moved = (v: Rows, h: number, d: Rows) => v.map((row, i) => row.map((x, j) => x + h * d[i][j]))
      for (let k = 0; k < 1500; k++) {
        const middle = moved(u, 0.02, slope(u))
        u = moved(u, 0.04, slope(middle))
        if (k % 5 === 0) points.push(...flat(product(u, transposed(u))))
      }
      return pathDistance(points, path, 16) / size
    })
    expect(distances[1]).toBeLessThan(distances[0])
    expect(distances[2]).toBeLessThan(Math.min(distances[1], 0.03))
  })
})

test('pathDistance: corners, edges, a path of one point, and no symmetry', () => {
  expect(pathDistance([0.5, 2], [0, 0, 1, 0], 2)).toBe(2)
  expect(pathDistance([-3, 4], [0, 0, 1, 0], 2)).toBe(5)
  expect(pathDistance([3, 4], [0, 0], 2)).toBe(5)
  expect(pathDistance([0, 0, 1, 0], [0.5, 2], 2)).toBeCloseTo(Math.sqrt(4.25), 15)
  expect(pathDistance([1, 1], [1, 1, 1, 1, 1, 1], 2)).toBe(0)
})
