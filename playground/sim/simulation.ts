// One run in the worker: frames as the pacer allows them, collected into messages of one screen frame each.
import type { Pacer } from './pacer.js'
import type { FromWorker, Trouble } from './protocol.js'
import type { Scene, SceneRun } from './scene.js'

/** Messages at most this often: once a frame of the screen. */
const MESSAGE_MS = 15

export class Simulation {
  readonly #id: number
  readonly #scene: Scene
  readonly #run: SceneRun
  readonly #pacer: Pacer
  readonly #post: (message: FromWorker, transfer: Transferable[]) => void
  readonly #liveBytes: () => number
  #columns: Record<string, number[]> = {}
  #pictures: Float32Array[] = []
  #count = 0
  #sent = 0
  #ended = false

  constructor(
    id: number,
    scene: Scene,
    pacer: Pacer,
    post: (message: FromWorker, transfer: Transferable[]) => void,
    liveBytes: () => number,
  ) {
    this.#id = id
    this.#scene = scene
    this.#pacer = pacer
    this.#post = post
    this.#liveBytes = liveBytes
    this.#run = scene.run()
  }

  get pacer(): Pacer {
    return this.#pacer
  }

  rate(rate: number): void {
    if (!this.#ended) this.#run.setLearningRate?.(rate)
  }

  /** End; nothing is sent any more. */
  stop(): void {
    this.#ended = true
    this.#run.abort()
    this.#pacer.change({ frames: Number.POSITIVE_INFINITY })
  }

  /** Runs to the end of the run, or until it is stopped. */
  async drive(): Promise<void> {
    try {
      let frames = 0
      for await (const frame of this.#run) {
        if (this.#ended) break
        this.#run.pause()
        this.#collect(frame as unknown as Record<string, number | Float64Array>)
        frames++
        const now = performance.now()
        if (now - this.#sent >= MESSAGE_MS) this.#flush(now)
        else this.#flushLater()
        await this.#pacer.turn(frames)
        this.#run.resume()
      }
      if (this.#ended) return
      this.#flush(performance.now())
      const { status, divergence } = await this.#run.finished
      const trouble: Trouble | undefined = divergence && {
        step: divergence.step,
        layer: divergence.layer,
        rate: divergence.learningRate,
        message: divergence.message,
        cure: cureOf(divergence.learningRate, divergence.bound, this.#scene.view.bound),
      }
      this.#post({ type: 'end', id: this.#id, status, ...(trouble === undefined ? {} : { trouble }) }, [])
    } finally {
      this.#ended = true
      clearTimeout(this.#timer)
      this.#run.abort()
      await this.#run.finished.catch(() => {})
      this.#scene.dispose()
    }
  }

  #timer: ReturnType<typeof setTimeout> | undefined

  /** The last frame before a pause must not stay behind. */
  #flushLater(): void {
    clearTimeout(this.#timer)
    this.#timer = setTimeout(() => {
      if (!this.#ended) this.#flush(performance.now())
    }, MESSAGE_MS)
  }

  #collect(frame: Record<string, number | Float64Array>): void {
    const { columns, cells } = this.#scene.view
    for (const name of Object.keys(columns)) {
      const column = (this.#columns[name] ??= [])
      const value = frame[name]
      if (typeof value === 'number') column.push(value)
      else column.push(...value)
    }
    const picture = new Float32Array(cells)
    this.#scene.picture(picture)
    this.#pictures.push(picture)
    this.#count++
  }

  #flush(now: number): void {
    if (this.#count === 0) return
    clearTimeout(this.#timer)
    this.#sent = now
    const columns = Object.fromEntries(
      Object.entries(this.#columns).map(([name, list]) => [name, Float64Array.from(list)]),
    )
    const { cells } = this.#scene.view
    const pictures = new Float32Array(cells * this.#count)
    for (const [i, picture] of this.#pictures.entries()) pictures.set(picture, i * cells)
    const { stepsPerSecond = 0, gflops = 0 } = this.#run
    const count = this.#count
    this.#columns = {}
    this.#pictures = []
    this.#count = 0
    const message = {
      type: 'frames',
      id: this.#id,
      count,
      columns,
      pictures,
      stepsPerSecond,
      gflops,
      liveBytes: this.#liveBytes(),
    } as const
    this.#post(message, [pictures.buffer, ...Object.values(columns).map(({ buffer }) => buffer)])
  }
}

/** Somewhat below the least of the bounds that are known; half the rate where none is. */
function cureOf(rate: number, ...bounds: (number | undefined)[]): number {
  const known = bounds.filter((bound): bound is number => bound !== undefined && Number.isFinite(bound) && bound > 0)
  return Number(Math.min(0.5 * rate, ...known.map((bound) => 0.8 * bound)).toPrecision(2))
}
