// Controls that several families have.
import type { ChoiceControl, RangeControl } from '../state/controls.js'

/** A learning rate, which a run takes on its way. */
export const rateControl = (initial: number, { min = 1e-4, max = 1, live = true } = {}): RangeControl => ({
  key: 'rate',
  kind: 'range',
  label: 'Learning rate',
  hint: 'Length of a step. The mark is the largest rate that is stable at the end, where a formula says it.',
  min,
  max,
  scale: 'log',
  initial,
  live,
})

/** How long a run is, in units of time. */
export const endControl = (initial: number, min: number, max: number): RangeControl => ({
  key: 'end',
  kind: 'range',
  label: 'Length of the run',
  hint: 'In units of time: learning rate \u00d7 steps.',
  min,
  max,
  scale: 'log',
  initial,
  more: true,
})

type Rest<C> = Partial<Omit<C, 'kind'>>

/** A number with its story; linear unless said otherwise. */
export const range = (
  key: string,
  label: string,
  hint: string,
  min: number,
  max: number,
  initial: number,
  rest: Rest<RangeControl> = {},
): RangeControl => ({
  key,
  kind: 'range',
  label,
  hint,
  min,
  max,
  scale: 'linear',
  initial,
  ...rest,
})

/** One of some words; the first unless said otherwise. */
export const choice = (
  key: string,
  label: string,
  hint: string,
  options: readonly (readonly [value: string, label: string])[],
  rest: Rest<ChoiceControl> = {},
): ChoiceControl => ({
  key,
  kind: 'choice',
  label,
  hint,
  options: options.map(([value, words]) => ({ value, label: words })),
  initial: options[0][0],
  ...rest,
})
