// The two main tiles of the relaxed build: which one runs changes no bit, and both are right; and the tiles are what their generator writes.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
// @ts-expect-error a script without declarations
import { tiles } from '../../scripts/gemm-tiles.mjs'
import { chooseTile, prefersSixRows } from '../../src/engine/tile-choice.js'
import { gemmScratchBytes, KC } from '../../src/kernels/gemm-path.js'
import { type DType, elementBytes, RESERVED_BYTES, TILE_CHOICE } from '../../src/kernels/kernels.js'
import { buildFile, relaxedIsValid, wasmExecutor } from './helpers/executors.js'
import { prng } from './helpers/prng.js'

const source = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')
const builds = relaxedIsValid ? (['simd', 'relaxed'] as const) : (['simd'] as const)

test.each(Object.entries<string>(tiles()))(
  'assembly/gemm/tiles/%s is what scripts/gemm-tiles.mjs writes',
  (name, text) => {
    expect(source(`assembly/gemm/tiles/${name}`)).toBe(text)
  },
)

test('the byte of the choice is in the reserved memory, below all static data, and the same in the kernels', () => {
  expect(source('assembly/gemm/block.ts')).toContain(`const TILE_CHOICE: usize = ${TILE_CHOICE};`)
  expect(TILE_CHOICE).toBeLessThan(64)
  expect(JSON.parse(source('asconfig.json')).options.memoryBase).toBe(64)
})

describe.each(builds)('kernels.%s.wasm', (build) => {
  const executor = wasmExecutor(build)

  /** The product by the tiles of one kind, and what plain loops in float64 give. */
  function product(
    dtype: DType,
    path: 'Packed' | 'Direct',
    trans: number,
    m: number,
    n: number,
    k: number,
    six: boolean,
  ) {
    const size = elementBytes(dtype)
    const view = (at: number, length: number) =>
      dtype === 'float64'
        ? new Float64Array(executor.memory.buffer, at, length)
        : new Float32Array(executor.memory.buffer, at, length)
    const align = (at: number) => Math.ceil(at / 64) * 64
    const b = align(RESERVED_BYTES + m * k * size)
    const c = align(b + k * n * size)
    const random = prng(m + 100 * n + 10_000 * k)
    const A = view(RESERVED_BYTES, m * k).map(() => random.uniform())
    const B = view(b, k * n).map(() => random.uniform())
    const C = view(c, m * n).map(() => random.uniform())
    view(RESERVED_BYTES, m * k).set(A)
    view(b, k * n).set(B)
    view(c, m * n).set(C)
    const expected = Array.from(C)
    for (let i = 0; i < m; i++) {
      for (let j = 0; j < n; j++) {
        for (let l = 0; l < k; l++) {
          expected[i * n + j] += 0.5 * A[trans & 1 ? l * m + i : i * k + l] * B[trans & 2 ? j * k + l : l * n + j]
        }
      }
    }
    chooseTile(executor.memory, six)
    const gemm = executor.kernels[`${dtype === 'float64' ? 'd' : 's'}gemm${path}`]
    const work = align(c + m * n * size)
    gemm(trans, m, n, k, 0.5, RESERVED_BYTES, trans & 1 ? m : k, b, trans & 2 ? k : n, 1, c, n, work)
    const scratch = gemmScratchBytes(dtype, trans, m, n, k, path === 'Packed' ? 'packed' : 'direct')
    expect(work + scratch).toBeLessThan(executor.memory.buffer.byteLength)
    return { result: view(c, m * n).slice(), expected }
  }

  test.each(['float32', 'float64'] as const)(
    'six rows and four give the same bits, and the right ones: %s',
    (dtype) => {
      // One rounding for each of k terms of at most 1/2, and a last one.
      const epsilon = dtype === 'float64' ? 2 ** -52 : 2 ** -23
      for (const m of [1, 5, 6, 7, 8, 9, 10, 11, 12, 26]) {
        for (const [n, k] of [
          ...[1, 10, 17, 20, 22, 40, 44].map((n) => [n, 7]),
          ...[1, 2, 3, 4, 5].map((k) => [16, k]),
          [10, KC + 3],
          [20, KC + 3],
        ]) {
          for (const trans of [0, 1, 2, 3]) {
            for (const path of ['Direct', 'Packed'] as const) {
              const four = product(dtype, path, trans, m, n, k, false)
              const six = product(dtype, path, trans, m, n, k, true)
              if (six.result.some((x, i) => x !== four.result[i])) expect.fail(`${path} ${trans} ${m} ${n} ${k}`)
              const error = Math.max(...six.expected.map((x, i) => Math.abs(x - six.result[i])))
              if (!(error < epsilon * (k + 2))) expect.fail(`${path} ${trans} ${m} ${n} ${k} is wrong by ${error}`)
            }
          }
        }
      }
    },
  )

  test('the choice is made once and is a yes or a no', async () => {
    const module = new WebAssembly.Module(buildFile(`kernels.${build}.wasm`) as BufferSource)
    const first = prefersSixRows(module)
    expect(prefersSixRows(module)).toBe(first)
    expect([true, false]).toContain(await first)
  })
})
