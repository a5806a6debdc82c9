// Which main tile of gemm suits this host. Twelve sums, six rows of two vectors, keep the multipliers of x64 busy and need every register:
// Turboshaft (Node 24) fits them, older V8 and Firefox keep some on the stack and are a quarter faster with four rows. Both give the same
// bits. No version tells, so that the two are timed, once in a process.
import { type Kernels, type LinearMemory, TILE_CHOICE } from '../kernels/kernels.js'
import { instantiateKernels, wasmMemory } from '../kernels/wasm.js'

/** A product of 12 x 16 over k = 256: whole tiles of either kind, all in the first cache. */
const [M, N, K] = [12, 16, 256]
/** Six rows must win by this much: without clear evidence four are the safer choice. */
const MARGIN = 1.04
/** Milliseconds of use that make an engine compile a kernel for speed, and waits for its compiler, one after the other. */
const WARM = 1.5
const WAITS = [3, 6, 12, 24]

let known: Promise<boolean> | undefined

/** Whether six rows are faster, by measurement: some 10 ms, the first time. `shared`: the module takes a memory that threads share. */
export function prefersSixRows(module: WebAssembly.Module, shared = false): Promise<boolean> {
  known ??= measure(module, shared).catch(() => false)
  return known
}

/** Tell the kernels over a memory. */
export function chooseTile(memory: { readonly buffer: ArrayBufferLike }, sixRows: boolean): void {
  new Uint8Array(memory.buffer)[TILE_CHOICE] = sixRows ? 1 : 0
}

async function measure(module: WebAssembly.Module, shared: boolean): Promise<boolean> {
  const own = new WebAssembly.Memory({ initial: 1, maximum: 1, shared })
  const [kernels, memory] = [instantiateKernels(module, own), wasmMemory(own)]
  const [cold4, cold6] = [false, true].map((six) => secondsEach(kernels, memory, six, WARM))
  let [four, six] = [Infinity, Infinity]
  for (const wait of WAITS) {
    await new Promise((resolve) => setTimeout(resolve, wait))
    for (let round = 0; round < 4; round++) {
      four = Math.min(four, secondsEach(kernels, memory, false, WARM / 4))
      six = Math.min(six, secondsEach(kernels, memory, true, WARM / 4))
    }
    // Both much faster than at first: their fast code has arrived.
    if (four < cold4 / 1.5 && six < cold6 / 1.5) break
  }
  return six * MARGIN < four
}

/** Time of a product, over at least `milliseconds`. */
function secondsEach(kernels: Kernels, memory: LinearMemory, sixRows: boolean, milliseconds: number): number {
  chooseTile(memory, sixRows)
  const [a, b] = [4096, 4096 + 4 * M * K]
  const c = b + 4 * K * N
  const before = performance.now()
  let start = before
  // From a tick of the clock on: some hosts let it tick ten thousand times a second only.
  while (start === before) start = performance.now()
  let [calls, now] = [0, start]
  while (now - start < milliseconds) {
    for (let i = 0; i < 8; i++) kernels.sgemmDirect(0, M, N, K, 1, a, K, b, N, 0, c, N, 0)
    calls += 8
    now = performance.now()
  }
  return (now - start) / calls
}
