// Errors of `deeplinear/blas`: each names the routine and the position of the argument, comes before anything is written, and has
// the class of its kind.
import { describe, expect, test } from 'vitest'
import type { Blas } from '../../src/blas/index.js'
import * as routines from '../../src/blas/index.js'
import { createEngineSync, DeepLinearError, type ErrorCode } from '../../src/index.js'

const module = routines as unknown as Blas

type Call = (...args: never[]) => unknown
type Row = readonly [routine: keyof Blas, position: number, name: string, value: unknown, code: ErrorCode]

const d = (n: number) => new Float64Array(n).fill(7)
const s = (n: number) => new Float32Array(n).fill(7)
const N = 'no-transpose'

/** Valid arguments of each routine, made anew for each call. */
const VALID: Record<string, () => unknown[]> = {
  dgemm: () => ['row-major', N, N, 2, 3, 4, 1, d(8), 4, d(12), 3, 0, d(6), 3],
  sgemm: () => ['column-major', N, 'transpose', 2, 3, 4, 1, s(8), 2, s(12), 3, 0, s(6), 2],
  dgemv: () => ['row-major', N, 2, 3, 1, d(6), 3, d(3), 1, 0, d(2), 1],
  sgemv: () => ['column-major', 'transpose', 2, 3, 1, s(6), 2, s(2), 1, 0, s(3), 1],
  dger: () => ['row-major', 2, 3, 1, d(2), 1, d(3), 1, d(6), 3],
  sger: () => ['column-major', 2, 3, 1, s(2), 1, s(3), 1, s(6), 2],
  ddot: () => [3, d(3), 1, d(5), 2],
  sdot: () => [3, s(3), 1, s(5), -2],
  daxpy: () => [3, 2, d(3), 1, d(3), 1],
  saxpy: () => [3, 2, s(3), 1, s(3), 1],
  dcopy: () => [3, d(3), 1, d(3), 1],
  scopy: () => [3, s(3), 1, s(3), 1],
  dswap: () => [3, d(3), 1, d(3), 1],
  sswap: () => [3, s(3), 1, s(3), 1],
  dscal: () => [3, 2, d(3), 1],
  sscal: () => [3, 2, s(3), 1],
  dnrm2: () => [3, d(3), 1],
  snrm2: () => [3, s(3), 1],
  dasum: () => [3, d(3), 1],
  sasum: () => [3, s(3), 1],
  idamax: () => [3, d(3), 1],
  isamax: () => [3, s(3), 1],
}

function detached(): Float64Array {
  const array = d(20)
  structuredClone(array.buffer, { transfer: [array.buffer] })
  return array
}

const arrays = (routine: keyof Blas, position: number, name: string, least: number): Row[] => {
  const double = routine.includes('d') && !routine.startsWith('s') && !routine.startsWith('is')
  return [
    [routine, position, name, double ? s(20) : d(20), 'DTYPE'],
    [routine, position, name, [1, 2, 3], 'DTYPE'],
    [routine, position, name, new DataView(new ArrayBuffer(160)), 'DTYPE'],
    [routine, position, name, undefined, 'DTYPE'],
    [routine, position, name, new Int32Array(20), 'DTYPE'],
    [
      routine,
      position,
      name,
      double ? new Float64Array(new SharedArrayBuffer(160)) : new Float32Array(new SharedArrayBuffer(80)),
      'DTYPE',
    ],
    [routine, position, name, double ? d(least - 1) : s(least - 1), 'SHAPE'],
  ]
}

const sizes = (routine: keyof Blas, position: number, name: string): Row[] => [
  [routine, position, name, -1, 'RANGE'],
  [routine, position, name, 1.5, 'RANGE'],
  [routine, position, name, Number.NaN, 'RANGE'],
  [routine, position, name, '2', 'DTYPE'],
]

const leads = (routine: keyof Blas, position: number, name: string, least: number): Row[] => [
  [routine, position, name, least - 1, least > 1 ? 'SHAPE' : 'RANGE'],
  [routine, position, name, 0, 'RANGE'],
  [routine, position, name, -5, 'RANGE'],
  [routine, position, name, least + 0.5, 'RANGE'],
  [routine, position, name, undefined, 'DTYPE'],
]

const increments = (routine: keyof Blas, position: number, name: string): Row[] => [
  [routine, position, name, 0, 'RANGE'],
  [routine, position, name, 0.5, 'RANGE'],
  [routine, position, name, null, 'DTYPE'],
]

