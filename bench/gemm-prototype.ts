import { referenceExecutor, wasmExecutor } from '../test/kernels/helpers/executors.js'
import { gemmFloat32Tile } from './peers/float32-tile.js'

const w = wasmExecutor('simd', 512),
  r = referenceExecutor(512 * 65536)
const S = (process.argv[2] ?? '512').split(',').map(Number)
for (const n of S) {
  const bytes = n * n * 8
  const A = 64,
    B = A + bytes,
    C = B + bytes,
    W = C + bytes
  const jobs: [string, () => void, number][] = []
  for (const x of [w, r])
    for (const t of ['s', 'd'] as const) {
      const v = t === 's' ? new Float32Array(x.memory.buffer) : new Float64Array(x.memory.buffer)
      const off = t === 's' ? 64 << 14 : 0
      if (off) {
      }
    }
  const rate = (secs: number) => ((2 * n ** 3) / secs / 1e9).toFixed(2)
  const best = new Map<string, number>()
  const fill = (v: Float32Array | Float64Array) => {
    let s = 1
    for (let i = 0; i < v.length; i++) {
      s = (Math.imul(s, 1664525) + 1013904223) | 0
      v[i] = s / 2 ** 31
    }
  }
  const a32 = new Float32Array(n * n),
    b32 = new Float32Array(n * n),
    c32 = new Float32Array(n * n)
  fill(a32)
  fill(b32)
  for (let round = 0; round < 6; round++) {
    for (const t of ['d', 's'] as const) {
      for (const x of [w, r]) {
        const bytes1 = t === 's' ? 4 : 8
        fill(t === 's' ? new Float32Array(x.memory.buffer, A, n * n) : new Float64Array(x.memory.buffer, A, n * n))
        fill(t === 's' ? new Float32Array(x.memory.buffer, B, n * n) : new Float64Array(x.memory.buffer, B, n * n))
        const name = t + ' ' + x.name
        const g = x.kernels[`${t}gemmPacked`]
        const reps = Math.max(1, Math.round(2e7 / n ** 3))
        for (let q = 0; q < 3; q++) {
          const s = process.hrtime.bigint()
          for (let i = 0; i < reps; i++) g(0, n, n, n, 1, A, n, B, n, 0, C, n, W)
          const d = Number(process.hrtime.bigint() - s) / 1e9 / reps
          best.set(name, Math.min(best.get(name) ?? 1e9, d))
        }
      }
    }
    const reps = Math.max(1, Math.round(2e7 / n ** 3))
    for (let q = 0; q < 3; q++) {
      const s = process.hrtime.bigint()
      for (let i = 0; i < reps; i++) gemmFloat32Tile(n, n, n, a32, b32, c32)
      const d = Number(process.hrtime.bigint() - s) / 1e9 / reps
      best.set('tile32', Math.min(best.get('tile32') ?? 1e9, d))
    }
  }
  console.log(
    n,
    [...best].map(([k, d]) => `${k} ${rate(d)}`).join('  '),
    ' f64 ratio',
    (best.get('d reference')! / best.get('d wasm simd')!).toFixed(2),
    'f32 ratio',
    (best.get('tile32')! / best.get('s wasm simd')!).toFixed(2),
  )
}
