// The contract of the binary: what it imports and exports, that the interpreters and the tables agree, and that a long run
// can be optimised while it runs.
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { Control } from '../../src/engine/threads/control.js'
import { UnsupportedError } from '../../src/errors.js'
import { COPY_BYTES, COPY_ROWS, gemmPath, gemmScratchBytes, KC, MC, MR, NC, NR } from '../../src/kernels/gemm-path.js'
import { type DType, RESERVED_BYTES } from '../../src/kernels/kernels.js'
import { OP_BYTES, OP_WORDS, OpCode, opName } from '../../src/kernels/ops.js'
import { arrayBufferMemory, createReferenceKernels } from '../../src/kernels/reference/index.js'
import { instantiateKernels, KERNEL_NAMES, PAGE_BYTES, wasmMemory } from '../../src/kernels/wasm.js'
import { buildFile, relaxedIsValid } from './helpers/executors.js'

const source = (path: string) => readFileSync(fileURLToPath(new URL(`../../${path}`, import.meta.url)), 'utf8')
const builds = relaxedIsValid ? ['simd', 'relaxed'] : ['simd']
const compile = (build: string) => new WebAssembly.Module(buildFile(`kernels.${build}.wasm`) as BufferSource)

/** The names in the list of exports of assembly/README.md. */
function documentedExports(): string[] {
  const list = [
    '## Exports',
    '## Activations and update rules',
    '## Random numbers',
    '## Factorizations',
    '## Threads',
  ].map((heading) => {
    return source('assembly/README.md').split(heading)[1].split('```')[1]
  })
  const known =
    /\b(?:[sd](?:gemm(?:Packed|Direct)|gemv|ger|dot|nrm2|asum|axpy|scal|copy|swap|add|sub|mul|fill|sumsq)|[sd]nonfinite|i[sd]amax|[sd](?:gather|axpby|clamp|adam|rmsprop|leakyRelu|leakyReluGradient|tanhGradient|normal|tanh|softmaxCrossEntropy|logistic|exponential|logSumExp)|plan(?:Step|Run)|[sd](?:geqrf|orgqr|gebrd|bdsqr|omatcopy|trsm|potrf|getrf|sytrd|orgtr|steqrSweeps|rotatePanel)|djacobi|dbisect|pool(?:Use|Serve|Share))\b/g
  // "planStep" also stands in the remark on planRun.
  return [...new Set(list.join('\n').match(known))].sort()
}

describe.each(builds)('kernels.%s.wasm', (build) => {
  test('imports env.memory and nothing else', () => {
    expect(WebAssembly.Module.imports(compile(build))).toEqual([{ module: 'env', name: 'memory', kind: 'memory' }])
  })

  test('exports what assembly/README.md lists and nothing else', () => {
    const exports = WebAssembly.Module.exports(compile(build))
    expect(exports.map(({ name }) => name).sort()).toEqual(documentedExports())
    expect(exports.every(({ kind }) => kind === 'function')).toBe(true)
    expect([...KERNEL_NAMES, 'poolServe', 'poolShare', 'poolUse'].sort()).toEqual(documentedExports())
  })
})

