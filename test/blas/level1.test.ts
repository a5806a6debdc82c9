// Level 1 of `deeplinear/blas` against plain loops over the vectors as the reference BLAS takes them: backwards for a negative
// increment, nothing for n below 1.
import { describe, expect, test } from 'vitest'
import * as blas from '../../src/blas/index.js'
import { createEngineSync, type DType } from '../../src/index.js'
import { prng } from '../kernels/helpers/prng.js'
import { EPS, paddingIntact, randomVector, type Stored } from './grid.js'

const STEPS = [-3, -2, -1, 1, 2, 3]
const LENGTHS = [0, 1, 2, 3, 8, 17, 33]
const TYPES = ['float32', 'float64'] as const

const values = (vector: Stored, n: number) => Array.from({ length: n }, (_, i) => vector.at(i, 0))
// biome-ignore lint/suspicious/noExplicitAny: the arrays of both element types
const of = (routine: blas.Blas, dtype: DType, name: string): any =>
  (routine as unknown as Record<string, unknown>)[
    name === 'iamax' ? (dtype === 'float64' ? 'idamax' : 'isamax') : (dtype === 'float64' ? 'd' : 's') + name
  ]

describe.each([
  ['shared engine', blas as unknown as blas.Blas],
  ['TypeScript', blas.createBlas(createEngineSync({ backend: 'typescript' }))],
] as const)('%s', (_, routine) => {
  test.each(TYPES)('two vectors, %s', (dtype) => {
    const round = dtype === 'float32' ? Math.fround : (x: number) => x
    for (const n of LENGTHS) {
      for (const incx of STEPS) {
        for (const incy of STEPS) {
          const random = prng(n + 7)
          const [x, y] = [randomVector(dtype, n, incx, random), randomVector(dtype, n, incy, random)]
          const [vx, vy] = [values(x, n), values(y, n)]
          const inX = (i: number) => i % Math.abs(incx) === 0 && i / Math.abs(incx) < n
          const inY = (i: number) => i % Math.abs(incy) === 0 && i / Math.abs(incy) < n
          const sum = vx.reduce((total, value, i) => total + value * vy[i], 0)
          const gauge = vx.reduce((total, value, i) => total + Math.abs(value * vy[i]), 0)
          expect(Math.abs(of(routine, dtype, 'dot')(n, x.array, incx, y.array, incy) - sum)).toBeLessThanOrEqual(
            16 * EPS.float64 * gauge,
          )
          of(routine, dtype, 'axpy')(n, -0.37, x.array, incx, y.array, incy)
          expect(values(y, n)).toEqual(vy.map((value, i) => round(value + round(round(-0.37) * vx[i]))))
          of(routine, dtype, 'copy')(n, x.array, incx, y.array, incy)
          expect(values(y, n)).toEqual(vx)
          const z = randomVector(dtype, n, incy, random)
          const vz = values(z, n)
          of(routine, dtype, 'swap')(n, x.array, incx, z.array, incy)
          expect([values(x, n), values(z, n)]).toEqual([vz, vx])
          expect(paddingIntact(x.array, inX) && paddingIntact(y.array, inY) && paddingIntact(z.array, inY)).toBe(
            n > 0 || true,
          )
          if (n > 0)
            expect([paddingIntact(x.array, inX), paddingIntact(y.array, inY), paddingIntact(z.array, inY)]).toEqual([
              true,
              true,
              true,
            ])
        }
      }
    }
  })

  test.each(TYPES)('one vector, %s', (dtype) => {
    const round = dtype === 'float32' ? Math.fround : (x: number) => x
    for (const n of LENGTHS) {
      for (const incx of STEPS) {
        const x = randomVector(dtype, n, incx, prng(n + 3))
        const v = values(x, n)
        const taken = incx > 0 ? v : []
        const size = Math.sqrt(v.reduce((sum, value) => sum + value * value, 0))
        expect(Math.abs(of(routine, dtype, 'nrm2')(n, x.array, incx) - size)).toBeLessThanOrEqual(
          8 * EPS.float64 * size,
        )
        const total = taken.reduce((sum, value) => sum + Math.abs(value), 0)
        expect(Math.abs(of(routine, dtype, 'asum')(n, x.array, incx) - total)).toBeLessThanOrEqual(
          16 * EPS.float64 * total,
        )
        const largest = Math.max(...taken.map(Math.abs))
        expect(of(routine, dtype, 'iamax')(n, x.array, incx)).toBe(
          taken.findIndex((value) => Math.abs(value) === largest),
        )
        of(routine, dtype, 'scal')(n, 0.3, x.array, incx)
        expect(values(x, n)).toEqual(incx > 0 ? v.map((value) => round(round(0.3) * value)) : v)
      }
    }
  })

  test('n below 1 does nothing; extremes neither overflow nor underflow', () => {
    const x = new Float64Array([3e300, -4e300])
    expect(routine.dnrm2(2, x, 1)).toBeCloseTo(5e300, -290)
    expect(routine.dnrm2(-1, x, 1)).toBe(0)
    expect(routine.ddot(-5, x, 1, x, 1)).toBe(0)
    expect(routine.idamax(0, x, 1)).toBe(-1)
    routine.dscal(-1, 0, x, 1)
    expect([...x]).toEqual([3e300, -4e300])
    expect(routine.snrm2(2, new Float32Array([3e38, 0]), 1)).toBe(Math.fround(3e38))
  })
})
