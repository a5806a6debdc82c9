// Properties over random shapes and random plans: the WebAssembly build and the reference compute the same bits.
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { gemmPath, gemmScratchBytes } from '../../src/kernels/gemm-path.js'
import { type DType, elementBytes } from '../../src/kernels/kernels.js'
import { OP_BYTES, OP_WORDS, OpCode, type OpName, Word } from '../../src/kernels/ops.js'
import { paddedMatrix } from './helpers/matrix.js'
import { prng } from './helpers/prng.js'
import { Twin } from './helpers/twin.js'

const twin = new Twin()
const dtypes = fc.constantFrom<DType>('float32', 'float64')
const dataClasses = fc.constantFrom('uniform' as const, 'special' as const, 'extreme' as const)
const scalars = fc.oneof(fc.constantFrom(0, -0, 1, -1, 0.5), fc.double({ min: -2, max: 2, noNaN: true }))

test('gemm on its chosen path', () => {
  const shape = {
    m: fc.integer({ min: 0, max: 90 }),
    n: fc.integer({ min: 0, max: 90 }),
    k: fc.integer({ min: 0, max: 300 }),
  }
  const padding = fc.tuple(fc.nat(5), fc.nat(5), fc.nat(5))
  const problem = fc.record({
    ...{ dtype: dtypes, data: dataClasses, trans: fc.nat(3), alpha: scalars, beta: scalars, padding, seed: fc.nat() },
    ...shape,
  })
  fc.assert(
    fc.property(problem, ({ dtype, data, trans, alpha, beta, padding, seed, m, n, k }) => {
      const random = prng(seed)
      twin.reset()
      const place = (name: string, rows: number, columns: number, extra: number) => {
        const lead = Math.max(1, columns + extra)
        return [twin.place(dtype, name, paddedMatrix(dtype, rows, columns, lead, data, random)), lead]
      }
      const [a, lda] = trans & 1 ? place('A', k, m, padding[0]) : place('A', m, k, padding[0])
      const [b, ldb] = trans & 2 ? place('B', n, k, padding[1]) : place('B', k, n, padding[1])
      const [c, ldc] = place('C', m, n, padding[2])
      const work = twin.scratch(gemmScratchBytes(dtype, trans, m, n, k))
      const path = gemmPath(dtype, trans, m, n, k) === 'packed' ? 'Packed' : 'Direct'
      const name = `${dtype === 'float64' ? 'd' : 's'}gemm${path}` as 'dgemmPacked'
      twin.run(name, trans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, work)
    }),
    { numRuns: 300, seed: 1 },
  )
})

describe('plans', () => {
  const SLOTS = 6
  const matrices = 5
  // These read tables, indices, keys or interleaved blocks, not any matrix: plan-ops-updates, normal, losses and test/ensemble have their bits.
  const particular = /^(row|gather|normal|softmaxCrossEntropy|copyStrided|ensemble.*)$/
  const ops = (Object.keys(OpCode) as OpName[]).filter((name) => !particular.test(name))

  test.each(ops)('one %s, both element types, three steps', (name) => {
    for (const dtype of ['float32', 'float64'] as const) {
      for (let seed = 0; seed < 20; seed++) runPlan([{ name, dtype, seed }], 3)
    }
  })

  test('plans at random', () => {
    const op = fc.record({ name: fc.constantFrom(...ops), dtype: dtypes, seed: fc.nat() })
    const plan = fc.array(op, { minLength: 1, maxLength: 12 })
    fc.assert(
      fc.property(plan, fc.integer({ min: 0, max: 5 }), (records, steps) => runPlan(records, steps)),
      { numRuns: 300, seed: 2 },
    )
  })

  test('no records, no steps and unknown codes do nothing', () => {
    twin.reset()
    const records = twin.place('float64', 'ops', new Float64Array(OP_BYTES / 8))
    twin.run('planStep', records, 0, 0)
    twin.run('planStep', records, 1, 0)
    twin.run('planRun', records, 1, 0, 0)
    expect(twin.difference()).toBeUndefined()
  })

  /** Matrices of both types of 12 x 12, slots, and records over them that may read what others wrote. */
  function runPlan(records: { name: OpName; dtype: DType; seed: number }[], steps: number): void {
    const side = 12
    twin.reset()
    const fixed = prng(records[0].seed)
    const operands = { float32: [] as number[], float64: [] as number[] }
    for (const dtype of ['float32', 'float64'] as const) {
      for (let i = 0; i < matrices; i++) {
        const values = paddedMatrix(dtype, side, side, side, 'uniform', fixed)
        operands[dtype].push(twin.place(dtype, `${dtype} matrix ${i}`, values))
      }
    }
    const slots = twin.place(
      'float64',
      'slots',
      // Update rules read up to seven cells in a row from where their slot is.
      Float64Array.from({ length: SLOTS + 6 }, () => fixed.uniform()),
    )
    const work = twin.scratch(2 * side * side * 8)
    const words = new Int32Array(records.length * OP_WORDS)
    records.forEach(({ name, dtype, seed }, index) => {
      const random = prng(seed)
      const record = words.subarray(index * OP_WORDS)
      // The output and the two inputs are different matrices: gemm and ger forbid overlap.
      const chosen = random.integer(0, matrices - 1)
      const [a, b, c] = [0, 1, 2].map((step) => operands[dtype][(chosen + step) % matrices])
      const slot = () => slots + 8 * random.integer(0, SLOTS - 1)
      const vectors = !/gemm|gemv|ger/.test(name)
      const limit = vectors ? side * side : side
      record[Word.code] = 2 * OpCode[name] + (dtype === 'float64' ? 1 : 0)
      record[Word.trans] = random.integer(0, name === 'gemv' ? 1 : 3)
      record[Word.m] = random.integer(0, side)
      record[Word.n] = random.integer(0, limit)
      record[Word.k] = random.integer(0, side)
      const scalarsOnly = name === 'slotAxpy' || name === 'clipFactor'
      record[Word.a] = scalarsOnly ? slot() : a
      record[Word.b] = scalarsOnly ? slot() : b
      record[Word.c] = c
      record[Word.lda] = name === 'ger' ? random.integer(1, 3) : side
      record[Word.ldb] = /gemv|ger/.test(name) ? random.integer(1, 3) : side
      record[Word.ldc] = name === 'gemv' ? random.integer(1, 3) : side
      record[Word.alpha] = slot()
      record[Word.beta] = slot()
      record[Word.out] = slot()
    })
    // Records travel as float64 values only to be placed; what counts is their bytes, put in afterwards.
    const ops = twin.place('float64', 'ops', new Float64Array(words.length / 2))
    for (const executor of [twin.wasm, twin.reference]) {
      new Int32Array(executor.memory.buffer).set(words, ops / elementBytes('float32'))
    }
    twin.run('planRun', ops, records.length, steps, work)
    twin.run('planStep', ops, records.length, work)
  }
})
