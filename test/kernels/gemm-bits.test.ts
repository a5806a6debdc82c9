// gemm of the WebAssembly build equals the reference bit for bit, on both paths, over every size at which a tile, a vector
// or a block ends, and touches nothing but C.
import { describe, test } from 'vitest'
import { gemmScratchBytes, KC, MC, MR, NC, NR } from '../../src/kernels/gemm-path.js'
import type { DType } from '../../src/kernels/kernels.js'
import { type DataClass, sample } from './helpers/data.js'
import { paddedMatrix } from './helpers/matrix.js'
import { type Prng, prng } from './helpers/prng.js'
import { Twin } from './helpers/twin.js'

const ALPHAS = [1, -0.37, 0, -0]
const BETAS = [0, 1, 0.5, -0]
const twin = new Twin()

interface Case {
  dtype: DType
  path: 'packed' | 'direct'
  trans: number
  m: number
  n: number
  k: number
  alpha: number
  beta: number
  data: DataClass
  random: Prng
}

/** One product on both executors; a slack of 0 .. 3 elements in each leading dimension and in each start. */
function check({ dtype, path, trans, m, n, k, alpha, beta, data, random }: Case): void {
  twin.reset()
  const place = (name: string, rows: number, columns: number) => {
    const lead = Math.max(1, columns + random.integer(0, 3))
    const values = paddedMatrix(dtype, rows, columns, lead, data, random)
    return [twin.place(dtype, name, values, random.integer(0, 3)), lead]
  }
  const [a, lda] = trans & 1 ? place('A', k, m) : place('A', m, k)
  const [b, ldb] = trans & 2 ? place('B', n, k) : place('B', k, n)
  const [c, ldc] = place('C', m, n)
  const work = twin.scratch(gemmScratchBytes(dtype, trans, m, n, k, path))
  const letter = dtype === 'float64' ? 'd' : 's'
  const name = path === 'packed' ? (`${letter}gemmPacked` as const) : (`${letter}gemmDirect` as const)
  twin.run(name, trans, m, n, k, alpha, a, lda, b, ldb, beta, c, ldc, work)
}

/** size - 1, size, size + 1 and the same around its double. */
const around = (size: number) => [size - 1, size, size + 1, 2 * size - 1, 2 * size, 2 * size + 1]

const variants = (['float32', 'float64'] as const).flatMap((dtype) =>
  (['packed', 'direct'] as const).map((path) => ({ dtype, path })),
)

