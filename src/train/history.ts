// What a run recorded: one growable typed column per probe, frames by row.
import { describe } from '../check.js'
import { ProbeError } from '../errors.js'
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
export type Frame<P extends readonly Probe[] = readonly Probe[]> = { readonly step: number; readonly time: number } & {
  readonly [K in P[number] as K['name']]: K extends Probe<string, infer V> ? V : ProbeValue
}

class GrowableColumn {
  readonly name: string
  readonly shape: readonly number[]
  readonly #width: number
  #data: Float64Array
  #length = 0

  constructor(name: string, shape: readonly number[]) {
    this.name = name
    this.shape = shape
    this.#width = shape.reduce((product, size) => product * size, 1)
    this.#data = new Float64Array(64 * this.#width)
  }

  /** Check a value and keep it; an array is copied, so that a probe may use its own again. */
  push(value: ProbeValue): ProbeValue {
    const scalar = this.shape.length === 0
    if (scalar ? typeof value !== 'number' : !(value instanceof Float64Array && value.length === this.#width)) {
      const wanted = scalar ? 'a number' : `a Float64Array of ${this.#width} numbers`
      throw new ProbeError(`probe '${this.name}' must give ${wanted}, got ${describe(value)}`, { argument: this.name })
    }
    const end = (this.#length + 1) * this.#width
    if (end > this.#data.length) {
      const larger = new Float64Array(2 * this.#data.length)
      larger.set(this.#data)
      this.#data = larger
    }
    const at = this.#length++ * this.#width
    if (typeof value === 'number') {
      this.#data[at] = value
      return value
    }
    this.#data.set(value, at)
    return value.slice()
  }

  freeze(): Column {
    return { length: this.#length, shape: this.shape, data: this.#data.slice(0, this.#length * this.#width) }
  }
}

export class History<P extends readonly Probe[]> {
  readonly frames: Frame<P>[] = []
  readonly #columns: GrowableColumn[]

  constructor(net: Network, probes: P) {
    this.#columns = [new GrowableColumn('step', []), new GrowableColumn('time', [])]
    for (const probe of probes) this.#columns.push(new GrowableColumn(probe.name, probe.shape(net)))
  }

  /** Record a frame: values by column name. */
  push(values: Readonly<Record<string, ProbeValue>>): void {
    const frame: Record<string, ProbeValue> = {}
    for (const column of this.#columns) frame[column.name] = column.push(values[column.name])
    this.frames.push(Object.freeze(frame) as Frame<P>)
  }

  columns(): Columns<P[number]['name']> {
    return Object.fromEntries(this.#columns.map((column) => [column.name, column.freeze()])) as Columns<
      P[number]['name']
    >
  }
}
