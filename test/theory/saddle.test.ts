// Escapes and saddles against plain networks, the golden numbers of the guide and its acceptance checks (E6, E10).
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import {
  blowUp,
  escapeAmplitudes,
  escapeDirection,
  escapeNorms,
  escapeOffset,
  escapeSpeed,
  escapeTime,
  plateaus,
  plateauTimes,
  saddles,
  startEscapeTime,
} from '../../src/theory/index.js'
import { theoryCases } from './helpers/cases.js'
import { chainProduct, descent, flow, noise, product, type Rows, toRows, transposed } from './helpers/plain-network.js'

const relative = (found: number, wanted: number) => Math.abs(found - wanted) / Math.abs(wanted)
const read = (name: string) => JSON.parse(readFileSync(new URL(`../golden/${name}`, import.meta.url), 'utf8'))
const flat = (rows: Rows) => rows.flat()

describe.each([2, 3, 4, 5])('the optimal escape direction, depth %d', (depth) => {
  const G0 = toRows(noise(12, 3), 4)
  const sizes = [4, ...new Array(depth - 1).fill(3), 3]
  const s1 = Math.sqrt(Math.max(...powerIterate(product(transposed(G0), G0))))
  const direction = escapeDirection(flat(G0), sizes).map((w, l) => toRows(w, sizes[l]))
  const H = (weights: Rows[]) => {
    const map = chainProduct(weights)
    return G0.reduce((sum, row, i) => sum + row.reduce((part, value, j) => part + value * map[i][j], 0), 0)
  }
  const norm = (weights: Rows[]) => Math.sqrt(weights.flat(2).reduce((sum, value) => sum + value * value, 0))

  test('is a unit vector with H = -s1 L^(-L/2) and grad H = -s* rho', () => {
    expect(norm(direction)).toBeCloseTo(1, 14)
    expect(relative(H(direction), -s1 * depth ** (-depth / 2))).toBeLessThan(1e-13)
    const rate = descent(direction, () => G0).flat(2)
    const speed = escapeSpeed(s1, depth)
    for (const [i, value] of direction.flat(2).entries()) expect(Math.abs(rate[i] - speed * value)).toBeLessThan(1e-13)
  })
  test('is least: projected descents from random points reach the same H, and none less', () => {
    for (let seed = 1; seed <= 4; seed++) {
      let now = direction.map((w, l) => toRows(noise(w.length * w[0].length, 10 * seed + l), w[0].length))
      for (let k = 0; k < 4000; k++) {
        const size = norm(now)
        now = now.map((w) => w.map((row) => row.map((value) => value / size)))
        const rate = descent(now, () => G0)
        now = now.map((w, l) => w.map((row, i) => row.map((value, j) => value + (0.5 / s1) * rate[l][i][j])))
      }
      const size = norm(now)
      const found = H(now) / size ** depth
      expect(found).toBeGreaterThan(H(direction) * (1 + 1e-12))
      expect(relative(found, H(direction))).toBeLessThan(1e-6)
    }
  })
})

/** The largest eigenvalue of a symmetric matrix, by 500 multiplications. */
function powerIterate(a: Rows): number[] {
  let v = a.map((_, i) => 1 + 0.1 * i)
  let value = 0
  for (let k = 0; k < 500; k++) {
    const next = a.map((row) => row.reduce((sum, x, j) => sum + x * v[j], 0))
    value = Math.sqrt(next.reduce((sum, x) => sum + x * x, 0))
    v = next.map((x) => x / value)
  }
  return [value]
}

describe('norms along the escape', () => {
  test.each([2, 3, 4])('depth %d: the norm equation by Runge-Kutta 4', (depth) => {
    const speed = escapeSpeed(2, depth)
    const until = depth === 2 ? 1.3 : 0.7 * (0.3 ** (2 - depth) / ((depth - 2) * speed))
    let r = 0.3
    const h = until / 4000
    const f = (x: number) => speed * x ** (depth - 1)
    for (let k = 0; k < 4000; k++) {
      const k1 = f(r)
      const k2 = f(r + (h / 2) * k1)
      const k3 = f(r + (h / 2) * k2)
      r += (h / 6) * (k1 + 2 * k2 + 2 * k3 + f(r + h * k3))
    }
    expect(relative(escapeNorms(0.3, 2, depth, [until])[0], r)).toBeLessThan(1e-11)
  })
  test('infinite from the blow-up on; escapeTime in the norm of a layer', () => {
    const end = escapeTime(3, 4, 0.01)
    // r_0 = eps sqrt L.
    const norms = escapeNorms(0.01 * 2, 3, 4, [0, end * 0.999, end * 1.0001])
    expect([norms[0], norms[2]]).toEqual([expect.closeTo(0.02, 15), Infinity])
    expect(norms[1]).toBeGreaterThan(0.5)
  })
})