describe.each(variants)('$dtype gemm, $path', ({ dtype, path }) => {
  test('every tile edge, all transposes, alpha and beta in turn', () => {
    const random = prng(1)
    const small = [...new Set([0, 1, 2, ...around(MR), ...around(NR[dtype])])]
    let turn = 0
    for (const m of small) {
      for (const n of small) {
        for (const k of [0, 1, 2, 3, 5, 8]) {
          for (let trans = 0; trans < 4; trans++) {
            const alpha = ALPHAS[turn % 4]
            const beta = BETAS[(turn >> 2) % 4]
            turn += 5
            check({ dtype, path, trans, m, n, k, alpha, beta, data: 'uniform', random })
          }
          // 16 pairs: with a step of 5 for each transpose and 21 for all four, every pair meets every transpose.
          turn += 1
        }
      }
    }
  })

  test('every alpha with every beta, on ordinary, special and extreme data', () => {
    const random = prng(2)
    for (const data of ['uniform', 'special', 'extreme'] as const) {
      for (const alpha of [...ALPHAS, 1e-60]) {
        for (const beta of [...BETAS, -2, 1e-60]) {
          for (let trans = 0; trans < 4; trans++) {
            check({ dtype, path, trans, m: 7, n: 2 * NR[dtype] + 3, k: 9, alpha, beta, data, random })
            check({ dtype, path, trans, m: 10, n: 10, k: 4, alpha, beta, data, random })
          }
        }
      }
    }
  })

  test('strips of two vectors and a half and of five, thin strips, and C gone through row by row', () => {
    const random = prng(5)
    const half = NR[dtype] / 4
    // Behind q whole strips: half a vector, a vector, and their neighbours; the sizes of a training step with ten outputs.
    const widths = [
      ...new Set([1, 2, 3, 4].flatMap((q) => [-1, 0, 1, half].map((d) => q * NR[dtype] + half + d)).concat(10, 100)),
    ]
    let turn = 0
    for (const n of widths) {
      for (const [m, k] of [
        ...[1, 2, 3, 4, 5, 6, 7, 10].map((rows) => [rows, 10]),
        ...[1, 2, 3, 4, 5].map((depth) => [6, depth]),
        [2 * MR + 3, KC + 2],
        [n, 10],
      ]) {
        for (let trans = 0; trans < 4; trans++) {
          const [alpha, beta] = [ALPHAS[turn % 2], BETAS[(turn >> 1) % 4]]
          turn += 3
          const data = random.pick(['uniform', 'special', 'extreme'] as const)
          check({ dtype, path, trans, m, n, k, alpha, beta, data, random })
        }
        turn += 1
      }
    }
    // Narrow products with a long sum: the rows of B lie without a gap, or with one.
    for (const n of [1, 2, 3, 5]) {
      for (const k of [1, 2, 3, 4, KC + 1, KC + 2]) {
        for (let trans = 0; trans < 4; trans++) {
          for (const beta of [0, 1]) check({ dtype, path, trans, m: 5, n, k, alpha: 1, beta, data: 'special', random })
        }
      }
    }
  })

  test('a single column or row, two, and three', () => {
    const random = prng(7)
    const lengths = [...Array(41).keys()].slice(1)
    const deep = [-1, 0, 1, 2].map((d) => KC + d).concat(2 * KC + 3)
    let turn = 0
    for (const [few, sizes, depths] of [
      [1, lengths, [1, 2, 3, 4, 5, 7, 20]],
      [1, [1, 3, 7, 8, 9, 16, 17, 35], deep],
      [2, [1, 2, 4, 7, 19], [1, 4, 7, KC + 2]],
      [3, [2, 3, 5, 8, 17], [1, 4, 7, KC + 2]],
    ] as const) {
      for (const many of sizes) {
        for (const k of depths) {
          for (let trans = 0; trans < 4; trans++) {
            const [alpha, beta] = [ALPHAS[turn % 2], BETAS[(turn >> 1) % 4]]
            turn += 3
            const data = random.pick(['uniform', 'special'] as const)
            check({ dtype, path, trans, m: many, n: few, k, alpha, beta, data, random })
            check({ dtype, path, trans, m: few, n: many, k, alpha, beta, data, random })
          }
          turn += 1
        }
      }
    }
  })

  test('every edge of a block of k, of rows and of columns', () => {
    const random = prng(3)
    const shapes = [
      ...around(KC).map((k) => [5, NR[dtype] + 3, k]),
      ...around(MC).map((m) => [m, 3, 10]),
      ...around(MC).map((m) => [m, NR[dtype] + 1, KC + 1]),
      ...around(NC).map((n) => [3, n, 4]),
    ]
    for (const [m, n, k] of shapes) {
      for (let trans = 0; trans < 4; trans++) {
        for (const beta of [0, 0.5]) check({ dtype, path, trans, m, n, k, alpha: -0.37, beta, data: 'uniform', random })
      }
    }
    for (let trans = 0; trans < 4; trans++) {
      const data = 'special' as const
      check({ dtype, path, trans, m: 2 * MC + 1, n: 17, k: KC + 3, alpha: 1, beta: 1, data, random })
      check({ dtype, path, trans, m: 6, n: NC + 7, k: KC + 1, alpha: 1, beta: 0, data: 'uniform', random })
    }
  })

  test('sizes at random', () => {
    const random = prng(4)
    for (let round = 0; round < 300; round++) {
      const [m, n, k] = [random.integer(1, 70), random.integer(1, 70), random.integer(1, 70)]
      const data = random.pick(['uniform', 'special', 'extreme'] as const)
      const [alpha, beta] = [sample(dtype, 'uniform', random), random.pick(BETAS)]
      check({ dtype, path, trans: random.integer(0, 3), m, n, k, alpha, beta, data, random })
    }
  })
})
