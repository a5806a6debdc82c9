// What a visitor can set: bounded numbers and choices. A family lists its own; the page draws them and the address remembers them.

/** Values by the key of their control. */
export type Values = Readonly<Record<string, number | string>>

interface Common {
  readonly key: string
  readonly label: string
  /** One sentence on what it does, for people. */
  readonly hint: string
  /** Hidden where this is false. */
  readonly when?: (values: Values) => boolean
  /** Among those that are folded away at first. */
  readonly more?: boolean
}

/** A number within bounds. */
export interface RangeControl extends Common {
  readonly kind: 'range'
  readonly min: number
  readonly max: number
  readonly scale: 'linear' | 'log' | 'integer'
  readonly initial: number
  /** Words under the two ends. */
  readonly ends?: readonly [string, string]
  /** Changes the run on its way instead of starting another. */
  readonly live?: boolean
  /** The invitation of the page: drawn larger. */
  readonly main?: boolean
}

/** One of some words. */
export interface ChoiceControl extends Common {
  readonly kind: 'choice'
  readonly options: readonly { readonly value: string; readonly label: string }[]
  readonly initial: string
}

export type Control = RangeControl | ChoiceControl

/** The number that a control holds after this was asked for; anything that is no number gives the initial value. */
export function clampTo(control: RangeControl, asked: number): number {
  if (!Number.isFinite(asked)) return control.initial
  const inside = Math.min(control.max, Math.max(control.min, asked))
  // Minus zero would not come back from an address.
  return (control.scale === 'integer' ? Math.round(inside) : inside) + 0
}

/** Position of a value on a slider of 0..1000. */
export function toSlider({ min, max, scale }: RangeControl, value: number): number {
  const part = scale === 'log' ? Math.log(value / min) / Math.log(max / min) : (value - min) / (max - min)
  return Math.round(1000 * part)
}

/** The value at a position, rounded to digits that people can read. */
export function fromSlider(control: RangeControl, position: number): number {
  const { min, max, scale } = control
  if (position <= 0 || position >= 1000) return position <= 0 ? min : max
  const part = position / 1000
  const exact = scale === 'log' ? min * (max / min) ** part : min + part * (max - min)
  return clampTo(control, scale === 'integer' ? exact : Number(exact.toPrecision(scale === 'log' ? 2 : 3)))
}
