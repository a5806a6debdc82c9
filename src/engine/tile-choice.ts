// Which main tile of gemm suits this host. Twelve sums, six rows of two vectors, keep the multipliers of x64 busy and need every register:
// Turboshaft (Node 24) fits them, older V8 and Firefox keep some on the stack and are a quarter faster with four rows. Both give the same
// bits. No version tells, so that the two are timed, once in a process.
import { type Kernels, type LinearMemory, TILE_CHOICE } from '../kernels/kernels.js'
import { instantiateKernels, wasmMemory } from '../kernels/wasm.js'

/** A product of 12 x 16 over k = 256: whole tiles of either kind, all in the first cache. */
const [M, N, K] = [12, 16, 256]
/** Either must win by this much to be looked at no more; without clear evidence four are the safer choice. */
const MARGIN = 1.04
/** Milliseconds of use that make an engine compile a kernel for speed, and waits for its compiler, one after the other. */
const WARM = 1.5
const WAITS = [3, 6, 12, 24]
/** Milliseconds of a sample, of which a busy machine disturbs fewer when they are short. With a coarse clock they are longer, and fewer. */
const SAMPLE = 0.1
const LEAST_ROUNDS = 4

let known: Promise<boolean> | undefined

/** Whether six rows are faster, by measurement: some 20 ms, the first time. `shared`: the module takes a memory that threads share. */
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
  const [cold4, cold6] = [false, true].map((six) => {
    // The first call compiles.
    secondsEach(kernels, memory, six, 0)
    const [first, second] = [secondsEach(kernels, memory, six, SAMPLE), secondsEach(kernels, memory, six, SAMPLE)]
    secondsEach(kernels, memory, six, WARM)
    return Math.min(first, second)
  })
  let ratio = 1
  for (const wait of WAITS) {
    await new Promise((resolve) => setTimeout(resolve, wait))
    const [fours, sixes]: [number[], number[]] = [[], []]
    const end = performance.now() + 2 * WARM
    while (fours.length < LEAST_ROUNDS || performance.now() < end) {
      fours.push(secondsEach(kernels, memory, false, SAMPLE))
      sixes.push(secondsEach(kernels, memory, true, SAMPLE))
    }
    // Of neighbours in time, since what else runs on the core slows both.
    ratio = median(fours.map((four, round) => four / sixes[round]))
    // Both much faster than at first: their fast code has arrived. What is within the margin is looked at once more.
    const arrived = median(fours) < cold4 / 1.5 && median(sixes) < cold6 / 1.5
    if (arrived && (ratio > MARGIN || ratio < 1 / MARGIN)) break
  }
  return ratio > MARGIN
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
  do {
    kernels.sgemmDirect(0, M, N, K, 1, a, K, b, N, 0, c, N, 0)
    calls++
    now = performance.now()
  } while (now - start < milliseconds)
  return (now - start) / calls
}

function median(values: number[]): number {
  return [...values].sort((x, y) => x - y)[values.length >> 1]
}
