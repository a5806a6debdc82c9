// All that a link carries: which family, which values, which seed, and where the run stood.
import type { Family, Preset } from '../families/family.js'
import { families } from '../families/index.js'
import { clampTo, type Values } from './controls.js'

/** What the page shows; plain data. */
export interface State {
  readonly preset: string
  readonly values: Values
  readonly seed: number
  /** Frames of simulation for one of the screen. */
  readonly speed: number
  /** Stop at this frame and stay there; undefined plays. */
  readonly frame?: number
  /** Scale of the first panel. */
  readonly y: 'linear' | 'log'
}

export const SPEEDS: readonly number[] = [0.25, 0.5, 1, 2, 4, 16]

export const presets: readonly (Preset & { readonly family: Family })[] = families.flatMap((family) =>
  family.presets.map((preset) => ({ ...preset, family })),
)

export function presetOf(id: string) {
  return presets.find((preset) => preset.id === id) ?? presets[0]
}

/** The state that a preset begins with. */
export function startOf(id: string): State {
  const preset = presetOf(id)
  return {
    preset: preset.id,
    values: checkValues(preset.family, preset.values),
    seed: 1,
    speed: 1,
    y: preset.y ?? 'linear',
  }
}

/** Values for every control of a family: what is missing or out of bounds becomes what it may be. */
export function checkValues(family: Family, given: Readonly<Record<string, unknown>>): Values {
  return Object.fromEntries(
    family.controls.map((control) => {
      const asked = given[control.key]
      if (control.kind === 'range')
        return [control.key, clampTo(control, asked === undefined ? Number.NaN : Number(asked))]
      const known = control.options.some(({ value }) => value === asked)
      return [control.key, known ? (asked as string) : control.initial]
    }),
  )
}