describe('golden: escapes from small starts', () => {
  // The formula is asymptotic: bounds are those of the guide, 1e-3 at the smallest start (E6), and they shrink with it.
  test.each(theoryCases('escape'))('depth $L', ({ L, w, f, Yd, alpha, t_half }) => {
    const sizes = [2, ...new Array(L - 1).fill(w), 2]
    const errors = alpha.map((scale, n) => {
      const weights = sizes.slice(1).map((rows, l) =>
        Array.from({ length: rows * sizes[l] }, (_, k) => {
          const [i, j] = [Math.floor(k / sizes[l]), k % sizes[l]]
          return scale * Math.cos(1 + i + 2 * j + 3 * l + f * i * j)
        }),
      )
      return relative(startEscapeTime(weights, sizes, [Yd[0], 0, 0, Yd[1]]), t_half[n])
    })
    expect(errors[2]).toBeLessThan(1e-3)
    for (let n = 1; n < 3; n++) expect(errors[n]).toBeLessThan(errors[n - 1] / (alpha[n - 1] / alpha[n]))
  })
  test.each([3, 4])(
    'depth %d: the blow-up time scales as alpha^-(L-2), and is where the plain flow diverges',
    (depth) => {
      const sizes = [2, ...new Array(depth - 1).fill(3), 2]
      const weights = sizes.slice(1).map((rows, l) => noise(rows * sizes[l], 7 + l))
      const G0 = [-3, 0.4, 0.2, -1]
      const { time, speed, direction } = blowUp(weights, sizes, G0)
      const smaller = blowUp(
        weights.map((w) => w.map((x) => 0.1 * x)),
        sizes,
        G0,
      )
      expect(relative(smaller.time, time * 10 ** (depth - 2))).toBeLessThan(1e-10)
      // Plain homogeneous flow up to 90 % of the time; what is left is again a blow-up, from there.
      const plain = flow(
        weights.map((w, l) => toRows(w, sizes[l])),
        () => toRows(G0, 2),
        0.9 * time,
        4000,
      )
      const rest = blowUp(plain.map(flat), sizes, G0)
      expect(relative(rest.time, 0.1 * time)).toBeLessThan(1e-8)
      const rate = descent(
        direction.map((w, l) => toRows(w, sizes[l])),
        () => toRows(G0, 2),
      ).flat(2)
      direction
        .flatMap((w) => [...w])
        .forEach((value, i) => {
          expect(Math.abs(rate[i] - speed * value)).toBeLessThan(1e-5)
        })
    },
  )
  test('amplitudes of two layers: ln(100) / s_k between starts of 1e-4 and 1e-6 (E10)', () => {
    const Y = [4, 2, 1, 0.5]
    const target = Y.flatMap((s, i) => Y.map((_, j) => (i === j ? s : 0)))
    const [first, second] = [noise(40, 1), noise(40, 2)]
    const at = (alpha: number) =>
      plateauTimes(
        Y,
        escapeAmplitudes(
          first.map((x) => alpha * x),
          second.map((x) => alpha * x),
          target,
          4,
          10,
          4,
        ),
      )
    const [early, late] = [at(1e-4), at(1e-6)]
    Y.forEach((s, k) => {
      expect(relative(late[k] - early[k], Math.log(100) / s)).toBeLessThan(1e-10)
    })
  })
  test('escapeOffset against mpmath: 1e-14, absolute where it changes its sign', () => {
    const cases = read('theory-modes.json').escapeOffset as { f: number; s: number; depth: number; c: number }[]
    for (const { f, s, depth, c } of cases) {
      expect(Math.abs(escapeOffset(f, s, depth) - c)).toBeLessThan(1e-14 * Math.max(0.3, Math.abs(c)))
    }
  })
})

describe('saddles', () => {
  test('plateaus are the saddles that learn the largest modes', () => {
    const values = [4, 2, 1, 0.5, 0]
    const { losses, nuclearNorms, speeds } = plateaus(values)
    expect([...losses]).toEqual([10.625, 2.625, 0.625, 0.125, 0, 0])
    expect([...nuclearNorms]).toEqual([0, 4, 6, 7, 7.5, 7.5])
    expect([...speeds]).toEqual([4, 2, 1, 0.5, 0, 0])
    const all = saddles(values)
    expect(all).toHaveLength(16)
    for (let k = 0; k <= 4; k++) {
      const visited = all.find(({ modes }) => modes.length === k && modes.every((mode, i) => mode === i))!
      expect([visited.loss, visited.speed]).toEqual([losses[k], speeds[k]])
    }
    expect(all.every(({ loss }, i) => i === 0 || loss <= all[i - 1].loss)).toBe(true)
  })
  test('each is a critical map: the gradient of a factorisation vanishes there, and at no other cut of the modes', () => {
    const values = [3, 2, 1]
    const target = toRows([3, 0, 0, 0, 2, 0, 0, 0, 1], 3)
    for (const { modes, loss } of saddles(values)) {
      const half = target.map((row, i) => row.map((value) => (modes.includes(i) ? Math.sqrt(value) : 0)))
      const rate = descent([half, half], (map) => map.map((row, i) => row.map((value, j) => value - target[i][j])))
      expect(Math.max(...rate.flat(2).map(Math.abs))).toBeLessThan(1e-15)
      const rest = values.filter((_, k) => !modes.includes(k)).reduce((sum, s) => sum + 0.5 * s * s, 0)
      expect(loss).toBeCloseTo(rest, 14)
    }
  })
})
