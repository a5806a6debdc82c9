// A family of experiments as the page knows it: words, controls and presets. What it computes is in sim/scenes, in the worker.
import type { Control } from '../state/controls.js'

/** Settings with a story. */
export interface Preset {
  readonly id: string
  readonly title: string
  /** Two sentences at most: what one sees. */
  readonly words: string
  readonly formula: string
  readonly source: string
  /** Values that differ from the initial ones of the controls. */
  readonly values: Readonly<Record<string, number | string>>
  readonly y?: 'linear' | 'log'
  /** The shape of its curve, for the gallery: a path in a box of 48 x 20. */
  readonly glyph: string
}

export interface Family {
  readonly id: string
  readonly controls: readonly Control[]
  readonly presets: readonly Preset[]
}
