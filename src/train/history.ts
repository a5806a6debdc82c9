// What a run recorded: one growable typed column per probe, frames by row.
import type { Network } from '../network/network.js'
import type { Probe, ProbeValue } from '../probe/probe.js'

/** A recorded quantity: `data` holds `length` values of `shape`, one after the other. */
export interface Column {
  readonly length: number
  /** Shape of one value: `[]` for a number. */
  readonly shape: readonly number[]
  readonly data: Float64Array
}

/** The columns of a run by probe name, with `step` and `time = learningRate * step`. */
export type Columns<Names extends string = string> = { readonly [K in Names | 'step' | 'time']: Column }

/** One recorded moment. */
export type Frame<P extends readonly Probe[]> = { readonly step: number; readonly time: number } & {
  readonly [K in P[number] as K['name']]: K extends Probe<string, infer V> ? V : ProbeValue
}

class GrowableColumn {
  readonly shape: readonly number[]
  readonly #width: number
  #data: Float64Array
  #length = 0

  constructor(shape: readonly number[]) {
    this.shape = shape
    this.#width = shape.reduce((product, size) => product * size, 1)
    this.#data = new Float64Array(64 * this.#width)
  }

  push(value: ProbeValue): void {
    const end = (this.#length + 1) * this.#width
    if (end > this.#data.length) {
      const larger = new Float64Array(2 * this.#data.length)
      larger.set(this.#data)
      this.#data = larger
    }
    if (typeof value === 'number') this.#data[this.#length] = value
    else this.#data.set(value, this.#length * this.#width)
    this.#length++
  }

  freeze(): Column {
    return { length: this.#length, shape: this.shape, data: this.#data.slice(0, this.#length * this.#width) }
  }
}

export class History<P extends readonly Probe[]> {
  readonly frames: Frame<P>[] = []
  readonly #columns = new Map<string, GrowableColumn>()

  constructor(net: Network, probes: P) {
    this.#columns.set('step', new GrowableColumn([]))
    this.#columns.set('time', new GrowableColumn([]))
    for (const probe of probes) this.#columns.set(probe.name, new GrowableColumn(probe.shape(net)))
  }

  push(frame: Frame<P>): void {
    this.frames.push(frame)
    for (const [name, column] of this.#columns) column.push((frame as Record<string, ProbeValue>)[name])
  }

  columns(): Columns<P[number]['name']> {
    return Object.fromEntries([...this.#columns].map(([name, column]) => [name, column.freeze()])) as Columns<
      P[number]['name']
    >
  }
}
