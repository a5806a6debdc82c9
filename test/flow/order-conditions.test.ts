// The coefficients against the order conditions: a Runge-Kutta method has order p exactly if for each rooted tree of at most p vertices
// sum_i b_i Phi_i(tree) = 1 / gamma(tree) (J. C. Butcher; Hairer, Norsett, Wanner, section II.2), and a Rosenbrock method the same with
// beta = alpha + Gamma on the edges to only children (Hairer, Wanner, Solving Ordinary Differential Equations II, section IV.7).
import { describe, expect, test } from 'vitest'
import { evaluateDense, type Factor } from '../../src/flow/dense-output.js'
import * as dop from '../../src/flow/dop853-tableau.js'
import * as rodas from '../../src/flow/rosenbrock.js'
import * as tsit from '../../src/flow/tsit5.js'

/** Residuals: the coefficients are given to 16 digits and enter with weights up to some hundreds. */
const TOLERANCE = 1e-12

/** A rooted tree is the list of its subtrees. */
interface Tree extends ReadonlyArray<Tree> {}

/** Number of rooted trees with 1, 2, ... vertices. */
const COUNTS = [1, 1, 2, 4, 9, 20, 48, 115]

const trees: Tree[][] = [[], [[]]]
for (let size = 2; size <= COUNTS.length; size++) {
  const found = new Map<string, Tree>()
  const grow = (left: number, largest: number, children: Tree[]) => {
    if (left === 0) {
      const sorted = children.map((child) => JSON.stringify(child)).sort()
      found.set(sorted.join(), [...children])
      return
    }
    for (let part = Math.min(left, largest); part > 0; part--) {
      for (const child of trees[part]) grow(left - part, part, [...children, child])
    }
  }
  grow(size - 1, size - 1, [])
  trees.push([...found.values()])
}

const sizeOf = (tree: Tree): number => 1 + tree.reduce((sum, child) => sum + sizeOf(child), 0)
const density = (tree: Tree): number => tree.reduce((product, child) => product * density(child), sizeOf(tree))

type Rows = readonly (readonly number[])[]
const times = (rows: Rows, v: readonly number[]) =>
  rows.map((row) => row.reduce((sum, weight, j) => sum + weight * v[j], 0))

/** Phi of a tree; `only` are the weights on an edge to an only child. */
function phi(tree: Tree, a: Rows, only: Rows): number[] {
  return tree.reduce<number[]>(
    (product, child) => {
      const below = times(tree.length === 1 ? only : a, phi(child, a, only))
      return product.map((value, i) => value * below[i])
    },
    a.map(() => 1),
  )
}

/** The largest violation of the conditions of one order for weights b at theta. */
function violation(order: number, b: readonly number[], a: Rows, only: Rows = a, theta = 1): number {
  return Math.max(
    ...trees[order].map((tree) => {
      const sum = phi(tree, a, only).reduce((total, value, i) => total + value * (b[i] ?? 0), 0)
      return Math.abs(sum - theta ** order / density(tree))
    }),
  )
}

/** Order 1 .. p hold, and those of order p + 1 do not. */
function expectOrder(p: number, b: readonly number[], a: Rows, only?: Rows, theta?: number): void {
  for (let order = 1; order <= p; order++)
    expect(violation(order, b, a, only, theta), `order ${order}`).toBeLessThan(TOLERANCE)
  if (p < COUNTS.length) expect(violation(p + 1, b, a, only, theta)).toBeGreaterThan(1e-7)
}

/** Weights at theta from the vectors of the nested form, each given as weights. */
function weightsAt(theta: number, vectors: Rows, factors: readonly Factor[]): number[] {
  const n = vectors[0].length
  const out = new Float64Array(n)
  evaluateDense(
    new Float64Array(n),
    vectors.map((vector) => Float64Array.from(vector)),
    factors,
    theta,
    out,
  )
  return [...out]
}

const minus = (a: readonly number[], b: readonly number[]) => a.map((value, i) => value - (b[i] ?? 0))
const rectangular = (rows: Rows, width: number) =>
  rows.map((row) => Array.from({ length: width }, (_, j) => row[j] ?? 0))
const unit = (n: number, i: number) => Array.from({ length: n }, (_, j) => (i === j ? 1 : 0))

test('the trees are all there', () => {
  expect(trees.slice(1).map((list) => list.length)).toEqual(COUNTS)
})