test.each(['simd', 'relaxed'])(
  'kernels.%s.wat: planRun calls planStep; static data lie in the reserved memory; there is no table, and no global but the pool',
  (build) => {
    const text = buildFile(`kernels.${build}.wat`).toString()
    const start = text.indexOf('\n (func $assembly/plan/planRun ')
    const planRun = text.slice(start, text.indexOf('\n )', start))
    expect(planRun).toContain('call $assembly/plan/planStep')
    expect(text).not.toMatch(/^ \((?:table|elem)\b/m)
    expect(text.match(/^ \(global\b.*$/gm)).toEqual([' (global $assembly/threads/pool/pool (mut i32) (i32.const 0))'])
    const data = [...text.matchAll(/^ \(data \S+ \(i32\.const (\d+)\) "(.*)"\)$/gm)]
    expect(data.length).toBe(text.split('\n (data ').length - 1)
    for (const [, start, bytes] of data) {
      const length = bytes.replace(/\\(?:[0-9a-f]{2}|.)/g, '.').length
      expect(Number(start)).toBeGreaterThanOrEqual(64)
      expect(Number(start) + length).toBeLessThanOrEqual(RESERVED_BYTES)
    }
  },
)

test('the main tile stays a function of its own in every driver', () => {
  const text = buildFile('kernels.simd.wat').toString()
  for (const type of ['f32', 'f64']) {
    expect(text.split(`call $assembly/gemm/tiles/tile4x2/tile4x2<${type}>`).length - 1).toBeGreaterThanOrEqual(2)
  }
})

test('the binary has fused multiply-add in the relaxed build only', () => {
  expect(buildFile('kernels.relaxed.wat').toString()).toContain('relaxed_madd')
  expect(buildFile('kernels.simd.wat').toString()).not.toContain('relaxed')
})

test('offsets of the control block are the same on both sides', () => {
  const text = source('assembly/threads/pool.ts')
  for (const [name, offset] of Object.entries(Control)) {
    const constant = name.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase()
    expect(text).toContain(`const ${constant}: usize = ${offset};`)
  }
})

test('op codes of assembly/plan.ts are those of src/kernels/ops.ts', () => {
  const codes = [...source('assembly/plan.ts').matchAll(/const OP_([A-Z_]+): i32 = (\d+);/g)].map(([, name, code]) => [
    name.toLowerCase().replace(/_(.)/g, (_, letter: string) => letter.toUpperCase()),
    Number(code),
  ])
  expect(Object.fromEntries(codes)).toEqual(OpCode)
  expect(source('assembly/plan.ts')).toContain(`const OP_BYTES: usize = ${OP_BYTES};`)
  expect(OP_WORDS * 4).toBe(OP_BYTES)
  for (const [name, code] of Object.entries(OpCode)) expect(opName(code)).toBe(name)
})

test('block sizes of assembly/gemm/block.ts and of the reference are those of src/kernels/gemm-path.ts', () => {
  const constants = [...source('assembly/gemm/block.ts').matchAll(/const (\w+): i32 = (\d+);/g)]
  expect(Object.fromEntries(constants.map(([, name, value]) => [name, Number(value)]))).toEqual({
    ...{ KC, MC, NC, MR },
    ...{ COPY_ROWS, COPY_BYTES },
  })
  expect(source('assembly/gemm/block.ts')).toContain('return 32 / <i32>sizeof<T>();')
  expect(NR).toEqual({ float32: 32 / 4, float64: 32 / 8 })
  expect(source('src/kernels/reference/gemm.ts')).toContain(`const KC = ${KC}\n`)
})

test('the scratch of a gemm depends on its path', () => {
  expect(gemmScratchBytes('float32', 0, 10, 20, 30, 'direct')).toBe(0)
  expect(gemmScratchBytes('float32', 2, 10, 20, 300, 'direct')).toBe(20 * KC * 4)
  expect(gemmScratchBytes('float32', 0, COPY_ROWS, 512, 16, 'direct')).toBe(COPY_BYTES)
  expect(gemmScratchBytes('float32', 0, COPY_ROWS - 1, 512, 16, 'direct')).toBe(0)
  expect(gemmScratchBytes('float32', 0, COPY_ROWS, 511, 16, 'direct')).toBe(0)
  expect(gemmScratchBytes('float64', 0, 1000, 5000, 30, 'packed')).toBe((MC + NC) * 30 * 8)
  // A row for which k lies across memory takes its sums, a column as many; those for which it lies along memory nothing.
  for (const [trans, row, column] of [
    [0, 2000, 0],
    [1, 2000, 1000],
    [2, 0, 0],
    [3, 0, 1000],
  ]) {
    expect(gemmPath('float64', trans, 1, 2000, 5000)).toBe('direct')
    expect(gemmPath('float64', trans, 1000, 1, 5000)).toBe('direct')
    expect(gemmScratchBytes('float64', trans, 1, 2000, 5000)).toBe(row * 8)
    expect(gemmScratchBytes('float64', trans, 1000, 1, 5000)).toBe(column * 8)
  }
  expect(gemmPath('float64', 0, 512, 512, 512)).toBe('packed')
  expect(gemmPath('float32', 0, 8, 8, 8)).toBe('direct')
})

test('shallow products take copies of both where rows of C are long, transposed columns stay where C is narrow', () => {
  const path = (dtype: DType, trans: number, ...[m, n, k]: [number, number, number]) => gemmPath(dtype, trans, m, n, k)
  // Gradients of a layer of 256 units over ten samples.
  expect(path('float32', 2, 256, 784, 10)).toBe('packed')
  expect(path('float64', 2, 256, 784, 10)).toBe('packed')
  expect(path('float32', 2, 256, 256, 10)).toBe('direct')
  // Either side of every bound.
  for (const [dtype, m, n, k] of [
    ['float64', 24, 288, 8],
    ['float32', 64, 256, 16],
  ] as const) {
    expect(path(dtype, 0, m, n, k)).toBe('packed')
    expect([path(dtype, 0, m - 1, n, k), path(dtype, 0, m, n - 1, k), path(dtype, 0, m, n, k - 1)]).toEqual(
      Array(3).fill('direct'),
    )
  }
  // W' E over eight, ten and twelve samples.
  expect(path('float64', 1, 256, 8, 256)).toBe('direct')
  expect(path('float64', 1, 256, 9, 256)).toBe('packed')
  expect(path('float64', 1, 128, 10, 256)).toBe('direct')
  expect(path('float64', 1, 128, 11, 256)).toBe('packed')
})

describe('instantiateKernels', () => {
  test('refuses a module that is not a build of these kernels', () => {
    const empty = new WebAssembly.Module(new Uint8Array([0, 97, 115, 109, 1, 0, 0, 0]))
    const memory = new WebAssembly.Memory({ initial: 1, maximum: 65536 })
    expect(() => instantiateKernels(empty, memory)).toThrow(UnsupportedError)
    expect(() => instantiateKernels(empty, memory)).toThrow(/lacks sgemmPacked/)
  })

  test('gives the kernels and nothing else', () => {
    const kernels = instantiateKernels(compile('simd'), new WebAssembly.Memory({ initial: 1, maximum: 65536 }))
    expect(Object.keys(kernels).sort()).toEqual([...KERNEL_NAMES].sort())
    const reference = createReferenceKernels(arrayBufferMemory(64, 64))
    expect(Object.keys(reference).sort()).toEqual([...KERNEL_NAMES].sort())
  })
})

describe('linear memory', () => {
  test('WebAssembly memory grows in pages and says false when refused', () => {
    const memory = wasmMemory(new WebAssembly.Memory({ initial: 1, maximum: 3 }))
    expect(memory.grow(10)).toBe(true)
    expect(memory.buffer.byteLength).toBe(PAGE_BYTES)
    expect(memory.grow(PAGE_BYTES + 1)).toBe(true)
    expect(memory.buffer.byteLength).toBe(2 * PAGE_BYTES)
    expect(memory.grow(4 * PAGE_BYTES)).toBe(false)
    expect(memory.buffer.byteLength).toBe(2 * PAGE_BYTES)
  })

  test('an ArrayBuffer memory grows by replacement, keeps its contents, and the kernels follow', () => {
    const memory = arrayBufferMemory(64, 1024)
    const kernels = createReferenceKernels(memory)
    kernels.dfill(8, 2.5, 0)
    const before = memory.buffer
    expect(memory.grow(2048)).toBe(false)
    expect(memory.buffer).toBe(before)
    expect(memory.grow(128)).toBe(true)
    expect(memory.buffer).not.toBe(before)
    kernels.dcopy(8, 0, 1, 64, 1)
    expect([...new Float64Array(memory.buffer)]).toEqual(new Array(16).fill(2.5))
  })
})

test('no kernel reads or writes beyond the end of memory', () => {
  // Operands end where memory ends, so that one element too many traps.
  const memory = new WebAssembly.Memory({ initial: 2, maximum: 65536 })
  const kernels = instantiateKernels(compile('simd'), memory)
  const end = 2 * PAGE_BYTES
  for (const [letter, bytes] of [
    ['s', 4],
    ['d', 8],
  ] as const) {
    for (let m = 1; m <= 9; m++) {
      for (let n = 1; n <= 19; n++) {
        for (const k of [1, 2, 5, 8]) {
          for (let trans = 0; trans < 4; trans++) {
            const [lda, ldb] = [trans & 1 ? m : k, trans & 2 ? k : n]
            for (const path of ['Packed', 'Direct'] as const) {
              const gemm = kernels[`${letter}gemm${path}`]
              gemm(trans, m, n, k, 1, end - m * k * bytes, lda, 0, ldb, 1, 4096, n, 8192)
              gemm(trans, m, n, k, 1, 0, lda, end - n * k * bytes, ldb, 1, 4096, n, 8192)
              gemm(trans, m, n, k, 1, 0, lda, 4096, ldb, 0.5, end - m * n * bytes, n, 8192)
            }
          }
          kernels[`${letter}gemv`](0, m, n, 1, end - m * n * bytes, n, 0, 1, 1, 4096, 1)
          kernels[`${letter}gemv`](1, m, n, 1, end - m * n * bytes, n, 0, 1, 1, 4096, 1)
          kernels[`${letter}ger`](m, n, 1, 0, 1, 4096, 1, end - m * n * bytes, n)
        }
        const last = end - n * bytes
        kernels[`${letter}dot`](n, last, 1, last, 1)
        kernels[`${letter}axpy`](n, 0.5, last, 1, last, 1)
        kernels[`${letter}add`](n, last, last, last)
        kernels[`${letter}fill`](n, 1, last)
        kernels[`${letter}nonfinite`](n, last)
        kernels[`i${letter}amax`](n, last, 1)
      }
    }
  }
})
