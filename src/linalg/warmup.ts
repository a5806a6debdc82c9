// Running kernels until the host has compiled them for speed: before that, calls take up to five times as long.
import { checkChoice, checkInteger, checkNumber, checkOptions, describe } from '../check.js'
import { DTypeError, ShapeError } from '../errors.js'
import type { DType } from '../kernels/kernels.js'
import type { Engine } from './engine.js'
import { type ProductShape, type WarmupWork, warmupWork } from './warmup-work.js'

/** Options of `warmup`. */
export interface WarmupOptions {
  /** Products to prepare for, `[m, n, k]` for an (m, k) by a (k, n) matrix. Default: one over packed copies, one without. */
  shapes?: readonly ProductShape[]
  /** Element type of what runs. Default: the engine's. */
  dtype?: DType
  /** Most milliseconds that it may take, 1 .. 60 000. Default 300. */
  milliseconds?: number
}

/** One kernel of a warm-up. */
export interface WarmKernel {
  /** What ran, with its size. */
  readonly name: string
  /** Milliseconds of the first call, which may have compiled it. */
  readonly first: number
  /** Milliseconds of a call in the end. */
  readonly steady: number
}

/** What a warm-up came to. */
export interface Warmup {
  /** How long it took. */
  readonly milliseconds: number
  /** Whether all times had become steady. */
  readonly steady: boolean
  /** Those that ran; where time ran out at once, not all. */
  readonly kernels: readonly WarmKernel[]
}

const OPTIONS = ['shapes', 'dtype', 'milliseconds'] as const
const DEFAULT_SHAPES: readonly ProductShape[] = [
  [64, 64, 64],
  [1024, 1024, 1024],
]
/** Milliseconds at a stretch, without the call that is under way then: less than half of what would cost a page a frame. */
const SLICE = 4
/** Milliseconds of a batch of calls, so that coarse clocks and the reading of any do not matter. */
const BATCH = 0.25
/** Steady: that many slices within this factor, after so much faster a start or so many milliseconds without one. */
const [ALIKE, WITHIN, FASTER, LONG] = [3, 1.2, 1.5, 24]

/**
 * Run small calls of the kernels that matter (products, products with a vector, vector operations, a step of a plan) until they are as fast as they become,
 * or `milliseconds` are over. Works in slices of about 4 ms, between which the thread is free for other work; the engine may be used meanwhile.
 * No result depends on it. What is compiled serves the whole engine, its threads included, whatever the size of later products.
 *
 * Memory may grow by less than 2 MB: a `view()` from before it may be gone. Times are as fine as the clock of the host.
 *
 * @throws {OptionError|DTypeError|ShapeError|RangeArgError} a bad option
 * @throws {DisposedError} the engine is disposed, or was meanwhile
 * @throws {MemoryError} the operands do not fit into the budget
 * @example
 * const warm = await engine.warmup({ shapes: [[100, 10, 100]], milliseconds: 50 })
 * warm.kernels[0].name // -> 'dgemmDirect 16 x 10 x 100'
 * warm.kernels[0].first > 0 // -> true
 */
export async function warmup(engine: Engine, options?: WarmupOptions): Promise<Warmup> {
  const given = checkOptions(options, 'options', OPTIONS)
  const shapes = given.shapes === undefined ? DEFAULT_SHAPES : checkShapes(given.shapes)
  const dtype = checkChoice(given.dtype ?? engine.dtype, 'dtype', ['float32', 'float64'])
  const milliseconds = checkNumber(given.milliseconds ?? 300, 'milliseconds', { min: 1, max: 60_000 })
  const start = performance.now()
  const end = start + milliseconds
  const gauges = warmupWork(engine, dtype, shapes).map((work) => new Gauge(work))
  for (let busy = true; busy; ) {
    busy = false
    for (const gauge of gauges) {
      if (gauge.steady || performance.now() >= end) continue
      busy = true
      slice(engine, gauge, Math.min(performance.now() + SLICE, end))
      // Also what lets the host put in the code that it has compiled beside.
      await new Promise((resolve) => setTimeout(resolve, 0))
    }
  }
  const ran = gauges.filter(({ first }) => first !== undefined)
  return {
    milliseconds: performance.now() - start,
    steady: gauges.every(({ steady }) => steady),
    kernels: ran.map(({ work, first, best }) => ({ name: work.name, first: first!, steady: best ?? first! })),
  }
}

/** One kernel, and how its time went. */
class Gauge {
  readonly work: WarmupWork
  first: number | undefined
  steady = false
  /** Milliseconds of a call in the last slice. */
  best: number | undefined
  #slowest = 0
  #spent = 0
  #batch = 1
  readonly #recent: number[] = []

  constructor(work: WarmupWork) {
    this.work = work
  }

  /** Call until the clock shows `until`; the first call has a slice for itself. */
  measure(run: () => void, until: number): void {
    const start = performance.now()
    if (this.first === undefined) {
      run()
      this.first = performance.now() - start
      return
    }
    let best = Infinity
    for (let before = start; before < until; ) {
      for (let i = 0; i < this.#batch; i++) run()
      const now = performance.now()
      const took = now - before
      if (took < BATCH) this.#batch *= 2
      else {
        best = Math.min(best, took / this.#batch)
        this.#slowest = Math.max(this.#slowest, took / this.#batch)
      }
      before = now
    }
    this.#spent += performance.now() - start
    if (best < Infinity) this.#note(best)
  }

  #note(best: number): void {
    this.best = best
    this.#recent.push(best)
    if (this.#recent.length > ALIKE) this.#recent.shift()
    const alike = this.#recent.length === ALIKE && Math.max(...this.#recent) <= WITHIN * Math.min(...this.#recent)
    this.steady = alike && (best * FASTER < this.#slowest || this.#spent >= LONG)
  }
}

/** One stretch of work. What it makes is gone at its end. */
function slice(engine: Engine, gauge: Gauge, until: number): void {
  engine.guard(() => {
    const mark = engine.mark()
    let dispose: (() => void) | undefined
    try {
      const prepared = gauge.work.prepare()
      dispose = prepared.dispose
      gauge.measure(prepared.run, until)
    } finally {
      dispose?.()
      engine.release(mark)
    }
  })
}

function checkShapes(given: unknown): ProductShape[] {
  if (!Array.isArray(given)) {
    throw new DTypeError(`shapes must be an array of [m, n, k], got ${describe(given)}`, { argument: 'shapes' })
  }
  return given.map((shape, i) => {
    const name = `shapes[${i}]`
    if (!Array.isArray(shape) || shape.length !== 3) {
      throw new ShapeError(`${name} must be [m, n, k], of an (m, k) by a (k, n) matrix; got ${describe(shape)}`, {
        argument: name,
      })
    }
    const [m, n, k] = shape.map((size, j) => checkInteger(size, `${name}[${j}]`, { min: 1, max: 2 ** 31 - 1 }))
    return [m, n, k]
  })
}