describe('Dormand-Prince 8(5,3)', () => {
  const a = rectangular(dop.STAGES, 16)
  const b = a[12]

  test('nodes are row sums', () => {
    a.forEach((row, i) => {
      expect(Math.abs(row.reduce((sum, value) => sum + value, 0) - dop.NODES[i])).toBeLessThan(TOLERANCE)
    })
  })
  test('order 8', () => expectOrder(8, b, a))
  test('the estimators are of orders 5 and 3', () => {
    expectOrder(5, minus(b, dop.ERROR_5), a)
    expectOrder(3, minus(b, dop.ERROR_3), a)
  })
  test.each([0.2, 0.5, 0.9])('dense output of order 7 at %f', (theta) => {
    const [start, end] = [unit(16, 0), unit(16, 12)]
    const vectors = [b, minus(start, b), b.map((value, i) => 2 * value - start[i] - end[i]), ...dop.DENSE]
    const factors: Factor[] = ['theta', 'rest', 'theta', 'rest', 'theta', 'rest', 'theta']
    expectOrder(7, weightsAt(theta, vectors, factors), a, a, theta)
  })
})

describe('Tsitouras 5(4)', () => {
  const a = rectangular(tsit.STAGES, 7)
  const b = a[6]

  test('nodes are row sums', () => {
    a.forEach((row, i) => {
      expect(Math.abs(row.reduce((sum, value) => sum + value, 0) - tsit.NODES[i])).toBeLessThan(TOLERANCE)
    })
  })
  test('order 5', () => expectOrder(5, b, a))
  test('the embedded method is of order 4', () => expectOrder(4, minus(b, tsit.ERROR), a))
  test.each([0.2, 0.5, 0.9])('dense output of order 4 at %f', (theta) => {
    const factors: Factor[] = ['theta', 'theta', 'theta', 'theta']
    expectOrder(4, weightsAt(theta, tsit.DENSE, factors), a, a, theta)
  })
})

describe('Rodas5P', () => {
  // From the form that is computed with back to the one of the theory: Gamma^-1 = I/gamma - C, alpha = a Gamma, b' = b Gamma.
  const inverse = rectangular(rodas.COUPLING, 8).map((row, i) =>
    row.map((value, j) => (i === j ? 1 / rodas.GAMMA : 0) - value),
  )
  const gamma = lowerInverse(inverse)
  const byGamma = (row: readonly number[]) =>
    unit(8, 0).map((_, j) => row.reduce((sum, value, i) => sum + value * gamma[i][j], 0))
  const alpha = rectangular(rodas.STAGES, 8).slice(0, 8).map(byGamma)
  const beta = alpha.map((row, i) => row.map((value, j) => value + gamma[i][j]))
  const b = byGamma(rodas.STAGES[8])

  test('nodes and time weights are row sums of alpha and Gamma', () => {
    const sum = (row: readonly number[]) => row.reduce((total, value) => total + value, 0)
    alpha.forEach((row, i) => {
      expect(Math.abs(sum(row) - rodas.NODES[i])).toBeLessThan(TOLERANCE)
      expect(Math.abs(sum(gamma[i]) - rodas.TIME[i])).toBeLessThan(TOLERANCE)
    })
  })
  test('order 5, embedded order 4', () => {
    expectOrder(5, b, alpha, beta)
    expectOrder(4, byGamma(minus(rodas.STAGES[8], unit(8, 7))), alpha, beta)
  })
  test('stiffly accurate: the last row of beta is b', () => {
    beta[7].forEach((value, i) => {
      expect(Math.abs(value - b[i])).toBeLessThan(TOLERANCE)
    })
  })
  test.each([0.2, 0.5, 0.9])('dense output of order 4 at %f', (theta) => {
    const factors: Factor[] = ['theta', 'rest', 'theta', 'theta']
    const vectors = [b, ...rodas.DENSE.map(byGamma)]
    expectOrder(4, weightsAt(theta, vectors, factors), alpha, beta, theta)
  })
})

/** The inverse of a lower triangular matrix. */
function lowerInverse(l: Rows): number[][] {
  const n = l.length
  const out = Array.from({ length: n }, () => new Array<number>(n).fill(0))
  for (let j = 0; j < n; j++) {
    for (let i = j; i < n; i++) {
      let sum = i === j ? 1 : 0
      for (let k = j; k < i; k++) sum -= l[i][k] * out[k][j]
      out[i][j] = sum / l[i][i]
    }
  }
  return out
}
