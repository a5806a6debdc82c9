// Rows of bad input: what is called, which error comes, and which words of it name the argument. After every row memory is what
// it was and the witnesses hold what they held: everything is checked before anything is written.
import { afterAll, describe, expect, test } from 'vitest'
import { createEngineSync, DeepLinearError, type Engine, type ErrorCode, type Matrix } from '../../src/index.js'

/** What a row may use. Witnesses are never to be changed by a refused call. */
export interface Bench {
  readonly engine: Engine
  /** (2, 3), float64. */
  readonly a: Matrix
  /** (3, 2), float64. */
  readonly b: Matrix
  /** (2, 2), float64: where results of the wrong calls would go. */
  readonly out: Matrix
  /** (3, 2), float32. */
  readonly single: Matrix
  /** (3, 2), of another engine. */
  readonly foreign: Matrix
  /** (3, 2), disposed. */
  readonly gone: Matrix
}

/** Name, call, code, and a piece of the message. */
export type Row = readonly [name: string, call: (bench: Bench) => unknown, code: ErrorCode, text: string]

/** A value of the wrong type, where the compiler would not let it through. */
export function wrong<T>(value: unknown): T {
  return value as T
}

/** A sparse array: the list without the element at an index. */
export function hole<T>(list: T[], at: number): T[] {
  delete list[at]
  return list
}

/** An engine with witnesses. */
export function makeBench(backend: 'wasm' | 'typescript'): Bench {
  const engine = createEngineSync({ backend, budgetBytes: 2 ** 24, onLeak: () => {} })
  const a = engine.matrix([2, 3], [1, 2, 3, 4, 5, 6])
  const b = engine.matrix([3, 2], [6, 5, 4, 3, 2, 1])
  const out = engine.matrix([2, 2], [7, 8, 9, 10])
  const single = engine.matrix([3, 2], [1, 2, 3, 4, 5, 6], { dtype: 'float32' })
  const foreign = createEngineSync({ backend: 'typescript' }).matrix([3, 2])
  const gone = engine.matrix([3, 2])
  gone.dispose()
  // Scratch that products share stays allocated: take it now.
  engine.workspace(2 ** 16)
  return { engine, a, b, out, single, foreign, gone }
}

function caught(call: () => unknown): unknown {
  try {
    call()
  } catch (error) {
    return error
  }
  return undefined
}

/** Test every row on both backends. */
export function badInputs(title: string, rows: readonly Row[]): void {
  describe.each(['wasm', 'typescript'] as const)(`${title} on %s`, (backend) => {
    const bench = makeBench(backend)
    const { engine, a, b, out, single, foreign } = bench
    const witnesses = [a, b, out, single, foreign]
    afterAll(() => engine.dispose())

    test.each(rows)('%s', (_, call, code, text) => {
      const before = witnesses.map((matrix) => matrix.toArray())
      const { liveBytes, liveBlocks } = engine.memory
      const error = caught(() => call(bench))
      if (!(error instanceof DeepLinearError)) expect.fail(`threw ${String(error)}, not an error of the library`)
      expect({ code: error.code, message: error.message }).toEqual({ code, message: expect.stringContaining(text) })
      expect(engine.memory).toMatchObject({ liveBytes, liveBlocks })
      expect(witnesses.map((matrix) => matrix.toArray())).toEqual(before)
    })
  })
}