const ROWS: Row[] = [
  ...(['dgemm', 'sgemm', 'dgemv', 'sgemv', 'dger', 'sger'] as const).flatMap((routine): Row[] => [
    [routine, 1, 'order', 'row', 'OPTION'],
    [routine, 1, 'order', 101, 'OPTION'],
  ]),
  ...(['dgemm', 'sgemm'] as const).flatMap((routine): Row[] => [
    [routine, 2, 'transA', 'N', 'OPTION'],
    [routine, 3, 'transB', true, 'OPTION'],
    ...sizes(routine, 4, 'm'),
    ...sizes(routine, 5, 'n'),
    ...sizes(routine, 6, 'k'),
    [routine, 7, 'alpha', '1', 'DTYPE'],
    [routine, 12, 'beta', undefined, 'DTYPE'],
    ...arrays(routine, 8, 'a', 8),
    ...arrays(routine, 10, 'b', 12),
    ...arrays(routine, 13, 'c', 6),
    ...leads(routine, 9, 'lda', routine === 'dgemm' ? 4 : 2),
    ...leads(routine, 11, 'ldb', 3),
    ...leads(routine, 14, 'ldc', routine === 'dgemm' ? 3 : 2),
  ]),
  ...(['dgemv', 'sgemv'] as const).flatMap((routine): Row[] => [
    [routine, 2, 'trans', 'T', 'OPTION'],
    ...sizes(routine, 3, 'm'),
    ...sizes(routine, 4, 'n'),
    [routine, 5, 'alpha', null, 'DTYPE'],
    ...arrays(routine, 6, 'a', 6),
    ...leads(routine, 7, 'lda', routine === 'dgemv' ? 3 : 2),
    ...arrays(routine, 8, 'x', routine === 'dgemv' ? 3 : 2),
    ...increments(routine, 9, 'incx'),
    [routine, 10, 'beta', '0', 'DTYPE'],
    ...arrays(routine, 11, 'y', routine === 'dgemv' ? 2 : 3),
    ...increments(routine, 12, 'incy'),
  ]),
  ...(['dger', 'sger'] as const).flatMap((routine): Row[] => [
    ...sizes(routine, 2, 'm'),
    ...sizes(routine, 3, 'n'),
    [routine, 4, 'alpha', {}, 'DTYPE'],
    ...arrays(routine, 5, 'x', 2),
    ...increments(routine, 6, 'incx'),
    ...arrays(routine, 7, 'y', 3),
    ...increments(routine, 8, 'incy'),
    ...arrays(routine, 9, 'a', 6),
    ...leads(routine, 10, 'lda', routine === 'dger' ? 3 : 2),
  ]),
  ...(['ddot', 'sdot', 'dcopy', 'scopy', 'dswap', 'sswap'] as const).flatMap((routine): Row[] => [
    [routine, 1, 'n', 1.5, 'RANGE'],
    [routine, 1, 'n', '3', 'DTYPE'],
    ...arrays(routine, 2, 'x', 3),
    ...increments(routine, 3, 'incx'),
    ...arrays(routine, 4, 'y', routine.endsWith('dot') ? 5 : 3),
    ...increments(routine, 5, 'incy'),
  ]),
  ...(['daxpy', 'saxpy'] as const).flatMap((routine): Row[] => [
    [routine, 2, 'alpha', 1n, 'DTYPE'],
    ...arrays(routine, 3, 'x', 3),
    ...increments(routine, 4, 'incx'),
    ...arrays(routine, 5, 'y', 3),
    ...increments(routine, 6, 'incy'),
  ]),
  ...(['dscal', 'sscal'] as const).flatMap((routine): Row[] => [
    [routine, 2, 'alpha', '1', 'DTYPE'],
    ...arrays(routine, 3, 'x', 3),
    ...increments(routine, 4, 'incx'),
  ]),
  ...(['dnrm2', 'snrm2', 'dasum', 'sasum', 'idamax', 'isamax'] as const).flatMap((routine): Row[] => [
    [routine, 1, 'n', Number.NaN, 'RANGE'],
    ...arrays(routine, 2, 'x', 3),
    ...increments(routine, 3, 'incx'),
  ]),
  ['dgemm', 8, 'a', detached(), 'DTYPE'],
  ['dgemv', 11, 'y', detached(), 'DTYPE'],
  ['dscal', 3, 'x', detached(), 'DTYPE'],
]

describe('arguments', () => {
  test.each(ROWS.map((row, i) => [`${i} ${row[0]} ${row[2]}`, row] as const))(
    '%s',
    (_, [routine, position, name, value, code]) => {
      const call = module[routine] as Call
      const args = VALID[routine]()
      args[position - 1] = value
      const before = args.map((arg) =>
        ArrayBuffer.isView(arg) && arg.byteLength > 0 && arg !== value ? (arg as Float64Array).slice() : arg,
      )
      let error: unknown
      try {
        call(...(args as never[]))
      } catch (caught) {
        error = caught
      }
      expect(error).toBeInstanceOf(DeepLinearError)
      const found = error as DeepLinearError
      expect(found.message).toContain(`${routine}: argument ${position} (${name})`)
      expect([found.code, found.argument, found.data.position]).toEqual([code, name, position])
      // Nothing was written.
      const others = (list: unknown[]) => list.filter((arg) => arg !== value)
      expect(others(args)).toEqual(others(before))
    },
  )

  test('valid arguments pass', () => {
    for (const [routine, args] of Object.entries(VALID)) {
      expect(() => (module[routine as keyof Blas] as Call)(...(args() as never[])), routine).not.toThrow()
    }
    expect(Object.keys(VALID).length).toBe(22)
  })

  test('sizes of 0 need no elements', () => {
    const none = new Float64Array(0)
    routines.dgemm('row-major', N, N, 0, 0, 0, 1, none, 1, none, 1, 0, none, 1)
    routines.dgemv('row-major', N, 0, 3, 1, none, 3, d(3), 1, 0, none, 1)
    routines.dger('row-major', 0, 0, 1, none, 1, none, 1, none, 1)
    expect(routines.dnrm2(0, none, 1)).toBe(0)
  })

  test('createBlas takes an engine and nothing else', () => {
    expect(() => routines.createBlas({} as never)).toThrow(/engine must come from/)
    expect(() => routines.createBlas(undefined as never)).toThrow(DeepLinearError)
    const engine = createEngineSync()
    const mine = routines.createBlas(engine)
    expect(mine.ddot(2, new Float64Array([1, 2]), 1, new Float64Array([3, 4]), 1)).toBe(11)
    expect(Object.keys(mine).sort()).toEqual(Object.keys(VALID).sort())
    engine.dispose()
    expect(() => mine.dnrm2(1, new Float64Array([1]), 1)).toThrow(/disposed/)
  })
})
