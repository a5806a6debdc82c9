// What arithmetic can reach on this host with nothing from memory: twelve chains of multiply-adds in registers, a WebAssembly module of some two
// hundred bytes that is put together here. The yardstick of `plan.explain()`; bench/peak has the same loop, compiled.
import type { DType } from '../kernels/kernels.js'
import type { Build } from './load.js'

const CHAINS = 12
/** Passes of a call: some tens of microseconds. */
const PASSES = 10_000
/** Milliseconds of calls that make an engine compile for speed, and of those that are timed. */
const [WARM, TIMED] = [6, 4]

/** GFLOP/s of the build that runs, best of some milliseconds; 0 where this host refuses to compile. */
export function peakGflops(build: Build, dtype: DType): number {
  const run = build === 'typescript' ? inTypeScript : inWebAssembly(build === 'relaxed', dtype)
  const lanes = build === 'typescript' ? 1 : dtype === 'float32' ? 4 : 2
  if (run === undefined) return 0
  const start = performance.now()
  while (performance.now() - start < WARM) run(PASSES)
  let least = Infinity
  for (let before = performance.now(), until = before + TIMED; before < until; ) {
    // Two calls, so that a clock of tenths of a millisecond does not matter much.
    run(PASSES)
    run(PASSES)
    const now = performance.now()
    if (now > before) least = Math.min(least, now - before)
    before = now
  }
  return (2 * 2 * CHAINS * lanes * PASSES) / least / 1e6
}

/** The same chains of float64 numbers. */
function inTypeScript(passes: number): number {
  let [a, b, c, d, e, f] = [0, 1, 2, 3, 4, 5]
  let [g, h, i, j, k, l] = [6, 7, 8, 9, 10, 11]
  for (let pass = 0; pass < passes; pass++) {
    a = a * 0.999 + 0.001
    b = b * 0.999 + 0.001
    c = c * 0.999 + 0.001
    d = d * 0.999 + 0.001
    e = e * 0.999 + 0.001
    f = f * 0.999 + 0.001
    g = g * 0.999 + 0.001
    h = h * 0.999 + 0.001
    i = i * 0.999 + 0.001
    j = j * 0.999 + 0.001
    k = k * 0.999 + 0.001
    l = l * 0.999 + 0.001
  }
  return a + b + c + d + e + f + g + h + i + j + k + l
}

/** (passes: i32) -> i32, or undefined where it is refused. */
function inWebAssembly(fused: boolean, dtype: DType): ((passes: number) => unknown) | undefined {
  try {
    const instance = new WebAssembly.Instance(new WebAssembly.Module(peakModule(fused, dtype)))
    return instance.exports.f as (passes: number) => unknown
  } catch {
    return undefined
  }
}

/** s := x y + s in twelve chains, or s := s x + y where it takes two operations. */
function peakModule(fused: boolean, dtype: DType): Uint8Array<ArrayBuffer> {
  const single = dtype === 'float32'
  const simd = (code: number) => [0xfd, ...(code < 128 ? [code] : [(code & 127) | 128, code >> 7])]
  const [splat, mul, add, madd] = single ? [0x13, 0xe6, 0xe4, 0x105] : [0x14, 0xf2, 0xf0, 0x107]
  const constant = (value: number) => {
    const bytes = single ? new Float32Array([value]).buffer : new Float64Array([value]).buffer
    return [single ? 0x43 : 0x44, ...new Uint8Array(bytes), ...simd(splat)]
  }
  const get = (local: number) => [0x20, local]
  const set = (local: number) => [0x21, local]
  // Local 0 counts, 1 .. 12 are the sums, then x and y.
  const sums = Array.from({ length: CHAINS }, (_, i) => i + 1)
  const [x, y] = [CHAINS + 1, CHAINS + 2]
  const turn = (s: number) =>
    fused
      ? [...get(x), ...get(y), ...get(s), ...simd(madd), ...set(s)]
      : [...get(s), ...get(x), ...simd(mul), ...get(y), ...simd(add), ...set(s)]
  const body = [
    ...[1, CHAINS + 2, 0x7b],
    ...sums.flatMap((s) => [...constant(s), ...set(s)]),
    ...[...constant(0.999), ...set(x), ...constant(0.001), ...set(y)],
    ...[0x03, 0x40, ...sums.flatMap(turn)],
    // passes := passes - 1; again while it is not 0.
    ...[...get(0), 0x41, 1, 0x6b, 0x22, 0, 0x0d, 0, 0x0b],
    // One lane of all sums, so that nothing is left out.
    ...get(1),
    ...sums.slice(1).flatMap((s) => [...get(s), ...simd(0x51)]),
    ...[...simd(0x1b), 0, 0x0b],
  ]
  const length = (n: number) => (n < 128 ? [n] : [(n & 127) | 128, n >> 7])
  const section = (id: number, content: number[]) => [id, ...length(content.length), ...content]
  return new Uint8Array([
    ...[0, 97, 115, 109, 1, 0, 0, 0],
    ...section(1, [1, 0x60, 1, 0x7f, 1, 0x7f]),
    ...section(3, [1, 0]),
    ...section(7, [1, 1, 0x66, 0, 0]),
    ...section(10, [1, ...length(body.length), ...body]),
  ])
}
