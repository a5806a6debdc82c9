// The golden cases of the large-width limit: made by another program by marching and by a fixed-point iteration, stored with 13 digits.
import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { dlnDmft, linearRegressionDynamics, twoLayerInfiniteWidth } from '../../src/theory/index.js'

interface Golden {
  name: string
  kind: string
  params: {
    L: number
    T: number
    eta: number
    gh?: number
    nu?: number
    alpha?: number
    batch?: number
    sigma?: number
    res?: boolean
    lam?: number[]
    b2?: number[]
    wt?: number[]
    mult?: number[]
    w0var?: number
    al?: number
    ab?: number
    sg?: number
  }
  expected: Record<string, number[]>
}

const cases = JSON.parse(readFileSync(new URL('../golden/large-width.json', import.meta.url), 'utf8')) as Golden[]
const ofKind = (kind: string) => cases.filter((entry) => entry.kind === kind)

function close(found: ArrayLike<number>, wanted: number[]): void {
  expect(found.length).toBe(wanted.length)
  for (const [t, value] of wanted.entries()) {
    expect(Math.abs(found[t] - value)).toBeLessThanOrEqual(1e-9 * Math.abs(value))
  }
}

test('every kind is here', () => {
  expect(cases.map(({ kind }) => kind).sort()).toEqual([
    'dmft',
    'dmft',
    'dmft',
    'dmft',
    'dmft',
    'dnet',
    'linone',
    'linreg',
    'rec1',
  ])
})

describe('dlnDmft', () => {
  test.each(ofKind('dmft'))('$name', ({ params: p, expected }) => {
    const found = dlnDmft({
      depth: p.L,
      steps: p.T - 1,
      learningRate: p.eta,
      richness: p.gh,
      widthRatio: p.nu,
      sampleRatio: p.alpha,
      batchRatio: p.batch,
      noise: p.sigma,
      eigenvalues: p.lam,
      targets: p.b2,
      weights: p.wt,
      residual: p.res ? 1 / Math.sqrt(p.L) : undefined,
      layerRates: p.mult,
      readoutVariance: p.w0var,
    })
    close(found.test, expected.test)
    close(found.train, expected.train)
    const modes = p.lam?.length ?? 1
    close(
      found.bias.filter((_, i) => i % modes === 0),
      expected.bias,
    )
    expect(found.divergedAt).toBe(-1)
  })
})

test.each(ofKind('rec1'))('$name', ({ params: p, expected }) => {
  close(twoLayerInfiniteWidth({ steps: p.T - 1, learningRate: p.eta, richness: p.gh }).test, expected.test)
  close(dlnDmft({ depth: 1, steps: p.T - 1, learningRate: p.eta, richness: p.gh }).test, expected.test)
})

test.each([...ofKind('linreg'), ...ofKind('linone')])('$name', ({ params: p, expected }) => {
  const data = p.al === undefined ? { batchRatio: p.ab } : { sampleRatio: p.al }
  const options = { steps: p.T - 1, learningRate: p.eta, noise: p.sg, ...data }
  close(linearRegressionDynamics(options).test, expected.test)
  close(dlnDmft({ depth: 0, ...options }).test, expected.test)
})
