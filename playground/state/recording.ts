// What has come of a run: columns that grow, and the pictures of its frames.
import type { FromWorker, SceneView, TheorySeries } from '../sim/protocol.js'

/** Pictures take at most this many numbers; of longer runs not every frame's is kept. */
const MOST_CELLS = 6e6

export class Recording {
  readonly view: SceneView
  length = 0
  theory: readonly TheorySeries[] = []
  readonly #columns = new Map<string, Float64Array>()
  readonly #pictures: Float32Array[] = []
  readonly #keep: number
  #latest: Float32Array | undefined

  constructor(view: SceneView) {
    this.view = view
    this.#keep = Math.max(1, Math.ceil((view.frames * view.cells) / MOST_CELLS))
    for (const [name, width] of Object.entries(view.columns)) this.#columns.set(name, new Float64Array(256 * width))
  }

  append({ count, columns, pictures }: Extract<FromWorker, { type: 'frames' }>): void {
    for (const [name, width] of Object.entries(this.view.columns)) {
      let column = this.#columns.get(name)!
      const needed = (this.length + count) * width
      if (needed > column.length) {
        const larger = new Float64Array(Math.max(needed, 2 * column.length))
        larger.set(column)
        column = larger
        this.#columns.set(name, larger)
      }
      column.set(columns[name], this.length * width)
    }
    const { cells } = this.view
    for (let i = 0; i < count; i++) {
      const frame = this.length + i
      const picture = pictures.subarray(i * cells, (i + 1) * cells)
      if (frame % this.#keep === 0) this.#pictures[frame / this.#keep] = picture.slice()
      this.#latest = picture
    }
    this.length += count
  }

  /** Entry `index` of a column at a frame. */
  at(name: string, frame: number, index = 0): number {
    const width = this.view.columns[name]
    return width === undefined ? Number.NaN : this.#columns.get(name)![frame * width + index]
  }

  /** All frames of one entry. */
  column(name: string, index = 0): Float64Array {
    return Float64Array.from({ length: this.length }, (_, frame) => this.at(name, frame, index))
  }

  /** The whole column, row by row. */
  table(name: string): Float64Array {
    return this.#columns.get(name)!.subarray(0, this.length * this.view.columns[name])
  }

  picture(frame: number): Float32Array | undefined {
    return frame >= this.length - 1 ? this.#latest : this.#pictures[Math.floor(frame / this.#keep)]
  }

  /** The frame whose entry in a rising column is nearest to a value. */
  nearest(name: string, value: number): number {
    let [low, high] = [0, this.length - 1]
    while (high - low > 1) {
      const middle = (low + high) >> 1
      if (this.at(name, middle) < value) low = middle
      else high = middle
    }
    return Math.abs(this.at(name, high) - value) < Math.abs(this.at(name, low) - value) ? high : low
  }
}
